"""A directory as its users see it: questions and answers, whatever servers and connections it takes."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.directory.addresses import Server, referred
from noctule.directory.connection import Connection, Found, LostError
from noctule.directory.credentials import Anonymous, Credentials, Simple
from noctule.directory.defaults import Tls
from noctule.directory.messages import Code, Search

MAX_CONNECTIONS = 8
MAX_REFERRALS = 10
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Which servers (asked in order, until one answers), as whom, and for how long (seconds)."""

    servers: tuple[Server, ...]
    credentials: Credentials = field(default_factory=Anonymous)
    tls: Tls = field(default_factory=Tls)
    start_tls: bool = False
    referrals: bool = False  # go on, as nobody, where a server sends us with a question
    connect_timeout: float = 10.0  # one server: connection, TLS, bind
    timeout: float = 60.0  # one question, with all of that


class UnreachableError(TemporaryError):
    """No server could be reached and bound to."""


class Directory:
    """Connections are kept for the next question; one found dead is replaced once.

    Questions raise TemporaryError, whose text names the server, for everything that keeps an answer away:
    UnreachableError when it was not even asked.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: list[Connection] = []
        self._places = asyncio.Semaphore(MAX_CONNECTIONS)
        self._context: ssl.SSLContext | None = None

    @property
    def name(self) -> str:
        """The servers, for log lines."""
        return " ".join(map(str, self._settings.servers))

    async def search(self, wanted: Search) -> Found:
        """What matches.  Results other than success, size limit and no such object raise TemporaryError."""
        found = await self._asked(lambda connection: connection.search(wanted))
        if self._settings.referrals and found.result.code == Code.REFERRAL:
            async with self._within():
                found = await self._elsewhere(found, wanted)
        if found.result.code not in {Code.SUCCESS, Code.SIZE_LIMIT, Code.NO_SUCH_OBJECT}:
            raise TemporaryError(f"{self.name}: {found.result}")
        return found

    async def authenticates(self, credentials: Credentials) -> bool:
        """Would the directory bind with these?  False: no such name, or a wrong password."""
        if isinstance(credentials, Simple) and not credentials.password:
            return False  # it would be a bind as nobody, and succeed
        async with self._within(), self._places:
            connection, code = await self._new(credentials, {Code.INVALID_CREDENTIALS, Code.NO_SUCH_OBJECT})
            connection.close()
            return code == Code.SUCCESS

    def close(self) -> None:
        """Give up all connections that wait; the next question opens one again."""
        while self._idle:
            self._idle.pop().close()

    async def acting_as(self, credentials: Credentials, ask: Callable[[Connection], Awaitable[T]]) -> T | None:
        """What `ask` makes of a connection of its own; None when the directory does not let `credentials` act so.

        Then, too, it is asked, as nobody, so that nobody learns from the time it takes for whom one may act.
        """
        async with self._within(), self._places:
            connection, code = await self._new(credentials, {Code.INSUFFICIENT_ACCESS})
            try:
                if code == Code.SUCCESS:
                    return await ask(connection)
                with contextlib.suppress(TemporaryError):
                    await ask(connection)
                return None
            finally:
                connection.close()

    async def _asked(self, ask: Callable[[Connection], Awaitable[T]]) -> T:
        async with self._within(), self._places:
            while self._idle:
                try:
                    return await self._kept(self._idle.pop(), ask)
                except LostError:
                    self.close()  # if one was cut off, so were most likely all
            connection, _ = await self._new(self._settings.credentials, set())
            return await self._kept(connection, ask)

    async def _elsewhere(self, found: Found, wanted: Search) -> Found:
        """What is found where the server sends us, and where that sends us.  Raises TemporaryError."""
        for _ in range(MAX_REFERRALS):
            if found.result.code != Code.REFERRAL:
                return found
            try:
                server, wanted = referred((*found.result.referrals, "")[0], wanted)
            except ConfigurationError as error:
                raise TemporaryError(f"{self.name}: referral: {error.text}") from error
            there = Directory(replace(self._settings, servers=(server,), credentials=Anonymous()))
            try:
                found = await there._asked(partial(Connection.search, wanted=wanted))
            finally:
                there.close()
        raise TemporaryError(f"{self.name}: too many referrals")

    async def _kept(self, connection: Connection, ask: Callable[[Connection], Awaitable[T]]) -> T:
        """Ask, and keep the connection if it is still in step."""
        try:
            answer = await ask(connection)
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return answer

    async def _new(self, credentials: Credentials, answers: set[Code]) -> tuple[Connection, int]:
        """A connection to the first server that answers, and the result of the bind: success or one of `answers`."""
        reasons = []
        for server in self._settings.servers:
            try:
                async with asyncio.timeout(self._settings.connect_timeout):
                    return await self._bound(server, credentials, answers)
            except TimeoutError:
                reasons.append(f"{server}: timed out")
            except TemporaryError as error:
                reasons.append(str(error))
        raise UnreachableError("; ".join(reasons) or "no LDAP server")

    async def _bound(self, server: Server, credentials: Credentials, answers: set[Code]) -> tuple[Connection, int]:
        connection = await Connection.open(server, await self._tls(server), start_tls=self._settings.start_tls)
        try:
            result = await connection.bind(credentials)
        except BaseException:
            connection.close()
            raise
        if result.code != Code.SUCCESS and result.code not in answers:
            connection.close()
            raise TemporaryError(f"{server}: bind: {result}")
        return connection, result.code

    async def _tls(self, server: Server) -> ssl.SSLContext | None:
        if server.scheme != "ldaps" and not self._settings.start_tls:
            return None
        if self._context is None:
            try:
                self._context = await asyncio.to_thread(_context, self._settings.tls)
            except OSError as error:
                raise TemporaryError(f"{server}: TLS files: {error}") from error
        return self._context

    def _within(self) -> "_Limit":
        return _Limit(self._settings.timeout, self.name)


class _Limit:
    """A time limit whose end is a TemporaryError."""

    def __init__(self, seconds: float, name: str) -> None:
        self._timeout = asyncio.timeout(seconds)
        self._name = name

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(self, *error: object) -> None:
        try:
            await self._timeout.__aexit__(*error)  # type: ignore[arg-type]
        except TimeoutError:
            raise TemporaryError(f"{self._name}: timed out") from None


def _context(tls: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=tls.authorities_file or None, capath=tls.authorities_folder or None)
    if tls.certificate:
        context.load_cert_chain(tls.certificate, tls.key or None)
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
