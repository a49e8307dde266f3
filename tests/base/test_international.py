"""UTF-8 addresses, and domains as DNS knows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.base.international import clipped, escaped, is_utf8, to_a_labels, with_ascii_domain


def utf8(text: str) -> str:
    """As byte text."""
    return text.encode().decode("latin-1")


@pytest.mark.parametrize(
    ("domain", "expected"),  # as the registries of these domains show them
    [
        ("example.net", "example.net"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),  # u and a combining mark
        ("straße.example", "xn--strae-oqa.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp"),
        ("b☃.example", None),
        ("-ä.example", None),
        ("\u0301a.example", None),
        ("ä" * 60 + ".example", None),
    ],
)
def test_a_labels(domain: str, expected: str | None) -> None:
    assert to_a_labels(utf8(domain)) == expected


def test_what_is_not_utf8_has_no_a_label() -> None:
    assert to_a_labels("b\xe9.example") is None


@pytest.mark.parametrize(
    ("text", "well_formed"),
    [
        ("plain", True),
        (utf8("grün"), True),
        ("s\xe9nder", False),
        ("\xff\xfe", False),
        ("\xc0\xaf", False),  # an overlong slash
        ("\xed\xa0\x80", False),  # a surrogate
        (utf8("\x85"), False),  # a line end to some
    ],
)
def test_utf8(text: str, well_formed: bool) -> None:
    assert is_utf8(text) is well_formed


def test_only_the_domain_of_an_address_can_be_written_in_ascii() -> None:
    assert with_ascii_domain("bob@example.net") == "bob@example.net"
    assert with_ascii_domain(utf8("bob@bücher.example")) == "bob@xn--bcher-kva.example"
    assert with_ascii_domain(utf8("jürgen@example.net")) is None
    assert with_ascii_domain(utf8("jürgen")) is None


@given(st.text(st.characters(codec="utf-8")), st.integers(5, 40))
def test_clipping_cuts_no_character(text: str, limit: int) -> None:
    assert len(clipped(utf8(text), limit).encode("latin-1").decode("utf-8")) <= max(limit, 0)


@given(st.text(st.characters(codec="utf-8")))
def test_escaped_text_is_ascii_and_says_the_same(text: str) -> None:
    written = escaped(utf8(text))
    assert written.isascii()
    if "\\x{" not in text:
        parts = written.split("\\x{")
        back = parts[0] + "".join(chr(int(p.split("}", 1)[0], 16)) + p.split("}", 1)[1] for p in parts[1:])
        assert back == text
