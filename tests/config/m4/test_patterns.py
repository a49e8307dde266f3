"""Regular expressions as Emacs writes them: the answers are those of GNU m4."""

import pytest

from noctule.config.m4.patterns import PatternError, compile_pattern, replace_all, substitute


@pytest.mark.parametrize(
    ("expression", "text", "span"),
    [
        ("b+", "abbc", (1, 3)), ("a\\|ab", "xab", (1, 3)), ("\\(a\\|ab\\)\\(c\\|bcd\\)", "abcd", (0, 4)),
        ("\\(ab?\\)*", "aab", (0, 3)), ("*b", "a*b", (1, 3)), ("a^", "xa^", (1, 3)), ("$a", "x$a", (1, 3)),
        ("^b", "a\nb", (2, 3)), ("a$", "a\nb", (0, 1)), ("[]a]+", "xa]", (1, 3)), ("[^]a]", "a]b", (2, 3)),
        ("\\<b", "ab b", (3, 4)), ("b\\>", "bb a", (1, 2)), ("\\w+", "-ab_1", (1, 5)), ("\\(.\\)\\1", "abb", (1, 3)),
        ("a.c", "a\nc abc", (4, 7)), ("a{", "xa{", (1, 3)), ("\\.", "a.", (1, 2)), ("a**", "baa", (0, 0)),
        ("[z-a]b\\|c", "bc", (1, 2)), ("\\`b", "b", (0, 1)), ("\\'", "ab", (2, 2)), ("x\\?", "x?", (0, 2)),
    ],
)  # fmt: skip
def test_finds_the_leftmost_longest(expression: str, text: str, span: tuple[int, int]) -> None:
    found = compile_pattern(expression).search(text)
    assert found is not None
    assert found.span() == span


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("\\(b", "Unmatched ( or \\("), ("b\\)", "Unmatched ) or \\)"), ("a\\", "Trailing backslash"),
        ("[b", "Unmatched [, [^, [:, [., or [="), ("\\1\\(a\\)", "Invalid back reference"),
        ("\\(a\\)\\|b\\1", "Invalid back reference"),
    ],
)  # fmt: skip
def test_wrong_expressions(expression: str, message: str) -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern(expression)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("expression", "text", "replacement", "result"),
    [
        ("b*", "abc", "-", "-a--c-"), ("^", "abc", "x", "xabc"), ("\\([a-c]\\)\\([a-c]\\)", "abx", "\\2\\1", "bax"),
        ("\\w+", "foo bar", "<\\&>", "<foo> <bar>"), ("x", "abc", "-", "abc"), ("$", "a\nb", ";", "a;\nb;"),
    ],
)  # fmt: skip
def test_replaces(expression: str, text: str, replacement: str, result: str) -> None:
    assert replace_all(compile_pattern(expression), text, replacement, pytest.fail) == result


def test_doubtful_replacements_are_told() -> None:
    said: list[str] = []
    found = compile_pattern("a\\(x\\)?").search("a")
    assert found is not None
    assert substitute(found, "[\\0\\1\\2\\x\\", said.append) == "[ax"
    assert said == [
        "Warning: \\0 will disappear, use \\& instead in replacements",
        "Warning: sub-expression 2 not present",
        "Warning: trailing \\ ignored in replacement",
    ]
