"""A byte stream over an asyncio transport.

`asyncio.StreamReader` is not used: it makes a timer and often a task for every read with a limit.  Here a read that
finds bytes waiting costs a method call, and all limits of one stream share one timer which is moved only when it
fires too early.
"""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from noctule.net.tls import Handshake, TlsContext, TlsError, TlsLayer

READ_LIMIT = 256 * 1024  # unread bytes at which the peer is held back
MAX_HANDSHAKE = 256 * 1024  # bytes of one


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One end of a connection: a numeric address and port, or a path (maybe "") for a Unix socket or stdio."""

    family: str  # "inet", "inet6" or "local"
    host: str
    port: int = 0

    def __str__(self) -> str:
        return self.host if self.family == "local" else f"[{self.host}]:{self.port}"


class Stream:
    """One connection.  One task at a time reads, one drains; they may be the same.

    After a TimeoutError the stream is as it was and may be used further.
    """

    __slots__ = (
        "_chunks",
        "_closer",
        "_deadline",
        "_drainer",
        "_end",
        "_error",
        "_layer",
        "_lost",
        "_reader",
        "_size",
        "_timer",
        "_transport",
        "_writable",
        "local",
        "peer",
        "tls",
    )

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._chunks: list[bytes] = []
        self._size = 0
        self._end = False
        self._lost = False
        self._error: Exception | None = None
        self._writable = True
        self._reader: asyncio.Future[None] | None = None
        self._drainer: asyncio.Future[None] | None = None
        self._closer: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self._layer: TlsLayer | None = None
        self.tls: Handshake | None = None  # what stands between us and the peer
        self.peer = Endpoint("local", "")
        self.local = Endpoint("local", "")

    @property
    def waiting(self) -> int:
        """How many bytes have arrived and not been read."""
        return self._size

    @property
    def connected(self) -> bool:
        """False once the connection is known to be gone; half-closed by the peer still counts as connected."""
        return not self._lost and self._transport is not None

    async def read(self, timeout: float) -> bytes:  # noqa: ASYNC109 - the limit lives in the stream's one timer
        """All bytes that have arrived; waits up to `timeout` seconds for the first.  b"" means end of stream.

        Raises TimeoutError, or ConnectionError when the connection broke.
        """
        if not self._chunks and not self._end:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._wait(self._reader, timeout)
            finally:
                self._reader = None
        return self._take()

    def unread(self, data: bytes) -> None:
        """Put bytes back, to be read first again."""
        if data:
            self._chunks.insert(0, data)
            self._size += len(data)

    def write(self, data: bytes) -> None:
        """Send, or keep for sending.  On a broken connection the bytes are dropped; `drain` and `read` tell."""
        if self._transport is None or self._lost:
            return
        if self._layer is not None:
            try:
                data = self._layer.encrypt(data)
            except TlsError as error:
                self._fail(error)
                return
        self._transport.write(data)

    async def drain(self, timeout: float) -> None:  # noqa: ASYNC109
        """Wait until the peer has taken enough that more may be written.

        Raises TimeoutError, or ConnectionError when the connection is gone.
        """
        if self._lost:
            raise self._error or ConnectionResetError("connection closed")
        if self._writable:
            return
        self._drainer = asyncio.get_running_loop().create_future()
        try:
            await self._wait(self._drainer, timeout)
        finally:
            self._drainer = None

    def close(self) -> None:
        """Close once everything written has been sent.  Returns at once."""
        if self._transport is not None:
            if self._layer is not None and not self._lost:
                self._transport.write(self._layer.farewell())
            self._transport.close()
        self._stop_timer()

    def abort(self) -> None:
        """Close now; unsent bytes are lost."""
        if self._transport is not None:
            self._transport.abort()
        self._stop_timer()

    async def wait_closed(self, timeout: float) -> None:  # noqa: ASYNC109
        """After `close` or `abort`: wait until the connection is gone; it is cut off after `timeout` seconds."""
        if self._transport is None or self._lost:
            return
        loop = asyncio.get_running_loop()
        self._closer = loop.create_future()
        timer = loop.call_later(timeout, self._transport.abort)
        try:
            await self._closer
        finally:
            timer.cancel()

    # TLS

    def discard(self) -> None:
        """Forget what has arrived and not been read."""
        if self._chunks:
            self._take()

    async def start_tls(self, context: TlsContext, timeout: float, *, server_name: str = "") -> Handshake:  # noqa: ASYNC109
        """Shake hands; from then on everything is encrypted.  `timeout` in seconds is for all of it.

        Raises TlsError, or as `read`; then the stream is of no more use.
        """
        layer = context.layer(server_name)
        loop = asyncio.get_running_loop()
        end, size = loop.time() + timeout, 0
        while not self._shake(layer):
            data = await self.read(max(end - loop.time(), 0.0))
            size += len(data)
            if not data:
                raise TlsError("unexpected eof while reading")
            if size > MAX_HANDSHAKE:
                raise TlsError("handshake too long")
            layer.put(data)
        last = layer.to_send()
        self.write(last)
        self.tls = layer.handshake(spoke_last=bool(last))
        self._layer = layer
        self._decrypt(layer)
        return self.tls

    def _shake(self, layer: TlsLayer) -> bool:
        try:
            done = layer.shake()
        except TlsError:
            self.write(layer.to_send())
            raise
        if not done:
            self.write(layer.to_send())
        return done

    def _decrypt(self, layer: TlsLayer) -> None:
        """Hand on what the layer makes of what it was given."""
        try:
            chunks = layer.decrypt()
        except TlsError as error:
            self._transport_write(layer.to_send())
            self._fail(error)
            return
        if data := layer.to_send():
            self._transport_write(data)
        for chunk in chunks:
            self._keep(chunk)
        if layer.ended:
            self._end = True
            _wake(self._reader)

    def _keep(self, data: bytes) -> None:
        """For the reader."""
        self._chunks.append(data)
        before = self._size
        self._size = before + len(data)
        if before < READ_LIMIT <= self._size and self._transport is not None:
            self._transport.pause_reading()
        _wake(self._reader)

    def _transport_write(self, data: bytes) -> None:
        if self._transport is not None and not self._lost:
            self._transport.write(data)

    def _fail(self, error: TlsError) -> None:
        """Nothing more can be said or heard."""
        self._end = True
        self._error = error
        _wake(self._reader)
        self.abort()

    def _take(self) -> bytes:
        chunks = self._chunks
        if not chunks:
            if self._error is not None:
                raise self._error
            return b""
        data = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        chunks.clear()
        if self._size >= READ_LIMIT and self._transport is not None and not self._lost and not self._end:
            self._transport.resume_reading()
        self._size = 0
        return data

    # one timer

    async def _wait(self, future: asyncio.Future[None], timeout: float) -> None:  # noqa: ASYNC109
        loop = asyncio.get_running_loop()
        self._deadline = loop.time() + timeout
        if self._timer is None or self._timer.when() > self._deadline:
            self._stop_timer()
            self._timer = loop.call_at(self._deadline, self._expired, loop)
        await future

    def _expired(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        waiters = [w for w in (self._reader, self._drainer) if w is not None and not w.done()]
        if not waiters:
            return
        if loop.time() < self._deadline:
            self._timer = loop.call_at(self._deadline, self._expired, loop)
            return
        for waiter in waiters:
            waiter.set_exception(TimeoutError())

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class StreamProtocol(asyncio.Protocol):
    """Carries what the transport reports into a Stream.  `on_connection` is called once, with the stream ready."""

    __slots__ = ("_on_connection", "_stream")

    def __init__(self, on_connection: Callable[[Stream], None] | None = None) -> None:
        self._stream = Stream()
        self._on_connection = on_connection

    @property
    def stream(self) -> Stream:
        return self._stream

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        stream = self._stream
        stream._transport = cast("asyncio.Transport", transport)  # uvloop's is not a subclass
        sock = transport.get_extra_info("socket")
        stream.peer = _endpoint(sock, transport.get_extra_info("peername"))
        stream.local = _endpoint(sock, transport.get_extra_info("sockname"))
        if self._on_connection is not None:
            self._on_connection(stream)

    def data_received(self, data: bytes) -> None:
        stream = self._stream
        if stream._layer is not None:
            stream._layer.put(data)
            stream._decrypt(stream._layer)
        else:
            stream._keep(data)

    def eof_received(self) -> bool:
        self._stream._end = True
        _wake(self._stream._reader)
        return True  # a half-closed peer may still be answered

    def pause_writing(self) -> None:
        self._stream._writable = False

    def resume_writing(self) -> None:
        self._stream._writable = True
        _wake(self._stream._drainer)

    def connection_lost(self, exc: Exception | None) -> None:
        stream = self._stream
        stream._end = stream._lost = True
        stream._error = exc or stream._error
        stream._stop_timer()
        _wake(stream._reader)
        _wake(stream._closer)
        if stream._drainer is not None and not stream._drainer.done():
            stream._drainer.set_exception(exc or ConnectionResetError("connection closed"))


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)


def _endpoint(sock: socket.socket | None, address: object) -> Endpoint:
    match address:
        case (str(host), int(port), *rest):
            return Endpoint("inet6" if rest else "inet", host.partition("%")[0], port)
        case str(path) if sock is not None and sock.family == socket.AF_UNIX:
            return Endpoint("local", path)
        case _:
            return Endpoint("local", "")
