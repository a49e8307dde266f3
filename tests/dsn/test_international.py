"""Reports on international messages (RFC 6533)."""

import re

from dsn.recorded import reporter
from noctule.dsn import Action, Kind, Notice, Order, Report, compose
from noctule.mail.envelope import Envelope, HeaderField, Recipient, Triple
from noctule.mail.outcome import Failed

HOST_UNKNOWN = Failed(status="5.1.2", text="Host unknown", reply="550 5.1.2 Host unknown")


def utf8(text: str) -> str:
    return text.encode().decode("latin-1")


def report(
    address: str, *, to: str = "<a@example.org>", flag: bool = True, subject: str = "x", ret: str = ""
) -> Report:
    recipient = Recipient(
        number=1,
        address=utf8(f"<{address}>"),
        triple=Triple("esmtp", "x.example", utf8(address)),
        original=r"utf-8;fri\x{E8}nd@example.net",
        final=utf8(f"RFC822; {address}"),
    )
    envelope = Envelope(
        id="Q1", sender=utf8(to), headers=(HeaderField("Subject", utf8(f" {subject}")),), smtputf8=flag, ret=ret
    )
    notice = Notice(recipient=recipient, action=Action.FAILED, at=1000.0, outcome=HOST_UNKNOWN)
    order = Order(envelope=envelope, notices=(notice,), kind=Kind.FAILURE, to=utf8(to), id="Q2", now=1000.0)
    return compose(reporter(), order, [b"text\r\n"])


def types(made: Report) -> list[str]:
    return re.findall(r"^Content-Type: (\S+)", made.body.decode(), re.MULTILINE)


def test_addresses_stand_in_a_global_status_part() -> None:
    made = report("friènd@example.net", subject="grün")
    text = made.body.decode()
    assert "Final-Recipient: utf-8; friènd@example.net" in text
    assert r"Original-Recipient: utf-8;fri\x{E8}nd@example.net" in text
    assert "Subject: grün" in text
    assert types(made) == ["text/plain;", "message/global-delivery-status", "message/global"]
    assert made.body.count(b"Content-Transfer-Encoding: 8bit") == 3
    assert (made.envelope.has_8bit, made.envelope.smtputf8) == (True, False)


def test_only_a_report_to_an_international_address_needs_the_extension() -> None:
    made = report("b@example.net", to="<jürgen@example.org>")
    assert made.envelope.smtputf8
    assert HeaderField("To", utf8(" <jürgen@example.org>")) in made.envelope.headers


def test_the_header_alone_goes_back_as_global_headers() -> None:
    assert types(report("b@example.net", subject="grün", ret="HDRS")) == [
        "message/delivery-status",
        "message/global-headers",
    ]


def test_other_messages_are_reported_on_in_ascii() -> None:
    made = report("b@example.net", flag=False, subject="grün")
    assert types(made) == ["message/delivery-status", "message/rfc822"]
