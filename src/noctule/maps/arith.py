"""arith: computing with the arguments.  The key is the operator."""

import re

from noctule.base.questions import Answer, AnswerKind, found
from noctule.maps.arguments import FIRST_WORD
from noctule.maps.map import Map

_NUMBER = re.compile(r"\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)", re.ASCII)
_LOWEST, _HIGHEST = -(1 << 63), (1 << 63) - 1


class ArithMap(Map):
    """Kx arith

    `+ - * / %`, bitwise `& |`, `l` (less) and `=` (equal) with TRUE or FALSE, `r` (a random number from the first to
    the second).  Numbers are C's, of 64 bits: `0x1f`, `017`, `-3`; text that is none counts 0.
    """

    class_name = "arith"
    grammar = FIRST_WORD

    def folded(self, key: str) -> str:
        return key

    def find(self, key: str, args: tuple[str, ...]) -> Answer:
        if len(args) < 2 or key[:1] not in set("+-*/%&|l=r"):
            return Answer(AnswerKind.NOT_FOUND, status=78)
        result = self._computed(key[0], _value(args[0]), _value(args[1]))
        return Answer(AnswerKind.NOT_FOUND) if result is None else found(result)

    def finished(self, answer: Answer, key: str, args: tuple[str, ...]) -> Answer:
        del key, args
        return answer

    def _computed(self, operator: str, a: int, b: int) -> str | None:
        match operator:
            case "+":
                result = a + b
            case "-":
                result = a - b
            case "*":
                result = a * b
            case "&":
                result = a & b
            case "|":
                result = a | b
            case "/" | "%" if b == 0:
                return None
            case "/":
                result = _quotient(a, b)
            case "%":
                result = a - b * _quotient(a, b)
            case "l":
                return "TRUE" if a < b else "FALSE"
            case "=":
                return "TRUE" if a == b else "FALSE"
            case _:
                return str(self.environment.random(a, b)) if a <= b else None
        return str((result - _LOWEST) % (1 << 64) + _LOWEST)


def _quotient(a: int, b: int) -> int:
    """Rounded towards zero, as C does."""
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def _value(text: str) -> int:
    match = _NUMBER.match(text)
    if match is None:
        return 0
    digits = match[2]
    base = 16 if digits[:2] in {"0x", "0X"} else 8 if digits.startswith("0") else 10
    value = int(digits[2:] if base == 16 else digits, base)
    return max(_LOWEST, min(_HIGHEST, -value if match[1] == "-" else value))
