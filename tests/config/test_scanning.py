"""scanf patterns: whatever they are, they take text or nothing."""

from hypothesis import given
from hypothesis import strategies as st

from noctule.config.scanning import scan

PIECES = st.sampled_from(
    ["%", "s", "c", "*", "[", "]", "^", "-", "a", "z", "9", " ", "\\", "(", "%[^", "%%", "%s", "+"]
)


@given(st.lists(PIECES, max_size=12).map("".join), st.text(st.sampled_from("az9 -^]%\\([é\t"), max_size=20))
def test_any_pattern_takes_text_or_nothing(pattern: str, line: str) -> None:
    taken = scan(line, pattern)
    assert taken is None or taken in line


def test_what_c_scanf_takes() -> None:
    assert scan("ab cd", "%c") == "a"
    assert scan("ab cd", "%3c") == "ab "
    assert scan("50% of", "50%% %s") == "of"
    assert scan("a-z", "%[a-]") == "a-"
    assert scan("one two#three", "%[^") == "one two#three"
    assert scan("one two", "%[a-z") == "one"
    assert scan("abc", "%d") is None
    assert scan("abc", "abc") is None
