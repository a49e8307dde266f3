import pytest

from noctule.dsn import Action, Notice
from noctule.dsn.status import actual_recipient, final_recipient, printable, received_from, recipient_fields
from noctule.mail.envelope import Envelope, Recipient, Triple
from noctule.mail.outcome import Delivered, Failed

HOST = "mail.example.test"


@pytest.mark.parametrize(
    ("macro", "name"),
    [
        ("localhost [127.0.0.1]", "localhost"),
        ("ident@forged.example.com [127.0.0.10] (may be forged)", "forged.example.com"),
        ("[127.0.0.9]", "[127.0.0.9]"),
        ("root@localhost", ""),
        ("", ""),
    ],
)
def test_received_from_names_the_smtp_client(macro: str, name: str) -> None:
    assert received_from(Envelope(id="x", sender="<>", macros={"_": macro})) == name


@pytest.mark.parametrize(
    ("address", "final"),
    [
        ("<bob@x.example>", "RFC822; bob@x.example"),
        ("bob", f"RFC822; bob@{HOST}"),
        ("two words", f'RFC822; "two words"@{HOST}'),
    ],
)
def test_final_recipient(address: str, final: str) -> None:
    assert final_recipient(Recipient(number=1, address=address), HOST) == final


def test_a_given_final_recipient_stays() -> None:
    recipient = Recipient(number=2, address="bob", final="RFC822; list@x.example")
    assert final_recipient(recipient, HOST) == "RFC822; list@x.example"


@pytest.mark.parametrize(
    ("triple", "actual"),
    [
        (Triple("local", "", "bob"), f"rfc822; bob@{HOST}"),
        (Triple("esmtp", "x.example", "bob@x.example"), "rfc822; bob@x.example"),
        (Triple("prog", "", '"|/bin/cat -n"'), "X-Unix; |/bin/cat -n"),
        (Triple("*file*", "", "/tmp/x"), "X-Unix; /tmp/x"),
        (Triple("*include*", "", "/lists/missing"), f"rfc822; /lists/missing@{HOST}"),
        (Triple("*error*", "", "553 List:; syntax"), f'rfc822; "553 List:; syntax"@{HOST}'),
        (None, f"rfc822; given@{HOST}"),
    ],
)
def test_actual_recipient(triple: Triple | None, actual: str) -> None:
    assert actual_recipient(Recipient(number=1, address="given", triple=triple), HOST) == actual


def test_printable_is_one_short_line() -> None:
    assert printable(" a\r\nb\0 ") == "a b"
    assert len(printable("x" * 5000)) == 900


@pytest.mark.parametrize(
    ("code", "status"),
    [(64, "5.5.4"), (65, "5.5.2"), (66, "5.3.0"), (67, "5.1.1"), (68, "5.1.2"), (69, "5.5.0"), (70, "5.5.0"),
     (72, "5.5.0"), (73, "5.3.0"), (76, "5.5.0"), (77, "5.3.0"), (78, "5.5.0"), (1, "5.0.0"), (127, "5.0.0")],
)  # fmt: skip
def test_programs_that_fail_as_recorded(code: int, status: str) -> None:
    """Recorded with aliases of the kind `x: "|echo out; exit 67"`."""
    outcome = Failed(status="5.9.9", text="User unknown", reply="out", exit=code)
    notice = Notice(recipient=Recipient(number=1, address="x"), action=Action.FAILED, at=0.0, outcome=outcome)
    fields = recipient_fields(notice, "us.example", str, show_actual=False)
    assert f"Status: {status}" in fields
    assert f"Diagnostic-Code: X-Unix; {code}" in fields


def test_a_refused_sender_names_no_host() -> None:
    """As recorded; the reply is told all the same."""
    outcome = Failed(status="5.1.8", text="no", reply="553 5.1.8 no", remote="mx.example.", about_sender=True)
    notice = Notice(recipient=Recipient(number=1, address="x"), action=Action.FAILED, at=0.0, outcome=outcome)
    fields = recipient_fields(notice, "us.example", str, show_actual=False)
    assert not any(field.startswith("Remote-MTA") for field in fields)
    assert "Diagnostic-Code: SMTP; 553 5.1.8 no" in fields


def test_what_a_program_or_file_took() -> None:
    notice = Notice(recipient=Recipient(number=1, address="x"), action=Action.DELIVERED, at=0.0, outcome=Delivered())
    assert "Status: 2.1.5" in recipient_fields(notice, "us.example", str, show_actual=False)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("<a@b>", "a@b"),
        ("<a@b (one)>", "a@b"),
        ("<(one) a@b>", "a@b"),
        ("<a(one (two) three)@b>", "a@b"),
        ('<"a(b)"@c>', '"a(b)"@c'),
        (r"<a\(b@c>", r"a\(b@c"),
        ("<a)@b>", "a)@b"),
    ],
)
def test_comments_are_no_part_of_the_sender(given: str, address: str) -> None:
    assert Envelope(id="x", sender=given).sender_address == address


def test_a_report_remembers_who_sent_what_it_is_about() -> None:
    assert (
        received_from(Envelope(id="x", sender="<>", is_report=True, macros={"client_name": "mx.example"}))
        == "mx.example"
    )
