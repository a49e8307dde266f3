"""SCRAM-SHA-1 and SCRAM-SHA-256, with and without channel binding (RFC 5802, 7677, 5929, 9266).

    C: n,,n=user,r=<client nonce>
    S: r=<client nonce><server nonce>,s=<salt>,i=<iterations>
    C: c=<header and binding>,r=<both nonces>,p=<proof>
    S: v=<signature>

The server keeps no password: `derive` makes what it needs.  A `p=` header says which binding the client used, `y` that
it could have but saw none offered: with one offered that is somebody in between who took it out.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from noctule.base.errors import ProtocolError
from noctule.sasl.login import MAX_NAME, ScramKeys, Secret
from noctule.sasl.saslprep import prepared_bytes
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

ITERATIONS = {"sha1": 4096, "sha256": 4096}  # RFC 7677 section 4 asks for at least so many
MAX_ITERATIONS = 1_000_000  # of a server: more would keep this client busy for seconds
_SALT = 16
BINDINGS = ("tls-exporter", "tls-unique", "tls-server-end-point")  # in the order a client prefers them


def derive(password: bytes, salt: bytes, iterations: int, digest: str) -> ScramKeys:
    """What a server keeps of a password."""
    salted = hashlib.pbkdf2_hmac(digest, prepared_bytes(password), salt, iterations)
    client_key = _hmac(salted, b"Client Key", digest)
    return ScramKeys(
        salt=salt,
        iterations=iterations,
        stored_key=hashlib.new(digest, client_key).digest(),
        server_key=_hmac(salted, b"Server Key", digest),
    )


def scram_server(party: ServerParty, digest: str, *, bound: bool) -> ServerSteps:
    """The server's side."""
    first = yield from challenged(b"")
    header, binding, bare = _client_first(first, party, bound=bound)
    fields = _fields(bare, b"nr")
    login = party.login(_name(fields[b"n"]))
    secret = yield from asked(AskSecret(login), Secret)
    keys, known = _keys(secret, party, digest)
    nonce = fields[b"r"] + party.nonce()
    server_first = b"r=%b,s=%b,i=%d" % (nonce, base64.b64encode(keys.salt), keys.iterations)
    final = yield from challenged(server_first)
    without_proof, _, proof_text = final.rpartition(b",p=")
    answer = _fields(without_proof, b"cr")
    if not hmac.compare_digest(_decoded(answer[b"c"]), header + binding):
        return Failure("channel binding does not match", login)
    if not hmac.compare_digest(answer[b"r"], nonce):
        return Failure("wrong nonce", login)
    message = b",".join((bare, server_first, without_proof))
    signature = _hmac(keys.stored_key, message, digest)
    client_key = _xor(_decoded(proof_text), signature)
    right = hmac.compare_digest(hashlib.new(digest, client_key).digest(), keys.stored_key)
    if not known:
        return Failure(UNKNOWN, login, Kind.UNKNOWN)
    if not right:
        return Failure(WRONG, login)
    yield from challenged(b"v=" + base64.b64encode(_hmac(keys.server_key, message, digest)))
    return Success(login)


def scram_client(party: ClientParty, digest: str, *, bound: bool) -> ClientSteps:
    """The client's side."""
    who = party.credentials
    binding = next((name for name in BINDINGS if name in party.bindings), "") if bound else ""
    if bound and not binding:
        raise ProtocolError("no channel binding")
    author = "" if who.author in {"", who.name} else f"a={_escaped(who.author)}"
    # "y" would say that the server offers no binding: this client is only told of the mechanism it is to use.
    header = f"{f'p={binding}' if bound else 'n'},{author},".encode("latin-1")
    nonce = party.nonce()
    name = prepared_bytes(who.name.encode("latin-1")).decode("latin-1")
    bare = b"n=%b,r=%b" % (_escaped(name).encode("latin-1"), nonce)
    server_first = yield header + bare
    fields = _fields(server_first, b"rsi")
    if not fields[b"r"].startswith(nonce) or fields[b"r"] == nonce:
        raise MalformedError("the server changed the nonce")
    keys_of = _iterations(fields[b"i"])
    salted = hashlib.pbkdf2_hmac(
        digest, prepared_bytes(who.password.encode("latin-1")), _decoded(fields[b"s"]), keys_of
    )
    client_key = _hmac(salted, b"Client Key", digest)
    bound_data = header + (party.bindings[binding] if bound else b"")
    without_proof = b"c=%b,r=%b" % (base64.b64encode(bound_data), fields[b"r"])
    message = b",".join((bare, server_first, without_proof))
    stored_key = hashlib.new(digest, client_key).digest()
    proof = _xor(client_key, _hmac(stored_key, message, digest))
    server_final = yield without_proof + b",p=" + base64.b64encode(proof)
    expected = _hmac(_hmac(salted, b"Server Key", digest), message, digest)
    if not hmac.compare_digest(_decoded(_fields(server_final, b"v")[b"v"]), expected):
        raise ProtocolError("the server does not know the password")
    yield b""


def _client_first(message: bytes, party: ServerParty, *, bound: bool) -> tuple[bytes, bytes, bytes]:
    """The header, the channel binding it names, and the rest."""
    parts = message.split(b",", 2)
    if len(parts) != 3 or (parts[1] and not parts[1].startswith(b"a=")):
        raise MalformedError("no GS2 header")
    flag, author, bare = parts
    header = flag + b"," + author + b","
    if flag.startswith(b"p="):
        name = flag[2:].decode("latin-1")
        if not bound or name not in party.bindings:
            raise MalformedError("channel binding of a kind that was not offered")
        return header, party.bindings[name], bare
    if flag not in {b"n", b"y"} or bound:
        raise MalformedError("no channel binding")
    if flag == b"y" and party.offers_binding:
        raise MalformedError("somebody took the channel binding out of the offer")
    return header, b"", bare


def _keys(secret: Secret | None, party: ServerParty, digest: str) -> tuple[ScramKeys, bool]:
    """What the proof is checked with, and whether it can be right: an unknown user costs what a known one does."""
    if secret is not None and digest in secret.scram:
        return secret.scram[digest], not secret.decoy
    known = secret.password if secret is not None else None
    keys = derive(known or b"nobody", hashlib.sha256(party.nonce()).digest()[:_SALT], ITERATIONS[digest], digest)
    return keys, known is not None


def _fields(message: bytes, names: bytes) -> Mapping[bytes, bytes]:
    """The attributes `names` in this order, as they must come first; further ones are passed over, but `m` refused."""
    parts = message.split(b",")
    found = {}
    for name, part in zip(names, parts, strict=False):
        if part[:2] != bytes((name,)) + b"=":
            raise MalformedError("attributes missing or out of order")
        found[part[:1]] = part[2:]
    if len(found) != len(names):
        raise MalformedError("attributes missing")
    if not found.get(b"r", b"-"):
        raise MalformedError("empty nonce")
    return found


def _iterations(text: bytes) -> int:
    if not text.isdigit() or len(text) > 7 or not 0 < int(text) <= MAX_ITERATIONS:
        raise MalformedError("iterations out of bounds")
    return int(text)


def _name(text: bytes) -> bytes:
    """A name with `=2C` and `=3D` undone."""
    name = text.replace(b"=2C", b",").replace(b"=3D", b"\0")
    if b"=" in name or len(name) > MAX_NAME or text.count(b"\0"):
        raise MalformedError("bad name")
    return prepared_bytes(name.replace(b"\0", b"="))


def _escaped(name: str) -> str:
    return name.replace("=", "=3D").replace(",", "=2C")


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise MalformedError("bad base64 inside the message") from None


def _hmac(key: bytes, message: bytes, digest: str) -> bytes:
    return hmac.new(key, message, digest).digest()


def _xor(left: bytes, right: bytes) -> bytes:
    if len(left) != len(right):
        raise MalformedError("proof of the wrong length")
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
