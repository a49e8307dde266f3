"""socket: asks a server by the socketmap protocol.

A question is the netstring of `name key`; the answer is a netstring that begins with OK, NOTFOUND, TEMP, TIMEOUT or
PERM and a blank.  The connection stays open for the next question.
"""

import asyncio
import re
from collections.abc import Mapping

from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.base.questions import Answer, AnswerKind, found
from noctule.base.text import from_bytes, to_bytes
from noctule.maps.arguments import Arguments, seconds
from noctule.maps.environment import Environment
from noctule.maps.host import ResolverMap
from noctule.maps.map import Map, key_bytes
from noctule.net import Stream, connect, connect_unix
from noctule.resolve import Found, is_address

_MAX_REPLY = 100_000
_INET = re.compile(r"inet6?:(\d{1,5})@(.+)")
_LENGTH = re.compile(rb"(\d{1,6}):")


class SocketMap(ResolverMap):
    """Kx socket inet:2525@127.0.0.1, or unix:/run/lookup.sock; -d is the time limit of one question."""

    class_name = "socket"

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        where = arguments.file
        inet = _INET.fullmatch(where)
        self._port = int(inet[1]) if inet else 0
        self._host = inet[2].strip("[]") if inet else ""
        self._path = where.removeprefix("unix:").removeprefix("local:")
        if inet is None and not self._path.startswith("/"):
            raise ConfigurationError(f'socket map "{name}": bad address {where}')
        self._timeout = seconds(arguments.flags.get("d", ""), 30.0)
        self._stream: Stream | None = None
        self._turn = asyncio.Lock()

    async def fetch(self, key: str, args: tuple[str, ...]) -> Answer:
        del args
        data = key_bytes(key)
        if data is None:
            return Answer(AnswerKind.NOT_FOUND)
        request = to_bytes(self.name) + b" " + data
        async with self._turn:
            try:
                async with asyncio.timeout(self._timeout):
                    reply = await self._exchange(b"%d:%s," % (len(request), request))
            except (OSError, TimeoutError, TemporaryError) as error:
                self.close()  # it is out of step
                raise TemporaryError(f'socket map "{self.name}": {error}') from error
            except asyncio.CancelledError:
                self.close()
                raise
        return self._understood(reply)

    def close(self) -> None:
        if self._stream is not None:
            self._stream.abort()
            self._stream = None

    async def _exchange(self, request: bytes) -> bytes:
        """One question and its answer; asked again on a new connection if the server has closed the old one."""
        if self._stream is not None:
            try:
                reply = await self._asked(self._stream, request)
            except ConnectionError:
                reply = None
            if reply is not None:
                return reply
            self.close()
        self._stream = await self._connected()
        reply = await self._asked(self._stream, request)
        if reply is None:
            raise TemporaryError("connection closed")
        return reply

    async def _asked(self, stream: Stream, request: bytes) -> bytes | None:
        stream.write(request)
        return await self._netstring(stream)

    async def _connected(self) -> Stream:
        if not self._host:
            return await connect_unix(self._path, timeout=self._timeout)
        host = self._host
        if not is_address(host):
            addresses = await self.resolver().addresses(host)
            if not isinstance(addresses, Found):
                raise TemporaryError(f"{host}: no address")
            host = addresses.value[0]
        return await connect(host, self._port, timeout=self._timeout)

    async def _netstring(self, stream: Stream) -> bytes | None:
        """The text of one netstring; None when the stream ends before it begins.  Raises TemporaryError."""
        data = b""
        while True:
            block = await stream.read(self._timeout)
            if not block:
                if data:
                    raise TemporaryError("connection closed")
                return None
            data += block
            length = _LENGTH.match(data)
            if length is None:
                if len(data) > 6 or not data.isdigit():
                    raise TemporaryError("reply is no netstring")
                continue
            end = length.end() + int(length[1])
            if int(length[1]) > _MAX_REPLY:
                raise TemporaryError("reply too long")
            if len(data) > end:
                if data[end:] != b",":
                    raise TemporaryError("reply is no netstring")
                return data[length.end() : end]

    def _understood(self, reply: bytes) -> Answer:
        status, _, value = reply.partition(b" ")
        match status:
            case b"OK":
                return found(from_bytes(value))
            case b"NOTFOUND":
                return Answer(AnswerKind.NOT_FOUND)
            case b"TEMP" | b"TIMEOUT":
                raise TemporaryError(from_bytes(value))
            case b"PERM":
                return Answer(AnswerKind.NOT_FOUND, status=69)
        self.close()
        raise TemporaryError("reply not understood")
