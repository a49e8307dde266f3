"""Text whose characters are bytes: blanks are C's, and letters in UTF-8 stay whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.base.text import BLANKS, ascii_lower, comma_separated, first_word, from_bytes, to_bytes, words_of

BYTE_TEXT = st.text(st.characters(max_codepoint=0xFF))


@given(st.binary())
def test_bytes_survive(data: bytes) -> None:
    assert to_bytes(from_bytes(data)) == data


@given(BYTE_TEXT)
def test_blanks_are_those_of_bytes(text: str) -> None:
    pieces = to_bytes(text).split()
    assert words_of(text) == [from_bytes(piece) for piece in pieces]
    first, *rest = to_bytes(text).split(None, 1) or [b""]
    assert first_word(text) == (from_bytes(first), from_bytes(rest[0]) if rest else "")
    assert text.strip(BLANKS) == from_bytes(to_bytes(text).strip())


@given(BYTE_TEXT)
def test_only_letters_of_ascii_have_case(text: str) -> None:
    assert to_bytes(ascii_lower(text)) == to_bytes(text).lower()


@pytest.mark.parametrize("word", ["voil\u00e0", "\u043f\u0430\u0440\u0438\u0445", "Vinkk\u0105", "\u00c5"])
def test_letters_in_utf8_stay_whole(word: str) -> None:
    """Their last byte is A0 or 85, which Python takes for a blank and for the end of a line."""
    text = from_bytes(word.encode())
    assert words_of(f" {text}  {text} ") == [text, text]
    assert first_word(f"{text} {text}") == (text, text)
    assert comma_separated(f"{text}, {text} ,") == [text, text]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        (" , ", []),
        ("a, b ,c", ["a", "b", "c"]),
        ('"a, b" <x@y>, c', ['"a, b" <x@y>', "c"]),
        ('a, "b, c', ["a", '"b, c']),
    ],
)
def test_commas_in_quotes_do_not_separate(text: str, pieces: list[str]) -> None:
    assert comma_separated(text) == pieces
