"""Workspaces that look alike, and which rules fit all of them.

A shape is a workspace in which only the words that the ruleset's patterns mention are left; every other token is "".
Whether a pattern of literals and wildcards matches, and which tokens its wildcards take, depends on the shape alone, so
it is found out once for each shape.  Patterns with classes or macros are asked each time, but only where the pattern
with plain wildcards in their places fits the shape.
"""

from collections.abc import Sequence

from noctule.rewrite.match import Matching, Pattern, Spans
from noctule.symbols import codes

SYMBOLIC = frozenset((codes.MAP_BEGIN, codes.HOST_BEGIN, codes.CALL))  # with these a workspace is not just copied
_SYMBOLIC = {code: code for code in SYMBOLIC}
_MAX_SHAPES = 500
_MAX_TOKENS = 64
_UNKNOWN = -1
_NOWHERE = (0, 0)


class Shape:
    """What is known of the rules for one shape; found out when it is wanted.

    `spans` has, by the index of the rule, the ranges of `$1`, `$2` ... where it matches every workspace of the shape;
    `after` the shape of what the rule makes, where that is the same for them all.
    """

    __slots__ = ("_following", "_is_symbolic", "_patterns", "_present", "_words", "after", "spans")

    def __init__(self, words: list[str], patterns: Sequence[Pattern]) -> None:
        self.spans: list[Spans | None] = [None] * (len(patterns) + 1)
        self._words = words
        self._present = frozenset(words)
        self._patterns = patterns
        self._is_symbolic = not SYMBOLIC.isdisjoint(words)
        self.after: list[Shape | None] = [None] * len(patterns)
        self._following = [_UNKNOWN] * len(patterns) + [len(patterns)]

    def candidate(self, at: int, run: Matching) -> int:
        """The first rule at or after `at` that may match; the number of rules if there is none."""
        found = self._following[at]
        return found if found != _UNKNOWN else self._find(at, run)

    def follow(self, at: int, plain: bool, shapes: "Shapes", low: list[str]) -> "Shape":
        """The shape of `low`, which a rule has made of a workspace of this one."""
        found = shapes.of(low)
        if plain and self.spans[at] is not None and not self._is_symbolic:
            self.after[at] = found
        return found

    def _find(self, start: int, run: Matching) -> int:
        following = self._following
        at = start
        while following[at] == _UNKNOWN and not self._fits(at, run):
            at += 1
        found = at if following[at] == _UNKNOWN else following[at]
        following[start : at + 1] = [found] * (at + 1 - start)
        return found

    def _fits(self, at: int, run: Matching) -> bool:
        pattern = self._patterns[at]
        if len(self._words) < pattern.least or not pattern.literals <= self._present:
            return False
        spans = [_NOWHERE] * (pattern.bindings + 1)
        if not pattern.outline(self._words, 0, spans, run):
            return False
        if pattern.certain:
            self.spans[at] = spans[:-1]
        return True


class EveryRule(Shape):
    """Every rule is a candidate, and none is certain: for an onlooker who wants to see them all tried."""

    __slots__ = ()

    def candidate(self, at: int, run: Matching) -> int:
        del run
        return at


class Shapes:
    """The shapes seen by one ruleset."""

    __slots__ = ("_known", "_patterns", "_words", "every_rule")

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.every_rule = EveryRule([], patterns)
        self._patterns = patterns
        self._words = {word: word for pattern in patterns for word in pattern.literals} | _SYMBOLIC
        self._known: dict[tuple[str | None, ...], Shape] = {}

    def of(self, low: list[str]) -> Shape:
        """The shape of a workspace given in lower case."""
        key = tuple(map(self._words.get, low))
        found = self._known.get(key)
        if found is None:
            found = Shape([word or "" for word in key], self._patterns)
            if len(key) <= _MAX_TOKENS:
                if len(self._known) >= _MAX_SHAPES:
                    self._known.clear()
                self._known[key] = found
        return found
