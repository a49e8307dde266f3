"""DIGEST-MD5 (RFC 2831), without its security layers.  The server must know the password itself.

    S: realm="example.org",nonce="...",qop="auth",charset=utf-8,algorithm=md5-sess
    C: username="user",realm="example.org",nonce="...",cnonce="...",nc=00000001,qop=auth,digest-uri="smtp/host",
       response=...
    S: rspauth=...

The digest-uri's service must be ours; its host is what the client calls us, which behind aliases, addresses and
port forwardings may be anything, so it counts only in the digest.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping

from noctule.base.errors import ProtocolError
from noctule.sasl.login import MAX_NAME, Login, Secret
from noctule.sasl.steps import (
    UNKNOWN,
    WRONG,
    AskSecret,
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

MAX_CHALLENGE = 2048  # section 2.1.1
MAX_RESPONSE = 4096  # section 2.1.2
_FIELD = re.compile(
    rb'[ \t\r\n,]*([!#-\'*+.0-9A-Z^_`a-z|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\\0]|\\.)*)"|([^",\s\0]*))[ \t]*(?=,|$)'
)
_FIRST_USE = b"00000001"
_MANY = frozenset({b"realm", b"auth-param"})  # what a challenge may hold several times


def digest_server(party: ServerParty) -> ServerSteps:
    """The server's side."""
    nonce = party.nonce()
    challenge = b'nonce="%b",realm="%b",qop="auth",charset=utf-8,algorithm=md5-sess' % (
        nonce,
        _quoted(party.realm.encode("latin-1")),
    )
    response = yield from challenged(challenge)
    given = _parsed(response, MAX_RESPONSE, party.realm)
    if given.get(b"nonce") != nonce or given.get(b"nc") != _FIRST_USE:
        raise MalformedError("not an answer to this challenge")
    if given.get(b"qop", b"auth") != b"auth" or not given.get(b"cnonce"):
        raise MalformedError("no such quality of protection")
    if given.get(b"digest-uri", b"").partition(b"/")[0].lower() != party.service.encode("ascii"):
        raise MalformedError("meant for another service")
    login = _login(given, party)
    secret = yield from asked(AskSecret(login), Secret)
    known = secret.password if secret else None
    expected = _response(given, known or b"nobody", b"AUTHENTICATE:")
    right = hmac.compare_digest(expected, given.get(b"response", b"").lower())
    if known is None:
        return Failure(UNKNOWN, login, Kind.UNKNOWN)
    if not right:
        return Failure(WRONG, login)
    yield from challenged(b"rspauth=" + _response(given, known, b":"))
    return Success(login)


def digest_client(party: ClientParty) -> ClientSteps:
    """The client's side."""
    who = party.credentials
    challenge = yield b""
    offered = _parsed(challenge, MAX_CHALLENGE, who.realm)
    if offered.get(b"algorithm") != b"md5-sess" or not offered.get(b"nonce"):
        raise MalformedError("no algorithm or no nonce")
    if b"auth" not in offered.get(b"qop", b"auth").replace(b" ", b"").split(b","):
        raise ProtocolError("the server wants a security layer")
    answer = {
        b"username": who.name.encode("latin-1"),
        b"realm": offered.get(b"realm", b""),
        b"nonce": offered[b"nonce"],
        b"cnonce": party.nonce(),
        b"digest-uri": f"{party.service}/{party.host}".encode("latin-1"),
    }
    if offered.get(b"charset"):
        answer[b"charset"] = b"utf-8"
    if who.author not in {"", who.name}:
        answer[b"authzid"] = who.author.encode("latin-1")
    password = who.password.encode("latin-1")
    shown = [b'%b="%b"' % (k, _quoted(v)) for k, v in answer.items() if k != b"charset"]
    shown += [b"charset=utf-8"] if b"charset" in answer else []
    shown += [b"nc=" + _FIRST_USE, b"qop=auth", b"response=" + _response(answer, password, b"AUTHENTICATE:")]
    final = yield b",".join(shown)
    proof = _parsed(final, MAX_CHALLENGE, "").get(b"rspauth", b"")
    if not hmac.compare_digest(proof, _response(answer, password, b":")):
        raise ProtocolError("the server does not know the password")
    yield b""


def _login(given: Mapping[bytes, bytes], party: ServerParty) -> Login:
    name, realm = given.get(b"username", b""), given.get(b"realm", b"").decode("latin-1")
    if not name or len(name) > MAX_NAME or b"\0" in name:
        raise MalformedError("no name, or one too long")
    if realm not in {"", party.realm}:
        raise MalformedError("not the realm that was offered")
    return party.login(name)


def _parsed(message: bytes, limit: int, wanted_realm: str) -> Mapping[bytes, bytes]:
    """The directives of a message, names in lower case.  Of several realms the wanted one is taken, else the first."""
    if len(message) > limit:
        raise MalformedError("message too long")
    found: dict[bytes, bytes] = {}
    position = 0
    message = message.rstrip(b" \t\r\n,")
    while position < len(message):
        field = _FIELD.match(message, position)
        if field is None:
            raise MalformedError("directive not understood")
        position = field.end()
        name = field[1].lower()
        value = re.sub(rb"\\(.)", rb"\1", field[2]) if field[2] is not None else field[3]
        if name in found and name not in _MANY:
            raise MalformedError("directive given twice")
        if name not in found or (name == b"realm" and value == wanted_realm.encode("latin-1")):
            found[name] = value
    return found


def _response(given: Mapping[bytes, bytes], password: bytes, method: bytes) -> bytes:
    """Section 2.1.2.1: `method` is `AUTHENTICATE:` for the client's proof, `:` for the server's."""
    who = (given[b"username"], given.get(b"realm", b""), password)
    if given.get(b"charset", b"").lower() == b"utf-8":
        who = (_narrow(who[0]), _narrow(who[1]), _narrow(who[2]))
    parts = [_md5(b":".join(who)), given[b"nonce"], given[b"cnonce"]]
    if authzid := given.get(b"authzid"):
        parts.append(authzid)
    a1 = b":".join(parts)
    a2 = method + given.get(b"digest-uri", b"")
    joined = b":".join((_hex(a1), given[b"nonce"], _FIRST_USE, given[b"cnonce"], b"auth", _hex(a2)))
    return _hex(joined)


def _narrow(text: bytes) -> bytes:
    """UTF-8 as ISO 8859-1 where that can be: what is hashed must be the same for old clients."""
    try:
        return text.decode("utf-8").encode("latin-1")
    except ValueError:
        return text


def _quoted(text: bytes) -> bytes:
    return text.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _hex(data: bytes) -> bytes:
    return _md5(data).hex().encode("ascii")
