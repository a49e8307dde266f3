"""SCRAM against RFC 5802 section 5 and RFC 7677 section 3."""

import base64
from dataclasses import replace

import pytest

from noctule.base.errors import ProtocolError
from noctule.sasl.login import Secret
from noctule.sasl.mechanisms import MECHANISMS
from noctule.sasl.scram import derive
from noctule.sasl.steps import AskSecret, Challenge, Failure, ServerStep, Success
from sasl.parties import CLIENT, SERVER, known_as, run

SHA_1 = (
    b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
    b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
    b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
    b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
)
SHA_256 = (
    b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
    b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
)
VECTORS = [("SCRAM-SHA-1", SHA_1, "sha1"), ("SCRAM-SHA-256", SHA_256, "sha256")]
BOUND = {"tls-exporter": b"e" * 32, "tls-unique": b"u" * 12}
SECRETS = {"alice": Secret(password=b"wonderland")}


def fields(message: bytes) -> dict[bytes, bytes]:
    return {part[:1]: part[2:] for part in message.split(b",")}


@pytest.mark.parametrize(("name", "messages", "_hash"), VECTORS)
def test_the_client_of_the_rfc(name: str, messages: tuple[bytes, ...], _hash: str) -> None:
    nonce = messages[0].rpartition(b"r=")[2]
    client = replace(known_as(CLIENT, name="user", password="pencil"), nonce=lambda: nonce)
    exchange = MECHANISMS[name].log_in(client)
    assert exchange.initial_response == messages[0]
    assert exchange.respond(messages[1]) == messages[2]
    assert exchange.respond(messages[3]) == b""
    exchange.finish()


@pytest.mark.parametrize(("name", "messages", "hash_name"), VECTORS)
def test_the_server_of_the_rfc(name: str, messages: tuple[bytes, ...], hash_name: str) -> None:
    first = fields(messages[1])
    own = first[b"r"].removeprefix(messages[0].rpartition(b"r=")[2])
    keys = derive(b"pencil", base64.b64decode(first[b"s"]), 4096, hash_name)
    exchange = MECHANISMS[name].serve(replace(SERVER, nonce=lambda: own))
    assert isinstance(exchange.start(messages[0]), AskSecret)
    assert exchange.answer(Secret(scram={hash_name: keys})) == Challenge(messages[1])
    assert exchange.respond(messages[2]) == Challenge(messages[3])
    outcome = exchange.respond(b"")
    assert isinstance(outcome, Success) and outcome.login.name == "user"


@pytest.mark.parametrize("kind", ["tls-exporter", "tls-unique"])
def test_the_binding_must_be_that_of_the_same_connection(kind: str) -> None:
    bound = {kind: BOUND[kind]}
    client = replace(CLIENT, bindings=bound)
    good = run("SCRAM-SHA-256-PLUS", SECRETS, server=replace(SERVER, bindings=BOUND), client=client)
    assert isinstance(good, Success)
    elsewhere = replace(SERVER, bindings={kind: b"another connection"})
    outcome = run("SCRAM-SHA-256-PLUS", SECRETS, server=elsewhere, client=client)
    assert isinstance(outcome, Failure) and "binding" in outcome.reason


def served(message: bytes, name: str = "SCRAM-SHA-256") -> ServerStep:
    server = replace(SERVER, bindings=BOUND, offers_binding=True)
    return MECHANISMS[name].serve(server).start(message)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("SCRAM-SHA-256", b"y,,n=user,r=abc"),  # the offer of -PLUS was taken out on the way
        ("SCRAM-SHA-256", b"p=tls-exporter,,n=user,r=abc"),
        ("SCRAM-SHA-256-PLUS", b"n,,n=user,r=abc"),
        ("SCRAM-SHA-256-PLUS", b"y,,n=user,r=abc"),
        ("SCRAM-SHA-256-PLUS", b"p=tls-server-end-point,,n=user,r=abc"),
        ("SCRAM-SHA-256", b"n,,m=ext,n=user,r=abc"),
        ("SCRAM-SHA-256", b"n,,n=user,r="),
        ("SCRAM-SHA-256", b"n,,n=us=er,r=abc"),
        ("SCRAM-SHA-256", b"n,x,n=user,r=abc"),
        ("SCRAM-SHA-256", b"n,,n=user"),
        ("SCRAM-SHA-256", b"n,"),
        ("SCRAM-SHA-256", b""),
    ],
)
def test_a_malformed_beginning(name: str, message: bytes) -> None:
    outcome = served(message, name)
    assert isinstance(outcome, Failure) and outcome.malformed


def test_a_client_that_knows_of_no_binding_where_none_is_offered() -> None:
    assert isinstance(MECHANISMS["SCRAM-SHA-256"].serve(SERVER).start(b"y,,n=user,r=abc"), AskSecret)


@pytest.mark.parametrize(
    "server_first",
    [
        b"r=other,s=QSXCR+Q6sek8bf92,i=4096",
        b"r=fyko+d2lbbFgONRv9qkxdawL,s=QSXCR+Q6sek8bf92,i=4096",
        b"r=fyko+d2lbbFgONRv9qkxdawLx,s=!,i=4096",
        b"r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=0",
        b"r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=9999999",
        b"m=ext,r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=4096",
        b"",
    ],
)
def test_a_client_is_not_led_astray(server_first: bytes) -> None:
    client = replace(known_as(CLIENT, name="user", password="pencil"), nonce=lambda: b"fyko+d2lbbFgONRv9qkxdawL")
    exchange = MECHANISMS["SCRAM-SHA-1"].log_in(client)
    with pytest.raises(ProtocolError):
        exchange.respond(server_first)


def test_a_false_server_is_found_out() -> None:
    client = replace(known_as(CLIENT, name="user", password="pencil"), nonce=lambda: b"fyko+d2lbbFgONRv9qkxdawL")
    exchange = MECHANISMS["SCRAM-SHA-1"].log_in(client)
    exchange.respond(SHA_1[1])
    with pytest.raises(ProtocolError, match="does not know"):
        exchange.respond(b"v=" + base64.b64encode(b"x" * 20))


def test_an_unknown_user_is_asked_as_a_known_one() -> None:
    def first(secret: Secret | None) -> dict[bytes, bytes]:
        exchange = MECHANISMS["SCRAM-SHA-256"].serve(SERVER)
        exchange.start(b"n,,n=user,r=abc")
        step = exchange.answer(secret)
        assert isinstance(step, Challenge)
        return fields(step.data)

    known, unknown = first(Secret(password=b"pencil")), first(None)
    assert known.keys() == unknown.keys() and known[b"i"] == unknown[b"i"]
    assert len(known[b"s"]) == len(unknown[b"s"])


def test_keys_of_another_hash_are_no_keys() -> None:
    keys = derive(b"wonderland", b"salt", 4096, "sha1")
    outcome = run("SCRAM-SHA-256", {"alice": Secret(scram={"sha1": keys})})
    assert isinstance(outcome, Failure)
    assert isinstance(run("SCRAM-SHA-1", {"alice": Secret(scram={"sha1": keys})}), Success)
