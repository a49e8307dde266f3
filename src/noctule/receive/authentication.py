"""AUTH in a session: what is offered, the exchange, what it leaves behind (RFC 4954)."""

import asyncio
import base64
import binascii

from noctule.base.errors import TemporaryError
from noctule.base.text import to_bytes
from noctule.mail.reply import Reply
from noctule.net import Handshake, Verified
from noctule.receive.caller import Caller
from noctule.receive.features import Features
from noctule.receive.services import Passwords, Services
from noctule.receive.settings import ReceiveSettings
from noctule.sasl.mechanisms import Mechanism, Needs, Strength, usable, wanted_strength
from noctule.sasl.steps import (
    Answer,
    AskSecret,
    Challenge,
    CheckPassword,
    CheckToken,
    Failure,
    Question,
    ServerExchange,
    ServerParty,
    ServerStep,
    Success,
)
from noctule.smtp import replies
from noctule.smtp.events import AuthenticationAnswered, AuthenticationRequested
from noctule.symbols.macros import Macros

CANCEL = "*"
EMPTY = "="  # an initial response of no bytes
BACK_END_TIME = 60.0  # seconds for one question
_NONCE = 18  # random bytes


class Authentication:
    """Who the client of one connection is.  `user` is "" until it is known."""

    __slots__ = (
        "_caller",
        "_exchange",
        "_guessed",
        "_handshake",
        "_mechanism",
        "_scope",
        "_services",
        "_settings",
        "user",
    )

    def __init__(self, services: Services, settings: ReceiveSettings, caller: Caller, scope: Macros) -> None:
        self._services = services
        self._settings = settings
        self._caller = caller
        self._scope = scope
        self._handshake: Handshake | None = None
        self._exchange: ServerExchange | None = None
        self._mechanism: Mechanism | None = None
        self._guessed: str | None = None  # the account a guess was counted for in this exchange
        self.user = ""

    def encrypted(self, handshake: Handshake) -> None:
        """TLS stands: what was said before is forgotten."""
        self._handshake = handshake
        self.user = ""
        for name in ("auth_type", "auth_authen", "auth_ssf"):
            self._scope.set(name, None)

    def offered(self, features: Features) -> tuple[str, ...]:
        """The mechanisms EHLO announces."""
        if not features.auth or self._settings.daemon.has("A"):
            return ()
        return tuple(mechanism.name for mechanism in self._usable(features))

    def tell(self, features: Features) -> None:
        """Log which mechanisms a client may use, and which the site allows."""
        if available := self.offered(features):
            self._services.log.authentication_offered(
                available=" ".join(available), allowed=" ".join(self._settings.auth.mechanisms)
            )

    def _usable(self, features: Features) -> tuple[Mechanism, ...]:
        settings, passwords = self._settings.auth, self._services.passwords
        if passwords is None:
            return ()
        wanted = wanted_strength(settings.letters)
        wanted |= Strength.NO_PLAINTEXT if features.protected_passwords else Strength(0)
        allowed = passwords.mechanisms
        names = [name for name in settings.mechanisms if allowed is None or name.upper() in allowed]
        return usable(names, wanted, encrypted=self._handshake is not None, present=self._present(passwords))

    def _present(self, passwords: Passwords) -> Needs:
        """What mechanisms may need and would find."""
        handshake = self._handshake
        present = Needs.SECRET if passwords.back_end.gives_secrets else Needs.NOTHING
        present |= Needs.TOKENS if passwords.tokens is not None else Needs.NOTHING
        present |= Needs.KERBEROS if passwords.kerberos is not None else Needs.NOTHING
        present |= Needs.BINDING if handshake is not None and handshake.bindings else Needs.NOTHING
        return present | (Needs.EXTERNAL if self._external else Needs.NOTHING)

    @property
    def _external(self) -> str:
        """Who a verified certificate says the client is."""
        handshake = self._handshake
        if handshake is None or handshake.verified is not Verified.OK or handshake.certificate is None:
            return ""
        return handshake.certificate.subject

    async def begin(self, event: AuthenticationRequested, features: Features, queue_id: str) -> Reply:
        """The reply to AUTH."""
        mechanism = next((m for m in self._usable(features) if m.name == event.mechanism.upper()), None)
        if mechanism is None:
            return replies.no_mechanism(event.mechanism)
        try:
            initial = _decoded(event.initial) if event.initial is not None else None
        except binascii.Error:
            self._services.log.authentication_undecodable(queue_id, relay=self._caller.peer)
            return replies.AUTH_MALFORMED
        self._mechanism, self._guessed = mechanism, None
        self._exchange = mechanism.serve(self._party(features))
        return await self._go_on(self._exchange.start(initial), queue_id)

    async def respond(self, event: AuthenticationAnswered, queue_id: str) -> Reply:
        """The reply to the answer of a challenge."""
        assert self._exchange is not None
        if event.response == CANCEL:
            return replies.AUTH_CANCELLED
        try:
            response = base64.b64decode(event.response, validate=True)
        except (binascii.Error, ValueError):
            return replies.AUTH_MALFORMED
        return await self._go_on(self._exchange.respond(response), queue_id)

    def _party(self, features: Features) -> ServerParty:
        settings, services = self._settings, self._services
        assert services.passwords is not None
        return ServerParty(
            host=settings.host,
            realm=settings.auth.realm or settings.host,
            nonce=lambda: base64.b64encode(services.random(_NONCE)),
            external=self._external,
            bindings=self._handshake.bindings if self._handshake else {},
            offers_binding=any(m.needs & Needs.BINDING for m in self._usable(features)),
            challenge_time=int(services.clock()),
            kerberos=services.passwords.kerberos,
        )

    async def _go_on(self, step: ServerStep, queue_id: str) -> Reply:
        """From a step of the exchange to the reply, asking the back end what the mechanism asks."""
        exchange, passwords = self._exchange, self._services.passwords
        assert exchange is not None and passwords is not None
        while isinstance(step, Question):
            account = f"{step.login.name}@{step.login.realm}" if step.login.given else ""  # a token may say it alone
            wait = passwords.guesses.begin(self._caller.address, account)
            if wait is None:
                return self._not_now(queue_id, account, "too many failures")
            self._guessed = account
            if wait:
                await self._services.sleep(wait)
            try:
                async with asyncio.timeout(BACK_END_TIME):
                    step = exchange.answer(await _answer(step, passwords))
            except (TimeoutError, TemporaryError) as error:
                self._forgive(passwords)
                return self._not_now(queue_id, account, str(error) or f"{passwords.back_end.name}: no answer in time")
        match step:
            case Challenge(data):
                return replies.challenge(base64.b64encode(data).decode("ascii"))
            case Success(login):
                self._forgive(passwords)
                return self._let_in(login.given)
            case Failure(login=failed):
                return self._refused(queue_id, failed.given if failed else "", str(step))

    def _forgive(self, passwords: Passwords) -> None:
        """The guess of this exchange was none.  EXTERNAL and GSSAPI guess nothing, and make no other guess good."""
        if self._guessed is not None:
            passwords.guesses.forgive(self._caller.address, self._guessed)
            self._guessed = None

    def _let_in(self, user: str) -> Reply:
        assert self._mechanism is not None
        self.user = user
        self._scope.set("auth_type", self._mechanism.name)
        self._scope.set("auth_authen", xtext(user))
        self._scope.set("auth_ssf", "0")
        self._services.log.authenticated(relay=self._caller.peer, user=user, mechanism=self._mechanism.name)
        return replies.AUTHENTICATED

    def _refused(self, queue_id: str, user: str, reason: str) -> Reply:
        assert self._mechanism is not None
        self._services.log.authentication_failed(
            queue_id, relay=self._caller.peer, user=user, mechanism=self._mechanism.name, reason=reason
        )
        return replies.AUTH_FAILED

    def _not_now(self, queue_id: str, user: str, reason: str) -> Reply:
        """Neither yes nor no."""
        self._refused(queue_id, user, f"temporary failure: {reason}")
        return replies.AUTH_UNAVAILABLE


async def _answer(question: Question, passwords: Passwords) -> Answer:
    match question:
        case CheckPassword(login, password):
            return await passwords.back_end.verify(login, password)
        case AskSecret(login):
            return await passwords.back_end.secret(login)
        case CheckToken(_, token):
            assert passwords.tokens is not None
            return await passwords.tokens.user(token)


def _decoded(text: str) -> bytes:
    """An initial response.  Raises binascii.Error."""
    if text == EMPTY:
        return b""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:  # not ASCII
        raise binascii.Error(str(error)) from error


def xtext(text: str) -> str:
    """Byte text as xtext (RFC 3461 section 4)."""
    return "".join(chr(b) if 33 <= b <= 126 and b not in b"+=<>()" else f"+{b:02X}" for b in to_bytes(text))
