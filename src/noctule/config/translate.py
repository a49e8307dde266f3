"""From the `$x` spelling of the configuration file to codes (symbols.codes), and the names of macros and classes."""

import re
import string
from collections.abc import Callable

from noctule.base.text import BLANKS
from noctule.symbols import codes

MAX_NAME = 25
NAME_CHARACTERS = frozenset(string.ascii_letters + string.digits + "_")

Complain = Callable[[str], None]

_STEP = re.compile(r"[ \t]*#[^\n]*|\\#|\$")
_DOLLAR = re.compile(r"\$")
_NAMED = {"=": codes.MATCH_CLASS, "~": codes.MATCH_NOT_CLASS, "&": codes.DEFERRED, "?": codes.IF}
_BARE = {
    spelling[1]: code for code, spelling in codes.SPELLING.items() if len(spelling) == 2 and spelling[1] not in _NAMED
}


def _ignore(_text: str) -> None:
    """Nobody wants to hear."""


def translate(text: str, complain: Complain = _ignore, *, comments: bool = True) -> str:
    """Turn `$x` forms into codes, `$$` into `$` and `\\#` into `#`, and cut off comments and white space at the end.

    A comment runs from `#` to the end of its physical line; quotes do not protect it, `$#` is not one.
    """
    if "$" not in text and "#" not in text:
        return text.rstrip(BLANKS)
    out: list[str] = []
    position = 0
    step = _STEP if comments else _DOLLAR
    while found := step.search(text, position):
        out.append(text[position : found.start()])
        position = found.end()
        if found[0] == "\\#":
            out.append("#")
        elif found[0] == "$":
            code, position = _dollar(text, position, complain)
            out.append(code)
    out.append(text[position:])
    return "".join(out).rstrip(BLANKS)


def _dollar(text: str, position: int, complain: Complain) -> tuple[str, int]:
    """What the `$` before `position` begins: its code, and where the text goes on."""
    kind = text[position : position + 1]
    if kind in ("", "\n", "$"):
        return "$", position + (kind == "$")
    if kind in _BARE:
        return _BARE[kind], position + 1
    code = _NAMED.get(kind, codes.MACRO)
    name, end = macro_name(text, position + (kind in _NAMED), complain)
    if name:
        return code + codes.named(name), end
    return "$" + kind if kind in _NAMED else "$", end


def macro_name(text: str, position: int, complain: Complain) -> tuple[str, int]:
    """Read `x` or `{name}`: the name ("" after an error, which `complain` has heard of), and where the text goes on."""
    if text[position : position + 1] != "{":
        if position < len(text) and text[position] != "\n":
            return text[position], position + 1
        complain("Name required for macro/class")
        return "", position
    written, brace, _ = text[position + 1 :].partition("}")
    for character in written:
        if character not in NAME_CHARACTERS:
            complain(f"Invalid macro/class character {character}")
    name = "".join(c for c in written if c in NAME_CHARACTERS)
    end = position + 1 + len(written) + len(brace)
    return (name if _is_usable(written, name, brace, complain) else ""), end


def _is_usable(written: str, name: str, brace: str, complain: Complain) -> bool:
    if not brace:
        complain(f"Unbalanced {{ on {name}")
    elif not written:
        complain("Name required for macro/class")
        return False
    elif len(name) > MAX_NAME:
        complain(f"Macro/class name ({{{name[:MAX_NAME]}}}) too long ({MAX_NAME} chars max)")
    else:
        return bool(name)
    complain("Unable to assign macro/class ID (mid = 0xffffffff)")  # Sendmail's second line about such a name
    return False
