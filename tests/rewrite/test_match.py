"""Patterns against a plain reference: the first match in the order of shortest bindings, leftmost first."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.rewrite.match import BudgetError, Element, Kind, Spans, compile_pattern, elements
from noctule.rewrite.tokenizer import Table, Tokenizer
from noctule.symbols import codes
from noctule.symbols.classes import Classes

TOKENIZER = Tokenizer()
CLASSES = Classes({"w": ["a", "a.b", "b b", '"q"']})


class Steps:
    def __init__(self, budget: int = 100_000) -> None:
        self.budget = budget

    def left_macro(self, name: str) -> str | None:
        return {"m": "a.B", "e": ""}.get(name)


def match(pattern: Sequence[Element], low: list[str], steps: Steps | None = None) -> Spans | None:
    compiled = compile_pattern(pattern, CLASSES, TOKENIZER)
    spans: Spans = [(0, 0)] * compiled.bindings
    return spans if compiled.first(low, 0, spans, steps or Steps()) else None


def reference(pattern: Sequence[Element], low: list[str], at: int = 0) -> Spans | None:
    if not pattern:
        return [] if at == len(low) else None
    part, rest = pattern[0], pattern[1:]
    if part.kind is Kind.ZERO:
        return reference(rest, low, at)
    longest = {Kind.ANY: len(low), Kind.SOME: len(low), Kind.CLASS: len(low)}.get(part.kind, at + 1)
    for end in range(at + part.least, min(longest, len(low)) + 1):
        taken = low[at:end]
        fits = {
            Kind.LITERAL: taken == [part.text],
            Kind.NOT_CLASS: not CLASSES.contains("w", "".join(taken)),
            Kind.CLASS: CLASSES.contains("w", TOKENIZER.join(taken)),
        }.get(part.kind, True)
        found = reference(rest, low, end) if fits else None
        if found is not None:
            return found if part.kind is Kind.LITERAL else [(at, end), *found]
    return None


KINDS = st.sampled_from([Kind.ANY, Kind.SOME, Kind.ONE, Kind.CLASS, Kind.NOT_CLASS, Kind.ZERO])
PARTS = st.lists(
    st.one_of(KINDS.map(lambda kind: (kind, "w")), st.sampled_from("ab.").map(lambda word: (Kind.LITERAL, word))),
    max_size=6,
)
BINDING = {Kind.ANY, Kind.SOME, Kind.ONE, Kind.CLASS, Kind.NOT_CLASS}


WORKSPACES = st.lists(st.sampled_from(["a", "b", ".", '"q"']), max_size=8)


def numbered(parts: list[tuple[Kind, str]]) -> list[Element]:
    pattern: list[Element] = []
    number = 0
    for kind, text in parts:
        pattern.append(Element(kind, text, number if kind in BINDING else -1))
        number += kind in BINDING
    return pattern


@given(PARTS, WORKSPACES)
def test_patterns_match_as_the_reference(parts: list[tuple[Kind, str]], low: list[str]) -> None:
    pattern = numbered(parts)
    assert match(pattern, low) == reference(pattern, low)


def left(text: str) -> list[Element]:
    spelled = {"$*": codes.MATCH_ANY, "$+": codes.MATCH_ONE_OR_MORE, "$-": codes.MATCH_ONE, "$@": codes.HOST}
    for form, code in spelled.items():
        text = text.replace(form, code)
    for name in "wme":
        text = text.replace(f"$={name}", codes.MATCH_CLASS + codes.named(name))
        text = text.replace(f"$&{name}", codes.DEFERRED + codes.named(name))
    return elements(TOKENIZER.scan(text, table=Table.RULES, repair=False).tokens)


def bound(pattern: str, workspace: str) -> list[str] | None:
    low = workspace.split()
    spans = match(left(pattern), low)
    return None if spans is None else [" ".join(low[start:end]) for start, end in spans]


@pytest.mark.parametrize(
    ("pattern", "workspace", "want"),
    [
        ("$* . $*", "a . b . c", ["a", "b . c"]),
        ("$+ . $+", ". a . b", [". a", "b"]),
        ("foo", "foo", []),
        ("foo", '"foo"', None),
        ("$* $=w . $*", "x a . b . c", ["x", "a", "b . c"]),
        ("$=w $*", "a . b c", ["a", ". b c"]),
        ("$=w c", "a . b c", ["a . b"]),
        ("x $@ y", "x y", []),
        ("$@", "", []),
        ("$@", "x", None),
        ("x $&m y", "x a . b y", []),
        ("x $&m y", "x a . c y", None),
        ("x $&e y", "x y", []),
        ("x $&e", "x", None),
        ("$* < @ $* >", "u < @ a < @ b >", ["u", "a < @ b"]),
    ],
)
def test_bindings(pattern: str, workspace: str, want: list[str] | None) -> None:
    assert bound(pattern, workspace) == want


def test_members_added_later_are_seen() -> None:
    classes = Classes()
    pattern = compile_pattern([Element(Kind.CLASS, "late", 0)], classes, TOKENIZER)
    spans: Spans = [(0, 0)]
    assert not pattern.first(["x", ".", "y"], 0, spans, Steps())
    classes.add("late", "X.y")
    assert pattern.first(["x", ".", "y"], 0, spans, Steps())


def test_a_pattern_that_explodes_runs_out_of_budget() -> None:
    pattern = left("$* $- a $* $- a $* $- a $* b")
    with pytest.raises(BudgetError):
        match(pattern, ["a"] * 400, Steps(10_000))
