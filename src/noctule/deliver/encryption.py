"""TLS on the way out: STARTTLS where a server offers it, and what the rules say about servers and recipients."""

from collections.abc import Sequence
from typing import Protocol

from noctule.base.errors import TemporaryError
from noctule.base.questions import Answering
from noctule.deliver.connections import Connection
from noctule.deliver.dialogue import next_event
from noctule.deliver.settings import Timeouts
from noctule.deliver.verdict import from_reply, lost
from noctule.mail.outcome import Outcome
from noctule.mail.reply import Reply
from noctule.net import Handshake, TlsContext, TlsError
from noctule.observe.log import Log
from noctule.rewrite.addresses import Addresses
from noctule.rewrite.results import Rejected
from noctule.rewrite.settle import settle
from noctule.smtp.client import Closed, Phase, TlsAnswered
from noctule.symbols.macros import Macros

_SIDE = "client"


class ClientContexts(Protocol):
    """TLS as this host has it at the moment."""

    def client(self, wishes: str = "", *, relay: str = "") -> tuple[TlsContext, str] | None:
        """A context for a connection, and the server name to ask for; None: there is none.

        `wishes` is what tls_clt_features says, `relay` what log lines call the server.
        """
        ...


class HandshakeFailed:
    """TLS broke the connection; `outcome` is what comes of that unless it is tried again in the clear."""

    __slots__ = ("outcome",)

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


class Encryption:
    """One for each worker.

    `fingerprint` is CertFingerprintAlgorithm, `alternatives` SetCertAltnames, `fallback` TLSFallbacktoClear.
    """

    def __init__(
        self,
        contexts: ClientContexts,
        addresses: Addresses,
        maps: Answering,
        log: Log,
        *,
        fingerprint: str = "",
        alternatives: bool = False,
        fallback: bool = False,
    ) -> None:
        self._contexts = contexts
        self._addresses = addresses
        self._maps = maps
        self._log = log
        self._fingerprint = fingerprint
        self._alternatives = alternatives
        self.fallback = fallback

    async def secure(
        self, connection: Connection, scope: Macros, timeouts: Timeouts, *, clear: bool
    ) -> Outcome | HandshakeFailed | None:
        """Encrypt a greeted connection if that can be, and ask tls_server; None: it may be used.

        With `clear` TLS is not tried.  What the rules may want to know later is left in `connection.macros`.  Raises
        OSError when the connection broke.
        """
        remote = connection.remote
        connection.macros |= {"server_name": remote.name, "server_addr": remote.address, "verify": "NONE"}
        inner = scope.child(connection.macros)
        if clear:
            connection.macros["verify"] = "CLEAR"
        elif connection.client.extensions.starttls and await self._allowed(connection, inner):
            ended = await self._start(connection, inner, timeouts)
            if ended is not None:
                return ended
        verify = connection.macros["verify"] or ""
        inner = scope.child(connection.macros)
        reply = await self._ask("tls_server", (verify,), inner, remote.name)
        refused = from_reply(reply, Phase.HELO, remote, enhanced=True) if reply is not None else None
        if verify == "SOFTWARE":
            failed = lost(Phase.STARTTLS, remote, "TLS handshake failed")
            return HandshakeFailed(refused or failed)
        return refused

    async def _allowed(self, connection: Connection, scope: Macros) -> bool:
        name = connection.remote.name
        return await self._ask("try_tls", (name,), scope, name) is None

    async def _start(self, connection: Connection, scope: Macros, timeouts: Timeouts) -> Outcome | None:
        """STARTTLS, the handshake, EHLO again; `verify` tells how it went.  An outcome when the server is gone."""
        remote, macros = connection.remote, connection.macros
        relay = f"{remote.name} [{remote.address}]"
        wishes = await self._text("tls_clt_features", (remote.name, remote.address), scope)
        found = None
        if wishes is not None:
            self._log.tls_wishes("tls_clt_features", wishes, relay=relay)
            found = self._contexts.client(wishes, relay=relay)
        if found is None:
            macros["verify"] = "CONFIG"
            return None
        context, server_name = found
        connection.client.start_tls()
        match await next_event(connection.client, connection.stream, timeouts):
            case TlsAnswered(reply) if reply.code // 100 != 2:
                macros["verify"] = "TEMP" if reply.temporary else "NONE" if reply.permanent else "PROTOCOL"
                return None
            case Closed(reply=reply, phase=phase, error=error):
                return from_reply(reply, phase, remote, enhanced=True) if reply else lost(phase, remote, error)
        wanted = remote.name.rstrip(".") if server_name == "hostname" else server_name
        try:
            handshake = await connection.stream.start_tls(context, timeouts[Phase.STARTTLS], server_name=wanted)
        except (TlsError, TimeoutError, ConnectionError) as error:
            macros["verify"] = "SOFTWARE"
            self._log.tls_failed(side=_SIDE, reason="timeout" if isinstance(error, TimeoutError) else str(error))
            return None
        macros |= handshake.macros(self._fingerprint, alternatives=self._alternatives)
        connection.bindings = handshake.bindings
        self._say(handshake, remote.name)
        return await self._greet_again(connection, timeouts)

    async def _greet_again(self, connection: Connection, timeouts: Timeouts) -> Outcome | None:
        connection.client.encrypted()
        match await next_event(connection.client, connection.stream, timeouts):
            case Closed(reply=reply, phase=phase, error=error):
                remote = connection.remote
                return from_reply(reply, phase, remote, enhanced=True) if reply else lost(phase, remote, error)
            case _:
                return None

    async def refusal(self, recipient: str, connection: Connection, scope: Macros, id_: str) -> Reply | None:
        """What tls_rcpt has against a recipient."""
        if not self._addresses.defined("tls_rcpt"):
            return None
        inner = scope.child(connection.macros)
        return await self._ask("tls_rcpt", (recipient,), inner, connection.remote.name, id_)

    async def _ask(self, ruleset: str, args: Sequence[str], scope: Macros, relay: str, id_: str = "") -> Reply | None:
        """The reply that a refusal makes.  A look-up that fails for the time being is a 451."""
        addresses = self._addresses
        if not addresses.defined(ruleset):
            return None
        try:
            verdict = await settle(lambda asks: addresses.check(ruleset, args, scope, asks), self._maps)
        except TemporaryError as error:
            verdict = Rejected(451, "4.3.0", str(error))
        if not isinstance(verdict, Rejected):
            return None
        reply = Reply(verdict.code, verdict.enhanced or f"{verdict.code // 100}.0.0", (verdict.text,))
        self._log.ruleset_rejected(id_, ruleset=ruleset, args=args, relay=relay, reply=str(reply))
        return reply

    async def _text(self, ruleset: str, args: Sequence[str], scope: Macros) -> str | None:
        addresses = self._addresses
        try:
            return await settle(lambda asks: addresses.text(ruleset, args, scope, asks), self._maps)
        except TemporaryError:
            return None

    def _say(self, handshake: Handshake, relay: str) -> None:
        self._log.tls_started(side=_SIDE, relay=relay, **handshake.summary())
        self._log.tls_certificate(side=_SIDE, **handshake.names())
