"""Numbers as C reads them: leading digits count, the rest is left alone."""

import re

_INTEGER = re.compile(r"\s*([+-]?[0-9]{1,18})", re.ASCII)
_OCTAL = re.compile(r"\s*([0-7]{1,11})", re.ASCII)
_ANY_BASE = re.compile(r"\s*(0[xX][0-9a-fA-F]{1,8}|[0-9]{1,10})", re.ASCII)


def leading_integer(text: str) -> int:
    """The number a text begins with; 0 when it begins with none."""
    found = _INTEGER.match(text)
    return int(found[1]) if found else 0


def leading_octal(text: str) -> int:
    """The octal number a text begins with; 0 when it begins with none."""
    found = _OCTAL.match(text)
    return int(found[1], 8) if found else 0


def bits(text: str) -> int | None:
    """A number of option bits, decimal, 0x or with a leading 0 octal; None when the text is not a number."""
    found = _ANY_BASE.fullmatch(text)
    if found is None:
        return None
    word = found[1]
    octal = len(word) > 1 and word[0] == "0" and word.isdecimal() and not set(word) & {"8", "9"}
    return int(word, 8) if octal else int(word, 0) if word[:2].lower() == "0x" else int(word)
