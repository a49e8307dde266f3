import pytest

from noctule.dsn.status import actual_recipient, final_recipient, printable, received_from
from noctule.mail.envelope import Envelope, Recipient, Triple

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
