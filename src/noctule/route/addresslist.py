"""Lists of addresses: header fields, right-hand sides of aliases, lines of `:include:` and `.forward` files.

Splitting is all that is done here.  Comments, phrases and group names (`Team: bob, carol;`) stay in the pieces: the
rules take them off, as they do with any address.
"""

import re
from collections.abc import Iterator

# A quoted string, an escaped character, one character that means something, or a run of those that do not.
_PART = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|\\.|[,()<> \t\r\n]|[^"\\,()<> \t\r\n]+|.', re.DOTALL)
_BLANK = frozenset(" \t\r\n")


def split_addresses(text: str, *, blanks: bool = False) -> list[str]:
    """The addresses of a list, without white space around them; empty ones are left out.

    Commas separate, but not in quotes, comments and angle brackets.  With `blanks` (OldStyleHeaders) blanks do if the
    list has none of `,;<(`.  What is not balanced is taken literally and reaches to the end, brackets excepted:
    an address that lacks one must not swallow the rest of the list.
    """
    by_blank = blanks and not any(mark in text for mark in ",;<(")
    pieces, balanced = _scan(text, by_blank=by_blank, brackets=True)
    if not balanced:
        pieces, _ = _scan(text, by_blank=by_blank, brackets=False)
    return [stripped for piece in pieces if (stripped := piece.strip(" \t\r\n"))]


def _scan(text: str, *, by_blank: bool, brackets: bool) -> tuple[list[str], bool]:
    """Pieces, and whether every angle bracket had its partner."""
    pieces: list[str] = []
    start = comment = angle = 0
    for match in _PART.finditer(text):
        part = match[0]
        if part == "(":
            comment += 1
        elif comment:
            comment -= part == ")"
        elif brackets and part == "<":
            angle += 1
        elif brackets and part == ">":
            if not angle:
                return pieces, False
            angle -= 1
        elif not angle and (part == "," or (by_blank and part in _BLANK)):
            pieces.append(text[start : match.start()])
            start = match.end()
    pieces.append(text[start:])
    return pieces, not angle


def list_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of an address file that say something, with their numbers from 1.

    A line that begins with `#` is a comment; nothing else is, and no line continues another.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip(" \t\r") and not line.startswith("#"):
            yield number, line
