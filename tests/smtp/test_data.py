"""The text decoder: every known way to smuggle an end of data, and equality however the bytes are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.smtp.data import Bare, LineRules, TextDecoder
from noctule.smtp.events import Fault

STRICT = LineRules()
LF_OK = LineRules(bare_lf=Bare.LINE_END, bare_cr=Bare.BLANK)
BLANKS = LineRules(bare_lf=Bare.BLANK, bare_cr=Bare.BLANK)
OLD = LineRules(bare_lf=Bare.LINE_END, bare_cr=Bare.BLANK, any_end=True)


def decode(data: bytes, rules: LineRules = STRICT, step: int = 0) -> tuple[bytes, TextDecoder]:
    decoder = TextDecoder(rules)
    text = b""
    size = step or len(data) or 1
    for start in range(0, len(data), size):
        text += decoder.feed(data[start : start + size])
        if decoder.ended:
            decoder.rest += data[start + size :]
            break
    return text, decoder


@pytest.mark.parametrize("step", [0, 1, 2, 3, 5])
@pytest.mark.parametrize(
    ("wire", "text"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"a\r\n.\r\n", b"a\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"a\r\n..b\r\n...\r\n.c\r\n.\r\n", b"a\r\n.b\r\n..\r\nc\r\n"),
        (b"a\r\n\r\n\r\n.\r\n", b"a\r\n\r\n\r\n"),
    ],
)
def test_dots_and_ends(wire: bytes, text: bytes, step: int) -> None:
    got, decoder = decode(wire + b"NOOP\r\n", step=step)
    assert got == text
    assert decoder.rest == b"NOOP\r\n"
    assert decoder.fault is None


ENDS = [
    b"\n.\n",
    b"\r\n.\n",
    b"\n.\r\n",
    b"\r.\r",
    b"\r\n.\r",
    b"\r.\r\n",
    b"\n.\r",
    b"\r\n\0.\r\n",
    b"\x8d\x8a\xae\x8d\x8a",
]


@pytest.mark.parametrize("step", [0, 1, 4])
@pytest.mark.parametrize("end", ENDS)
def test_nothing_but_crlf_dot_crlf_ends_a_text(end: bytes, step: int) -> None:
    attack = b"Subject: outer\r\n\r\ntext" + end + b"MAIL FROM:<evil@example.org>"
    _, decoder = decode(attack, step=step)
    assert not decoder.ended
    _, decoder = decode(attack + b"\r\n.\r\nQUIT\r\n", step=step)
    assert decoder.rest == b"QUIT\r\n"
    assert decoder.fault is not None or end == ENDS[-1]


@pytest.mark.parametrize(
    ("text", "before", "fault", "in_header"),
    [
        (b"a\nb", b"a", Fault.BARE_LF, True),
        (b"a\rb\n", b"a", Fault.BARE_CR, True),
        (b"a\r\n\r\nb\n", b"a\r\n\r\nb", Fault.BARE_LF, False),
        (b"a\0", b"a", Fault.NUL, True),
        (b"a\r\r\nb", b"a", Fault.BARE_CR, True),
    ],
)
def test_faults_name_what_comes_first_and_where(text: bytes, before: bytes, fault: Fault, in_header: bool) -> None:
    out, decoder = decode(text + b"\r\n.\r\n")
    assert (out, decoder.fault, decoder.fault_in_header) == (before, fault, in_header)


def test_nul_may_be_let_through() -> None:
    assert decode(b"a\0b\r\n.\r\n", LineRules(nul=True))[0] == b"a\0b\r\n"


@pytest.mark.parametrize("step", [0, 1, 3])
def test_what_is_let_through_is_made_canonical(step: int) -> None:
    wire = b"one\ntwo\n.\nthree\rx\n.\r\nfour\r\n.\r\n"
    assert decode(wire, LF_OK, step)[0] == b"one\r\ntwo\r\n.\r\nthree x\r\n.\r\nfour\r\n"
    assert decode(wire, BLANKS, step)[0] == b"one two . three x .\r\nfour\r\n"


@pytest.mark.parametrize("step", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("end", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r\n.\r\n"])
def test_old_rules_take_any_end_when_the_site_says_so(end: bytes, step: int) -> None:
    text, decoder = decode(b"a\n..b" + end + b"rest", OLD, step)
    assert text == b"a\r\n.b\r\n"
    assert decoder.rest == b"rest"


@given(
    st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"..", b"a", b"\0", b"\r\n.\r\n", b"\x8a"]), max_size=30),
    st.sampled_from([STRICT, LF_OK, BLANKS, OLD]),
    st.integers(1, 7),
)
def test_cuts_do_not_matter_and_output_is_canonical(parts: list[bytes], rules: LineRules, step: int) -> None:
    wire = b"".join(parts)
    text, whole = decode(wire, rules)
    pieces, cut = decode(wire, rules, step)
    assert (whole.rest, whole.fault) == (cut.rest, cut.fault)
    if whole.fault is None:
        assert pieces == text
    for out in (text, pieces):
        assert out.count(b"\r\n") == out.count(b"\r") == out.count(b"\n")
