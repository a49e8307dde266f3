"""Bearer tokens against RFC 7628 section 4 and what providers document of XOAUTH2."""

import json

import pytest

from noctule.sasl.mechanisms import MECHANISMS
from noctule.sasl.steps import Challenge, CheckToken, Failure, Success
from sasl.parties import CLIENT, SERVER, known_as

TOKEN = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
OAUTHBEARER = f"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer {TOKEN}\x01\x01".encode()
XOAUTH2 = f"user=someuser@example.com\x01auth=Bearer {TOKEN}\x01\x01".encode()


@pytest.mark.parametrize(("name", "message"), [("OAUTHBEARER", OAUTHBEARER), ("XOAUTH2", XOAUTH2)])
def test_a_good_token(name: str, message: bytes) -> None:
    exchange = MECHANISMS[name].serve(SERVER)
    question = exchange.start(message)
    assert isinstance(question, CheckToken) and question.token == TOKEN.encode()
    outcome = exchange.answer(question.login.given)
    assert isinstance(outcome, Success) and outcome.login.given.endswith("user@example.com")


@pytest.mark.parametrize("answer", [None, "somebody@example.com"])
@pytest.mark.parametrize(("name", "message"), [("OAUTHBEARER", OAUTHBEARER), ("XOAUTH2", XOAUTH2)])
def test_a_bad_token_or_that_of_another(name: str, message: bytes, answer: str | None) -> None:
    exchange = MECHANISMS[name].serve(SERVER)
    exchange.start(message)
    step = exchange.answer(answer)
    assert isinstance(step, Challenge) and json.loads(step.data)["status"] == "invalid_token"
    assert isinstance(exchange.respond(b"\x01"), Failure)


def test_the_clients() -> None:
    user = known_as(CLIENT, name="someuser@example.com", password=TOKEN)
    assert MECHANISMS["XOAUTH2"].log_in(user).initial_response == XOAUTH2
    exchange = MECHANISMS["OAUTHBEARER"].log_in(known_as(user, name="user@example.com"))
    assert exchange.initial_response == OAUTHBEARER.replace(b"host=server.example.com\x01port=143\x01", b"")
    assert exchange.respond(b'{"status":"invalid_token"}') == b"\x01"


@pytest.mark.parametrize(
    "message", [b"", b"user=a\x01auth=Bearer\x01\x01", b"user=a\x01auth=Basic x\x01\x01", XOAUTH2[:-1]]
)
def test_malformed(message: bytes) -> None:
    outcome = MECHANISMS["XOAUTH2"].serve(SERVER).start(message)
    assert isinstance(outcome, Failure) and outcome.malformed
