import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.base.text import ascii_lower
from noctule.rewrite.workspace import dequote, index_of, lower
from noctule.symbols import codes


@given(st.lists(st.text(alphabet=st.characters(max_codepoint=0xFF), min_size=1, max_size=5), max_size=6))
def test_lower_changes_ascii_letters_only(tokens: list[str]) -> None:
    assert lower(tokens) == [ascii_lower(token) for token in tokens]


def test_lower_gives_the_same_list_when_nothing_changes() -> None:
    tokens = ["a", codes.ELSE, "\xe9"]
    assert lower(tokens) is tokens


def test_index_of_what_is_not_there_is_the_length() -> None:
    assert index_of(["a", "b"], "b", 0) == 1
    assert index_of(["a", "b"], "a", 1) == 2


@pytest.mark.parametrize(("text", "want"), [('"a b"', "a b"), ('a"b\\"c"', 'ab"c'), ("plain", "plain"), ('""', "")])
def test_dequote(text: str, want: str) -> None:
    assert dequote(text) == want
