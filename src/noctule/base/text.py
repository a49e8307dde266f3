"""Text as Sendmail sees it: bytes.

Addresses, macros and header values travel through Noctule as `str` in which every character is one
byte (latin-1).  Codes above U+00FF are free for the configuration language's own symbols, so nothing
from outside can be mistaken for one.  Letters outside ASCII have no case.
"""

import re

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


def comma_separated(text: str) -> list[str]:
    """The pieces between commas, blanks around them and empty ones left out.  Commas in double quotes do not count."""
    return [piece.strip() for piece in _OUTSIDE_QUOTES.findall(text) if piece.strip()]
