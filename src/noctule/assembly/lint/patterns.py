"""Do all, or any, of the workspaces that one pattern matches match another?  Decided without running anything.

A pattern is read as a regular expression over tokens.  `$+` is one token and any; what a class or macro holds is not
looked at, so that the answer stays right when it changes.
"""

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from noctule.base.text import ascii_lower
from noctule.symbols import codes

MAX_STEPS = 4000  # pairs of states looked at before giving up


class Takes(Enum):
    """What an atom takes of a workspace."""

    LITERAL = auto()  # this token
    ONE = auto()
    OTHER = auto()  # `$~x`: one token that is not in the class
    MEMBER = auto()  # `$=x`: one or more tokens
    MACRO = auto()  # `$&x`: what the macro holds
    ANY = auto()  # any number of tokens


@dataclass(frozen=True, slots=True)
class Atom:
    """One step of a pattern; `text` is the literal in lower case, or the name of a class or macro."""

    takes: Takes
    text: str = ""


Pattern = tuple[Atom, ...]
ANY, ONE = Atom(Takes.ANY), Atom(Takes.ONE)
ANYTHING: Pattern = (ANY,)
SOMETHING: Pattern = (ONE, ANY)
_SINGLE = frozenset((Takes.LITERAL, Takes.ONE, Takes.OTHER))
_NAMED = {codes.MATCH_CLASS: Takes.MEMBER, codes.MATCH_NOT_CLASS: Takes.OTHER, codes.DEFERRED: Takes.MACRO}
_WILD: dict[str, Pattern] = {codes.MATCH_ANY: (ANY,), codes.MATCH_ONE_OR_MORE: SOMETHING, codes.MATCH_ONE: (ONE,)}
_DIGITS = {code: digit for digit, code in codes.REPLACEMENT.items()}
_ENDS = {codes.MAP_BEGIN: codes.MAP_END, codes.HOST_BEGIN: codes.HOST_END}


def left_side(tokens: Sequence[str]) -> tuple[Pattern, list[Pattern]]:
    """The pattern of a left side, and what each of `$1`, `$2` ... stands for."""
    pieces: list[Pattern] = []
    bound: list[Pattern] = []
    for token in tokens:
        piece = _WILD.get(token[0])
        if piece is None:
            takes = _NAMED.get(token[0])
            piece = (Atom(takes, token[2:-1]) if takes else Atom(Takes.LITERAL, ascii_lower(token)),)
            binds = takes in {Takes.MEMBER, Takes.OTHER}
        else:
            binds = True
        if token != codes.HOST:  # `$@` takes nothing
            pieces.append(piece)
        if binds:
            bound.append(piece)
    return _joined(pieces), bound


def right_side(tokens: Sequence[str], bound: Sequence[Pattern]) -> Pattern:
    """What a replacement can come to, or more: look-ups and calls may give anything."""
    return _joined(_pieces(tokens, bound))


def _pieces(tokens: Sequence[str], bound: Sequence[Pattern]) -> Iterator[Pattern]:
    end = ""
    for token in tokens:
        code = token[0]
        if end:
            end = "" if token == end else end
        elif code == codes.CALL:
            yield ANYTHING  # with all that follows
            return
        elif code in _ENDS:
            end = _ENDS[code]
            yield ANYTHING
        elif code == codes.DEFERRED:
            yield ANYTHING
        elif code in _DIGITS:
            number = _DIGITS[code] - 1
            yield bound[number] if 0 <= number < len(bound) else ANYTHING
        else:
            yield (Atom(Takes.LITERAL, ascii_lower(token)),)


def _joined(pieces: Iterable[Pattern]) -> Pattern:
    atoms: list[Atom] = []
    for atom in (atom for piece in pieces for atom in piece):
        if not (atom == ANY and atoms and atoms[-1] == ANY):
            atoms.append(atom)
    return tuple(atoms)


@functools.lru_cache(maxsize=1 << 16)
def covers(general: Pattern, special: Pattern) -> bool:
    """Whether `general` surely matches everything that `special` does."""
    todo = [(0, _reached(general, {0}))]
    seen = set(todo)
    while todo:
        at, states = todo.pop()
        if at == len(special):
            if len(general) not in states:
                return False
            continue
        moved = _reached(general, _after(general, states, ONE if special[at] == ANY else special[at]))
        following = [(at, moved), (at + 1, states)] if special[at] == ANY else [(at + 1, moved)]
        if not moved or len(seen) > MAX_STEPS:
            return False
        todo += (pair for pair in following if pair not in seen)
        seen.update(following)
    return True


def _reached(pattern: Pattern, states: Iterable[int]) -> frozenset[int]:
    """These states, and those behind an ANY that takes nothing."""
    found: set[int] = set()
    for state in states:
        found.add(state)
        at = state
        while at < len(pattern) and pattern[at] == ANY:
            at += 1
            found.add(at)
    return frozenset(found)


def _after(pattern: Pattern, states: Iterable[int], letter: Atom) -> Iterator[int]:
    """The states of a pattern after it took all that the letter stands for."""
    for state in states:
        if state == len(pattern):
            continue
        atom = pattern[state]
        if atom == ANY:
            yield state
        elif atom == letter or _fits(pattern[state : state + 2], letter):
            yield state + 1


def _fits(atoms: Pattern, letter: Atom) -> bool:
    """Whether a `$-`, or a `$+`, takes it."""
    return (letter.takes in _SINGLE and atoms[0] == ONE) or (letter.takes is Takes.MEMBER and atoms == SOMETHING)


@functools.lru_cache(maxsize=1 << 16)
def meets(one: Pattern, other: Pattern) -> bool:
    """Whether there may be something that both match."""
    first, second = _widened(one), _widened(other)
    todo = [(0, 0)]
    seen = set(todo)
    while todo:
        a, b = todo.pop()
        if a == len(first) and b == len(second):
            return True
        left, right = first[a : a + 1], second[b : b + 1]
        following = []
        if left == (ANY,):
            following += [(a + 1, b), (a, b + 1)] if right else [(a + 1, b)]
        if right == (ANY,):
            following += [(a, b + 1), (a + 1, b)] if left else [(a, b + 1)]
        if left and right and (ONE in {*left, *right} or left == right) and ANY not in {*left, *right}:
            following.append((a + 1, b + 1))
        todo += (pair for pair in following if pair not in seen)
        seen.update(following)
    return False


@functools.lru_cache(maxsize=1 << 14)
def _widened(pattern: Pattern) -> Pattern:
    """The same pattern with classes and macros that hold anything."""
    wide: dict[Takes, Pattern] = {Takes.MEMBER: SOMETHING, Takes.OTHER: (ONE,), Takes.MACRO: (ANY,)}
    return _joined(wide.get(atom.takes, (atom,)) for atom in pattern)
