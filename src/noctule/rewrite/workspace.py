"""Small work on token lists."""

import re
from collections.abc import Sequence

from noctule.base.text import ascii_lower

_FOREIGN_CAPITAL = re.compile("[\xc0-\xde]").search  # has a lower case, but not in Sendmail


def lower(tokens: list[str]) -> list[str]:
    """The tokens in lower case; the very same list if they already are."""
    text = "\0".join(tokens)
    low = text.lower() if text.isascii() or not _FOREIGN_CAPITAL(text) else ascii_lower(text)
    if low == text:
        return tokens
    words = low.split("\0")
    return words if len(words) == len(tokens) else [ascii_lower(token) for token in tokens]  # a token held a NUL


def index_of(tokens: Sequence[str], token: str, start: int) -> int:
    """Where the token stands from `start` on; the length when it does not."""
    try:
        return tokens.index(token, start)
    except ValueError:
        return len(tokens)


def dequote(text: str) -> str:
    """Remove double quotes, and the backslashes that protected something inside the text."""
    if '"' not in text and "\\" not in text:
        return text
    out: list[str] = []
    skip = False
    for char in text:
        if skip:
            out.append(char)
            skip = False
        elif char == "\\":
            skip = True
        elif char != '"':
            out.append(char)
    return "".join(out)
