"""Rules from the configuration, compiled once: patterns, replacements, and the table that finds candidates fast.

What is wrong with a rule has been told by the reader of the configuration; here such a rule is kept and does what
Sendmail's does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from noctule.base.errors import Position
from noctule.base.text import ascii_lower
from noctule.rewrite.match import Node, Pattern, compile_pattern, elements
from noctule.rewrite.shapes import SYMBOLIC, Shapes
from noctule.rewrite.tokenizer import Table, Tokenizer
from noctule.symbols import codes
from noctule.symbols.classes import Classes
from noctule.symbols.rules import Rule, Ruleset

MAX_BINDINGS = 9
_WILDCARDS = frozenset(
    (codes.MATCH_ANY, codes.MATCH_ONE_OR_MORE, codes.MATCH_ONE, codes.MATCH_CLASS, codes.MATCH_NOT_CLASS)
)
_DIGIT = {code: digit for digit, code in codes.REPLACEMENT.items()}


@dataclass(frozen=True, slots=True)
class Deferred:
    """`$&x` on the right: the macro's value when the rule is applied."""

    name: str


Part = tuple[str, ...] | int | Deferred  # literal tokens, `$n` counted from 0, `$&x`


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One rule, ready to run.  `left` and `right` are the tokens as read, for listing them."""

    number: int  # within its ruleset, from 1
    left: tuple[str, ...]
    right: tuple[str, ...]
    position: Position
    pattern: Pattern
    matches: Node  # of the pattern
    bindings: int
    returns: bool  # `$@`: the ruleset ends when the rule was applied
    once: bool  # `$:`: go on with the next rule, do not try this one again
    parts: tuple[Part, ...]
    low_parts: tuple[Part, ...]  # the same in lower case
    is_low: bool  # there is no difference
    plain: bool  # tokens and bindings only: no map, no call, no macro, nothing out of bounds


@dataclass(frozen=True, slots=True)
class CompiledRuleset:
    """A ruleset, and for each shape of workspace the rules worth trying."""

    name: str
    number: int
    rules: tuple[CompiledRule, ...] = ()
    shapes: Shapes = field(default_factory=lambda: Shapes(()))

    @property
    def title(self) -> str:
        """How messages and traces call it."""
        return self.name or str(self.number)


def compile_ruleset(source: Ruleset, classes: Classes, tokenizer: Tokenizer) -> CompiledRuleset:
    """A ruleset whose patterns ask `classes` as they are when it runs."""
    rules = tuple(compile_rule(rule, number, classes, tokenizer) for number, rule in enumerate(source.rules, 1))
    return CompiledRuleset(source.name, source.number, rules, Shapes([rule.pattern for rule in rules]))


def compile_rule(rule: Rule, number: int, classes: Classes, tokenizer: Tokenizer) -> CompiledRule:
    """One rule; `number` is its place in the ruleset, from 1."""
    left = tokenizer.scan(rule.left, table=Table.RULES, repair=False).tokens
    if sum(token[0] in _WILDCARDS for token in left) > MAX_BINDINGS:
        left = ()  # Sendmail forgets the whole side, and the rule matches an empty workspace only
    right = tokenizer.scan(rule.right, table=Table.RULES, repair=False).tokens
    pattern = compile_pattern(elements(left), classes, tokenizer)
    prefix = right[0] if right and right[0] in {codes.HOST, codes.USER} else ""
    tokens = right[1:] if prefix else right
    parts = _parts(tokens)
    low_parts = tuple(tuple(map(ascii_lower, part)) if isinstance(part, tuple) else part for part in parts)
    return CompiledRule(
        number=number,
        left=left,
        right=right,
        position=rule.position,
        matches=pattern.first,
        bindings=pattern.bindings,
        pattern=pattern,
        returns=prefix == codes.HOST,
        once=prefix == codes.USER,
        parts=parts,
        low_parts=low_parts,
        is_low=parts == low_parts,
        plain=_is_plain(tokens, pattern.bindings),
    )


def _is_plain(tokens: Sequence[str], bindings: int) -> bool:
    for token in tokens:
        if token[0] in SYMBOLIC or token[0] == codes.DEFERRED:
            return False
        if token[0] in _DIGIT and not 0 < _DIGIT[token[0]] <= bindings:
            return False
    return True


def _parts(tokens: Sequence[str]) -> tuple[Part, ...]:
    """Runs of literal tokens, replacements and deferred macros, in order."""
    parts: list[Part] = []
    for token in tokens:
        if token[0] in _DIGIT:
            parts.append(_DIGIT[token[0]] - 1)
        elif token[0] == codes.DEFERRED:
            parts.append(Deferred(token[2:-1]))
        elif parts and isinstance(parts[-1], tuple):
            parts[-1] = (*parts[-1], token)
        else:
            parts.append((token,))
    return tuple(parts)
