"""`$` translation: what the real Sendmail prints for the same lines (`$x` in test mode)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.config.translate import macro_name, translate
from noctule.symbols import codes
from noctule.symbols.expand import spell


@pytest.mark.parametrize(
    ("line", "spelled"),
    [
        ("a#b", "a"),
        ("quoted  # x", "quoted"),
        (r"a\#b", "a#b"),
        (r" x\\# y", r" x\# y"),
        ("$# # end", "$#"),
        ("a$$# b", "a$"),
        ("$$dollar$", "$dollar$"),
        ("x # a\n b # c\n d", "x\\n b\\n d"),
        ("x\t ", "x"),
        ("$?A yes $| no $.", "$?A yes $| no $."),
        ("${x}${client_addr}$&{y}$=w$~{VirtHost}", "$x${client_addr}$&y$=w$~{VirtHost}"),
        ("$10$*$+$-$[$]$($)$>$@$:", "$10$*$+$-$[$]$($)$>$@$:"),
        ("$%x", "$%x"),
        ("DAé\tb", "DAM-C\\tb".replace("M-C", "M-i")),
    ],
)
def test_lines(line: str, spelled: str) -> None:
    assert spell(translate(line)) == spelled


def test_old_files_have_no_comments_inside_lines() -> None:
    assert translate("a # $$", comments=False) == "a # $"


def test_literal_dollar_is_not_looked_at_again() -> None:
    assert translate("$$x") == "$x"
    assert translate("$x") == codes.MACRO + codes.named("x")


@pytest.mark.parametrize(
    ("text", "name", "complaints"),
    [
        ("x", "x", []),
        ("{x}", "x", []),
        ("{a-b+c}", "abc", ["Invalid macro/class character -", "Invalid macro/class character +"]),
        ("{+}", "", ["Invalid macro/class character +"]),
        ("{}", "", ["Name required for macro/class"]),
        ("", "", ["Name required for macro/class"]),
        ("{un", "", ["Unbalanced { on un", "Unable to assign macro/class ID (mid = 0xffffffff)"]),
        ("{" + "a" * 25 + "}", "a" * 25, []),
        (
            "{" + "a" * 26 + "}",
            "",
            [
                f"Macro/class name ({{{'a' * 25}}}) too long (25 chars max)",
                "Unable to assign macro/class ID (mid = 0xffffffff)",
            ],
        ),
    ],
)
def test_names(text: str, name: str, complaints: list[str]) -> None:
    heard: list[str] = []
    assert macro_name(text, 0, heard.append) == (name, len(text))
    assert heard == complaints


@given(st.text(st.sampled_from("$#\\{}=~&?|.()x \n\tA0é"), max_size=30))
def test_any_text_translates(text: str) -> None:
    assert not translate(text).endswith((" ", "\t", "\n"))
