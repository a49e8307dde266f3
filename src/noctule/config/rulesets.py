"""R and S lines: names and numbers of rulesets, and rules with the mistakes that show when they are read."""

import re
from dataclasses import dataclass, field

from noctule.base.errors import Position
from noctule.base.text import BLANKS
from noctule.config.complaints import Complaints
from noctule.symbols import codes
from noctule.symbols.expand import expand_codes, spell_codes
from noctule.symbols.macros import Macros
from noctule.symbols.rules import Rule, Ruleset

NOWHERE = Position("", 0)
MAX_NUMBER = 100  # rulesets 0-99 have numbers only; names are given those from 199 downward
MAX_BINDINGS = 9
MAX_MAP_ARGUMENTS = 9

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_NUMBER = re.compile(r"[0-9]+")
_VALUE = re.compile(r"\s*=\s*([0-9]*)", re.ASCII)
_CODE = re.compile(  # or a quoted text, or what a backslash makes part of a word
    f'\\\\.|"(?:[^"\\\\]|\\\\.)*"?|[{codes.MATCH_ANY}-{codes.REPLACEMENT[9]}]', re.DOTALL
)
_BINDING = frozenset(
    (codes.MATCH_ANY, codes.MATCH_ONE_OR_MORE, codes.MATCH_ONE, codes.MATCH_CLASS, codes.MATCH_NOT_CLASS)
)
_DIGITS = {code: digit for digit, code in codes.REPLACEMENT.items()}
_NOT_LEFT = frozenset(
    (codes.USER, codes.CALL, codes.IF, codes.FI, codes.HOST_BEGIN, codes.HOST_END, codes.MAP_BEGIN, codes.MAP_END)
)
_ENDS = {codes.MAP_BEGIN: codes.MAP_END, codes.HOST_BEGIN: codes.HOST_END}


@dataclass(slots=True)
class _Set:
    name: str
    number: int
    rules: list[Rule] = field(default_factory=list)


class Rulesets:
    """All rulesets of a file, as they come to be known."""

    def __init__(self, macros: Macros, say: Complaints) -> None:
        self._macros = macros
        self._say = say
        self._sets: dict[int, _Set] = {}
        self._numbers: dict[str, int] = {}
        self._next = 2 * MAX_NUMBER - 1
        self._current: _Set | None = None
        self._noted: set[int] = set()

    def enter(self, text: str) -> tuple[str, str]:
        """Read the name or number a text begins with and make the ruleset known.

        Returns its name, or its number as text, and the rest of the text; ("", "") after an error.
        """
        text = text.lstrip(BLANKS)
        found = _NUMBER.match(text) or _NAME.match(text)
        if found is None:
            self._say.error(f'invalid ruleset name: "{spell_codes(text)}"')
            return "", ""
        if found[0][0].isdecimal():
            number = int(found[0][:9])
            if number >= MAX_NUMBER:
                self._say.error(f"bad ruleset {number} ({MAX_NUMBER} max)")
                return "", ""
            self._sets.setdefault(number, _Set("", number))
            return str(number), text[found.end() :]
        return self._enter_name(found[0], text, found.end())

    def _enter_name(self, name: str, text: str, end: int) -> tuple[str, str]:
        value = _VALUE.match(text, end)
        number = self._numbers.get(name)
        if value is not None:
            wanted = self._wanted(text, value[1])
            if wanted is None:
                return "", ""
            if number is not None and number != wanted:
                shown = text[: value.end()] if text[end] == "=" else name
                self._say.error(f"{shown}: ruleset changed value (old {number}, new {wanted})")
            number, end = wanted if number is None else number, value.end()
        if number is None:
            number, self._next = self._next, self._next - 1
        self._numbers[name] = number
        self._sets.setdefault(number, _Set(name, number)).name = name
        return name, text[end:]

    def _wanted(self, text: str, digits: str) -> int | None:
        if not digits:
            self._say.error(f'bad ruleset definition "{text}" (number required after `=\')')
        elif int(digits[:9]) >= MAX_NUMBER:
            self._say.error(f'bad ruleset number {int(digits[:9])} in "{text}" ({MAX_NUMBER} max)')
        else:
            return int(digits)
        return None

    def begin(self, text: str) -> None:
        """An S line: the rules that follow belong to this ruleset."""
        name, _ = self.enter(text)
        self._current = None
        if name:
            self._current = self._sets[int(name) if name.isdecimal() else self._numbers[name]]
            if self._current.rules and self._current.number not in self._noted:
                self._noted.add(self._current.number)
                self._say.note(f"WARNING: Ruleset {name} has multiple definitions")

    def rule(self, text: str) -> bool:
        """An R line: `LHS<tabs>RHS<tab>comment`.  Whether it belongs to a ruleset now."""
        left, tab, rest = text.partition("\t")
        if not tab:
            self._say.error(f'invalid rewrite line "R{spell_codes(text)}" (tab expected)')
            return False
        if self._current is None:
            self._say.error(f'missing valid ruleset for "R{spell_codes(text)}"')
            return False
        right = rest.lstrip("\t").partition("\t")[0]
        left = expand_codes(left, self._macros, self._say.error)
        right = expand_codes(right, self._macros, self._say.error)
        check_right(right, check_left(left, self._say), self._say)
        self._current.rules.append(Rule(left, right, self._say.position or NOWHERE))
        return True

    def finished(self) -> list[Ruleset]:
        return [Ruleset(s.name, s.number, tuple(s.rules)) for s in self._sets.values()]


def check_left(text: str, say: Complaints) -> int:
    """Complain about operators that do not belong on the left.  Returns how many bind a number."""
    if not text.strip(BLANKS):
        say.error("R line: null LHS")
    bindings = 0
    for code in _CODE.findall(text):
        if code in _BINDING:
            bindings += 1
        elif code in _DIGITS:
            say.error("Inappropriate use of $1-$9 on LHS")
        elif code in _NOT_LEFT:
            say.error(f"Inappropriate use of {codes.SPELLING[code]} on LHS")
    if bindings > MAX_BINDINGS:
        say.error("R line: too many wildcards")
    return bindings


def check_right(text: str, bindings: int, say: Complaints) -> None:
    """Complain about operators that do not belong on the right, numbers out of bounds, and look-ups that do not end."""
    if not text.strip(BLANKS):
        say.error("R line: null RHS")
    end = ""
    arguments = 0
    for code in _CODE.findall(text):
        if code in _BINDING:
            say.error(f"Inappropriate use of {codes.SPELLING[code]} on RHS")
        elif code in _DIGITS and not 1 <= _DIGITS[code] <= bindings:
            say.error(f"replacement ${_DIGITS[code]} out of bounds")
        elif code in _ENDS:
            if end:
                say.error("cannot nest map lookups")
            end, arguments = _ENDS[code], 0
        elif code == end:
            end = ""
        elif code == codes.HOST and end:
            arguments += 1
            if arguments == MAX_MAP_ARGUMENTS + 1:
                say.error("too many arguments for map lookup")
    if end:
        say.error("missing map closing token")
