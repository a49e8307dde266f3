"""Left-hand sides of rules, compiled to closures.

Matching is minimal with backtracking, as Sendmail's: every wildcard takes as little as it can and grows by one token
only when what follows cannot match otherwise.  A pattern is a chain of nodes, each of which tries the rest of the
pattern behind the tokens it took; a node that can grow does so until the rest matches.

Two shortcuts change the speed and not the result: a wildcard before a literal jumps to the next place where that
literal stands, and the last wildcard of a pattern whose tail has a fixed width can only end in one place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from noctule.base.text import ascii_lower
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
    """A compiled left-hand side, and what a workspace must have for it to match at all."""

    first: Node
    bindings: int
    literals: frozenset[str]
    head: str | None  # the literal it begins with
    tail: str | None  # the literal it ends with
    least: int
    exact: bool  # takes `least` tokens and never more

    def match(self, low: list[str], run: Matching) -> Spans | None:
        """The spans of `$1`, `$2` ... in a workspace given in lower case, or None."""
        spans: Spans = [(0, 0)] * self.bindings
        return spans if self.first(low, 0, spans, run) else None


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
    node: Node = _end
    tail: list[Element] = []  # elements behind the one in hand
    for part in reversed(parts):
        node = _node(part, node, tail, classes, tokenizer)
        tail.insert(0, part)
    literals = [part for part in parts if part.kind is Kind.LITERAL]
    return Pattern(
        first=node,
        bindings=sum(part.kind in _BINDING for part in parts),
        literals=frozenset(part.text for part in literals),
        head=parts[0].text if parts and parts[0].kind is Kind.LITERAL else None,
        tail=parts[-1].text if parts and parts[-1].kind is Kind.LITERAL else None,
        least=sum(part.least for part in parts),
        exact=all(part.kind in _FIXED for part in parts),
    )


def _end(low: list[str], at: int, _spans: Spans, _run: Matching) -> bool:
    return at == len(low)


def _node(part: Element, rest: Node, tail: list[Element], classes: Classes, tokenizer: Tokenizer) -> Node:
    match part.kind:
        case Kind.LITERAL:
            return _literal(part.text, rest)
        case Kind.ONE:
            return _one(part.number, rest)
        case Kind.NOT_CLASS:
            return _not_class(part.number, rest, classes, part.text)
        case Kind.CLASS:
            return _class(part.number, rest, classes, part.text, tokenizer)
        case Kind.DEFERRED:
            return _deferred(part.text, rest)
        case Kind.ZERO:
            return rest
        case Kind.ANY | Kind.SOME:
            least = part.least
            if all(other.kind in _FIXED for other in tail):
                return _last_wildcard(part.number, least, sum(other.least for other in tail), rest)
            if tail[0].kind is Kind.LITERAL:
                return _wildcard_before(tail[0].text, part.number, least, rest)
            return _wildcard(part.number, least, rest)


def _literal(text: str, rest: Node) -> Node:
    if rest is _end:
        return lambda low, at, _spans, _run: at == len(low) - 1 and low[at] == text

    def node(low: list[str], at: int, spans: Spans, run: Matching) -> bool:
        return at < len(low) and low[at] == text and rest(low, at + 1, spans, run)

    return node


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
    is_atom, blank = tokenizer.is_atom, ascii_lower(tokenizer.blank)
    known = longest = 0

    def node(low: list[str], at: int, spans: Spans, run: Matching) -> bool:
        nonlocal known, longest
        if len(members) != known:
            known, longest = len(members), max(map(len, members))
        text, after_atom = "", False
        for end in range(at + 1, len(low) + 1):
            token = low[end - 1]
            if after_atom and is_atom(token):
                text += blank
            text += token
            if len(text) > longest:
                return False
            if text in members:
                spans[number] = (at, end)
                if rest(low, end, spans, run):
                    return True
            after_atom = is_atom(token)
        return False

    return node


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


def _last_wildcard(number: int, least: int, width: int, rest: Node) -> Node:
    def node(low: list[str], at: int, spans: Spans, run: Matching) -> bool:
        end = len(low) - width
        if end < at + least:
            return False
        spans[number] = (at, end)
        return rest(low, end, spans, run)

    return node


def _wildcard_before(literal: str, number: int, least: int, rest: Node) -> Node:
    def node(low: list[str], at: int, spans: Spans, run: Matching) -> bool:
        end = at + least
        try:
            while True:
                end = low.index(literal, end)
                spans[number] = (at, end)
                if rest(low, end, spans, run):
                    return True
                _spend(run)
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
            _spend(run)
        return False

    return node


def _spend(run: Matching) -> None:
    run.budget -= 1
    if run.budget < 0:
        raise BudgetError
