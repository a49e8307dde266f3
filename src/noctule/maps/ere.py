"""POSIX regular expressions, extended and basic, put into the words of Python's `re`.

What differs from a C library: where several alternatives match, `re` takes the first, POSIX the longest.  Whether
there is a match at all is the same.  Errors are worded as the GNU C library words them.
"""

import re

_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r" \t\n\r\f\v",
    "blank": r" \t",
    "punct": r"!-/:-@\[-`{-~",
    "print": r" -~",
    "graph": r"!-~",
    "cntrl": r"\x00-\x1f\x7f",
    "xdigit": "0-9A-Fa-f",
}
_GNU_ESCAPES = {
    "w": r"\w",
    "W": r"\W",
    "s": r"\s",
    "S": r"\S",
    "b": r"\b",
    "B": r"\B",
    "<": r"\b(?=\w)",
    ">": r"\b(?<=\w)",
}
_MAX_REPEAT = 32767


class PatternError(ValueError):
    """The text is no regular expression; says why."""


def compile_posix(pattern: str, *, extended: bool = True, ignore_case: bool = True) -> re.Pattern[str]:
    """A pattern for `search`.  Letters outside ASCII have no case.  Raises PatternError."""
    flags = re.DOTALL | re.ASCII | (re.IGNORECASE if ignore_case else re.NOFLAG)
    try:
        return re.compile(_Translation(pattern, extended=extended).translated(), flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError("Invalid regular expression") from error


class _Translation:
    """One pass over a pattern.  `atom` is the last thing put out that a repetition can apply to."""

    def __init__(self, pattern: str, *, extended: bool) -> None:
        self._pattern = pattern
        self._extended = extended
        self._at = 0
        self._out: list[str] = []
        self._starts: list[int] = []  # where each open group begins in _out
        self._atom: int | None = None  # where the last atom begins in _out

    def translated(self) -> str:
        while self._at < len(self._pattern):
            self._one()
        if self._starts:
            raise PatternError("Unmatched ( or \\(")
        return "".join(self._out)

    def _one(self) -> None:
        char = self._pattern[self._at]
        self._at += 1
        if char == "\\":
            self._escape()
        elif char == "[":
            self._put(self._bracket())
        elif char == ".":
            self._put(".")
        elif char == "*":
            self._repeat("*")
        elif char == "^" and self._anchors_start():
            self._put("^", atom=False)
        elif char == "$" and self._anchors_end():
            self._put(r"\Z", atom=False)
        elif self._extended and char in "()|+?{":
            self._operator(char)
        else:
            self._put(re.escape(char))

    def _escape(self) -> None:
        if self._at == len(self._pattern):
            raise PatternError("Trailing backslash")
        char = self._pattern[self._at]
        self._at += 1
        if not self._extended and char in "()|+?{":
            self._operator(char)
        elif char in _GNU_ESCAPES:
            self._put(_GNU_ESCAPES[char])
        elif char in "123456789":
            if int(char) > "".join(self._out).count("(") or not self._out:
                raise PatternError("Invalid back reference")
            self._put(f"(?:\\{char})")
        else:
            self._put(re.escape(char))

    def _operator(self, char: str) -> None:
        if char == "(":
            self._starts.append(len(self._out))
            self._put("(", atom=False)
        elif char == ")" and self._starts:
            self._out.append(")")
            self._atom = self._starts.pop()
        elif char == ")" and self._extended:
            self._put(r"\)")
        elif char == ")":
            raise PatternError("Unmatched ) or \\)")
        elif char == "|":
            self._put("|", atom=False)
        elif char == "{":
            self._repeat(self._interval())
        else:
            self._repeat(char)

    def _repeat(self, operator: str) -> None:
        if self._atom is None:
            if self._extended:
                raise PatternError("Invalid preceding regular expression")
            self._put(re.escape(operator))
            return
        atom = self._atom
        body = "".join(self._out[atom:])
        self._out[atom:] = [f"(?:{body}){operator}" if body[-1] in "*+?}" else f"{body}{operator}"]

    def _interval(self) -> str:
        match = re.compile(r"(\d*)(,?)(\d*)(\\?)\}").match(self._pattern, self._at)
        if match is None or bool(match[4]) is self._extended:
            closed = "}" in self._pattern[self._at :]
            raise PatternError("Invalid content of \\{\\}" if closed else "Unmatched \\{")
        low, comma, high = int(match[1] or 0), match[2], match[3]
        if not (match[1] or comma) or (high and int(high) < low) or int(high or low) > _MAX_REPEAT:
            raise PatternError("Invalid content of \\{\\}")
        self._at = match.end()
        return f"{{{low}{comma}{high}}}"

    def _anchors_start(self) -> bool:
        before = self._pattern[: self._at - 1]
        return self._extended or not before or before.endswith(("\\(", "\\|"))

    def _anchors_end(self) -> bool:
        return self._extended or self._at == len(self._pattern) or self._pattern.startswith(("\\)", "\\|"), self._at)

    def _bracket(self) -> str:
        end = len(self._pattern)
        negated = self._pattern.startswith("^", self._at)
        self._at += negated
        parts: list[str] = []
        first = True
        while self._at < end and (first or self._pattern[self._at] != "]"):
            parts.append(self._member())
            first = False
        if self._at >= end:
            raise PatternError("Unmatched [, [^, [:, [., or [=")
        self._at += 1
        return f"[{'^' if negated else ''}{''.join(parts)}]"

    def _member(self) -> str:
        if self._pattern.startswith("[:", self._at):
            name = self._named(":")
            if name not in _CLASSES:
                raise PatternError("Invalid character class name")
            return _CLASSES[name]
        low = self._endpoint()
        rest = self._pattern[self._at : self._at + 2]
        if len(rest) < 2 or rest[0] != "-" or rest[1] == "]":
            return re.escape(low)
        self._at += 1
        high = self._endpoint()
        if high < low:
            raise PatternError("Invalid range end")
        return f"{re.escape(low)}-{re.escape(high)}"

    def _endpoint(self) -> str:
        for mark in ".=":
            if self._pattern.startswith(f"[{mark}", self._at):
                name = self._named(mark)
                if len(name) != 1:
                    raise PatternError("Invalid collation character")
                return name
        self._at += 1
        return self._pattern[self._at - 1]

    def _named(self, mark: str) -> str:
        end = self._pattern.find(f"{mark}]", self._at + 2)
        if end < 0:
            raise PatternError("Unmatched [, [^, [:, [., or [=")
        name = self._pattern[self._at + 2 : end]
        self._at = end + 2
        return name

    def _put(self, text: str, *, atom: bool = True) -> None:
        self._atom = len(self._out) if atom else None
        self._out.append(text)
