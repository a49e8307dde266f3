"""Lines of the form `Mname, K=value, K=value`, and the quoting of values."""

from collections.abc import Iterator

from noctule.base.text import BLANKS
from noctule.config.translate import Complain

ESCAPES = {"n": "\n", "r": "\r", "f": "\f", "b": "\b"}


def unquote(text: str, position: int = 0, delimiter: str = "") -> tuple[str, int]:
    """Read up to an unquoted delimiter: the text without double quotes and backslashes, and where reading stopped."""
    out: list[str] = []
    quoted = False
    while position < len(text):
        character = text[position]
        position += 1
        if character == "\\" and position < len(text):
            out.append(ESCAPES.get(text[position], text[position]))
            position += 1
        elif character == '"':
            quoted = not quoted
        elif character == delimiter and not quoted:
            return "".join(out), position - 1
        elif character != "\\":
            out.append(character)
    return "".join(out), position


def split_name(text: str) -> tuple[str, str]:
    """The name a line begins with, and the rest from the comma or blank after it."""
    end = next((i for i, character in enumerate(text) if character == "," or character in BLANKS), len(text))
    return text[:end], text[end:]


def fields(text: str, missing_equals: str, complain: Complain) -> Iterator[tuple[str, str]]:
    """The key letter and the unquoted value of each field.  Stops, after the complaint, at one without `=`."""
    position = 0
    while position < len(text):
        while position < len(text) and (text[position] == "," or text[position] in BLANKS):
            position += 1
        key = text[position : position + 1]
        while position < len(text) and text[position] not in "=,":
            position += 1
        if text[position : position + 1] != "=":
            complain(missing_equals)
            return
        position += 1
        while position < len(text) and text[position] in BLANKS:
            position += 1
        value, position = unquote(text, position, ",")
        yield key, value.rstrip(" \t")
