"""The mechanisms without cryptography: PLAIN (RFC 4616), LOGIN (no RFC; as all do it), EXTERNAL (RFC 4422 A)."""

from noctule.base.errors import ProtocolError
from noctule.sasl.login import MAX_NAME, MAX_PASSWORD, Login
from noctule.sasl.steps import (
    WRONG,
    CheckPassword,
    ClientParty,
    ClientSteps,
    Failure,
    Kind,
    MalformedError,
    ServerParty,
    ServerSteps,
    Success,
    asked,
    challenged,
)

USERNAME = b"Username:"
PASSWORD = b"Password:"


def plain_server(party: ServerParty) -> ServerSteps:
    """The server's side."""
    message = yield from challenged(b"")
    parts = message.split(b"\0")
    if len(parts) != 3:
        raise MalformedError("PLAIN needs an authorisation identity, a name and a password")
    _author, name, password = parts
    return (yield from _checked(party.login(name), password, WRONG))


def login_server(party: ServerParty) -> ServerSteps:
    """The server's side."""
    name = yield from challenged(USERNAME)
    password = yield from challenged(PASSWORD)
    return (yield from _checked(party.login(name), password, "checkpass failed"))


def _checked(login: Login, password: bytes, wrong: str) -> ServerSteps:
    if not login.given:
        return Failure("All-whitespace username.", login, Kind.GENERIC)
    if not password:
        return Failure("no password", login)
    if len(login.given) > MAX_NAME or len(password) > MAX_PASSWORD or "\0" in login.given or b"\0" in password:
        return Failure("name or password too long, or with a NUL", login)
    if not (yield from asked(CheckPassword(login, password), bool)):
        return Failure(wrong, login)
    return Success(login)


def external_server(party: ServerParty) -> ServerSteps:
    """The server's side."""
    author = yield from challenged(b"")
    if not party.external:
        return Failure("nobody vouches for the client")
    login = Login(party.external, party.realm)
    if author not in {b"", party.external.encode("latin-1")}:
        return Failure("Requested identity not authenticated identity", login)
    return Success(login)


def plain_client(party: ClientParty) -> ClientSteps:
    """The client's side."""
    who = party.credentials
    author = "" if who.author == who.name else who.author
    message = f"{author}\0{who.name}\0{who.password}".encode("latin-1")
    if message.count(b"\0") != 2:
        raise ProtocolError("a name or password holds a NUL")
    yield message


def login_client(party: ClientParty) -> ClientSteps:
    """The server's words do not matter: the first question is for the name, the second for the password."""
    yield b""
    yield party.credentials.name.encode("latin-1")
    yield party.credentials.password.encode("latin-1")


def external_client(party: ClientParty) -> ClientSteps:
    """The client's side."""
    yield party.credentials.author.encode("latin-1")
