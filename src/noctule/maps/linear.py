"""Regular expressions in time that grows with the text alone, whatever the pattern.

`re` goes back and tries again, which takes for ever with a pattern such as `(a+)+$` and a text somebody chose for it.
Here all possibilities advance together, one character after the other (Thompson's construction, with Pike's groups);
the match is the one `re` finds.  That is slower for well-meant patterns, so `Bounded` lets `re` do what it can surely
do in time.  The patterns are those that `maps.ere` writes, without back references.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_MAX_PROGRAM = 2000  # instructions
_MAX_STEPS = 1_000_000  # characters times instructions
_MAX_ATTEMPTS = 3_000_000  # that `re` may need
_MANY = 1 << 20
_LATIN = [chr(code) for code in range(256)]
_BEYOND = "\uf700"
_INTERVAL = re.compile(r"\{(\d*)(,?)(\d*)\}")
_ASSERTION = re.compile(r"\^|\\Z|\\[bB]|\(\?<?=\\w\)")
_SINGLE = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\.|[^\\()\[|*+?{]", re.DOTALL)

Groups = tuple[int, ...]  # begin and end of the match and of each group, -1 where there is none


class TooComplexError(ValueError):
    """The pattern has no program, or none of reasonable size."""


@dataclass(frozen=True, slots=True)
class _Char:
    """One character of a set; `beyond` says whether those above 255 are in it."""

    members: frozenset[str]
    beyond: bool


@dataclass(frozen=True, slots=True)
class _Assert:
    """A place: the beginning, the end, the edge of a word."""

    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Save:
    """A group begins (even) or ends (odd) here."""

    slot: int


@dataclass(slots=True)
class _Split:
    """Go on here or there; what stands first is preferred."""

    first: int = 0
    second: int = 0


_Instruction = _Char | _Assert | _Save | _Split


@dataclass(frozen=True, slots=True)
class _Cost:
    """How often `re` may have to try again: `times * length ** degree`; `degree` _MANY: nobody knows."""

    times: int = 1
    degree: int = 0

    def then(self, other: "_Cost") -> "_Cost":
        return _Cost(min(self.times * other.times, _MANY), min(self.degree + other.degree, _MANY))

    @property
    def varies(self) -> bool:
        return self != _Cost()


@dataclass(slots=True)
class _Program:
    """Compiles by descent: alternatives, sequences, repetitions, atoms."""

    text: str
    flags: int
    at: int = 0
    groups: int = 0
    code: list[_Instruction] = field(default_factory=list)

    def add(self, instruction: _Instruction) -> None:
        if len(self.code) >= _MAX_PROGRAM:
            raise TooComplexError("Regular expression too big")
        self.code.append(instruction)

    def alternatives(self) -> _Cost:
        start = len(self.code)
        cost = self.sequence()
        if not self.text.startswith("|", self.at):
            return cost
        first = self.code[start:]
        del self.code[start:]
        self.at += 1
        split, leave = _Split(), _Split()
        self.add(split)
        split.first = len(self.code)
        self.place(first, start)
        self.add(leave)
        split.second = len(self.code)
        other = self.alternatives()
        leave.first = leave.second = len(self.code)
        return _Cost(min(cost.times + other.times, _MANY), max(cost.degree, other.degree))

    def place(self, piece: Sequence[_Instruction], origin: int) -> None:
        """Put a copy of code that was compiled at `origin` here."""
        shift = len(self.code) - origin
        for instruction in piece:
            if isinstance(instruction, _Split):
                self.add(_Split(instruction.first + shift, instruction.second + shift))
            else:
                self.add(instruction)

    def sequence(self) -> _Cost:
        cost = _Cost()
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            start = len(self.code)
            atom = self.atom()
            while (bounds := self.repetition()) is not None:
                atom = self.repeat(start, *bounds, atom)
            cost = cost.then(atom)
        return cost

    def atom(self) -> _Cost:
        text, at = self.text, self.at
        if found := _ASSERTION.match(text, at):
            self.at = found.end()
            self.add(_Assert(re.compile(found[0], self.flags)))
            return _Cost()
        if text.startswith("(", at):
            return self.group()
        found = _SINGLE.match(text, at)
        if found is None or found[0][1:].isdecimal():
            raise TooComplexError("Back references have no bound on time")
        self.at = found.end()
        fits = re.compile(found[0], self.flags).fullmatch
        self.add(_Char(frozenset(char for char in _LATIN if fits(char)), fits(_BEYOND) is not None))
        return _Cost()

    def group(self) -> _Cost:
        captures = not self.text.startswith("(?:", self.at)
        self.at += 1 if captures else 3
        number = 0
        if captures:
            self.groups += 1
            number = self.groups
            self.add(_Save(2 * number))
        cost = self.alternatives()
        self.at += 1  # the closing parenthesis
        if captures:
            self.add(_Save(2 * number + 1))
        return cost

    def repetition(self) -> tuple[int, int | None] | None:
        """How often at least and at most (None: without end)."""
        char = self.text[self.at : self.at + 1]
        if char and char in "*+?":
            self.at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        if char != "{" or (found := _INTERVAL.match(self.text, self.at)) is None:
            return None
        self.at = found.end()
        least = int(found[1] or 0)
        return least, int(found[3]) if found[3] else None if found[2] else least

    def repeat(self, start: int, least: int, most: int | None, inner: _Cost) -> _Cost:
        piece = self.code[start:]
        del self.code[start:]
        for _ in range(least):
            self.place(piece, start)
        if most is None:
            split = _Split()
            again = len(self.code)
            self.add(split)
            split.first = len(self.code)
            self.place(piece, start)
            self.add(_Split(again, again))
            split.second = len(self.code)
        else:
            self._optional(piece, start, most - least)
        if inner.varies and most != 1:
            return _Cost(_MANY, _MANY)
        if most is None:
            return inner.then(_Cost(degree=1))
        return inner.then(_Cost(times=most - least + 1))

    def _optional(self, piece: Sequence[_Instruction], start: int, count: int) -> None:
        splits: list[_Split] = []
        for _ in range(count):
            splits.append(_Split())
            self.add(splits[-1])
            splits[-1].first = len(self.code)
            self.place(piece, start)
        for split in splits:
            split.second = len(self.code)


class Bounded:
    """A pattern whose search ends in time: by `re` where that is sure to, else one character after the other."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        """Raises TooComplexError."""
        program = _Program(pattern.pattern, pattern.flags & (re.IGNORECASE | re.DOTALL | re.ASCII))
        cost = program.alternatives()
        anchored = pattern.pattern.startswith("^") and "|" not in pattern.pattern
        self._cost = cost if anchored else cost.then(_Cost(degree=1))
        self._pattern = pattern
        self._code = program.code
        self._slots = 2 * (program.groups + 1)
        self.longest = _MAX_STEPS // max(len(self._code), 1)  # characters; there is no time for longer texts

    def search(self, text: str) -> Groups | None:
        """Where the leftmost match and its groups stand."""
        if len(text) > self.longest:
            return None
        if self._cost.degree < _MANY and self._cost.times * len(text) ** self._cost.degree <= _MAX_ATTEMPTS:
            match = self._pattern.search(text)
            return None if match is None else tuple(place for span in match.regs for place in span)
        return self.advance(text)

    def advance(self, text: str) -> Groups | None:
        """The same, never by `re`."""
        found: Groups | None = None
        threads: list[tuple[int, Groups]] = []
        for at in range(len(text) + 1):
            seen: set[int] = set()
            current: list[tuple[int, Groups]] = []
            for place, groups in threads:
                self._follow(place, groups, text, at, seen, current)
            if found is None:
                self._follow(0, (at, *[-1] * (self._slots - 1)), text, at, seen, current)
            char = text[at : at + 1]
            threads = []
            for place, groups in current:
                if place == len(self._code):
                    found = (groups[0], at, *groups[2:])
                    break  # whatever comes behind is not preferred
                instruction = self._code[place]
                assert isinstance(instruction, _Char)
                if char and (char in instruction.members if char < "\u0100" else instruction.beyond):
                    threads.append((place + 1, groups))
            if found is not None and not threads:
                break
        return found

    def _follow(
        self, place: int, groups: Groups, text: str, at: int, seen: set[int], current: list[tuple[int, Groups]]
    ) -> None:
        """Go on to the next characters that are wanted, without taking one."""
        waiting = [(place, groups)]
        while waiting:
            place, groups = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            instruction = self._code[place] if place < len(self._code) else None
            match instruction:
                case _Split(first, second):
                    waiting += [(second, groups), (first, groups)]
                case _Save(slot):
                    waiting.append((place + 1, (*groups[:slot], at, *groups[slot + 1 :])))
                case _Assert(pattern):
                    if pattern.match(text, at):
                        waiting.append((place + 1, groups))
                case _:
                    current.append((place, groups))
