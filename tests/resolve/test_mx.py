import random

from hypothesis import given
from hypothesis import strategies as st

from noctule.resolve import MailExchanger, ordered, with_fallback, without_loops

EXCHANGERS = st.lists(
    st.builds(MailExchanger, st.sampled_from(["a.", "b.", "c.", "me.", "Me"]), st.integers(0, 3)), max_size=8
)


@given(EXCHANGERS, st.integers())
def test_order_is_by_preference_and_loses_nothing(exchangers: list[MailExchanger], seed: int) -> None:
    found = ordered(exchangers, random.Random(seed).random)
    assert sorted(map(repr, found)) == sorted(map(repr, exchangers))
    assert [e.preference for e in found] == sorted(e.preference for e in exchangers)


@given(EXCHANGERS)
def test_only_better_ones_than_ourselves_remain(exchangers: list[MailExchanger]) -> None:
    kept, mine = without_loops(exchangers, lambda name: name.lower() == "me")
    ours = [e.preference for e in exchangers if e.name.lower().rstrip(".") == "me"]
    assert (mine is None) is (not ours)
    assert list(kept) == [e for e in exchangers if not ours or e.preference < min(ours)]


def test_we_may_be_the_best() -> None:
    assert without_loops([MailExchanger("me.", 5), MailExchanger("b.", 10)], "me".__eq__) == ((), "me.")


def test_fallback_comes_last_and_once() -> None:
    a, b = MailExchanger("a.", 10), MailExchanger("b.", 20)
    assert with_fallback([a, b], "") == (a, b)
    assert with_fallback([a, b], "fallback.example") == (a, b, MailExchanger("fallback.example", 21))
    assert with_fallback([a, b], "B") == (a, b)
    assert with_fallback([], "f") == (MailExchanger("f", 1),)
