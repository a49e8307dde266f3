"""eval: integer expressions of 32 bits with C's operators."""

import re
from collections.abc import Callable

from noctule.base.text import BLANKS

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|0[bB][01]+|0[rR][0-9]+:[0-9a-zA-Z]+|0[0-7]*|[1-9][0-9]*")
_BAD_OPERATOR = re.compile(r"\+[+=]|-[-=]|(?:<<|>>|[*/%&|^])=")
_OPERATOR = re.compile(r"\*\*|<<|>>|[<>=!]=|&&|\|\||[-+*/%<>=!~&|^()]")
_MASK = 0xFFFFFFFF

# From the loosest to the tightest; `**` and the unary ones are tighter still.
_LEVELS: tuple[dict[str, Callable[[int, int], int]], ...] = (
    {"||": lambda a, b: int(bool(a or b))},
    {"&&": lambda a, b: int(bool(a and b))},
    {"|": lambda a, b: a | b},
    {"^": lambda a, b: a ^ b},
    {"&": lambda a, b: a & b},
    {"==": lambda a, b: int(a == b), "!=": lambda a, b: int(a != b), "=": lambda a, b: int(a == b)},
    {
        ">": lambda a, b: int(a > b),
        ">=": lambda a, b: int(a >= b),
        "<": lambda a, b: int(a < b),
        "<=": lambda a, b: int(a <= b),
    },
    {"<<": lambda a, b: a << (b & 31), ">>": lambda a, b: a >> (b & 31)},
    {"+": lambda a, b: a + b, "-": lambda a, b: a - b},
    {
        "*": lambda a, b: a * b,
        "/": lambda a, b: abs(a) // abs(b) * _sign(a) * _sign(b),
        "%": lambda a, b: abs(a) % abs(b) * _sign(a),
    },
)
_LEVEL_OF = {operator: level for level, operators in enumerate(_LEVELS) for operator in operators}
_UNARY: dict[str, Callable[[int], int]] = {
    "+": lambda a: a,
    "-": lambda a: -a,
    "~": lambda a: ~a,
    "!": lambda a: int(not a),
}
_BY_ZERO = {"/": "divide by zero in eval", "%": "modulo by zero in eval"}
_DECIDED_BY = {"||": True, "&&": False}  # truth of the left side that makes the right one irrelevant
_UNKNOWN = "unknown"  # a word that fits nowhere
MAX_DEPTH = 100


class ExpressionError(ValueError):
    """Says what is wrong as m4 does; `grave` if m4 is to end with status 1 for it."""

    def __init__(self, text: str, *, grave: bool = False) -> None:
        super().__init__(text)
        self.grave = grave


def _sign(number: int) -> int:
    return -1 if number < 0 else 1


def signed(number: int) -> int:
    """The number in 32 bits."""
    return ((number + 0x80000000) & _MASK) - 0x80000000


def evaluate(text: str, warn: Callable[[str], object]) -> int:
    """The value.  Raises ExpressionError."""
    return _Evaluation(text, warn).value()


def spell(number: int, radix: int, width: int) -> str:
    """In a radix from 1 (that many ones) to 36, filled with zeros to `width` digits."""
    magnitude = abs(number)
    if radix == 1:
        digits = "1" * magnitude
    else:
        digits = "" if magnitude else "0"
        while magnitude:
            magnitude, digit = divmod(magnitude, radix)
            digits = _DIGITS[digit] + digits
    return "-" * (number < 0) + digits.rjust(width, "0")


class _Evaluation:
    """One pass over the text, by descent."""

    def __init__(self, text: str, warn: Callable[[str], object]) -> None:
        self._text = text
        self._warn = warn
        self._pos = 0
        self._idle = 0  # inside operands whose value does not matter
        self._depth = 0
        self._word = ""
        self._advance()

    def value(self) -> int:
        result = self._binary(0)
        if self._word:
            bad = self._word is _UNKNOWN
            raise self._error(f"bad expression in eval ({'bad' if bad else 'excess'} input)")
        return result

    def _error(self, text: str) -> ExpressionError:
        return ExpressionError(f"{text}: {self._text}")

    def _advance(self) -> None:
        text = self._text
        while self._pos < len(text) and text[self._pos] in BLANKS:
            self._pos += 1
        if self._pos == len(text):
            self._word = ""
            return
        found = _NUMBER.match(text, self._pos) or _OPERATOR.match(text, self._pos)
        if _BAD_OPERATOR.match(text, self._pos):
            raise ExpressionError(f"invalid operator in eval: {text}", grave=True)
        if found is None:
            self._word = _UNKNOWN
        else:
            self._word = found[0]
            self._pos = found.end()

    def _binary(self, loosest: int) -> int:
        """An operand and all operators that are no looser than that level."""
        left = self._power()
        while (level := _LEVEL_OF.get(self._word, -1)) >= loosest:
            operator = self._word
            if operator == "=":
                self._warn("Warning: recommend ==, not =, for equality operator")
            self._advance()
            idle = operator in _DECIDED_BY and bool(left) is _DECIDED_BY[operator]
            self._idle += idle
            right = self._binary(level + 1)
            self._idle -= idle
            if right == 0 and operator in _BY_ZERO:
                if not self._idle:
                    raise self._error(_BY_ZERO[operator])
                right = 1
            left = signed(_LEVELS[level][operator](left, right))
        return left

    def _power(self) -> int:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error("bad expression in eval (nested too deeply)")
        value = self._unary()
        if self._word == "**":
            self._advance()
            exponent = self._power()
            if value == 0 and exponent == 0 and not self._idle:
                raise self._error("divide by zero in eval")
            if exponent < 0 and not self._idle:
                raise self._error("negative exponent in eval")
            value = signed(pow(value, max(exponent, 0), _MASK + 1))
        self._depth -= 1
        return value

    def _unary(self) -> int:
        signs = []
        while self._word in _UNARY:
            signs.append(self._word)
            self._advance()
        value = self._simple(self._word)
        for operator in reversed(signs):
            value = signed(_UNARY[operator](value))
        return value

    def _simple(self, word: str) -> int:
        if word == "(":
            self._advance()
            value = self._binary(0)
            if self._word != ")":
                raise self._error("bad expression in eval (missing right parenthesis)")
        elif word[:1].isdecimal():
            value = self._number(word)
        else:
            raise self._error("bad expression in eval")
        self._advance()
        return value

    def _number(self, word: str) -> int:
        if word[:2].lower() == "0r":
            radix, _, digits = word[2:].partition(":")
            if not 1 <= int(radix) <= 36 or any(_DIGITS.index(digit.lower()) >= max(int(radix), 2) for digit in digits):
                raise self._error("bad expression in eval (bad input)")
            return signed(len(digits) if int(radix) == 1 else int(digits, int(radix)))
        if word.startswith("0") and word.isdecimal():
            return signed(int(word, 8))
        return signed(int(word, 0))
