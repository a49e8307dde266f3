"""One connection to a directory: opened, bound, asked one thing at a time."""

import asyncio
import secrets
import socket
import ssl
from dataclasses import dataclass

from noctule.base.errors import ProtocolError, TemporaryError
from noctule.base.text import from_bytes
from noctule.directory import messages
from noctule.directory.addresses import Server
from noctule.directory.credentials import Anonymous, Credentials, Sasl, Simple
from noctule.directory.messages import Code, Entry, Message, Reference, Result, Search
from noctule.sasl import steps as sasl
from noctule.sasl.mechanisms import MECHANISMS
from noctule.sasl.steps import ClientExchange, ClientParty

MAX_ENTRIES = 10_000
MAX_STEPS = 10  # of a SASL exchange
_READ = 65_536


class LostError(TemporaryError):
    """The connection is gone, or out of step."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, and how it ended: with a size limit reached, the entries up to it are there."""

    entries: tuple[Entry, ...]
    result: Result


class Connection:
    """Whoever uses it sets the time limits, and closes it when one runs out: then it is out of step."""

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server = server
        self._reader = reader
        self._writer = writer
        self._incoming = messages.Incoming()
        self._number = 0

    @classmethod
    async def open(cls, server: Server, context: ssl.SSLContext | None, *, start_tls: bool = False) -> "Connection":
        """A connection that is not bound.  `context` is for ldaps and `start_tls`.  Raises LostError."""
        try:
            if server.scheme == "ldapi":
                return cls(server, *await asyncio.open_unix_connection(server.host))
            if server.scheme == "ldaps":
                return cls(server, *await _over_tls(server, context))
            connection = cls(server, *await asyncio.open_connection(server.host, server.port))
        except (OSError, UnicodeError) as error:
            raise LostError(f"{server}: {_reason(error)}") from error
        if start_tls:
            await connection._start_tls(context)
        return connection

    async def bind(self, credentials: Credentials) -> Result:
        """The server's answer: code 0 is success.  Raises LostError."""
        match credentials:
            case Anonymous():
                return await self._result(messages.simple_bind(self._next(), "", b""))
            case Simple(name, password):
                return await self._result(messages.simple_bind(self._next(), name, password))
            case Sasl():
                try:
                    return await self._sasl_bind(credentials)
                except ProtocolError as error:
                    raise LostError(f"{self.server}: {credentials.mechanism}: {error}") from error

    async def search(self, wanted: Search) -> Found:
        """What matches.  Raises LostError, TemporaryError for more than MAX_ENTRIES, FilterError."""
        self._send(messages.search(self._next(), wanted))
        entries: list[Entry] = []
        while True:
            match await self._answer():
                case Entry() as entry:
                    entries.append(entry)
                    if len(entries) > MAX_ENTRIES:
                        self.close()
                        raise TemporaryError(f"{self.server}: more than {MAX_ENTRIES} entries found")
                case Reference():
                    pass  # others know more of what lies below; libldap's users do not hear of that, nor do ours
                case Result() as result:
                    return Found(tuple(entries), result)

    async def who_am_i(self) -> str:
        """The identity bound to ("dn:..." or "u:..."), "" for nobody.  Raises LostError."""
        result = await self._result(messages.extended(self._next(), messages.WHO_AM_I))
        if result.code != Code.SUCCESS:
            raise TemporaryError(f"{self.server}: who am I: {result}")
        return from_bytes(result.value or b"")

    def close(self) -> None:
        """Say good-bye and hang up.  Nothing is waited for, so TLS is not ended in style either."""
        if self._writer.get_extra_info("sslcontext") is not None:
            self._writer.transport.abort()
        elif not self._writer.transport.is_closing():
            self._writer.write(messages.unbind(self._next()))
            self._writer.close()

    async def _sasl_bind(self, credentials: Sasl) -> Result:
        exchange = _exchange(credentials, self.server)
        answer = exchange.initial_response
        for _ in range(MAX_STEPS):
            result = await self._result(messages.sasl_bind(self._next(), credentials.mechanism, answer))
            match result.code:
                case Code.SASL_IN_PROGRESS:
                    answer = exchange.respond(result.credentials or b"")
                case Code.SUCCESS:
                    if result.credentials is not None:
                        exchange.respond(result.credentials)
                    exchange.finish()  # the server has proved that it knows the password, too
                    return result
                case _:
                    return result
        raise LostError(f"{self.server}: {credentials.mechanism} does not end")

    async def _start_tls(self, context: ssl.SSLContext | None) -> None:
        result = await self._result(messages.extended(self._next(), messages.START_TLS))
        if result.code != Code.SUCCESS:
            raise LostError(f"{self.server}: StartTLS: {result}")
        assert context is not None
        try:
            await self._writer.start_tls(context, server_hostname=self.server.host)
        except OSError as error:
            raise LostError(f"{self.server}: {_reason(error)}") from error

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _send(self, request: bytes) -> None:
        self._writer.write(request)

    async def _result(self, request: bytes) -> Result:
        self._send(request)
        match await self._answer():
            case Result() as result:
                return result
        raise LostError(f"{self.server}: answer of the wrong kind")

    async def _answer(self) -> Message:
        """The next answer to the request just sent."""
        try:
            while (answer := self._incoming.next_message()) is None:
                data = await self._reader.read(_READ)
                if not data:
                    raise LostError(f"{self.server}: connection closed")
                self._incoming.receive_data(data)
        except OSError as error:
            raise LostError(f"{self.server}: {_reason(error)}") from error
        except ProtocolError as error:
            raise LostError(f"{self.server}: {error}") from error
        number, message = answer
        if number != self._number:
            farewell = number == 0 and isinstance(message, Result)
            raise LostError(f"{self.server}: {message if farewell else 'out of step'}")
        return message


async def _over_tls(
    server: Server, context: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A TLS connection.  A server on `localhost` may also show a certificate for this host's own name."""
    names = [server.host] if server.host != "localhost" else [server.host, socket.getfqdn()]
    for name in names[:-1]:
        try:
            return await asyncio.open_connection(server.host, server.port, ssl=context, server_hostname=name)
        except ssl.SSLCertVerificationError:
            continue
    return await asyncio.open_connection(server.host, server.port, ssl=context, server_hostname=names[-1])


def _nonce() -> bytes:
    return secrets.token_hex(16).encode()


def _exchange(credentials: Sasl, server: Server) -> ClientExchange:
    """Raises TemporaryError for a mechanism nobody knows."""
    mechanism = MECHANISMS.get(credentials.mechanism)
    if mechanism is None:
        raise TemporaryError(f"{server}: no mechanism {credentials.mechanism}")
    who = sasl.Credentials(
        name=credentials.user,
        password=from_bytes(credentials.password),
        author=credentials.authorize_as,
        realm=credentials.realm,
    )
    party = ClientParty(host=server.host, credentials=who, nonce=_nonce, service="ldap")
    return mechanism.log_in(party)


def _reason(error: Exception) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return f"certificate: {error.verify_message}"
        case ssl.SSLError():
            return f"TLS: {error.reason or error}"
        case OSError() if error.strerror:
            return error.strerror
    return str(error) or type(error).__name__
