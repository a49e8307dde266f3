"""TLS in a session: whether it is offered, what the rules say to it, the macros and log lines it leaves."""

from noctule.mail.reply import Reply
from noctule.net import Handshake, TlsContext
from noctule.receive.caller import Caller
from noctule.receive.checks import Checks, refusal
from noctule.receive.services import Services
from noctule.receive.settings import ReceiveSettings
from noctule.rewrite.results import Rejected
from noctule.symbols.macros import Macros

_SIDE = "server"


class Encryption:
    """The TLS of one connection.

    `asks_certificate`: srv_features said whether the client is asked for one.  `context`: what the handshake is made
    with, once `prepare` has found it.  `handshake`: the one that stands.
    """

    __slots__ = ("_caller", "_checks", "_scope", "_services", "_settings", "asks_certificate", "context", "handshake")

    def __init__(
        self, services: Services, settings: ReceiveSettings, checks: Checks, caller: Caller, scope: Macros
    ) -> None:
        self._services = services
        self._settings = settings
        self._checks = checks
        self._caller = caller
        self._scope = scope
        self.asks_certificate: bool | None = None
        self.context: TlsContext | None = None
        self.handshake: Handshake | None = None

    @property
    def active(self) -> bool:
        return self.handshake is not None

    @property
    def able(self) -> bool:
        """Whether it can be had, and does not stand yet."""
        encryption = self._services.encryption
        return not self.active and encryption is not None and encryption.server() is not None

    async def prepare(self) -> bool:
        """Find out what this session's TLS is made of (tls_srv_features); False: there is none now."""
        encryption = self._services.encryption
        if encryption is None:
            return False
        relay, log = self._caller.peer, self._services.log
        wishes = await self._checks.text("tls_srv_features", (self._caller.name, self._caller.address), self._scope)
        if wishes is None:
            log.tls_wishes_failed("tls_srv_features", relay=relay)
            return False
        log.tls_wishes("tls_srv_features", wishes, relay=relay)
        self.context = encryption.server(wishes, asks=self.asks_certificate, relay=relay)
        return self.context is not None

    async def begin(self, handshake: Handshake) -> Reply | None:
        """A handshake stands.  The reply to all further commands, if tls_client forbids them."""
        self.handshake = handshake
        settings = self._settings
        told = handshake.macros(settings.fingerprint, alternatives=settings.alternative_names)
        for name, value in told.items():
            self._scope.set(name, value)
        log, relay = self._services.log, self._caller.peer
        for check in handshake.checks():
            log.tls_checked(**check)
        for name, problem in handshake.unnamed.items():
            log.tls_unnamed(side=_SIDE, relay=relay, field=name, problem=problem)
        log.tls_started(side=_SIDE, relay=relay, **handshake.summary())
        log.tls_certificate(side=_SIDE, **handshake.names())
        verdict = await self._checks.ask("tls_client", (handshake.verified.value, "STARTTLS"), self._scope)
        return refusal(verdict) if isinstance(verdict, Rejected) else None

    def failed(self, error: OSError) -> None:
        """The handshake came to nothing."""
        reason = "timeout" if isinstance(error, TimeoutError) else str(error)
        self._services.log.tls_failed(side=_SIDE, reason=reason, relay=self._caller.peer)
