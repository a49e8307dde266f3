"""Regular expressions whose time is bounded find what `re` finds."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from noctule.maps.ere import compile_posix
from noctule.maps.linear import Bounded, TooComplexError

SECONDS = 5.0  # much more than any of these takes on a slow machine, and nothing to what `re` would take
HOSTILE = ("(a+)+$", "(a|a)*b", "(a?){30}a{30}b", "^(a|aa)+$", ".*.*.*.*x", "(.*)*b", "a?" * 40 + "a" * 40 + "b")

_places = st.sampled_from(("^", "$", "\\<", "\\b"))
_atoms = st.sampled_from(("a", "b", ".", "[ab]", "[^a]", "\\.", "[[:alpha:]]", "[^]x]", "[a-c]"))
_texts = st.text("ab.X\xe9\uf70a", max_size=12)


def patterns(atoms: st.SearchStrategy[str], *repetitions: str) -> st.SearchStrategy[str]:
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.builds("{}{}".format, inner, inner),
            st.builds("({}|{})".format, inner, inner),
            st.builds("({}){}".format, inner, st.sampled_from(("", *repetitions))),
        ),
        max_leaves=8,
    )


_REPETITIONS = ("*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,}")


@given(patterns(_atoms, *_REPETITIONS), _texts)
def test_the_match_is_the_one_of_re(pattern: str, text: str) -> None:
    compiled = compile_posix(pattern)
    match, bounded = compiled.search(text), Bounded(compiled)
    for found in (bounded.search(text), bounded.advance(text)):
        assert (found and found[:2]) == (match and match.span())


@example("((^|a))*", "a")
@given(patterns(_atoms | _places, *_REPETITIONS), _texts)
def test_it_begins_there_with_places_too(pattern: str, text: str) -> None:
    """`re` ends a repetition at a turn that matched a place alone; POSIX goes on to the longest match."""
    compiled = compile_posix(pattern)
    match, bounded = compiled.search(text), Bounded(compiled)
    for found in (bounded.search(text), bounded.advance(text)):
        assert (found and found[0]) == (match and match.start())
        assert found is None or match is None or found[1] >= match.end()


@given(patterns(_atoms, "+", "{2}", "{1,3}", "{2,}"), _texts)
def test_so_are_groups_that_cannot_be_empty(pattern: str, text: str) -> None:
    compiled = compile_posix(pattern)
    match = compiled.search(text)
    assert Bounded(compiled).advance(text) == (match and tuple(place for span in match.regs for place in span))


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
