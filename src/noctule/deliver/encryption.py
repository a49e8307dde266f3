"""TLS on the way out: STARTTLS where a server offers it, and what the rules say about servers and recipients."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from noctule.base.errors import TemporaryError
from noctule.base.questions import Answering
from noctule.deliver.connections import Connection
from noctule.deliver.dialogue import next_event
from noctule.deliver.settings import Timeouts
from noctule.deliver.verdict import from_reply, lost
from noctule.mail.outcome import Outcome
from noctule.mail.reply import Reply
from noctule.mail.status import Exit
from noctule.net import TlsContext, TlsError
from noctule.observe.log import Log
from noctule.rewrite.addresses import Addresses
from noctule.rewrite.results import Discarded, Rejected
from noctule.rewrite.settle import settle
from noctule.smtp.client import Closed, Phase, TlsAnswered
from noctule.symbols.macros import Macros

_SIDE = "client"
_FAILED = Reply(403, "4.7.0", ("server not authenticated.",))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientTls:
    """What one connection is encrypted with.

    `names_server`: the server is told whom we mean.  `fallback`: after a failed handshake, try again in the clear
    (None: as TLSFallbacktoClear says).  `strict`: MTA-STS has a policy.  `dane`: TLSA records count.
    """

    context: TlsContext = field(kw_only=False)
    names_server: bool = False
    fallback: bool | None = None
    strict: bool = False
    dane: bool = True


class ClientContexts(Protocol):
    """TLS as this host has it at the moment."""

    def client(self, wishes: str = "", *, relay: str = "") -> ClientTls | None:
        """What a connection is encrypted with; None: the wishes make no sense.

        `wishes` is what tls_clt_features says, `relay` what log lines call the server.
        """
        ...


@dataclass(frozen=True, slots=True)
class HandshakeFailed:
    """TLS broke the connection; `outcome` is what comes of that unless it is tried again in the clear (`fallback`)."""

    outcome: Outcome
    fallback: bool


class Encryption:
    """One for each worker.

    `fingerprint` is CertFingerprintAlgorithm, `alternatives` SetCertAltnames, `fallback` TLSFallbacktoClear.  With
    `policies` (StrictTransportSecurity) the rules are told the recipient, to look for a policy of his domain.
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
        policies: bool = False,
    ) -> None:
        self._contexts = contexts
        self._addresses = addresses
        self._maps = maps
        self._log = log
        self._fingerprint = fingerprint
        self._alternatives = alternatives
        self._fallback = fallback
        self._policies = policies

    async def secure(
        self, connection: Connection, scope: Macros, timeouts: Timeouts, *, recipient: str, clear: bool
    ) -> Outcome | HandshakeFailed | None:
        """Encrypt a greeted connection if that can be, and ask tls_server; None: it may be used.

        `recipient` is the first one it is meant for.  With `clear` TLS is not tried.  What the rules may want to know
        later is left in `connection.macros`.  Raises OSError when the connection broke.
        """
        remote = connection.remote
        name = remote.name.removesuffix(".")
        connection.macros |= {"server_name": name, "server_addr": remote.address, "verify": "NONE"}
        if self._policies:
            connection.macros["rcpt_addr"] = recipient
        fallback = self._fallback
        if clear:
            connection.macros["verify"] = "CLEAR"
        elif connection.client.extensions.starttls and await self._allowed(connection, scope):
            tls = await self._wanted(connection, scope)
            if tls is not None:
                fallback = fallback if tls.fallback is None else tls.fallback
                ended = await self._start(connection, tls, timeouts)
                if ended is not None:
                    return ended
        verify = connection.macros["verify"] or ""
        reply = await self._ask("tls_server", (verify,), scope.child(connection.macros), name)
        refused = from_reply(reply, Phase.HELO, remote, enhanced=True) if reply is not None else None
        if verify == "SOFTWARE":
            return HandshakeFailed(refused or from_reply(_FAILED, Phase.STARTTLS, remote, enhanced=True), fallback)
        if refused is None and connection.bindings is not None:
            return await self._greet_again(connection, timeouts)
        return refused

    async def _allowed(self, connection: Connection, scope: Macros) -> bool:
        """What clt_features (`S`) and try_tls say."""
        name, inner = connection.remote.name.removesuffix("."), scope.child(connection.macros)
        letters = await self._letters("clt_features", (name, ""), inner)
        connection.macros["client_flags"] = " ".join(x * 2 if x.isupper() else x for x in letters)
        return "S" not in letters and await self._ask("try_tls", (name,), inner, name) is None

    async def _wanted(self, connection: Connection, scope: Macros) -> ClientTls | None:
        """What tls_clt_features wants; None: there is no TLS with this server."""
        name, address = connection.remote.name.removesuffix("."), connection.remote.address
        relay = f"{name} [{address}]"
        wishes = await self._text("tls_clt_features", (name, address), scope.child(connection.macros), relay)
        found = self._contexts.client(wishes, relay=relay) if wishes is not None else None
        if found is None:
            connection.macros["verify"] = "CONFIG"
            self._log.tls_impossible(Exit.TEMPFAIL if wishes is None else Exit.CONFIG)
        return found

    async def _start(self, connection: Connection, tls: ClientTls, timeouts: Timeouts) -> Outcome | None:
        """STARTTLS and the handshake; `verify` tells how it went.  An outcome when the server is gone."""
        remote, macros = connection.remote, connection.macros
        connection.client.start_tls()
        match await next_event(connection.client, connection.stream, timeouts):
            case TlsAnswered(reply) if reply.code // 100 != 2:
                macros["verify"] = "TEMP" if reply.temporary else "NONE" if reply.permanent else "PROTOCOL"
                return None
            case Closed() as closed:
                return _gone(closed, connection)
        self._log.tls_ready()
        wanted = remote.name.rstrip(".") if tls.names_server else ""
        try:
            handshake = await connection.stream.start_tls(tls.context, timeouts[Phase.STARTTLS], server_name=wanted)
        except (TlsError, TimeoutError, ConnectionError) as error:
            macros["verify"] = "SOFTWARE"
            self._log.tls_failed(side=_SIDE, reason="timeout" if isinstance(error, TimeoutError) else str(error))
            return None
        macros |= handshake.macros(self._fingerprint, alternatives=self._alternatives)
        connection.bindings = handshake.bindings
        for check in handshake.checks():
            self._log.tls_checked(**check)
        for name, problem in handshake.unnamed.items():
            self._log.tls_unnamed(side=_SIDE, relay=remote.name, field=name, problem=problem)
        self._log.tls_started(side=_SIDE, relay=remote.name, **handshake.summary())
        self._log.tls_certificate(side=_SIDE, **handshake.names())
        return None

    async def _greet_again(self, connection: Connection, timeouts: Timeouts) -> Outcome | None:
        """EHLO, now that what was said before is forgotten."""
        connection.client.encrypted()
        match await next_event(connection.client, connection.stream, timeouts):
            case Closed() as closed:
                return _gone(closed, connection)
            case _:
                return None

    async def refusal(self, recipient: str, connection: Connection, scope: Macros, id_: str) -> Reply | None:
        """What tls_rcpt has against a recipient."""
        if not self._addresses.defined("tls_rcpt"):
            return None
        inner = scope.child(connection.macros | ({"rcpt_addr": recipient} if self._policies else {}))
        return await self._ask("tls_rcpt", (recipient,), inner, connection.remote.name, id_, recipient)

    async def _ask(
        self, ruleset: str, args: Sequence[str], scope: Macros, relay: str, id_: str = "", about: str = ""
    ) -> Reply | None:
        """The reply that a refusal makes.  A look-up that fails for the time being is a 451."""
        addresses = self._addresses
        if not addresses.defined(ruleset):
            return None
        try:
            verdict = await settle(lambda asks: addresses.check(ruleset, args, scope, asks), self._maps)
        except TemporaryError as error:
            verdict = Rejected(451, "4.3.0", str(error))
        if isinstance(verdict, Discarded):
            self._log.ruleset_discarded(id_, ruleset=ruleset, args=args, relay=relay)
        if not isinstance(verdict, Rejected):
            return None
        reply = Reply(verdict.code, verdict.enhanced or f"{verdict.code // 100}.0.0", (verdict.about(about),))
        self._log.ruleset_rejected(id_, ruleset=ruleset, args=args, relay=relay, reply=str(reply))
        return reply

    async def _text(self, ruleset: str, args: Sequence[str], scope: Macros, relay: str) -> str | None:
        """What the ruleset says; None: it refuses, or cannot say now."""
        addresses = self._addresses
        try:
            found = await settle(lambda asks: addresses.text(ruleset, args, scope, asks), self._maps)
        except TemporaryError as error:
            found = Rejected(451, "4.3.0", str(error))
        if isinstance(found, Rejected):
            self._log.tls_wishes_failed(ruleset, relay=relay)
            return None
        wishes = found if isinstance(found, str) else ""
        self._log.tls_wishes(ruleset, wishes, relay=relay)
        return wishes

    async def _letters(self, ruleset: str, args: Sequence[str], scope: Macros) -> Sequence[str]:
        addresses = self._addresses
        if not addresses.defined(ruleset):
            return ()
        letters = await settle(lambda asks: addresses.capabilities(ruleset, args, scope, asks), self._maps) or []
        if letters[:1] and letters[0].lower().startswith("temp"):
            raise TemporaryError(f"{ruleset}: temporary failure")
        return letters


def _gone(closed: Closed, connection: Connection) -> Outcome:
    """What it means that the server has closed the connection."""
    reply, remote = closed.reply, connection.remote
    if reply is None:
        return lost(closed.phase, remote, closed.error)
    return from_reply(reply, closed.phase, remote, enhanced=connection.client.extensions.enhanced_status_codes)
