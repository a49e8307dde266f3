"""DIGEST-MD5 against RFC 2831 section 4."""

from dataclasses import replace

import pytest

from noctule.base.errors import ProtocolError
from noctule.sasl.login import Secret
from noctule.sasl.mechanisms import MECHANISMS
from noctule.sasl.steps import AskSecret, Challenge, Failure, ServerStep, Success
from sasl.parties import CLIENT, SERVER, known_as

CHALLENGE = b'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8'
RESPONSE = (
    b'charset=utf-8,username="chris",realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",nc=00000001,'
    b'cnonce="OA6MHXh6VqTrRk",digest-uri="imap/elwood.innosoft.com",'
    b"response=d388dad90d4bbd760a152321f2143af7,qop=auth"
)
FINAL = b"rspauth=ea40f60335c427b5527b84dbabcdfffd"
IMAP_SERVER = replace(
    SERVER, host="elwood.innosoft.com", realm="elwood.innosoft.com", service="imap", nonce=lambda: b"OA6MG9tEQGm2hh"
)
IMAP_CLIENT = replace(
    known_as(CLIENT, name="chris", password="secret"),
    host="elwood.innosoft.com",
    service="imap",
    nonce=lambda: b"OA6MHXh6VqTrRk",
)


def served(response: bytes) -> ServerStep:
    """The server's next step after this response."""
    exchange = MECHANISMS["DIGEST-MD5"].serve(IMAP_SERVER)
    exchange.start()
    step = exchange.respond(response)
    return exchange.answer(Secret(password=b"secret")) if isinstance(step, AskSecret) else step


def test_the_client_of_the_rfc() -> None:
    exchange = MECHANISMS["DIGEST-MD5"].log_in(IMAP_CLIENT)
    response = exchange.respond(CHALLENGE)
    assert sorted(response.split(b",")) == sorted(RESPONSE.split(b","))
    assert exchange.respond(FINAL) == b""
    exchange.finish()


def test_a_server_that_does_not_know_the_password() -> None:
    exchange = MECHANISMS["DIGEST-MD5"].log_in(IMAP_CLIENT)
    exchange.respond(CHALLENGE)
    with pytest.raises(ProtocolError, match="does not know"):
        exchange.respond(FINAL.replace(b"e", b"f"))


def test_the_server_of_the_rfc() -> None:
    exchange = MECHANISMS["DIGEST-MD5"].serve(IMAP_SERVER)
    first = exchange.start()
    assert isinstance(first, Challenge) and sorted(first.data.split(b",")) == sorted(CHALLENGE.split(b","))
    assert isinstance(exchange.respond(RESPONSE), AskSecret)
    assert exchange.answer(Secret(password=b"secret")) == Challenge(FINAL)
    outcome = exchange.respond(b"")
    assert isinstance(outcome, Success) and outcome.login.name == "chris"


@pytest.mark.parametrize(
    "change",
    [
        (b"nc=00000001", b"nc=00000002"),
        (b'nonce="OA6MG9tEQGm2hh"', b'nonce="OA6MG9tEQGm2hx"'),
        (b"qop=auth", b"qop=auth-conf"),
        (b"imap/", b"smtp/"),
        (b'username="chris"', b'username=""'),
        (b'realm="elwood', b'realm="other'),
        (b"qop=auth", b"qop=auth,nc=00000001"),
        (b"qop=auth", b'qop="auth'),
        (b'cnonce="OA6MHXh6VqTrRk"', b'cnonce=""'),
        (b"qop=auth", b"qop=auth,x=" + b"y" * 4096),
    ],
)
def test_a_malformed_response(change: tuple[bytes, bytes]) -> None:
    outcome = served(RESPONSE.replace(*change))
    assert isinstance(outcome, Failure) and outcome.malformed


def test_a_wrong_digest() -> None:
    outcome = served(RESPONSE.replace(b"d388", b"d389"))
    assert isinstance(outcome, Failure) and not outcome.malformed


def test_of_several_realms_the_wanted_one() -> None:
    exchange = MECHANISMS["DIGEST-MD5"].log_in(known_as(IMAP_CLIENT, realm="b.example"))
    response = exchange.respond(b'realm="a.example",realm="b.example",nonce="x",algorithm=md5-sess')
    assert b'realm="b.example"' in response


@pytest.mark.parametrize("challenge", [b"", b'nonce="x"', b'nonce="x",algorithm=md5-sess,qop="auth-conf"'])
def test_a_challenge_the_client_cannot_answer(challenge: bytes) -> None:
    exchange = MECHANISMS["DIGEST-MD5"].log_in(IMAP_CLIENT)
    with pytest.raises(ProtocolError):
        exchange.respond(challenge)
