"""Listening sockets, in two steps: `bind` (by the supervisor, maybe as root), then `listen` (by a worker)."""

import asyncio
import contextlib
import os
import socket
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

from noctule.net.stream import Stream, StreamProtocol

LINGER = 30.0  # seconds a peer may take to fetch our last bytes
Handler = Callable[[Stream], Awaitable[None]]


def bind(host: str, port: int, *, backlog: int = 10, shared: bool = False) -> socket.socket:
    """A bound and listening TCP socket; a host with ":" is IPv6.  Port 0 lets the system choose.

    With `shared`, several sockets may be bound to the same address and the system spreads connections over them.
    Raises OSError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((host, port))
        sock.listen(backlog)
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    return sock


def bind_unix(path: str, *, mode: int = 0o600, backlog: int = 10) -> socket.socket:
    """A bound and listening Unix socket.  A dead socket file of an earlier run is removed; anything else is an OSError.

    The file has `mode` from its first moment.
    """
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISSOCK(Path(path).lstat().st_mode) and not _answers(path):
            Path(path).unlink()
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    old = os.umask(0o777 & ~mode)
    try:
        sock.bind(path)
        sock.listen(backlog)
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    finally:
        os.umask(old)
    return sock


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            return False
        except OSError:
            return True
    return True


class Listener:
    """A socket being served.  Each connection runs `handler` in a task of its own, which this object keeps."""

    __slots__ = ("_handler", "_loop", "_server", "_sock", "_tasks")

    def __init__(self, sock: socket.socket, handler: Handler) -> None:
        self._sock = sock
        self._handler = handler
        self._loop = asyncio.get_running_loop()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connections(self) -> int:
        """How many handlers are running."""
        return len(self._tasks)

    @property
    def accepting(self) -> bool:
        return self._server is not None

    @property
    def closed(self) -> bool:
        return self._sock.fileno() < 0

    async def resume(self) -> None:
        """Accept connections (again)."""
        if self._server is None:
            # The server owns and closes what it is given: it gets a duplicate, so that it can be paused.
            self._server = await self._loop.create_server(lambda: StreamProtocol(self._made), sock=self._sock.dup())

    def pause(self) -> None:
        """Stop accepting; new connections wait in the system's backlog.  Those under way go on."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def close(self, grace: float) -> None:
        """Stop accepting, give the connections `grace` seconds, then cancel their handlers; close the socket."""
        self.pause()
        self._sock.close()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _made(self, stream: Stream) -> None:
        task = self._loop.create_task(self._run(stream))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, stream: Stream) -> None:
        try:
            await self._handler(stream)
            stream.close()
        except Exception as error:  # a bug in the handler must not take the listener down, nor go unseen
            self._loop.call_exception_handler({"message": f"connection from {stream.peer}", "exception": error})
            stream.abort()
        except asyncio.CancelledError:
            stream.abort()
            raise
        finally:
            await stream.wait_closed(LINGER)


async def listen(sock: socket.socket, handler: Handler) -> Listener:
    """Serve a bound socket.  The stream is closed when `handler` returns."""
    listener = Listener(sock, handler)
    await listener.resume()
    return listener
