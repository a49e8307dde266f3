"""The server wire with SMTPUTF8 (RFC 6531, 6533), whole and byte by byte."""

from dataclasses import replace

import pytest

from noctule.smtp.rules import Offer, Rules
from smtp.dialogs import HOST, PEER, Player, as_recorded

WITH = Rules(host=HOST, peer=PEER, offer=Offer(smtputf8=True))
WITHOUT = replace(WITH, offer=Offer())
MAIL = "MAIL FROM:<a@example.net>"


def said(*commands: str, rules: Rules = WITH, step: int = 0) -> list[str]:
    """Replies to the commands after EHLO; code and enhanced code with what is behind the address."""
    player = Player(rules)
    player.feed(b"EHLO client.example.net\r\n")
    data = "".join(f"{command}\r\n" for command in commands).encode()
    size = step or len(data)
    out = b"".join(player.feed(data[at : at + size]) for at in range(0, len(data), size))
    return [line.removeprefix("S ").replace("| ", "") for line in as_recorded(out)]


def test_it_is_announced_only_where_it_is_on() -> None:
    assert "SMTPUTF8" in WITH.offer.keywords()
    assert "SMTPUTF8" not in WITHOUT.offer.keywords()
    assert said(f"{MAIL} SMTPUTF8", rules=WITHOUT) == ["555 5.5.4 SMTPUTF8 parameter unrecognized"]


@pytest.mark.parametrize("step", [0, 1])
def test_international_addresses_are_taken_and_shown_where_they_were_declared(step: int) -> None:
    replies = said(
        "MAIL FROM:<jürgen@bücher.example> SMTPUTF8 BODY=8BITMIME",
        "RCPT TO:<δοκιμή@παράδειγμα.example>",
        "RSET",
        MAIL,
        "RCPT TO:<δοκιμή@example.net>",
        step=step,
    )
    assert [line.encode("latin-1").decode() for line in replies] == [
        "250 2.1.0 <jürgen@bücher.example>... Sender ok",
        "250 2.1.5 <δοκιμή@παράδειγμα.example>... Recipient ok",
        "250 2.0.0 Reset state",
        "250 2.1.0 <a@example.net>... Sender ok",
        "553 5.6.7 <????????????@example.net>... Address requires SMTPUTF8",
    ]


def test_what_was_not_declared_is_refused_and_leaves_nothing_behind() -> None:
    assert said("MAIL FROM:<jürgen@example.net>", "RCPT TO:<b@example.net>") == [
        "553 5.6.7 <j??rgen@example.net>... Address requires SMTPUTF8",
        "503 5.0.0 Need MAIL before RCPT",
    ]


@pytest.mark.parametrize("bad", [b"s\xe9nder", b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xc2\x85"])
def test_only_well_formed_utf8_is_utf8(bad: bytes) -> None:
    player = Player(WITH)
    player.feed(b"EHLO client.example.net\r\n")
    reply = player.feed(b"MAIL FROM:<" + bad + b"@example.net> SMTPUTF8\r\n")
    assert reply.startswith(b"553 5.6.7")
    assert reply.isascii()


@pytest.mark.parametrize(
    ("original", "code"),
    [
        (r"utf-8;fri\x{E8}nd@example.net", 250),
        ("utf-8;frièend@example.net", 250),
        (r"UTF-8;\x{1F987}@example.net", 250),
        (r"utf-8;a\x{0D}\x{0A}Action:", 501),
        (r"utf-8;a\x{A}b", 501),
        (r"utf-8;a\x{D800}b", 501),
        (r"utf-8;a\x{110000}b", 501),
        (r"utf-8;a\x{}b", 501),
        (r"utf-8;a\b", 501),
        ("rfc822;frièend@example.net", 501),
    ],
)
def test_original_recipients(original: str, code: int) -> None:
    assert said(f"{MAIL} SMTPUTF8", f"RCPT TO:<b@example.net> ORCPT={original}")[1].startswith(str(code))


def test_an_unencoded_original_recipient_has_to_be_declared() -> None:
    assert said(MAIL, "RCPT TO:<b@example.net> ORCPT=utf-8;frièend@example.net")[1].startswith(("501", "555"))


def test_questions() -> None:
    assert said("VRFY alice SMTPUTF8", "VRFY jürgen SMTPUTF8", "VRFY jürgen", "VRFY SMTPUTF8") == [
        "252 2.5.2 Cannot VRFY user; try RCPT to attempt delivery (or try finger)",
        "252 2.5.2 Cannot VRFY user; try RCPT to attempt delivery (or try finger)",
        "553 5.6.7 j??rgen... Address requires SMTPUTF8",
        "252 2.5.2 Cannot VRFY user; try RCPT to attempt delivery (or try finger)",
    ]
