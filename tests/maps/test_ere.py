"""POSIX expressions, compared with what grep(1) finds."""

import re
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noctule.maps.ere import PatternError, compile_posix

TEXTS = [
    "",
    "a",
    "aa",
    "ab",
    "abc",
    "b",
    "a+b",
    "a{2}",
    "(a)",
    "a|b",
    "A1",
    "x]y",
    "a.b",
    "*a",
    "^a",
    "a$",
    "a\\b",
    "-",
]
EXTENDED = [
    "a", "^a$", "a*", "a+", "a?b", "(ab)+c", "a|b", "^(a|b)+$", "[ab]", "[^ab]", "[]x]", "[a-c]+", "[[:alpha:]]+$",
    "a{2}", "^a{1,2}$", "a{2,}", "a{,1}b", "\\.", "\\*", "\\(a\\)", ".", "^$", "a.b", "[.]", "[\\]", "[a\\]", "()a",
    "a||b", "(^a)", "(a$)", "[[:digit:][:upper:]]", "[^[:alpha:]]", "\\wb", "(a)(b)?", "[a-]", "[-a]", "[[.-.]]",
    "[[=a=]]", "a**", "(a*)*b", "\\^a", "a\\$",
]  # fmt: skip
BASIC = [
    "a*",
    "*a",
    "a\\+",
    "\\(a\\)b",
    "a\\{2\\}",
    "^a",
    "a$",
    "a|b",
    "a\\|b",
    "a+",
    "(a)",
    "a{2}",
    "\\(^a\\)",
    "a\\$",
    "a^",
    "$a",
]


def grep(pattern: str, flag: str) -> list[str]:
    run = subprocess.run(
        ["grep", flag, "-i", "-e", pattern],
        input="\n".join(TEXTS) + "\n",
        capture_output=True,
        text=True,
        env={"LC_ALL": "C"},
    )
    assert run.returncode < 2, run.stderr
    return run.stdout.splitlines()


@pytest.mark.parametrize("pattern", EXTENDED)
def test_extended(pattern: str) -> None:
    compiled = compile_posix(pattern)
    assert [text for text in TEXTS if compiled.search(text)] == grep(pattern, "-E")


@pytest.mark.parametrize("pattern", BASIC)
def test_basic(pattern: str) -> None:
    compiled = compile_posix(pattern, extended=False)
    assert [text for text in TEXTS if compiled.search(text)] == grep(pattern, "-G")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(((", "Unmatched ( or \\("),
        ("[a", "Unmatched [, [^, [:, [., or [="),
        ("[[:alpha:", "Unmatched [, [^, [:, [., or [="),
        ("[[:foo:]]", "Invalid character class name"),
        ("[[.ab.]]", "Invalid collation character"),
        ("[z-a]", "Invalid range end"),
        ("a{x}", "Invalid content of \\{\\}"),
        ("a{2,1}", "Invalid content of \\{\\}"),
        ("a{99999}", "Invalid content of \\{\\}"),
        ("a{", "Unmatched \\{"),
        ("*a", "Invalid preceding regular expression"),
        ("a|*b", "Invalid preceding regular expression"),
        ("a\\", "Trailing backslash"),
        ("\\1", "Invalid back reference"),
        ("(a)\\2", "Invalid back reference"),
    ],
)
def test_wrong_patterns(pattern: str, why: str) -> None:
    with pytest.raises(PatternError, match=re.escape(why)):
        compile_posix(pattern)


def test_back_references_and_bytes_without_case() -> None:
    assert compile_posix("(a)(b)\\2\\1").fullmatch("abba")
    assert compile_posix("\xe9").search("\xc9") is None
    assert compile_posix("a", ignore_case=False).search("A") is None


def test_the_end_is_the_end() -> None:
    assert compile_posix("a$").search("a\n") is None
    assert compile_posix("a.b").search("a\nb")


@settings(max_examples=300)
@given(st.text("ab()[]{}*+?|^$.\\-:,12=", max_size=12), st.booleans())
def test_any_text_is_a_pattern_or_is_refused(pattern: str, extended: bool) -> None:
    try:
        compiled = compile_posix(pattern, extended=extended)
    except PatternError:
        return
    compiled.search("ab")
