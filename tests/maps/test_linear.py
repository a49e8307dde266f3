"""Regular expressions whose time is bounded find what `re` finds."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.maps.ere import compile_posix
from noctule.maps.linear import Bounded, TooComplexError

SECONDS = 5.0  # much more than any of these takes on a slow machine, and nothing to what `re` would take
HOSTILE = ("(a+)+$", "(a|a)*b", "(a?){30}a{30}b", "^(a|aa)+$", ".*.*.*.*x", "(.*)*b", "a?" * 40 + "a" * 40 + "b")

_atoms = st.sampled_from(
    ("a", "b", ".", "[ab]", "[^a]", "\\.", "[[:alpha:]]", "^", "$", "\\<", "\\b", "[^]x]", "[a-c]")
)
patterns = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("({}|{})".format, inner, inner),
        st.builds("({}){}".format, inner, st.sampled_from(("", "*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,}"))),
    ),
    max_leaves=8,
)


@given(patterns, st.text("ab.X\xe9\uf70a", max_size=12))
def test_the_match_is_the_one_of_re(pattern: str, text: str) -> None:
    compiled = compile_posix(pattern)
    match = compiled.search(text)
    expected = None if match is None else tuple(match[group] or "" for group in range(compiled.groups + 1))
    bounded = Bounded(compiled)
    for found in (bounded.search(text), bounded.advance(text)):
        got = (
            None
            if found is None
            else tuple(text[max(a, 0) : max(b, 0)] for a, b in zip(found[::2], found[1::2], strict=True))
        )
        assert got == expected


@pytest.mark.parametrize("pattern", HOSTILE)
def test_hostile_patterns_end_in_time(pattern: str) -> None:
    bounded = Bounded(compile_posix(pattern))
    started = time.process_time()
    assert bounded.search("a" * 1000 + "!") is None
    assert time.process_time() - started < SECONDS


def test_texts_beyond_the_limit_do_not_match() -> None:
    bounded = Bounded(compile_posix("a"))
    assert bounded.search("a" * bounded.longest) == (0, 1)
    assert bounded.search("a" * (bounded.longest + 1)) is None


@pytest.mark.parametrize("pattern", ["(a)\\1", "(a{99}){99}"])
def test_some_patterns_have_no_program(pattern: str) -> None:
    with pytest.raises(TooComplexError):
        Bounded(re.compile(pattern))
