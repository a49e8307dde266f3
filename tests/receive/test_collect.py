"""Header and body told apart, whole and in pieces."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.mqueue.staging import MemoryBody
from noctule.receive.collect import Collector, Excess


class Kept:
    """A body in memory: the staging area of a store that has none."""

    def __init__(self) -> None:
        self.data = b""
        self.size = 0

    def write(self, data: bytes) -> None:
        self.data += data
        self.size += len(data)

    def finish(self) -> MemoryBody:
        return MemoryBody(self.data)

    def discard(self) -> None: ...


def collect(
    text: bytes,
    *,
    step: int = 0,
    header_limit: int = 0,
    limit: int = 0,
    keep_from_line: bool = False,
    seven_bit: bool = False,
) -> tuple[Collector, bytes]:
    kept = Kept()
    collector = Collector(
        kept, header_limit=header_limit, limit=limit, keep_from_line=keep_from_line, seven_bit=seven_bit
    )
    size = step or len(text) or 1
    for start in range(0, len(text), size):
        collector.feed(text[start : start + size])
    collector.finish()
    return collector, kept.data


CASES = [
    (b"", [], b""),
    (b"\r\n", [], b""),
    (b"A: b\r\n", [("A", " b")], b""),
    (b"A: b\r\n\r\n", [("A", " b")], b""),
    (b"A: b\r\n\r\nbody\r\n", [("A", " b")], b"body\r\n"),
    (b"A: b\r\n\r\n\r\nbody\r\n", [("A", " b")], b"\r\nbody\r\n"),
    (b"\r\nSubject: this is body now\r\n", [], b"Subject: this is body now\r\n"),
    (b"A: b\r\n c\r\n\td\r\nE:f\r\n\r\nx\r\n", [("A", " b\r\n c\r\n\td"), ("E", "f")], b"x\r\n"),
    (b"Just text\r\nand: more\r\n", [], b"Just text\r\nand: more\r\n"),
    (b"A: b\r\nX Spaced: c\r\n\r\nT\r\n", [("A", " b")], b"X Spaced: c\r\n\r\nT\r\n"),
    (b"X-Blank : v\r\nX-Empty:\r\n\r\n", [("X-Blank", " v"), ("X-Empty", "")], b""),
    (b": empty\r\n", [], b": empty\r\n"),
    (b" continued\r\nA: b\r\n", [], b" continued\r\nA: b\r\n"),
    (b"X-\xe9: eight\r\n", [], b"X-\xe9: eight\r\n"),
    (b"123: 7\r\nX[y]: 4\r\n", [("123", " 7"), ("X[y]", " 4")], b""),
    (b"From x Thu Jan  4 10:11:12 2001\r\nA: b\r\n\r\nc\r\n", [("A", " b")], b"c\r\n"),
    (b"A: b\r\nFrom the body\r\n", [("A", " b")], b"From the body\r\n"),
]


@pytest.mark.parametrize("step", [0, 1, 2, 5])
@pytest.mark.parametrize(("text", "fields", "body"), CASES)
def test_where_the_header_ends(text: bytes, fields: list[tuple[str, str]], body: bytes, step: int) -> None:
    collector, kept = collect(text, step=step)
    assert collector.fields == fields
    assert kept == body
    assert collector.size == len(text) - text.count(b"\r")
    assert collector.body_size == len(body) - body.count(b"\r")


def test_the_mailbox_line_may_be_kept() -> None:
    collector, body = collect(b"From x\r\nA: b\r\n", keep_from_line=True)
    assert collector.fields == []
    assert body == b"From x\r\nA: b\r\n"
    assert collect(b"From x y\r\nA: b\r\n")[0].from_line == "From x y"


@pytest.mark.parametrize("step", [0, 1])
def test_limits(step: int) -> None:
    text = b"A: 0123456789\r\n" * 10 + b"\r\n" + b"b" * 100 + b"\r\n"
    assert collect(text, step=step, header_limit=100)[0].excess is Excess.HEADER
    assert collect(text, step=step, limit=200)[0].excess is Excess.MESSAGE
    assert collect(text, step=step, header_limit=1000, limit=1000)[0].excess is None
    assert collect(b"A" * 5000, step=step, header_limit=100)[0].excess is Excess.HEADER


def test_eight_bits_are_noticed() -> None:
    assert not collect(b"A: b\r\n\r\nc\r\n")[0].has_8bit
    assert collect(b"A: b\r\n\r\n\xe9\r\n")[0].has_8bit


PIECES = st.sampled_from([b"A: b", b" fold", b"\r\n", b"\r\n\r\n", b"text", b":", b"From x", b"\xe9", b"\t", b"x y: z"])


@given(st.lists(PIECES, max_size=20), st.integers(1, 9))
def test_cuts_do_not_matter(pieces: list[bytes], step: int) -> None:
    text = b"".join(pieces) + b"\r\n"
    whole, body = collect(text)
    cut, cut_body = collect(text, step=step)
    assert (whole.fields, body, whole.size) == (cut.fields, cut_body, cut.size)


def test_a_header_in_many_packets_is_read_once() -> None:
    """Read again from its start for each line, this one takes a minute."""
    began = time.process_time()
    collector, _ = collect(b"X: a\r\n" + b"a:\r\n \r\n" * 20_000 + b"\r\n", step=3)
    assert len(collector.fields) == 20_001
    assert time.process_time() - began < 10


@given(st.lists(st.binary(max_size=40).filter(lambda line: not set(line) & set(b"\r\n\0"))))
def test_clearing_the_eighth_bit_makes_no_line_end(lines: list[bytes]) -> None:
    text = b"Subject: \xe9t\xe9\r\n\r\n" + b"".join(line + b"\r\n" for line in lines)
    collector, body = collect(text, step=7, seven_bit=True)
    assert collector.fields == [("Subject", " iti")]
    assert not collector.has_8bit and body.isascii()
    assert len(body.split(b"\r\n")) == len(lines) + 1
    for line, cleared in zip(lines, body.split(b"\r\n"), strict=False):
        wanted = bytes(byte & 0x7F for byte in line)
        assert cleared == bytes(new if new not in b"\r\n\0" else ord("?") for new in wanted)
