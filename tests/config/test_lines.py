from hypothesis import given
from hypothesis import strategies as st

from noctule.config.lines import logical_lines


def test_lines_are_joined_and_carry_the_number_of_their_last_part() -> None:
    source = "V10\r\n# no\n  not this either\n\nDA one\n two\n\tthree\nDB\n"
    assert list(logical_lines(source)) == [(1, "V10"), (7, "DA one\n two\n\tthree"), (8, "DB")]


def test_a_continuation_of_nothing_is_a_line() -> None:
    assert list(logical_lines("\n foo\nDA")) == [(2, "\n foo"), (3, "DA")]
    assert list(logical_lines(" foo")) == [(1, " foo")]
    assert list(logical_lines("")) == []


@given(st.text(st.sampled_from("ab#\n\r \t"), max_size=60))
def test_no_text_is_lost_or_made_up(source: str) -> None:
    lines = list(logical_lines(source))
    assert [number for number, _ in lines] == sorted({number for number, _ in lines})
    assert all(not line.startswith("#") for _, line in lines)
    kept = "".join(line for _, line in lines).replace("\n", "")
    assert all(kept.count(letter) <= source.count(letter) for letter in "ab#")
