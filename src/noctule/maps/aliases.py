"""The alias file: `name: address, address...`.

A line beginning with a blank continues the one before (also when that one is a comment); a line beginning with `#` is
a comment.  A name may be quoted.  The right-hand side is kept as it is: addresses, `"|program"`, `/file`,
`:include:/file`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from noctule.base.text import BLANKS, ascii_lower

MARKER = "@"  # a database with this key (value "@") is complete
MAX_ALIAS = 1 << 20  # bytes of one right-hand side
_NAME = re.compile(r'((?:[^":\\]|\\.|"(?:[^"\\]|\\.)*")*):', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Alias:
    """`name` is as it is looked up: in lower case, with its quotes if it has any.  Lines count from 1."""

    name: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class AliasError:
    """What is wrong with a line, in Sendmail's words."""

    line: int
    text: str


def parse_aliases(lines: Iterable[str]) -> Iterator[Alias | AliasError]:
    """Every alias and every complaint, in the order of the file."""
    for number, text in _joined(lines):
        if text.startswith((" ", "\t")):
            yield AliasError(number, "Non-continuation line starts with space")
            continue
        match = _NAME.match(text)
        if match is None:
            yield AliasError(number, "missing colon")
            continue
        name, value = ascii_lower(match[1].strip(BLANKS)), text[match.end() :].lstrip(" \t")
        if not name:
            yield AliasError(number, f"{text:.100}... illegal alias name")
        elif not value.strip(BLANKS):
            yield AliasError(number, f"{text:.100}... missing value for alias")
        elif len(value) > MAX_ALIAS:
            yield AliasError(number, f"{name:.100}... alias too long")
        else:
            yield Alias(name, value, number)


def _joined(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Logical lines, each with the number of its first physical one; comments and empty lines are left out."""
    start = 0
    parts: list[str] = []
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n")
        if parts and line[:1] in {" ", "\t"}:
            parts.append(line)
            continue
        if parts and not parts[0].startswith("#"):
            yield start, "".join(parts)
        start, parts = number, [line] if line else []
    if parts and not parts[0].startswith("#"):
        yield start, "".join(parts)
