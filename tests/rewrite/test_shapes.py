"""What a shape says of a rule is what the rule's pattern says of every workspace of that shape."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.rewrite.match import BudgetError, Pattern, Spans, compile_pattern
from noctule.rewrite.shapes import Shapes
from rewrite.test_match import CLASSES, PARTS, TOKENIZER, WORKSPACES, Steps, left, numbered


def patterns(*texts: str) -> list[Pattern]:
    return [compile_pattern(left(text), CLASSES, TOKENIZER) for text in texts]


def candidates(shapes: Shapes, low: list[str], count: int) -> list[int]:
    shape, found, at = shapes.of(low), [], 0
    while (at := shape.candidate(at, Steps())) < count:
        found.append(at)
        at += 1
    return found


def by_shape(shapes: Shapes, pattern: Pattern, low: list[str]) -> Spans | None:
    """Spans as the engine finds them for the only rule there is."""
    shape = shapes.of(low)
    if shape.candidate(0, Steps()) == 1:
        return None
    spans = [(0, 0)] * pattern.bindings
    return shape.spans[0] or (spans if pattern.first(low, 0, spans, Steps()) else None)


@given(st.lists(PARTS, min_size=1, max_size=4), st.lists(WORKSPACES, max_size=4))
def test_the_way_by_shapes_gives_the_same_spans(
    sources: Sequence[list[tuple[object, str]]], all_low: list[list[str]]
) -> None:
    compiled = [compile_pattern(numbered(parts), CLASSES, TOKENIZER) for parts in sources]  # type: ignore[arg-type]
    for pattern in compiled:
        shapes = Shapes([pattern])
        for low in all_low + all_low:
            spans: Spans = [(0, 0)] * pattern.bindings
            assert by_shape(shapes, pattern, low) == (spans if pattern.first(low, 0, spans, Steps()) else None)


def test_only_rules_that_can_match_are_candidates() -> None:
    shapes = Shapes(patterns("$* < @ $+ >", "a $+", "$- $-", "$* b", "c", "$=w b", "$&m $- $-"))
    assert candidates(shapes, ["a", "b"], 7) == [1, 2, 3, 5, 6]
    assert candidates(shapes, ["c"], 7) == [4]
    assert candidates(shapes, ["u", "<", "@", "h", ">"], 7) == [0, 6]
    assert candidates(shapes, ["@", "<", "u", "h", ">"], 7) == [6]
    assert candidates(shapes, [], 7) == []


def test_rules_are_certain_when_only_the_shape_counts() -> None:
    shapes = Shapes(patterns("$- b", "$=w b"))
    shape = shapes.of(["x", "b"])
    assert shape.candidate(0, Steps()) == 0
    assert shape.candidate(1, Steps()) == 1
    assert shape.spans[:2] == [[(0, 1)], None]
    assert shapes.of(["y", "b"]) is shape


def test_what_plain_rules_make_has_the_same_shape_each_time() -> None:
    shapes = Shapes(patterns("$- b", "$=w b"))
    shape = shapes.of(["x", "b"])
    for at in (0, 1):
        shape.candidate(at, Steps())
        assert shape.after[at] is None
        assert shape.follow(at, True, shapes, ["b", "x"]) is shapes.of(["b", "y"])
    assert shape.after == [shapes.of(["b", "y"]), None]
    assert shape.follow(0, False, shapes, ["x"]) is shapes.of(["y"])


def test_an_onlooker_may_see_every_rule() -> None:
    shape = Shapes(patterns("a", "b")).every_rule
    assert [shape.candidate(at, Steps()) for at in range(3)] == [0, 1, 2]
    assert not any(shape.spans)


def test_shapes_are_not_kept_for_ever() -> None:
    shapes = Shapes(patterns("a $*", "b"))
    first = shapes.of(["b"])
    assert shapes.of(["a"] * 65) is not shapes.of(["a"] * 65)
    for number in range(500):
        shapes.of([word for bit in range(10) for word in ("a" if number >> bit & 1 else "x",)])
    assert shapes.of(["b"]) is not first


def test_finding_out_about_a_shape_is_paid_for() -> None:
    shapes = Shapes(patterns("$* $- a $* $- a $* $- a $* b"))
    with pytest.raises(BudgetError):
        shapes.of([*["a"] * 400, "b", "c"]).candidate(0, Steps(10_000))
