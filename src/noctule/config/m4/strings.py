"""Builtins for text and numbers."""

import re
from collections.abc import Iterator

from noctule.base.text import BLANKS
from noctule.config.m4.arithmetic import ExpressionError, signed, spell
from noctule.config.m4.arithmetic import evaluate as value_of
from noctule.config.m4.formatting import format_text
from noctule.config.m4.patterns import Pattern, PatternError, compile_pattern, replace_all, substitute
from noctule.config.m4.processor import Call, Processor

_INTEGER = re.compile(r"[ \t\n\v\f\r]*[-+]?[0-9]+")
_BEFORE_DIGITS = " \t\n\v\f\r-+0"
MAX_DIGITS = 10_000  # of eval's output


def number(m: Processor, call: Call, text: str) -> int | None:
    """A number as an argument; None, with a warning, for what is none."""
    if not text:
        m.warn(call, f"empty string treated as 0 in builtin `{call.name}'")
        return 0
    if not _INTEGER.fullmatch(text):
        m.warn(call, f"non-numeric argument to builtin `{call.name}'")
        return None
    if text[0] in BLANKS:
        m.warn(call, f"leading whitespace ignored in builtin `{call.name}'")
    negative = "-" in text
    digits = text.lstrip(_BEFORE_DIGITS) or "0"
    value = int(digits) if len(digits) < 20 else 2**64  # Python refuses to read thousands of digits
    if value > 2**63 - (not negative):  # GNU m4 reads a long and cuts it to 32 bits
        m.warn(call, f"numeric overflow detected in builtin `{call.name}'")
        value = 2**63 - (not negative)
    return signed(-value if negative else value)


def length(m: Processor, call: Call) -> str:
    return str(len(call.text(1)))


def index(m: Processor, call: Call) -> str:
    return str(call.text(1).find(call.text(2)))


def substr(m: Processor, call: Call) -> str:
    text = call.text(1)
    if len(call.args) < 3:
        return text
    begin = number(m, call, call.text(2))
    if begin is None:
        return ""
    count = number(m, call, call.text(3)) if len(call.args) > 3 else len(text)
    if count is None or begin < 0 or count <= 0:
        return ""
    return text[begin : begin + count]


def translit(m: Processor, call: Call) -> str:
    source = _alphabet(call.text(2))
    target = _alphabet(call.text(3))
    table: dict[int, str | None] = {}
    for place, letter in enumerate(source):
        table.setdefault(ord(letter), target[place] if place < len(target) else None)
    return call.text(1).translate(table)


def _alphabet(text: str) -> str:
    """Ranges such as a-z, or z-a, written out."""
    return "".join(_letters(text)) if "-" in text else text


def _letters(text: str) -> Iterator[str]:
    place = 0
    while place < len(text):
        low, dash, high = text[place], text[place + 1 : place + 2], text[place + 2 : place + 3]
        if dash == "-" and high:
            step = 1 if low <= high else -1
            yield from map(chr, range(ord(low), ord(high) + step, step))
            place += 3
        else:
            yield low
            place += 1


def _pattern(m: Processor, call: Call, colon: str = "") -> Pattern | None:
    try:
        return compile_pattern(call.text(2))
    except PatternError as error:
        m.warn(call, f"bad regular expression{colon} `{call.text(2)}': {error}")
        return None


def regexp(m: Processor, call: Call) -> str:
    if len(call.args) < 3:
        return "0"
    pattern = _pattern(m, call, ":")
    if pattern is None:
        return ""
    found = pattern.search(call.text(1))
    if len(call.args) < 4:
        return str(found.start() if found else -1)
    return substitute(found, call.text(3), lambda text: m.warn(call, text)) if found else ""


def patsubst(m: Processor, call: Call) -> str:
    if len(call.args) < 3:
        return call.text(1)
    pattern = _pattern(m, call)
    if pattern is None:
        return ""
    return replace_all(pattern, call.text(1), call.text(3), lambda text: m.warn(call, text))


def format_(m: Processor, call: Call) -> str:
    return format_text(call.text(1), call.texts(2), lambda text: m.warn(call, text))


def incr(m: Processor, call: Call) -> str:
    given = number(m, call, call.text(1))
    return "" if given is None else str(signed(given + 1))


def decr(m: Processor, call: Call) -> str:
    given = number(m, call, call.text(1))
    return "" if given is None else str(signed(given - 1))


def evaluate(m: Processor, call: Call) -> str:
    radix = number(m, call, call.text(2)) if call.text(2) else 10
    if radix is None:
        return ""
    if not 1 <= radix <= 36:
        return m.warn(call, f"radix {radix} in builtin `eval' out of range")
    width = number(m, call, call.text(3)) if len(call.args) > 3 else 1
    if width is None:
        return ""
    if width < 0:
        return m.warn(call, "negative width to builtin `eval'")
    if not call.text(1).strip(BLANKS):
        m.warn(call, "empty string treated as 0 in builtin `eval'")
        return spell(0, radix, width)
    try:
        value = value_of(call.text(1), lambda text: m.warn(call, text))
    except ExpressionError as error:
        return m.fail(call, str(error)) if error.grave else m.warn(call, str(error))
    if width > MAX_DIGITS or (radix == 1 and abs(value) > MAX_DIGITS):
        return m.fail(call, f"more than {MAX_DIGITS} digits in builtin `eval'")
    return spell(value, radix, width)
