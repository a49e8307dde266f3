"""Bearer tokens of OAuth 2.0: OAUTHBEARER (RFC 7628) and its forerunner XOAUTH2.

Both send one message with a token.  A server that refuses it says why in a JSON challenge, which the client answers by
a dummy (`\\x01` or nothing) before the exchange fails.
"""

import json

from noctule.base.errors import ProtocolError
from noctule.sasl.login import MAX_NAME, Login
from noctule.sasl.steps import (
    CheckToken,
    ClientParty,
    ClientSteps,
    Failure,
    MalformedError,
    ServerParty,
    ServerSteps,
    Success,
    asked,
    challenged,
)

_REFUSED = json.dumps({"status": "invalid_token"}, separators=(",", ":")).encode("ascii")
_SEPARATOR = b"\x01"


def xoauth2_server(party: ServerParty) -> ServerSteps:
    """The server's side."""
    message = yield from challenged(b"")
    fields = _pairs(message, end=2)
    return (yield from _checked(party.login(fields.get(b"user", b"")), fields.get(b"auth", b"")))


def oauthbearer_server(party: ServerParty) -> ServerSteps:
    """The server's side."""
    message = yield from challenged(b"")
    header, separator, rest = message.partition(_SEPARATOR)
    parts = header.split(b",")
    if not separator or len(parts) != 3 or parts[0] not in {b"n", b"y"} or (parts[1] and parts[1][:2] != b"a="):
        raise MalformedError("no GS2 header")
    author = parts[1][2:].replace(b"=2C", b",").replace(b"=3D", b"=")
    return (yield from _checked(party.login(author), _pairs(rest, end=2).get(b"auth", b"")))


def _checked(login: Login, scheme: bytes) -> ServerSteps:
    kind, _, token = scheme.partition(b" ")
    if kind.lower() != b"bearer" or not token or len(login.given) > MAX_NAME or "\0" in login.given:
        raise MalformedError("no bearer token")
    user = yield from asked(CheckToken(login, token.strip(b" \t\r\n")), str)
    if user is not None and login.given in {"", user}:
        return Success(Login(user, login.default_realm))
    yield from challenged(_REFUSED)
    return Failure("token refused", login)


def _pairs(message: bytes, *, end: int) -> dict[bytes, bytes]:
    """`key=value` pairs, each ended by 0x01, the last one by `end` of them."""
    if not message.endswith(_SEPARATOR * end):
        raise MalformedError("message not ended")
    pairs = {}
    for pair in message[:-end].split(_SEPARATOR):
        key, equals, value = pair.partition(b"=")
        if not equals or key in pairs:
            raise MalformedError("not key=value")
        pairs[key] = value
    return pairs


def xoauth2_client(party: ClientParty) -> ClientSteps:
    """The client's side."""
    who = party.credentials
    reason = yield f"user={who.name}\x01auth=Bearer {who.password}\x01\x01".encode("latin-1")
    if reason:
        yield b""


def oauthbearer_client(party: ClientParty) -> ClientSteps:
    """The client's side."""
    who = party.credentials
    if "\x01" in who.name + who.password:
        raise ProtocolError("a name or token holds a separator")
    name = who.name.replace("=", "=3D").replace(",", "=2C")
    reason = yield f"n,a={name},\x01auth=Bearer {who.password}\x01\x01".encode("latin-1")
    if reason:
        yield _SEPARATOR
