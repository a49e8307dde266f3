"""What is decided about patterns agrees with the engine that matches them."""

from hypothesis import given
from hypothesis import strategies as st

from noctule.assembly.lint.patterns import covers, left_side, meets
from noctule.base.errors import Position
from noctule.config import translate
from noctule.rewrite.compile import compile_rule
from noctule.rewrite.engine import Engine
from noctule.rewrite.tokenizer import Table, Tokenizer
from noctule.symbols.classes import Classes
from noctule.symbols.macros import Macros
from noctule.symbols.rules import Rule
from rewrite.asking import Tables

WORDS = ["$*", "$+", "$-", "@", "a", "$=X", "$~X"]
CLASSES = Classes({"X": ["a", "a.b"]})
patterns = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
workspaces = st.lists(st.sampled_from(["a", "b", "@", "."]), max_size=5)


def pattern(text: str):  # type: ignore[no-untyped-def]
    return left_side(Tokenizer().scan(translate(text), table=Table.RULES, repair=False).tokens)[0]


def matches(text: str, workspace: list[str]) -> bool:
    rule = compile_rule(Rule(translate(text), "x", Position("", 1)), 1, CLASSES, Tokenizer())
    run = Engine([], CLASSES).run(Macros(), Tables())
    return rule.matches(workspace, 0, [(0, 0)] * rule.bindings, run)


@given(patterns, patterns, workspaces)
def test_a_pattern_matches_what_those_it_covers_match(general: str, special: str, workspace: list[str]) -> None:
    if covers(pattern(general), pattern(special)) and matches(special, workspace):
        assert matches(general, workspace)


@given(patterns, patterns, workspaces)
def test_patterns_that_never_meet_match_nothing_in_common(one: str, other: str, workspace: list[str]) -> None:
    if matches(one, workspace) and matches(other, workspace):
        assert meets(pattern(one), pattern(other))


def test_examples() -> None:
    assert covers(pattern("$*"), pattern("$+ < @ $=w . >"))
    assert covers(pattern("$+ @ $+"), pattern("$+ @ $=X"))
    assert not covers(pattern("$- @ $+"), pattern("$=X @ $+"))  # a member may be several tokens
    assert not covers(pattern("$+"), pattern("$*"))
    assert covers(pattern("$* $+"), pattern("$+ $*"))
    assert covers(pattern("$* @ $*"), pattern("a @ b @ c"))
    assert not meets(pattern("$- @"), pattern("a b @"))
    assert meets(pattern("$* a"), pattern("b $*"))
