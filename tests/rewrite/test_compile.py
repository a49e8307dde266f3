import pytest

from noctule.base.errors import Position
from noctule.rewrite.compile import Compiler
from noctule.rewrite.tokenizer import Tokenizer
from noctule.symbols import codes
from noctule.symbols.classes import Classes
from noctule.symbols.rules import Rule, Ruleset

HERE = Position("x.cf", 7)
SPELLING = {spelling: code for code, spelling in codes.SPELLING.items() if len(spelling) == 2}


def coded(text: str) -> str:
    for spelling, code in SPELLING.items():
        text = text.replace(spelling, code + codes.named("w") if spelling in {"$=", "$~"} else code)
    return text


def errors(left: str, right: str) -> list[str]:
    compiler = Compiler(Classes(), Tokenizer())
    compiler.rule(Rule(coded(left), coded(right), HERE))
    assert all(position == HERE for _, position in compiler.errors)
    return [text for text, _ in compiler.errors]


@pytest.mark.parametrize(
    ("left", "right", "want"),
    [
        ("$+ @ $+", "$: $1 at $2", []),
        ("", "x", ["R line: null LHS"]),
        ("x", "", ["R line: null RHS"]),
        ("$* $* $* $* $* $* $* $* $* $*", "x", ["R line: too many wildcards"]),
        ("$1 x", "y", ["Inappropriate use of $1-$9 on LHS"]),
        ("$> x", "y", ["Inappropriate use of $> on LHS"]),
        ("a", "$* $-", ["Inappropriate use of $* on RHS", "Inappropriate use of $- on RHS"]),
        ("$-", "$2", ["replacement $2 out of bounds"]),
        ("$-", "$0", ["replacement $0 out of bounds"]),
        ("a", "$( m a", ["missing map closing token"]),
        ("a", "$( m $( n $) $)", ["cannot nest map lookups"]),
        ("a", "$( m k" + " $@ 1" * 9 + " $)", []),
        ("a", "$( m k" + " $@ 1" * 10 + " $)", ["too many arguments for map lookup"]),
        ("a", "$[ b $)", ["missing map closing token"]),
    ],
)
def test_errors_are_told_in_sendmails_words(left: str, right: str, want: list[str]) -> None:
    assert errors(left, right) == want


def test_a_rule_with_errors_is_kept() -> None:
    compiler = Compiler(Classes(), Tokenizer())
    compiled = compiler.ruleset(Ruleset("bad", 199, (Rule("", "x", HERE), Rule("a", coded("$3"), HERE))))
    assert [rule.number for rule in compiled.rules] == [1, 2]
    assert len(compiler.errors) == 2


def test_only_rules_that_can_match_are_candidates() -> None:
    sources = ("$* < @ $+ >", "a $+", "$- $-", "$* b", "c")
    compiler = Compiler(Classes(), Tokenizer())
    compiled = compiler.ruleset(Ruleset("r", 199, tuple(Rule(coded(text), "x", HERE) for text in sources)))
    assert compiled.candidates(["a", "b"]) == (1, 1, 2, 3, 5, 5)
    assert compiled.candidates(["c"]) == (4, 4, 4, 4, 4, 5)
    assert compiled.candidates(["u", "<", "@", "h", ">"]) == (0, 5, 5, 5, 5, 5)
    assert compiled.candidates([]) == (5, 5, 5, 5, 5, 5)
