import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.base.errors import ConfigurationError
from noctule.maps.arguments import FIRST_WORD, GENERIC, Grammar, character, number, parse_arguments, seconds


def parse(text: str, grammar: Grammar = GENERIC) -> tuple[dict[str, str], str, list[str]]:
    arguments, errors = parse_arguments(text, grammar, map_name="m", class_name="c")
    return dict(arguments.flags), arguments.text, errors


def test_a_value_runs_from_its_letter_to_the_blank() -> None:
    assert parse("-a<OK> -of  -T.TMP\t/file rest") == ({"a": "<OK>", "o": "f", "T": ".TMP"}, "/file rest", [])


def test_columns_may_stand_apart() -> None:
    assert parse("-k 1 -v2 /file") == ({"k": "1", "v": "2"}, "/file", [])


def test_what_is_wrong() -> None:
    assert parse("-y -o /file") == ({"o": ""}, "/file", ["Illegal option y map m"])
    assert parse("-o") == ({"o": ""}, "", ["No file name for c map m"])
    assert parse("- /file")[2] == ["Illegal option  map m"]


def test_families_with_rules_of_their_own() -> None:
    assert parse("-a.x -s_", FIRST_WORD) == ({"a": ".x"}, "", [])
    assert parse("-y", Grammar(letters=None, needs_file=False)) == ({"y": ""}, "", [])


@given(st.text(max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    flags, rest, _ = parse(text)
    assert all(len(letter) <= 1 for letter in flags)
    assert not rest.startswith("-")


def test_values() -> None:
    assert [character(text) for text in (":x", "\\t", "\\n", "")] == [":", "\t", "\n", ""]
    assert [seconds(text, 9.0) for text in ("5", "2m", "1h", "3s", "", "x", "m")] == [
        5.0,
        120.0,
        3600.0,
        3.0,
        9.0,
        9.0,
        9.0,
    ]
    assert number("12", "-k") == 12
    with pytest.raises(ConfigurationError, match="-k should specify a number, not x"):
        number("x", "-k")
