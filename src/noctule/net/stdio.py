"""Standard input and output as a stream, for one SMTP session by `sendmail -bs`.

Standard input may be a socket (inetd), a pipe, a terminal or a plain file; event loops take only some of these.
A socket is used as it is; for the rest two threads copy to and from a socket pair.
"""

import asyncio
import os
import socket
import stat
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from noctule.net.stream import Stream, StreamProtocol

CHUNK = 65536
LINGER = 30.0  # seconds the other side may take to fetch our last bytes


@asynccontextmanager
async def stdio(source: int = 0, sink: int = 1) -> AsyncIterator[Stream]:
    """A stream that reads the descriptor `source` and writes `sink`.  At the end all that was written is flushed."""
    loop = asyncio.get_running_loop()
    if stat.S_ISSOCK(os.fstat(source).st_mode):
        sock = socket.socket(fileno=os.dup(source))
        sock.setblocking(False)
        _, protocol = await loop.connect_accepted_socket(StreamProtocol, sock)
        try:
            yield protocol.stream
        finally:
            await _hang_up(protocol.stream)
        return
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    threading.Thread(target=_copy_in, args=(source, theirs), daemon=True).start()  # may block for ever in read
    writer = threading.Thread(target=_copy_out, args=(theirs, sink))
    writer.start()
    _, protocol = await loop.connect_accepted_socket(StreamProtocol, ours)
    try:
        yield protocol.stream
    finally:
        await _hang_up(protocol.stream)
        await asyncio.to_thread(writer.join)


async def _hang_up(stream: Stream) -> None:
    stream.close()
    await stream.wait_closed(LINGER)


def _copy_in(source: int, pair: socket.socket) -> None:
    try:
        while data := os.read(source, CHUNK):
            pair.sendall(data)
        pair.shutdown(socket.SHUT_WR)
    except OSError:
        return  # the session ended before its input did


def _copy_out(pair: socket.socket, sink: int) -> None:
    try:
        while data := pair.recv(CHUNK):
            view = memoryview(data)
            while view:
                view = view[os.write(sink, view) :]
    except OSError:
        return  # nobody reads our answers
    finally:
        pair.close()  # the stream sees the connection end
