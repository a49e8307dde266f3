import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.config.times import parse_time


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5m30s", 330),
        ("5", 300),
        ("", 0),
        ("-5", -300),
        ("now", 0),
        ("2d3", 2 * 86400 + 180),
        ("1w", 604800),
        ("1h", 3600),
        ("0", 0),
    ],
)
def test_times_with_minutes_as_unit(text: str, seconds: int) -> None:
    complaints: list[str] = []
    assert parse_time(text, "m", complaints.append) == seconds
    assert complaints == []


@pytest.mark.parametrize(
    ("text", "letters"), [("5x", "x"), ("abc", "abc"), ("1.5h", "."), ("5 m", " "), ("10q", "q"), ("5é", "é")]
)
def test_unknown_units_are_said(text: str, letters: str) -> None:
    complaints: list[str] = []
    parse_time(text, "m", complaints.append)
    assert complaints == [f"Invalid time unit `{letter}'" for letter in letters]


@given(st.text(max_size=40))
def test_any_text_is_some_time(text: str) -> None:
    assert abs(parse_time(text, "w", lambda _: None)) < 10**20
