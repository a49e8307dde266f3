"""Text as Sendmail sees it: bytes.

Addresses, macros and header values travel through Noctule as `str` in which every character is one
byte (latin-1).  Codes above U+00FF are free for the configuration language's own symbols, so nothing
from outside can be mistaken for one.  Letters outside ASCII have no case.
"""

import re

BLANKS = " \t\n\v\f\r"  # C's; `str.strip` and `str.split` take 1C to 1F, 85 and A0 too, which may be halves of letters
_WORD = re.compile(f"[^{BLANKS}]+")
_OUTSIDE_QUOTES = re.compile(r'(?:[^",]|"[^"]*(?:"|$))+')
_LOWER = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)}


def ascii_lower(text: str) -> str:
    """Lower-case A-Z and nothing else: UTF-8 bytes must survive."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def to_bytes(text: str) -> bytes:
    """Byte text to bytes.  Raises UnicodeEncodeError for a symbol that has no byte."""
    return text.encode("latin-1")


def from_bytes(data: bytes) -> str:
    """Bytes to byte text."""
    return data.decode("latin-1")


def words_of(text: str) -> list[str]:
    """The pieces between blanks."""
    return _WORD.findall(text)


def first_word(text: str) -> tuple[str, str]:
    """The first piece between blanks, and what stands behind the blanks after it; "" for what is not there."""
    found = _WORD.search(text)
    return (found[0], text[found.end() :].lstrip(BLANKS)) if found else ("", "")


def comma_separated(text: str) -> list[str]:
    """The pieces between commas, blanks around them and empty ones left out.  Commas in double quotes do not count."""
    return [piece.strip(BLANKS) for piece in _OUTSIDE_QUOTES.findall(text) if piece.strip(BLANKS)]
