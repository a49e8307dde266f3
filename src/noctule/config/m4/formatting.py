"""format: C's printf."""

import re
from collections.abc import Callable, Sequence

_DIRECTIVE = re.compile(r"%(?:(%)|([-+ #0']*)(\*|[0-9]*)(?:\.(\*|-?[0-9]*))?(hh|h|ll|l|j|t|z|L)?(.?))", re.DOTALL)
_INTEGERS = "dioxXu"
_FLOATS = "eEfFgG"
_HEX_FLOATS = "aA"
_LEADING_INTEGER = re.compile(r"\s*[-+]?[0-9]+", re.ASCII)
_DECIMAL = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_LEADING_FLOAT = re.compile(rf"\s*[-+]?(?:0[xX][0-9a-fA-F]+|{_DECIMAL}|inf|nan)", re.IGNORECASE | re.ASCII)
MAX_WIDTH = 1 << 16


def format_text(pattern: str, arguments: Sequence[str], warn: Callable[[str], object]) -> str:
    """The text.  Arguments that are missing count as 0 or nothing."""
    return _Formatting(list(arguments), warn).text(pattern)


class _Formatting:
    def __init__(self, arguments: list[str], warn: Callable[[str], object]) -> None:
        self._left = arguments
        self._warn = warn

    def text(self, pattern: str) -> str:
        return _DIRECTIVE.sub(self._directive, pattern)

    def _directive(self, found: re.Match[str]) -> str:
        percent, flags, width, precision, _, letter = found.groups()
        if percent:
            return "%"
        if not letter or letter not in _INTEGERS + _FLOATS + _HEX_FLOATS + "cs":
            self._warn(f"Warning: unrecognized specifier in `{found[0]}'")
            return ""
        flags = flags.replace("'", "")
        wide = self._integer() if width == "*" else int(width or 0)
        if wide < 0:
            flags, wide = flags + "-", -wide
        exact = None if precision is None else self._integer() if precision == "*" else int(precision or 0)
        if exact is not None and exact < 0:
            exact = None
        return self._spelled(flags, min(wide, MAX_WIDTH), None if exact is None else min(exact, MAX_WIDTH), letter)

    def _spelled(self, flags: str, width: int, precision: int | None, letter: str) -> str:
        directive = f"%{flags}{width or ''}" + ("" if precision is None else f".{precision}")
        if letter == "s":
            return f"{directive}s" % self._next()
        if letter == "c":
            return f"%{flags.replace('0', '')}{width or ''}s" % chr(self._integer() & 0xFF).replace("\0", "")
        if letter in _HEX_FLOATS:
            return f"%{flags.replace('0', '')}{width or ''}s" % _hexadecimal(self._float(), letter)
        if letter in _FLOATS:
            return f"{directive}{letter}" % self._float()
        number = self._integer()
        if letter in "oxXu":
            number &= 0xFFFFFFFF
        return _integer(flags, width, precision, letter, number)

    def _next(self) -> str:
        return self._left.pop(0) if self._left else ""

    def _integer(self) -> int:
        if not self._left:
            return 0
        text = self._next()
        found = _LEADING_INTEGER.match(text)
        self._complain(text, found)
        return max(min(int(found[0]), 0x7FFFFFFFFFFFFFFF), -0x8000000000000000) if found else 0

    def _float(self) -> float:
        if not self._left:
            return 0.0
        text = self._next()
        found = _LEADING_FLOAT.match(text)
        self._complain(text, found)
        if found is None:
            return 0.0
        return float.fromhex(found[0]) if "x" in found[0].lower() else float(found[0])

    def _complain(self, text: str, found: re.Match[str] | None) -> None:
        if not text:
            self._warn("empty string treated as 0")
        elif found is None or found.end() < len(text):
            self._warn(f"non-numeric argument {text}")


def _integer(flags: str, width: int, precision: int | None, letter: str, number: int) -> str:
    """An integer as C writes it: Python has no precision for them that beats the zero flag."""
    digits = format(abs(number), {"o": "o", "x": "x", "X": "X"}.get(letter, "d"))
    if precision is not None:
        digits = "" if precision == 0 and number == 0 else digits.rjust(precision, "0")
    prefix = ""
    if "#" in flags and letter == "o" and not digits.startswith("0"):
        digits = "0" + digits
    if "#" in flags and letter in "xX" and number:
        prefix = "0" + letter
    if letter in "di":
        prefix = "-" if number < 0 else "+" if "+" in flags else " " if " " in flags else ""
    if "-" in flags:
        return (prefix + digits).ljust(width)
    if "0" in flags and precision is None:
        return prefix + digits.rjust(width - len(prefix), "0")
    return (prefix + digits).rjust(width)


def _hexadecimal(number: float, letter: str) -> str:
    mantissa, exponent, power = number.hex().partition("p")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    text = mantissa + exponent + power
    return text.upper() if letter == "A" else text
