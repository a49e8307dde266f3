"""Asking the helper, from asyncio."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from noctule.base.errors import ProtocolError, TemporaryError
from noctule.privileged.policy import Policy
from noctule.privileged.protocol import Answer, Frames, ReadFile, Request, encode_request, encode_stop

_ROOT = str(Path(__file__).parents[2])
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from noctule.privileged.server import main; main(*sys.argv[1:])"
)


def start(policy: Policy) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a helper.  It ends when the socket, which a Client takes over, is closed."""
    ours, theirs = socket.socketpair()
    with theirs:
        values = asdict(policy)
        values |= {"root_programs": sorted(policy.root_programs), "root_files": sorted(policy.root_files)}
        arguments = [_ROOT, str(theirs.fileno()), json.dumps(values)]
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", _BOOT, *arguments],
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    return process, ours


class Client:
    """Many requests at a time over one socket."""

    def __init__(self, sock: socket.socket) -> None:
        """To be made inside the loop that will use it."""
        sock.setblocking(False)
        self._sock = sock
        self._loop = asyncio.get_running_loop()
        self._sending = asyncio.Lock()
        self._asked: dict[int, asyncio.Future[Answer]] = {}
        self._number = 0
        self._receiver = self._loop.create_task(self._receive())

    async def ask(self, request: Request, text: int | None = None) -> Answer:
        """Do it; `text` is a descriptor to read the message from, at its beginning.  It stays the caller's to close.

        Raises TemporaryError when the helper is gone: the delivery may then have happened or not.
        """
        if self._receiver.done():
            raise TemporaryError("delivery helper is not running")
        self._number += 1
        number = self._number
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._asked[number] = answer
        try:
            await self._send(encode_request(number, request), None if isinstance(request, ReadFile) else text)
            return await answer
        except (OSError, ProtocolError) as error:
            raise TemporaryError(f"delivery helper: {error}") from None
        finally:
            del self._asked[number]

    async def stop_programs(self) -> None:
        """Kill the programs that run; each is answered for, as it ended.  Asking for another one fails."""
        with contextlib.suppress(OSError):
            await self._send(encode_stop(), None)

    async def wait_ended(self) -> None:
        """Returns when the helper is gone: nothing more can be asked of it."""
        await asyncio.wait({self._receiver})

    async def close(self) -> None:
        """The helper finishes what it is doing and ends."""
        self._receiver.cancel()
        await asyncio.gather(self._receiver, return_exceptions=True)
        self._sock.close()

    async def _send(self, data: bytes, text: int | None) -> None:
        async with self._sending:
            while True:
                try:
                    sent = socket.send_fds(self._sock, [data], [] if text is None else [text])
                    break
                except BlockingIOError:
                    await self._writable()
            if sent < len(data):
                await self._loop.sock_sendall(self._sock, data[sent:])

    async def _writable(self) -> None:
        free = asyncio.Event()
        self._loop.add_writer(self._sock, free.set)
        try:
            await free.wait()
        finally:
            self._loop.remove_writer(self._sock)

    async def _receive(self) -> None:
        frames = Frames()
        try:
            while data := await self._loop.sock_recv(self._sock, 65536):
                for message in frames.feed(data):
                    waiter = self._asked.get(message.pop("id", 0))
                    if waiter is not None and not waiter.done():
                        waiter.set_result(Answer(**message))
        except (OSError, ProtocolError, TypeError):
            return
        finally:
            for waiter in self._asked.values():
                if not waiter.done():
                    waiter.set_exception(TemporaryError("delivery helper ended"))


def text_descriptor(chunks: Iterable[bytes]) -> int:
    """A descriptor from which these bytes can be read, with no name on disk.  Raises OSError."""
    descriptor = os.memfd_create("message", os.MFD_CLOEXEC)
    try:
        for chunk in chunks:
            view = memoryview(chunk)
            while view:
                view = view[os.write(descriptor, view) :]
        os.lseek(descriptor, 0, os.SEEK_SET)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
