"""AUTH on the way out: who we are to a server, and the exchange (RFC 4954).

The ruleset `authinfo` is asked about the server; a configuration without it may have one name for all in the file
DefaultAuthInfo.  Of the mechanisms both sides have, the strongest is tried first.  A log-in that fails keeps the mail
back, with what the server said: it is for the administrator to mend, and mail that goes on without is refused for good.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass

from noctule.base.errors import ProtocolError, TemporaryError
from noctule.base.questions import Answering
from noctule.base.text import BLANKS
from noctule.deliver.accesstokens import AccessTokens
from noctule.deliver.connections import Connection
from noctule.deliver.credentials import TEMPORARY, Identity, from_ruleset
from noctule.deliver.dialogue import next_event
from noctule.deliver.settings import Timeouts
from noctule.deliver.verdict import Remote, lost
from noctule.mail.outcome import Deferred, Outcome
from noctule.mail.reply import Reply
from noctule.net.aside import Aside
from noctule.observe.log import Log
from noctule.rewrite.addresses import Addresses
from noctule.rewrite.settle import settle
from noctule.sasl.mechanisms import Mechanism, Needs, strongest_first, usable, wanted_strength
from noctule.sasl.steps import ClientExchange, ClientParty, SecurityContext
from noctule.smtp.client import AuthAnswered, Closed
from noctule.symbols.macros import Macros

MAX_ROUNDS = 10  # challenges of one exchange
AUTHENTICATED = 235
CHALLENGE = 334
_ONLY_AUTHENTICATED = "A"  # of AuthOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSettings:
    """How we log in.

    `default` reads DefaultAuthInfo, and gives None without one; `secret` reads a file with a password or token.  Both
    raise TemporaryError for a file that cannot be used.  `tokens` asks for access tokens.  `kerberos` begins a context
    of GSSAPI.
    """

    mechanisms: tuple[str, ...]  # AuthMechanisms
    letters: str  # AuthOptions
    nonce: Callable[[], bytes]
    default: Callable[[], Identity | None]
    secret: Callable[[str], str]
    tokens: AccessTokens
    kerberos: Callable[[str, str], SecurityContext] | None = None


class Authentication:
    """One for each worker."""

    def __init__(self, addresses: Addresses, maps: Answering, log: Log, settings: LoginSettings) -> None:
        self._addresses = addresses
        self._maps = maps
        self._log = log
        self._settings = settings
        self._aside: Aside[ClientExchange] = Aside()

    def vouches(self, connection: Connection) -> bool:
        """Whether MAIL may have an AUTH= parameter."""
        return _ONLY_AUTHENTICATED not in self._settings.letters or "auth_type" in connection.macros

    async def log_in(self, connection: Connection, scope: Macros, timeouts: Timeouts) -> Outcome | None:
        """Say who we are, if the server asks and somebody told us; None: the connection may be used.

        Raises OSError when the connection broke.
        """
        if not connection.client.extensions.auth:
            return None
        remote = connection.remote
        try:
            connection.identity = identity = await self._identity(connection, scope)
            secret = await self._with_secret(identity) if identity is not None else None
        except TemporaryError:
            outcome: Outcome | None = _not_now(remote)
        else:
            outcome = await self._log_in_as(secret, connection, timeouts) if secret is not None else None
        if outcome is not None:
            self._log.login_failed(relay=remote.name)
        return outcome

    async def suits(self, connection: Connection, scope: Macros) -> bool:
        """Whether a connection made for another message says of us what it would say if it were made for this one."""
        if not connection.logs_in or not connection.client.extensions.auth:
            return True
        try:
            return await self._identity(connection, scope) == connection.identity
        except TemporaryError:
            return False

    async def _identity(self, connection: Connection, scope: Macros) -> Identity | None:
        """None: nobody in particular.  Raises TemporaryError when nobody can tell now."""
        remote, scope = connection.remote, scope.child(connection.macros)
        addresses, args = self._addresses, (remote.name, remote.address)
        if not addresses.defined("authinfo"):
            return self._settings.default()
        tokens = await settle(lambda asks: addresses.capabilities("authinfo", args, scope, asks), self._maps)
        if tokens is None:
            return None
        if tokens and tokens[0].startswith(TEMPORARY):
            raise TemporaryError("authinfo: a look-up failed")
        try:
            return from_ruleset(tokens)
        except ValueError:
            self._log.login_unknown(relay=remote.name, address=remote.address)
            return None

    async def _with_secret(self, identity: Identity) -> Identity:
        """With the password or token its file leads to.  Raises TemporaryError."""
        if identity.file:
            return identity.with_password(self._settings.secret(identity.file))
        if not identity.grant:
            return identity
        try:
            return identity.with_password(await self._settings.tokens.get(identity.grant))
        except TemporaryError as error:
            self._log.login_token_unavailable(str(error))
            raise

    async def _log_in_as(self, identity: Identity, connection: Connection, timeouts: Timeouts) -> Outcome | None:
        remote = connection.remote
        mechanisms = self._usable(identity, connection)
        if not mechanisms:
            self._log.login_impossible(offered=" ".join(self._common(identity, connection)))
            return _not_now(remote)
        party = ClientParty(
            host=remote.name.rstrip("."),
            credentials=identity.credentials,
            nonce=self._settings.nonce,
            bindings=connection.bindings or {},
            kerberos=self._settings.kerberos,
        )
        refused: Outcome | None = None
        for mechanism in mechanisms:
            try:
                ending = await _exchange(mechanism.name, await self._begin(mechanism, party), connection, timeouts)
            except ProtocolError as error:
                # a server that breaks the rules, or cannot prove who it is, must not be told any more
                connection.stream.abort()
                return _failed(remote, f"AUTH {mechanism.name}: {error}")
            if isinstance(ending, Closed):
                return _not_now(remote, str(ending.reply)) if ending.reply else lost(ending.phase, remote, ending.error)
            if ending.code == AUTHENTICATED:
                connection.macros |= {"auth_type": mechanism.name, "auth_ssf": "0"}
                self._log.logged_in(relay=remote.name, mechanism=mechanism.name)
                return None
            refused = _failed(remote, str(ending), str(ending))
        if identity.grant:
            self._settings.tokens.refused(identity.grant)
        return refused

    async def _begin(self, mechanism: Mechanism, party: ClientParty) -> ClientExchange:
        """Raises ProtocolError.  Kerberos may ask the KDC first, which can only be waited for."""
        if Needs.KERBEROS not in mechanism.needs:
            return mechanism.log_in(party)
        try:
            return await self._aside.ask(lambda _: mechanism.log_in(party), id(party))
        except TimeoutError:
            raise ProtocolError("the KDC does not answer") from None

    def _common(self, identity: Identity, connection: Connection) -> tuple[str, ...]:
        """The mechanisms that the server offers and we may use, strongest first."""
        wanted = identity.mechanisms or tuple(name.upper() for name in self._settings.mechanisms)
        return strongest_first([name for name in connection.client.extensions.auth if name in wanted])

    def _usable(self, identity: Identity, connection: Connection) -> tuple[Mechanism, ...]:
        """Those of them that are strong enough, and for which we have what they need."""
        encrypted = connection.bindings is not None
        present = Needs.SECRET | Needs.TOKENS if identity.has_password else Needs.NOTHING
        present |= Needs.BINDING if connection.bindings else Needs.NOTHING
        if not identity.has_password:
            present |= Needs.EXTERNAL if encrypted else Needs.NOTHING
            present |= Needs.KERBEROS if self._settings.kerberos is not None else Needs.NOTHING
        strength = wanted_strength(self._settings.letters)
        found = usable(self._common(identity, connection), strength, encrypted=encrypted, present=present)
        return tuple(m for m in found if identity.has_password or m.needs & (Needs.EXTERNAL | Needs.KERBEROS))


async def _exchange(name: str, exchange: ClientExchange, connection: Connection, timeouts: Timeouts) -> Reply | Closed:
    """The last reply.  Raises ProtocolError, and OSError when the connection broke."""
    client, initial = connection.client, exchange.initial_response
    client.authenticate(name, None if initial is None else base64.b64encode(initial).decode("ascii") or "=")
    for _ in range(MAX_ROUNDS):
        event = await next_event(client, connection.stream, timeouts)
        if isinstance(event, Closed):
            return event
        assert isinstance(event, AuthAnswered)
        reply = event.reply
        if reply.code == AUTHENTICATED:
            exchange.finish()
        if reply.code != CHALLENGE:
            return reply
        response = exchange.respond(_decoded(reply.text))
        client.answer_challenge(base64.b64encode(response).decode("ascii"))
    raise ProtocolError("the exchange does not end")


def _decoded(challenge: str) -> bytes:
    try:
        return base64.b64decode(challenge.strip(BLANKS), validate=True)
    except ValueError:
        raise ProtocolError("a challenge that is no base64") from None


def _not_now(remote: Remote, reply: str = "") -> Deferred:
    return _deferred(remote, "4.3.0", "Temporary AUTH failure", reply)


def _failed(remote: Remote, text: str, reply: str = "") -> Deferred:
    return _deferred(remote, "4.7.0", text, reply)


def _deferred(remote: Remote, status: str, text: str, reply: str) -> Deferred:
    return Deferred(
        status=status, text=f"Deferred: {text}", reply=reply, remote=remote.name, remote_address=remote.address
    )
