"""CRAM-MD5 (RFC 2195): a keyed digest of a challenge.  The server must know the password itself."""

import hmac

from noctule.sasl.login import MAX_NAME, Secret
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


def cram_server(party: ServerParty) -> ServerSteps:
    """The server's side."""
    challenge = b"<%b.%d@%b>" % (party.nonce(), party.challenge_time, party.host.encode("latin-1"))
    response = yield from challenged(challenge)
    name, _, digest = response.rpartition(b" ")
    if not name or len(name) > MAX_NAME or b"\0" in name:
        raise MalformedError("CRAM-MD5 needs a name and a digest")
    login = party.login(name)
    secret = yield from asked(AskSecret(login), Secret)
    known = secret.password if secret else None
    expected = _digest(known or b"nobody", challenge)
    right = hmac.compare_digest(expected, digest)
    if known is None:
        return Failure(UNKNOWN, login, Kind.UNKNOWN)
    return Success(login) if right else Failure(WRONG, login)


def cram_client(party: ClientParty) -> ClientSteps:
    """The client's side."""
    who = party.credentials
    challenge = yield b""
    yield who.name.encode("latin-1") + b" " + _digest(who.password.encode("latin-1"), challenge)


def _digest(password: bytes, challenge: bytes) -> bytes:
    return hmac.new(password, challenge, "md5").hexdigest().encode("ascii")
