"""regexp and patsubst: regular expressions as Emacs writes them."""

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_BACKSLASHED = {
    "w": r"\w",
    "W": r"\W",
    "s": r"\s",
    "S": r"\S",
    "b": r"\b",
    "B": r"\B",
    "<": r"\b(?=\w)",
    ">": r"\b(?<=\w)",
    "`": r"\A",
    "'": r"\Z",
}
_ANCHORS = frozenset("bB<>`'")
_REPEATS = "*+?"
_REFERENCE = re.compile(r"\\(.?)", re.DOTALL)


class PatternError(ValueError):
    """What is wrong with an expression, as the C library says it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled expression.  `ambiguous`: its first match may be shorter than the longest at the same place."""

    compiled: re.Pattern[str]
    ambiguous: bool

    def search(self, text: str, begin: int = 0) -> re.Match[str] | None:
        """The leftmost match, and of these the longest."""
        found = self.compiled.search(text, begin)
        if found is None or not self.ambiguous:
            return found
        for end in range(len(text), found.end(), -1):
            longer = _ending(self.compiled.pattern, end).match(text, found.start())
            if longer is not None:
                return longer
        return found


def _ending(expression: str, end: int) -> re.Pattern[str]:
    """The expression where only matches that end at this offset count."""
    return re.compile(rf"(?:{expression})(?<=\A(?s:.{{{end}}}))", re.MULTILINE | re.ASCII)


@functools.lru_cache(maxsize=256)
def compile_pattern(expression: str) -> Pattern:
    """Raises PatternError."""
    return _Translation(expression).pattern()


def substitute(found: re.Match[str], replacement: str, warn: Callable[[str], object]) -> str:
    r"""The replacement with `\&` and `\1` to `\9` put in."""

    def value(reference: re.Match[str]) -> str:
        letter = reference[1]
        if letter in ("&", "0") and letter:
            if letter == "0":
                warn("Warning: \\0 will disappear, use \\& instead in replacements")
            return found[0]
        if letter.isdecimal() and letter:
            if int(letter) > (found.re.groups):
                warn(f"Warning: sub-expression {letter} not present")
                return ""
            return found[int(letter)] or ""
        if not letter:
            warn("Warning: trailing \\ ignored in replacement")
        return letter

    return _REFERENCE.sub(value, replacement)


def replace_all(pattern: Pattern, text: str, replacement: str, warn: Callable[[str], object]) -> str:
    """Every match, empty ones too, from the left."""
    return "".join(_replaced(pattern, text, replacement, warn))


def _replaced(pattern: Pattern, text: str, replacement: str, warn: Callable[[str], object]) -> Iterator[str]:
    offset = 0
    while offset <= len(text):
        found = pattern.search(text, offset)
        if found is None:
            yield text[offset:]
            return
        yield text[offset : found.start()]
        yield substitute(found, replacement, warn)
        offset = found.end()
        if not found[0]:
            yield text[offset : offset + 1]
            offset += 1


class _Translation:
    """One expression on its way to Python's notation."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._pos = 0
        self._open: list[int] = []  # where the groups that are open begin in `_out`
        self._groups = 0
        self._closed: set[int] = set()  # groups that a reference may name: not those of other alternatives
        self._levels: list[tuple[set[int], set[int]]] = [(set(), set())]  # closed at its begin; in its alternatives
        self._numbers: list[int] = []
        self._out: list[str] = []
        self._atom = -1  # where what a repeat would repeat begins in `_out`; -1: a repeat is an ordinary character
        self._ambiguous = False

    def pattern(self) -> Pattern:
        while self._pos < len(self._expression):
            self._step()
        if self._open:
            raise PatternError("Unmatched ( or \\(")
        try:
            return Pattern(re.compile("".join(self._out), re.MULTILINE | re.ASCII), self._ambiguous)
        except (re.error, OverflowError):
            raise PatternError("Invalid regular expression") from None

    def _step(self) -> None:
        letter = self._next()
        match letter:
            case "\\":
                self._backslashed()
            case "[":
                self._add(self._set())
            case "*" | "+" | "?" if self._atom >= 0:
                self._repeat(letter)
            case "^" if self._at_begin():
                self._anchor("^")
            case "$" if self._at_end():
                self._anchor("$")
            case ".":
                self._add(".")
            case _:
                self._add(re.escape(letter))

    def _next(self) -> str:
        letter = self._expression[self._pos]
        self._pos += 1
        return letter

    def _at_begin(self) -> bool:
        before = self._expression[: self._pos - 1]
        return not before or before.endswith(("\\(", "\\|"))

    def _at_end(self) -> bool:
        rest = self._expression[self._pos :]
        return not rest or rest.startswith(("\\)", "\\|"))

    def _add(self, expression: str) -> None:
        self._atom = len(self._out)
        self._out.append(expression)

    def _anchor(self, expression: str) -> None:
        self._atom = -1
        self._out.append(expression)

    def _repeat(self, letter: str) -> None:
        repeated = "".join(self._out[self._atom :])
        self._ambiguous = self._ambiguous or repeated.startswith("(")
        self._out[self._atom :] = [f"(?:{repeated}){letter}" if len(repeated) > 1 else repeated + letter]

    def _backslashed(self) -> None:
        if self._pos == len(self._expression):
            raise PatternError("Trailing backslash")
        letter = self._next()
        if letter == "(":
            self._groups += 1
            self._numbers.append(self._groups)
            self._levels.append((set(self._closed), set()))
            self._open.append(len(self._out))
            self._anchor("(")
        elif letter == ")":
            if not self._open:
                raise PatternError("Unmatched ) or \\)")
            self._out.append(")")
            self._atom = self._open.pop()
            self._closed |= self._levels.pop()[1] | {self._numbers.pop()}
        elif letter == "|":
            self._ambiguous = True
            known, others = self._levels[-1]
            others |= self._closed
            self._closed = set(known)
            self._anchor("|")
        elif letter in "123456789":
            if int(letter) not in self._closed:
                raise PatternError("Invalid back reference")
            self._add(f"(?:\\{letter})")
        elif letter in _ANCHORS:
            self._anchor(_BACKSLASHED[letter])
        else:
            self._add(_BACKSLASHED.get(letter) or re.escape(letter))

    def _set(self) -> str:
        """A bracket expression, its opening bracket taken."""
        negated = self._expression.startswith("^", self._pos)
        self._pos += negated
        first = self._pos
        end = self._expression.find("]", first + 1)
        if end < 0:
            raise PatternError("Unmatched [, [^, [:, [., or [=")
        members, self._pos = self._expression[first:end], end + 1
        out = []
        while members:
            low, dash, rest = members[0], members[1:2], members[2:]
            if dash == "-" and rest:
                if low <= rest[0]:
                    out.append(f"{re.escape(low)}-{re.escape(rest[0])}")
                members = rest[1:]
            else:
                out.append(re.escape(low))
                members = members[1:]
        if not out:
            return r"(?s:.)" if negated else _NOTHING
        return f"[{'^' if negated else ''}{''.join(out)}]"


_NOTHING = r"(?!)"
