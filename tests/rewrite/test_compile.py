import pytest

from noctule.base.errors import Position
from noctule.rewrite.compile import CompiledRule, Deferred, compile_rule
from noctule.rewrite.tokenizer import Tokenizer
from noctule.symbols import codes
from noctule.symbols.classes import Classes
from noctule.symbols.rules import Rule

HERE = Position("x.cf", 7)
SPELLING = {spelling: code for code, spelling in codes.SPELLING.items() if len(spelling) == 2}


def coded(text: str) -> str:
    for spelling, code in SPELLING.items():
        text = text.replace(spelling, code + codes.named("w") if spelling in {"$=", "$~", "$&"} else code)
    return text


def compiled(left: str, right: str) -> CompiledRule:
    return compile_rule(Rule(coded(left), coded(right), HERE), 1, Classes(), Tokenizer())


@pytest.mark.parametrize(
    ("right", "returns", "once", "parts"),
    [
        ("x", False, False, (("x",),)),
        ("$@ x $1", True, False, (("x",), 0)),
        ("$: $1 < @ $2 >", False, True, (0, ("<", "@"), 1, (">",))),
        ("$: $: x", False, True, ((codes.USER, "x"),)),
        ("$& a", False, False, (Deferred("w"), ("a",))),
        ("", False, False, ()),
    ],
)
def test_right_sides(right: str, returns: bool, once: bool, parts: object) -> None:
    rule = compiled("$- $-", right)
    assert (rule.returns, rule.once, rule.parts) == (returns, once, parts)


@pytest.mark.parametrize("right", ["$> x", "$( m $)", "$[ h $]", "$&", "$3", "$0"])
def test_what_needs_more_than_copying_is_not_plain(right: str) -> None:
    assert not compiled("$- $-", right).plain
    assert compiled("$- $-", "a $1 b $2").plain


def test_literals_are_kept_in_both_cases() -> None:
    rule = compiled("$-", "A $1")
    assert (rule.parts, rule.low_parts, rule.is_low) == ((("A",), 0), (("a",), 0), False)


def test_too_many_wildcards_leave_nothing_of_the_left_side() -> None:
    assert compiled("$* $* $* $* $* $* $* $* $* $*", "x").left == ()
    assert len(compiled("$* $* $* $* $* $* $* $* $*", "x").left) == 9
