import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.dsn import decode_xtext


@pytest.mark.parametrize(
    ("encoded", "decoded"),
    [("QQ+2B314159", "QQ+314159"), ("plain", "plain"), ("two+20words", "two words"), ("", "")],
)
def test_decodes(encoded: str, decoded: str) -> None:
    assert decode_xtext(encoded) == decoded


@pytest.mark.parametrize("text", ["a+2", "a+zz", "a+2b", "a=b", "a b", "+0D+0A", "+00", "+7F", "+C3+A9", "\r\n"])
def test_refuses(text: str) -> None:
    assert decode_xtext(text) is None


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_what_is_encoded_comes_back(text: str) -> None:
    encoded = "".join(f"+{ord(c):02X}" if c in "+= " else c for c in text)
    assert decode_xtext(encoded) == text


@given(st.text(st.characters(max_codepoint=255)))
def test_decoding_never_yields_a_control_character(text: str) -> None:
    decoded = decode_xtext(text)
    assert decoded is None or all(" " <= character <= "~" for character in decoded)
