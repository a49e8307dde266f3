"""GSSAPI without a KDC: what both sides make of each other's messages."""

from dataclasses import replace

import pytest

from noctule.base.errors import ProtocolError
from noctule.sasl.mechanisms import MECHANISMS
from noctule.sasl.steps import Challenge, Failure, ServerStep, Success
from sasl.parties import CLIENT, SERVER, Ticket, known_as, run

SERVING = replace(SERVER, kerberos=Ticket)
CALLING = replace(CLIENT, kerberos=lambda *_: Ticket(b"alice"))


def answered(*responses: bytes) -> ServerStep:
    exchange = MECHANISMS["GSSAPI"].serve(SERVING)
    step = exchange.start(responses[0])
    for response in responses[1:]:
        assert isinstance(step, Challenge)
        step = exchange.respond(response)
    return step


def sealed(message: bytes) -> bytes:
    return Ticket().wrap(message)


@pytest.mark.parametrize("initial", [True, False])
def test_both_sides(initial: bool) -> None:
    outcome = run("GSSAPI", {}, server=SERVING, client=CALLING, initial=initial)
    assert isinstance(outcome, Success)
    assert (outcome.login.name, outcome.login.realm) == ("alice", "example.org")


def test_who_acts_for_another_is_himself() -> None:
    outcome = run("GSSAPI", {}, server=SERVING, client=known_as(CALLING, author="bob"))
    assert isinstance(outcome, Success) and outcome.login.given == "alice"


@pytest.mark.parametrize(
    ("responses", "reason"),
    [
        ([b"no ticket"], "GSSAPI Error: not a token"),
        ([b"ticket alice", b"more"], "a token after the last one"),
        ([b"ticket alice", b"", b"\x01\0\0\0?"], "GSSAPI Error: broken seal"),
        ([b"ticket alice", b"", sealed(b"\x04\0\x10\0")], "a security layer that was not offered"),
        ([b"ticket alice", b"", sealed(b"\x01")], "a security layer that was not offered"),
        ([b"ticket ", b"", sealed(b"\x01\0\0\0")], "no name, or one too long"),
        ([b"ticket " + b"a" * 300, b"", sealed(b"\x01\0\0\0")], "no name, or one too long"),
    ],
)
def test_what_the_server_does_not_take(responses: list[bytes], reason: str) -> None:
    outcome = answered(*responses)
    assert isinstance(outcome, Failure) and outcome.reason == reason


@pytest.mark.parametrize(
    "challenges",
    [
        [b"who are you"],
        [b"welcome", b"\x01\0\0\0?"],
        [b"welcome", sealed(b"\x04\0\x10\0")],
        [b"welcome", sealed(b"")],
        [b"welcome", sealed(b"\x01\0\0\0"), b"and now?"],
    ],
)
def test_what_the_client_does_not_take(challenges: list[bytes]) -> None:
    exchange = MECHANISMS["GSSAPI"].log_in(CALLING)
    with pytest.raises(ProtocolError):
        for challenge in challenges:
            exchange.respond(challenge)


def test_without_kerberos() -> None:
    outcome = MECHANISMS["GSSAPI"].serve(SERVER).start(b"ticket alice")
    assert isinstance(outcome, Failure)
    with pytest.raises(ProtocolError):
        MECHANISMS["GSSAPI"].log_in(CLIENT)


@pytest.mark.parametrize("said", [b"", b"welcome"])
def test_a_server_that_says_yes_too_early_is_not_believed(said: bytes) -> None:
    exchange = MECHANISMS["GSSAPI"].log_in(CALLING)
    if said:
        exchange.respond(said)
    with pytest.raises(ProtocolError):
        exchange.finish()
