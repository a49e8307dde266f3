"""AUTH on the way out: whom we are to a server, and the exchange (RFC 4954).

The ruleset `authinfo` is asked about the server; without it the file DefaultAuthInfo holds one name for all.  Of the
mechanisms both sides have, the strongest is tried first.  A log-in that fails keeps the mail back: it is for the
administrator to mend, not for the sender to hear of.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from noctule.base.errors import ProtocolError, TemporaryError
from noctule.base.questions import Answering
from noctule.deliver.connections import Connection
from noctule.deliver.dialogue import next_event
from noctule.deliver.settings import Timeouts
from noctule.deliver.verdict import Remote, lost
from noctule.mail.outcome import Deferred, Outcome
from noctule.mail.reply import Reply
from noctule.observe.log import Log
from noctule.rewrite.addresses import Addresses
from noctule.rewrite.settle import settle
from noctule.sasl.mechanisms import Mechanism, Needs, strongest_first, usable, wanted_strength
from noctule.sasl.steps import ClientExchange, ClientParty, Credentials
from noctule.smtp.client import AuthAnswered, Closed
from noctule.symbols.macros import Macros

_MAX_ROUNDS = 10
_TEMPORARY = "temp"
_AUTH_STATUS = "4.7.0"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are to a server.  `mechanisms` in upper case, none: those of AuthMechanisms."""

    credentials: Credentials
    mechanisms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSettings:
    """How we log in.  `default` reads DefaultAuthInfo, and raises TemporaryError when it cannot be used."""

    mechanisms: tuple[str, ...]  # AuthMechanisms
    letters: str  # AuthOptions
    nonce: Callable[[], bytes]
    default: Callable[[], Identity | None] = lambda: None


class Authentication:
    """One for each worker."""

    def __init__(self, addresses: Addresses, maps: Answering, log: Log, settings: LoginSettings) -> None:
        self._addresses = addresses
        self._maps = maps
        self._log = log
        self._settings = settings

    async def log_in(self, connection: Connection, scope: Macros, timeouts: Timeouts) -> Outcome | None:
        """Say who we are, if the server asks and somebody told us; None: the connection may be used.

        Raises OSError when the connection broke.
        """
        offered, remote = connection.client.extensions.auth, connection.remote
        if not offered:
            return None
        try:
            identity = await self._identity(remote, scope.child(connection.macros))
        except TemporaryError as error:
            self._log.login_unknown(relay=remote.name, address=remote.address)
            return Deferred(status="4.3.0", text=f"Deferred: authinfo: {error}", remote=remote.name)
        if identity is None:
            return None
        mechanisms = self._mechanisms(identity, offered, connection.bindings)
        if not mechanisms:
            self._log.login_impossible(offered=" ".join(offered))
        failure: Outcome | None = None
        for mechanism in mechanisms:
            party = ClientParty(
                host=remote.name.rstrip(".") or "localhost",
                credentials=identity.credentials,
                nonce=self._settings.nonce,
                bindings=connection.bindings or {},
            )
            failure = await self._try(connection, mechanism, party, timeouts)
            if failure is None:
                self._log.logged_in(relay=remote.name, mechanism=mechanism.name)
                return None
            if not connection.client.idle:
                break
        return failure

    def _mechanisms(
        self, identity: Identity, offered: tuple[str, ...], bindings: Mapping[str, bytes] | None
    ) -> tuple[Mechanism, ...]:
        wanted = identity.mechanisms or tuple(name.upper() for name in self._settings.mechanisms)
        both = strongest_first([name for name in offered if name in wanted])
        present = Needs.EXTERNAL if not identity.credentials.password else Needs.SECRET | Needs.TOKENS
        present |= Needs.BINDING if bindings else Needs.NOTHING
        strength = wanted_strength(self._settings.letters)
        return usable(both, strength, encrypted=bindings is not None, present=present)

    async def _identity(self, remote: Remote, scope: Macros) -> Identity | None:
        """Raises TemporaryError when nobody can tell now."""
        addresses = self._addresses
        args = (remote.name, remote.address)
        tokens = await settle(lambda asks: addresses.capabilities("authinfo", args, scope, asks), self._maps)
        if not tokens:
            return self._settings.default()
        if tokens[0].lower().startswith(_TEMPORARY):
            raise TemporaryError("a look-up failed")
        return read_identity(tokens)

    async def _try(
        self, connection: Connection, mechanism: Mechanism, party: ClientParty, timeouts: Timeouts
    ) -> Outcome | None:
        remote = connection.remote
        try:
            exchange = mechanism.log_in(party)
            reply = await self._exchange(connection, mechanism.name, exchange, timeouts)
        except (ProtocolError, binascii.Error) as error:
            connection.stream.abort()  # whoever this is, it is not the one we know
            return _failed(remote, f"AUTH {mechanism.name}: {error}")
        if reply is None:
            return lost(connection.client.phase, remote)
        return None if reply.code == 235 else _failed(remote, str(reply), str(reply))

    async def _exchange(
        self, connection: Connection, name: str, exchange: ClientExchange, timeouts: Timeouts
    ) -> Reply | None:
        """The last reply; None when the server is gone.  Raises ProtocolError and binascii.Error."""
        client, initial = connection.client, exchange.initial_response
        text = None if initial is None else base64.b64encode(initial).decode("ascii") or "="
        client.authenticate(name, text)
        for _ in range(_MAX_ROUNDS):
            event = await next_event(client, connection.stream, timeouts)
            if isinstance(event, Closed):
                return event.reply
            assert isinstance(event, AuthAnswered)
            if event.reply.code == 235:
                exchange.finish()
            if event.reply.code != 334:
                return event.reply
            try:
                response = exchange.respond(base64.b64decode(event.reply.text.strip(), validate=True))
            except (ProtocolError, ValueError):
                client.answer_challenge("*")
                raise
            client.answer_challenge(base64.b64encode(response).decode("ascii"))
        raise ProtocolError("the exchange does not end")


def read_identity(tokens: list[str]) -> Identity | None:
    """What `authinfo` says: `"U:user" "I:name" "P:password" "R:realm" "M:mechanisms"`, `=` before base64.

    None without a name.  Raises TemporaryError for what cannot be read.
    """
    found: dict[str, str] = {}
    for token in tokens:
        word = token.removeprefix('"').removesuffix('"')
        if len(word) < 2 or word[0].upper() not in "UIPRM" or word[1] not in ":=":
            continue
        try:
            value = word[2:] if word[1] == ":" else base64.b64decode(word[2:], validate=True).decode("latin-1")
        except ValueError:
            raise TemporaryError("base64 not understood") from None
        found[word[0].upper()] = value
    author, name = found.get("U", ""), found.get("I", "")
    if not (author or name):
        return None
    credentials = Credentials(name=name or author, password=found.get("P", ""), author=author, realm=found.get("R", ""))
    return Identity(credentials, tuple(found.get("M", "").upper().split()))


def _failed(remote: Remote, text: str, reply: str = "") -> Deferred:
    return Deferred(
        status=_AUTH_STATUS,
        text=f"Deferred: {text}",
        reply=reply,
        remote=remote.name,
        remote_address=remote.address,
    )
