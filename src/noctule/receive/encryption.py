"""TLS in a session: whether it is offered, what the rules say to it, the macros and log lines it leaves."""

from dataclasses import replace

from noctule.mail.reply import Reply
from noctule.net import AS_SET, Handshake, TlsChanges, TlsContext
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
    def offered(self) -> bool:
        """Whether EHLO may announce it."""
        if self.active or self._settings.daemon.has("S"):
            return False
        encryption = self._services.encryption
        return encryption is not None and encryption.server(AS_SET) is not None

    async def prepare(self) -> bool:
        """Find out what this session's TLS is made of (tls_srv_features); False: there is none now."""
        encryption = self._services.encryption
        if encryption is None:
            return False
        changes = await self._wanted()
        self.context = encryption.server(changes) if changes is not None else None
        return self.context is not None

    async def _wanted(self) -> TlsChanges | None:
        """None when the rules cannot say."""
        return replace(AS_SET, asks=self.asks_certificate)

    async def begin(self, handshake: Handshake) -> Reply | None:
        """A handshake stands.  The reply to all further commands, if tls_client forbids them."""
        self.handshake = handshake
        for name, value in handshake.macros(self._settings.fingerprint).items():
            self._scope.set(name, value)
        self._say(handshake)
        verdict = await self._checks.ask("tls_client", (handshake.verified.value, "STARTTLS"), self._scope)
        return refusal(verdict) if isinstance(verdict, Rejected) else None

    def _say(self, handshake: Handshake) -> None:
        log, shown, bits = self._services.log, handshake.certificate, handshake.bits
        log.tls_started(
            side=_SIDE,
            relay=self._caller.peer,
            version=handshake.version,
            verify=handshake.verified.value,
            cipher=handshake.cipher,
            bits=f"{bits}/{bits}",
        )
        log.tls_certificate(
            side=_SIDE,
            subject=shown.subject if shown else "",
            issuer=shown.issuer if shown else "",
            verified=handshake.problem or "ok",
        )

    def failed(self, error: OSError) -> None:
        """The handshake came to nothing."""
        reason = "timeout" if isinstance(error, TimeoutError) else str(error)
        self._services.log.tls_failed(side=_SIDE, reason=reason, relay=self._caller.peer)
