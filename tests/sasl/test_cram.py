"""CRAM-MD5 against RFC 2195."""

from dataclasses import replace

from noctule.sasl.login import Secret
from noctule.sasl.mechanisms import MECHANISMS
from noctule.sasl.steps import AskSecret, Challenge, Failure, Success
from sasl.parties import CLIENT, SERVER, known_as

CHALLENGE = b"<1896.697170952@postoffice.reston.mci.net>"
RESPONSE = b"tim b913a602c7eda7a495b4e6e7334d3890"


def test_the_client_of_the_rfc() -> None:
    exchange = MECHANISMS["CRAM-MD5"].log_in(known_as(CLIENT, name="tim", password="tanstaaftanstaaf"))
    assert exchange.initial_response is None
    assert exchange.respond(CHALLENGE) == RESPONSE
    exchange.finish()


def test_the_server_of_the_rfc() -> None:
    exchange = MECHANISMS["CRAM-MD5"].serve(replace(SERVER, host="postoffice.reston.mci.net", nonce=lambda: b"1896"))
    assert exchange.start() == Challenge(CHALLENGE)
    question = exchange.respond(RESPONSE)
    assert isinstance(question, AskSecret) and question.login.name == "tim"
    assert isinstance(exchange.answer(Secret(password=b"tanstaaftanstaaf")), Success)


def test_a_response_without_a_digest() -> None:
    exchange = MECHANISMS["CRAM-MD5"].serve(SERVER)
    exchange.start()
    outcome = exchange.respond(b"tim")
    assert isinstance(outcome, Failure) and outcome.malformed


def test_an_empty_password_is_none() -> None:
    exchange = MECHANISMS["CRAM-MD5"].serve(SERVER)
    exchange.start()
    exchange.respond(b"nobody 0123456789abcdef0123456789abcdef")
    assert isinstance(exchange.answer(Secret()), Failure)
