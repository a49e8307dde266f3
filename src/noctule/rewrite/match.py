"""Left-hand sides of rules, compiled to closures.

Matching is minimal with backtracking, as Sendmail's: every wildcard takes as little as it can and grows by one token
only when what follows cannot match otherwise.  A pattern is a chain of nodes, each of which tries the rest of the
pattern behind the tokens it took; a node that can grow does so until the rest matches.

Two shortcuts change the speed and not the result: a wildcard before a literal jumps to the next place where that
literal stands, and the last wildcard of a pattern whose tail has a fixed width can only end in one place.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from noctule.base.text import ascii_lower, words_of
from noctule.rewrite.tokenizer import Tokenizer
from noctule.symbols import codes
from noctule.symbols.classes import Classes

Spans = list[tuple[int, int]]


class BudgetError(Exception):
    """The run used up its budget of steps."""


class Matching(Protocol):
    """What a pattern needs of the run it is matched in."""

    budget: int  # steps left; a pattern raises BudgetError below zero

    def left_macro(self, name: str) -> str | None:
        """The present value of a macro for `$&x` on the left."""
        ...


Node = Callable[[list[str], int, Spans, Matching], bool]


class Kind(Enum):
    """The operators of a left-hand side."""

    LITERAL = auto()
    ANY = auto()
    SOME = auto()
    ONE = auto()
    CLASS = auto()
    NOT_CLASS = auto()
    ZERO = auto()
    DEFERRED = auto()


_KINDS = {
    codes.MATCH_ANY: Kind.ANY,
    codes.MATCH_ONE_OR_MORE: Kind.SOME,
    codes.MATCH_ONE: Kind.ONE,
    codes.MATCH_CLASS: Kind.CLASS,
    codes.MATCH_NOT_CLASS: Kind.NOT_CLASS,
    codes.HOST: Kind.ZERO,
    codes.DEFERRED: Kind.DEFERRED,
}
SESSION_CLASSES = frozenset({"cert_altnames"})  # their members come with a session, as a macro of the same name
_BINDING = frozenset((Kind.ANY, Kind.SOME, Kind.ONE, Kind.CLASS, Kind.NOT_CLASS))
_FIXED = frozenset((Kind.LITERAL, Kind.ONE, Kind.NOT_CLASS, Kind.ZERO))


@dataclass(frozen=True, slots=True)
class Element:
    """One operator or literal: `text` is the literal in lower case, or the name of a class or macro."""

    kind: Kind
    text: str = ""
    number: int = -1  # which of `$1`, `$2` ... it binds, from 0

    @property
    def least(self) -> int:
        """How many tokens it takes at least."""
        return 0 if self.kind in {Kind.ANY, Kind.ZERO, Kind.DEFERRED} else 1


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled left-hand side, and what a workspace must have for it to match at all.

    `first(low, 0, spans, run)` matches a workspace given in lower case, and fills `spans` (one place for each of
    `bindings`) with the ranges of `$1`, `$2` ...  `outline` is the same with wildcards in place of classes and macros
    (it fills one place more): where it does not match the pattern does not.  The outline of a `certain` pattern is the
    pattern itself.
    """

    first: Node
    bindings: int
    literals: frozenset[str]
    least: int
    outline: Node
    certain: bool


def elements(tokens: Sequence[str]) -> list[Element]:
    """The operators of a tokenized left-hand side, numbered as `$1`, `$2` ..."""
    found: list[Element] = []
    number = 0
    for token in tokens:
        kind = _KINDS.get(token[0], Kind.LITERAL)
        text = ascii_lower(token) if kind is Kind.LITERAL else token[2:-1]
        if kind in _BINDING:
            found.append(Element(kind, text, number))
            number += 1
        else:
            found.append(Element(kind, text))
    return found


def compile_pattern(parts: Sequence[Element], classes: Classes, tokenizer: Tokenizer) -> Pattern:
    """A pattern that asks `classes` as they are when it is matched."""
    solid = [part for part in parts if part.kind is not Kind.ZERO]
    bindings = sum(part.kind in _BINDING for part in parts)
    first = _chain(solid, classes, tokenizer)
    loose = [_loosened(part, bindings) for part in solid]
    return Pattern(
        first=first,
        bindings=bindings,
        literals=frozenset(part.text for part in solid if part.kind is Kind.LITERAL),
        least=sum(part.least for part in parts),
        outline=first if loose == solid else _chain(loose, classes, tokenizer),
        certain=loose == solid,
    )


def _loosened(part: Element, spare: int) -> Element:
    """The wildcard that takes whatever this operator may take; a macro's binds the spare place."""
    match part.kind:
        case Kind.CLASS:
            return Element(Kind.SOME, number=part.number)
        case Kind.NOT_CLASS:
            return Element(Kind.ONE, number=part.number)
        case Kind.DEFERRED:
            return Element(Kind.ANY, number=spare)
        case _:
            return part


def _chain(parts: Sequence[Element], classes: Classes, tokenizer: Tokenizer) -> Node:
    """The node that matches all of `parts` and then the end of the workspace."""
    if not parts:
        return _end
    part, behind = parts[0], parts[1:]
    words = [other.text for other in itertools.takewhile(lambda other: other.kind is Kind.LITERAL, behind)]
    match part.kind:
        case Kind.LITERAL:
            return _literals([part.text, *words], _chain(behind[len(words) :], classes, tokenizer))
        case Kind.ONE:
            return _one(part.number, _chain(behind, classes, tokenizer))
        case Kind.CLASS | Kind.NOT_CLASS if part.text in SESSION_CLASSES:
            return _session_class(part, _chain(behind, classes, tokenizer))
        case Kind.NOT_CLASS:
            return _not_class(part.number, _chain(behind, classes, tokenizer), classes, part.text)
        case Kind.CLASS:
            return _class(part.number, _chain(behind, classes, tokenizer), classes, part.text, tokenizer)
        case Kind.DEFERRED:
            return _deferred(part.text, _chain(behind, classes, tokenizer))
        case _ if len(words) == len(behind):
            return _last_wildcard(words, part.number, part.least)
        case _ if words:
            return _wildcard_before(words, part.number, part.least, _chain(behind[len(words) :], classes, tokenizer))
        case _ if all(other.kind in _FIXED for other in behind):
            return _wildcard_of_rest(len(behind), part.number, part.least, _chain(behind, classes, tokenizer))
        case _:
            return _wildcard(part.number, part.least, _chain(behind, classes, tokenizer))


def _end(low: list[str], at: int, _spans: Spans, _run: Matching) -> bool:
    return at == len(low)


def _literals(words: list[str], rest: Node) -> Node:
    width = len(words)
    if rest is _end:
        return lambda low, at, _spans, _run: low[at:] == words
    if width == 1:
        word = words[0]
        return lambda low, at, spans, run: at < len(low) and low[at] == word and rest(low, at + 1, spans, run)
    return lambda low, at, spans, run: low[at : at + width] == words and rest(low, at + width, spans, run)


def _one(number: int, rest: Node) -> Node:
    def node(low: list[str], at: int, spans: Spans, run: Matching) -> bool:
        if at >= len(low):
            return False
        spans[number] = (at, at + 1)
        return rest(low, at + 1, spans, run)

    return node


def _not_class(number: int, rest: Node, classes: Classes, name: str) -> Node:
    members = classes.lowered(name)

    def node(low: list[str], at: int, spans: Spans, run: Matching) -> bool:
        if at >= len(low) or low[at] in members:
            return False
        spans[number] = (at, at + 1)
        return rest(low, at + 1, spans, run)

    return node


def _class(number: int, rest: Node, classes: Classes, name: str, tokenizer: Tokenizer) -> Node:
    members = classes.lowered(name)
    blank, no_atom = ascii_lower(tokenizer.blank), tokenizer.no_atom
    known = longest = 0
    heads: frozenset[str] = frozenset()

    def node(low: list[str], at: int, spans: Spans, run: Matching) -> bool:
        nonlocal known, longest, heads
        if len(members) != known:
            known, longest, heads = len(members), max(map(len, members)), _heads(members, no_atom)
        if at >= len(low) or not (low[at] in heads or low[at][0] == '"' or "\\" in low[at]):
            return False
        text, after_atom = "", False
        for end in range(at + 1, len(low) + 1):
            token = low[end - 1]
            atom = token[0] not in no_atom
            text += blank + token if atom and after_atom else token
            if len(text) > longest:
                return False
            if text in members:
                spans[number] = (at, end)
                if rest(low, end, spans, run):
                    return True
            after_atom = atom
        return False

    return node


def _session_class(part: Element, rest: Node) -> Node:
    """A class that differs from run to run: the words of the macro of its name.  No member has a blank in it."""
    number, name, wanted = part.number, part.text, part.kind is Kind.CLASS

    def node(low: list[str], at: int, spans: Spans, run: Matching) -> bool:
        members = words_of(ascii_lower(run.left_macro(name) or ""))
        if at >= len(low):
            return False
        if not wanted:
            spans[number] = (at, at + 1)
            return low[at] not in members and rest(low, at + 1, spans, run)
        text = ""
        for end in range(at + 1, len(low) + 1):
            text += low[end - 1]
            if text in members:
                spans[number] = (at, end)
                if rest(low, end, spans, run):
                    return True
        return False

    return node


def _heads(members: Iterable[str], no_atom: frozenset[str]) -> frozenset[str]:
    """The tokens that members of a class begin with, but for quoted ones."""
    heads: set[str] = set()
    for member in members:
        end = 1
        while end < len(member) and member[0] not in no_atom and member[end] not in no_atom:
            end += 1
        heads.add(member[:end])
    return frozenset(heads)


def _deferred(name: str, rest: Node) -> Node:
    def node(low: list[str], at: int, spans: Spans, run: Matching) -> bool:
        if at >= len(low):
            return False
        value = ascii_lower(run.left_macro(name) or "")
        while value:
            if at >= len(low) or not value.startswith(low[at]):
                return False
            value = value[len(low[at]) :]
            at += 1
        return rest(low, at, spans, run)

    return node


def _last_wildcard(words: list[str], number: int, least: int) -> Node:
    """A wildcard with nothing but literals, or nothing at all, up to the end."""
    width = len(words)

    def node(low: list[str], at: int, spans: Spans, _run: Matching) -> bool:
        end = len(low) - width
        if end < at + least or (width and low[end:] != words):
            return False
        spans[number] = (at, end)
        return True

    return node


def _wildcard_of_rest(width: int, number: int, least: int, rest: Node) -> Node:
    """A wildcard before operators that take `width` tokens, neither more nor less, up to the end."""

    def node(low: list[str], at: int, spans: Spans, run: Matching) -> bool:
        end = len(low) - width
        if end < at + least:
            return False
        spans[number] = (at, end)
        return rest(low, end, spans, run)

    return node


def _wildcard_before(words: list[str], number: int, least: int, rest: Node) -> Node:
    """A wildcard before literals: it can only end where these begin."""
    first, width = words[0], len(words)

    def node(low: list[str], at: int, spans: Spans, run: Matching) -> bool:
        end = at + least
        try:
            while True:
                end = low.index(first, end)
                if width == 1 or low[end : end + width] == words:
                    spans[number] = (at, end)
                    if rest(low, end + width, spans, run):
                        return True
                    run.budget -= 1
                    if run.budget < 0:
                        raise BudgetError
                end += 1
        except ValueError:
            return False

    return node


def _wildcard(number: int, least: int, rest: Node) -> Node:
    def node(low: list[str], at: int, spans: Spans, run: Matching) -> bool:
        for end in range(at + least, len(low) + 1):
            spans[number] = (at, end)
            if rest(low, end, spans, run):
                return True
            run.budget -= 1
            if run.budget < 0:
                raise BudgetError
        return False

    return node
