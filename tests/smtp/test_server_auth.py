"""AUTH on the wire (RFC 4954)."""

import pytest

from noctule.mail.reply import Reply
from noctule.smtp import replies
from noctule.smtp.events import (
    AuthenticationAnswered,
    AuthenticationRequested,
    CommandRefused,
    NoopRequested,
    SenderGiven,
)
from noctule.smtp.rules import Offer, Rules
from noctule.smtp.server import MAX_AUTH_LINE, Server

RULES = Rules(host="mail.example.org", peer="client [192.0.2.1]", offer=Offer(auth=("PLAIN", "LOGIN")))
CHALLENGE = replies.challenge("")


def server(text: bytes = b"", rules: Rules = RULES) -> Server:
    wire = Server(rules)
    wire.receive_data(text)
    return wire


def refused(wire: Server) -> Reply:
    event = wire.next_event()
    assert isinstance(event, CommandRefused)
    wire.send_reply(event.reply)
    return event.reply


def test_the_offer_stands_between_etrn_and_starttls() -> None:
    words = Offer(auth=("PLAIN", "LOGIN"), starttls=True).keywords()
    place = words.index("AUTH PLAIN LOGIN")
    assert words[place - 1] == "ETRN" and words[place + 1] == "STARTTLS"


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_an_exchange_cut_anywhere(size: int) -> None:
    text = b"auth plain\r\nAGFsaWNl\r\nNOOP\r\n"
    wire, seen = Server(RULES), []
    for start in range(0, len(text), size):
        wire.receive_data(text[start : start + size])
        while (event := wire.next_event()) is not None:
            seen.append(event)
            wire.send_reply(CHALLENGE if isinstance(event, AuthenticationRequested) else replies.AUTHENTICATED)
    assert seen == [AuthenticationRequested("plain"), AuthenticationAnswered("AGFsaWNl"), NoopRequested()]


def test_an_initial_response() -> None:
    wire = server(b"AUTH PLAIN AGFsaWNl\r\n")
    assert wire.next_event() == AuthenticationRequested("PLAIN", "AGFsaWNl")
    wire.send_reply(replies.AUTHENTICATED)
    wire.receive_data(b"AUTH PLAIN\r\n")
    assert refused(wire) == replies.ALREADY_AUTHENTICATED


def test_what_is_no_exchange() -> None:
    assert refused(server(b"AUTH PLAIN\r\n", Rules(host="h", peer="p"))) == replies.NO_AUTH
    assert refused(server(b"AUTH \r\n")) == replies.MECHANISM_REQUIRED
    wire = server(b"MAIL FROM:<a@example.org>\r\nAUTH PLAIN\r\n")
    assert isinstance(wire.next_event(), SenderGiven)
    wire.send_reply(replies.OK)
    assert refused(wire) == replies.AUTH_IN_TRANSACTION


def test_a_response_may_be_long_but_not_endless() -> None:
    wire = server(b"AUTH PLAIN " + b"A" * 12288 + b"\r\n")
    assert isinstance(wire.next_event(), AuthenticationRequested)
    wire.send_reply(CHALLENGE)
    wire.receive_data(b"A" * 12288 + b"\r\n")
    assert isinstance(wire.next_event(), AuthenticationAnswered)
    wire.send_reply(CHALLENGE)
    wire.receive_data(b"A" * (MAX_AUTH_LINE + 1))
    assert refused(wire).code == 421 and wire.closing
    assert refused(server(b"AUTH PLAIN " + b"A" * MAX_AUTH_LINE)).code == 421


def test_the_log_sees_no_response() -> None:
    wire = server(b"AUTH PLAIN c2VjcmV0\r\nc2VjcmV0\r\nNOOP\r\n")
    wire.next_event()
    assert wire.last_line == "AUTH PLAIN ..."
    wire.send_reply(CHALLENGE)
    wire.next_event()
    assert wire.last_line == "..."


def test_a_response_to_a_challenge_that_did_not_come_is_not_repeated() -> None:
    wire = server(b"AUTH LOGIN\r\nc2VjcmV0\r\nNOSUCH\r\n")
    wire.next_event()
    wire.send_reply(replies.no_mechanism("LOGIN"))
    assert "c2VjcmV0" not in str(refused(wire)) and wire.last_line == "..."
    assert "NOSUCH" in str(refused(wire))


def test_many_exchanges_are_slowed() -> None:
    wire, delays = Server(RULES), []
    for _ in range(8):
        wire.receive_data(b"AUTH PLAIN AA==\r\n")
        wire.next_event()
        delays.append(wire.delay)
        wire.send_reply(replies.AUTH_FAILED)
    assert delays == [0, 0, 1, 2, 4, 8, 16, 32]  # one more than there are mechanisms is free


def test_tls_forgets_who_it_was() -> None:
    wire = server(b"AUTH PLAIN AA==\r\n")
    wire.next_event()
    wire.send_reply(replies.AUTHENTICATED)
    assert wire.authenticated
    wire.encrypted(RULES)
    assert not wire.authenticated
