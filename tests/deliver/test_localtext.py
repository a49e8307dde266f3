import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.deliver.localtext import local_text, mailbox_text, maildir_text, whole_lines
from noctule.symbols.mailers import Mailer

HEADER = b"Subject: x\r\n\r\n"
FROM = b"From a@b  Thu Jan  1 00:00:00 1970\n"
BODY = [b"From the body\r\n>Fr", b"om quoted\r", b"\nplain\r\n.dot\r\nFrom", b" again"]


def text(flags: str, eol: str = "\n", **more: object) -> bytes:
    mailer = Mailer(name="x", flags=frozenset(flags), eol=eol, **more)  # type: ignore[arg-type]
    return b"".join(local_text(HEADER, BODY, mailer, FROM))


def test_programs() -> None:
    plain = b"Subject: x\n\nFrom the body\n>From quoted\nplain\n.dot\nFrom again\n"
    assert text("n") == plain
    assert text("") == FROM + plain
    assert text("nE") == plain.replace(b"\nFrom", b"\n>From")
    assert text("nX") == plain.replace(b"\n.", b"\n..")
    assert text("nb") == plain + b"\n"
    assert text("n", eol="\r\n") == plain.replace(b"\n", b"\r\n")
    assert text("n", line_limit=8).splitlines()[2:5] == [b"From th!", b" e body", b">From q!"]


def test_mailboxes() -> None:
    assert b"".join(mailbox_text(HEADER, BODY, FROM)) == (
        FROM + b"Subject: x\n\n>From the body\n>From quoted\nplain\n.dot\n>From again\n\n"
    )
    assert b"".join(maildir_text(HEADER, BODY)).endswith(b".dot\nFrom again\n")


@pytest.mark.parametrize("body", [[], [b""], [b"", b"\r\n"]])
def test_no_body_to_speak_of(body: list[bytes]) -> None:
    assert b"".join(mailbox_text(HEADER, body, FROM)).startswith(FROM + b"Subject: x\n\n")


@given(st.binary(max_size=80), st.integers(1, 9))
def test_cuts_do_not_show(data: bytes, cuts: int) -> None:
    data = data.replace(b"\r\r", b"\r")
    chunks = [data[i : i + cuts] for i in range(0, len(data), cuts)]
    whole = b"".join(whole_lines(chunks))
    assert whole == b"".join(whole_lines([data]))
    assert whole.count(b"\n") == whole.count(b"\r\n") == whole.count(b"\r")
