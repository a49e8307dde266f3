"""The formats of F lines: scanf with one conversion."""

import functools
import re

from noctule.base.text import BLANKS

_CONVERSION = re.compile(r"%(\*?)([0-9]{0,4})(?:(s|c|%)|\[(\^?)(\]?[^\]]*)(?:\]|$))")
_RANGE = re.compile(r"(.)-(.)|(.)", re.DOTALL)


def scan(line: str, pattern: str) -> str | None:
    """What the first conversion of the pattern takes from the line, None when the line does not fit.

    `%s`, `%c`, `%[set]`, a width, and `%*` for what is to be passed over.  A set without `]` goes to the end.
    """
    compiled = _compile(pattern)
    found = compiled.match(line) if compiled is not None else None
    return found[1] if found is not None else None


@functools.lru_cache(maxsize=64)
def _compile(pattern: str) -> re.Pattern[str] | None:
    """None for a pattern that takes nothing from any line."""
    out = ""
    position = 0
    while position < len(pattern):
        conversion = _CONVERSION.match(pattern, position)
        if conversion is not None:
            position = conversion.end()
            taken = conversion[1] == "" and conversion[3] != "%"
            out += _expression(conversion) if not taken else _taking(conversion)
            if taken:
                return re.compile(out, re.DOTALL)
        elif pattern[position] == "%":
            return None
        elif pattern[position] in BLANKS:
            out += r"\s*+"
            position += 1
        else:
            out += re.escape(pattern[position])
            position += 1
    return None


def _taking(conversion: re.Match[str]) -> str:
    blanks = r"\s*+" if conversion[3] == "s" else ""
    return f"{blanks}({_expression(conversion).removeprefix(blanks)})"


def _expression(conversion: re.Match[str]) -> str:
    width = int(conversion[2] or 0)
    times = f"{{1,{width}}}+" if width else "++"  # as much as there is, and none of it given back
    match conversion[3]:
        case "%":
            return r"\s*+%"
        case "s":
            return rf"\s*+\S{times}"
        case "c":
            return f".{{{width or 1}}}"
    members = "".join(
        f"{re.escape(r[1])}-{re.escape(r[2])}" if r[1] and r[1] <= r[2] else re.escape(r[0])
        for r in _RANGE.finditer(conversion[5])
    )
    if not members:
        return r".++" if conversion[4] else r"(?!)"
    return f"[{conversion[4]}{members}]{times}"
