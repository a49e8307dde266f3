import pytest

from noctule.rewrite.run import BUDGET
from noctule.rewrite.tracing import Complaint, Trace
from noctule.symbols.macros import Macros
from rewrite.applying import engine, once
from rewrite.asking import Tables


def test_too_much_work_ends_with_a_complaint() -> None:
    rules = engine("Sr\nR$*\t$>r $1\n")
    run = rules.run(Macros(), Tables())
    ruleset = rules.find("r")
    assert ruleset is not None
    outcome = rules.apply(run, ruleset, ["a"])
    assert outcome.status == 70
    assert run.budget < 0 < BUDGET
    assert run.complaints[-1] == Complaint("554 5.3.0", "rewrite: ruleset r: too much work", 70)


def test_an_onlooker_sees_every_step() -> None:
    seen: list[str] = []

    class Onlooker(Trace):
        def trying(self, rule: object) -> None:
            seen.append("try")

        def failed(self, rule: object) -> None:
            seen.append("fail")

        def rewritten(self, tokens: object) -> None:
            seen.append("made")

    rules = engine("Sr\nRx\ty\nR$+ @ $+\t$@ $2\n")
    ruleset = rules.find("r")
    assert ruleset is not None
    run = rules.run(Macros(), Tables(), Onlooker())
    assert rules.apply(run, ruleset, ["a", "@", "b"]).tokens == ("b",)
    assert seen == ["try", "fail", "try", "made"]


@pytest.mark.parametrize(
    ("names", "asked", "found"),
    [
        ("mx.example *.mx.example", "mx . example", "yes mx . example"),
        ("mx.example *.mx.example", "MX . Example", "yes MX . Example"),
        ("mx.example", "other . example", "no other . example"),
        ("mx.example", "mx", "no mx"),
        ("", "mx . example", "no mx . example"),
    ],
)
def test_a_class_of_a_session_has_the_words_of_its_macro(names: str, asked: str, found: str) -> None:
    rules = engine("Sr\nR$={cert_altnames}\t$@ yes $1\nR$*\t$@ no $1\n")
    assert once(rules, "r", asked, Macros(values={"cert_altnames": names})) == found
    assert once(rules, "r", asked, Macros(values={"cert_altnames": asked.replace(" ", "")})) == f"yes {asked}"
    assert once(rules, "r", asked, Macros(values={"cert_altnames": names})) == found, "nothing stale is remembered"
