"""The one table of mechanisms, strongest first, and what may be used when."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import Flag, auto
from functools import partial

from noctule.sasl import bearer, cram, digest, gssapi, plain, scram
from noctule.sasl.steps import ClientExchange, ClientParty, ClientSteps, ServerExchange, ServerParty, ServerSteps


class Strength(Flag):
    """What a mechanism is good for; the letters of AuthOptions ask for these.

    Without NO_PLAINTEXT who listens learns the password; without NO_DICTIONARY he can try passwords at home; without
    NO_ACTIVE who sits in between can take the connection over.
    """

    NO_PLAINTEXT = auto()  # p
    NO_ACTIVE = auto()  # a
    NO_DICTIONARY = auto()  # d
    FORWARD_SECRECY = auto()  # f
    NO_ANONYMOUS = auto()  # y
    PASS_CREDENTIALS = auto()  # c
    MUTUAL = auto()  # m


LETTERS = {
    "a": Strength.NO_ACTIVE,
    "c": Strength.PASS_CREDENTIALS,
    "d": Strength.NO_DICTIONARY,
    "f": Strength.FORWARD_SECRECY,
    "m": Strength.MUTUAL,
    "p": Strength.NO_PLAINTEXT,
    "y": Strength.NO_ANONYMOUS,
}
"""AuthOptions; `A` is of another kind (AUTH= of MAIL only when authenticated)."""


class Needs(Flag):
    """What must be there for a mechanism to be of use."""

    NOTHING = 0
    SECRET = auto()  # a back end that gives secrets
    EXTERNAL = auto()  # an identity from the layer below
    BINDING = auto()  # channel bindings
    TOKENS = auto()  # somebody who checks bearer tokens
    KERBEROS = auto()  # Kerberos keys or tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """One row.  `first`: the client speaks first, so that AUTH may carry an initial response."""

    name: str
    strength: Strength
    needs: Needs
    server: Callable[[ServerParty], ServerSteps]
    client: Callable[[ClientParty], ClientSteps]
    first: bool = True
    initial_response: bool = True  # may come with AUTH: also the name with LOGIN, whose server asks for it first

    def serve(self, party: ServerParty) -> ServerExchange:
        """Begin the server's side of an exchange."""
        return ServerExchange(self.server(party), initial_response=self.initial_response, client_first=self.first)

    def log_in(self, party: ClientParty) -> ClientExchange:
        """Begin the client's side.  Raises ProtocolError where the credentials cannot be sent by this mechanism."""
        return ClientExchange(self.client(party), speaks_first=self.first)


_S = Strength
_SCRAM = _S.NO_PLAINTEXT | _S.NO_ACTIVE | _S.NO_ANONYMOUS | _S.MUTUAL


def _scram(name: str, hash_name: str, *, bound: bool = False) -> Mechanism:
    return Mechanism(
        name=name,
        strength=_SCRAM,
        needs=Needs.SECRET | Needs.BINDING if bound else Needs.SECRET,
        server=partial(scram.scram_server, digest=hash_name, bound=bound),
        client=partial(scram.scram_client, digest=hash_name, bound=bound),
    )


MECHANISMS = {
    mechanism.name: mechanism
    for mechanism in (
        Mechanism(
            name="EXTERNAL",
            strength=_S.NO_PLAINTEXT | _S.NO_DICTIONARY | _S.NO_ANONYMOUS,
            needs=Needs.EXTERNAL,
            server=plain.external_server,
            client=plain.external_client,
        ),
        Mechanism(
            name="GSSAPI",
            strength=_S.NO_PLAINTEXT | _S.NO_ACTIVE | _S.NO_ANONYMOUS | _S.MUTUAL | _S.PASS_CREDENTIALS,
            needs=Needs.KERBEROS,
            server=gssapi.gssapi_server,
            client=gssapi.gssapi_client,
        ),
        _scram("SCRAM-SHA-256-PLUS", "sha256", bound=True),
        _scram("SCRAM-SHA-1-PLUS", "sha1", bound=True),
        _scram("SCRAM-SHA-256", "sha256"),
        _scram("SCRAM-SHA-1", "sha1"),
        Mechanism(
            name="DIGEST-MD5",
            strength=_S.NO_PLAINTEXT | _S.NO_ANONYMOUS | _S.MUTUAL,
            needs=Needs.SECRET,
            server=digest.digest_server,
            client=digest.digest_client,
            first=False,
            initial_response=False,
        ),
        Mechanism(
            name="CRAM-MD5",
            strength=_S.NO_PLAINTEXT | _S.NO_ANONYMOUS,
            needs=Needs.SECRET,
            server=cram.cram_server,
            client=cram.cram_client,
            first=False,
            initial_response=False,
        ),
        Mechanism(
            name="OAUTHBEARER",
            strength=_S.NO_ANONYMOUS | _S.PASS_CREDENTIALS,
            needs=Needs.TOKENS,
            server=bearer.oauthbearer_server,
            client=bearer.oauthbearer_client,
        ),
        Mechanism(
            name="XOAUTH2",
            strength=_S.NO_ANONYMOUS | _S.PASS_CREDENTIALS,
            needs=Needs.TOKENS,
            server=bearer.xoauth2_server,
            client=bearer.xoauth2_client,
        ),
        Mechanism(
            name="PLAIN",
            strength=_S.NO_ANONYMOUS | _S.PASS_CREDENTIALS,
            needs=Needs.NOTHING,
            server=plain.plain_server,
            client=plain.plain_client,
        ),
        Mechanism(
            name="LOGIN",
            strength=_S.NO_ANONYMOUS | _S.PASS_CREDENTIALS,
            needs=Needs.NOTHING,
            server=plain.login_server,
            client=plain.login_client,
            first=False,
        ),
    )
}


def wanted_strength(letters: str) -> Strength:
    """What the letters of AuthOptions ask for; others are passed over."""
    wanted = Strength(0)
    for letter in letters:
        wanted |= LETTERS.get(letter, Strength(0))
    return wanted


def usable(names: Iterable[str], wanted: Strength, *, encrypted: bool, present: Needs) -> tuple[Mechanism, ...]:
    """Of the mechanisms named, in their order, those that are known, strong enough and not in want of anything.

    `encrypted`: the connection is, so that nobody hears a plain password.
    """
    if encrypted:
        wanted &= ~Strength.NO_PLAINTEXT
    known = [MECHANISMS[name] for name in dict.fromkeys(map(str.upper, names)) if name in MECHANISMS]
    return tuple(m for m in known if m.needs in present and wanted in m.strength)


def strongest_first(names: Collection[str]) -> tuple[str, ...]:
    """The known ones of these names, in the table's order."""
    upper = {name.upper() for name in names}
    return tuple(name for name in MECHANISMS if name in upper)
