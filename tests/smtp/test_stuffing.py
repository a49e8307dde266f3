import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.smtp.stuffing import Stuffer, canonical, split_long_lines

TEXTS = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"a", b"!", b"bcd", b" "]), max_size=60).map(b"".join)


def sent(text: bytes, limit: int = 0, cuts: int = 1_000_000) -> bytes:
    stuffer = Stuffer(limit)
    chunks = [text[i : i + cuts] for i in range(0, len(text), cuts)]
    return b"".join([stuffer.feed(chunk) for chunk in chunks]) + stuffer.finish()


def received(wire: bytes) -> bytes:
    """What a server makes of it: everything before the first CRLF.CRLF, dots taken off."""
    text = b"\r\n" + wire
    end = text.index(b"\r\n.\r\n")
    assert end + 5 == len(text), "a second end of data inside the text"
    return text[2:end].replace(b"\r\n.", b"\r\n").removeprefix(b".") if end else b""


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        (b"", b".\r\n"),
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"no end", b"no end\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b"a\r\n.b\r\n..c\r\n", b"a\r\n..b\r\n...c\r\n.\r\n"),
        (b"a\n.\nb", b"a\r\n..\r\nb\r\n.\r\n"),
        (b"a\r.\rb\r\n", b"a . b\r\n.\r\n"),
        (b"a\r\r\nb\r", b"a\r\nb\r\n.\r\n"),
    ],
)
def test_known_texts(text: bytes, wire: bytes) -> None:
    assert sent(text) == wire
    assert sent(text, cuts=1) == wire


@given(text=TEXTS, limit=st.sampled_from([0, 5, 8]), cuts=st.integers(1, 9))
def test_nothing_but_crlf_and_one_end(text: bytes, limit: int, cuts: int) -> None:
    wire = sent(text, limit, cuts)
    assert wire.endswith(b".\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", wire)
    lines = received(wire).split(b"\r\n")
    assert not limit or max(map(len, lines)) <= limit


@given(text=TEXTS, cuts=st.integers(1, 9))
def test_cuts_do_not_show(text: bytes, cuts: int) -> None:
    assert sent(text, cuts=cuts) == sent(text)


@given(lines=st.lists(st.text(".ab", max_size=12).map(str.encode), max_size=8), cuts=st.integers(1, 9))
def test_clean_text_arrives_unchanged(lines: list[bytes], cuts: int) -> None:
    text = b"".join([line + b"\r\n" for line in lines])
    assert received(sent(text, cuts=cuts)) == text.removesuffix(b"\r\n")
    assert canonical(text) is text


@pytest.mark.parametrize("cuts", [1, 700, 100_000])
def test_long_lines_are_cut_as_sendmail_cuts_them(cuts: int) -> None:
    text = b"c" * 990 + b"\r\n" + b"e" * 991 + b"\r\n" + b"i" * 2047 + b"\r\n" + b"." * 999 + b"\r\n"
    lines = received(sent(text, 990, cuts)).split(b"\r\n")
    assert lines[:3] == [b"c" * 990, b"e" * 989 + b"!", b" ee"]
    assert [len(line) for line in lines[3:6]] == [990, 990, 2047 - 989 - 988 + 1]
    assert lines[6:] == [b"." * 989 + b"!", b" " + b"." * 10]


def test_text_within_the_limit_is_not_copied() -> None:
    text = b"x" * 990 + b"\r\n" + b"y\r\n" * 1000
    assert split_long_lines(text, 990) is text


def test_an_endless_line_is_not_hoarded() -> None:
    stuffer = Stuffer()
    out = b"".join([stuffer.feed(b"x" * 65_536) for _ in range(8)])
    assert len(out) > 6 * 65_536
    assert (out + stuffer.finish()) == b"x" * 8 * 65_536 + b"\r\n.\r\n"
