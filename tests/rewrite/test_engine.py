import pytest

from noctule.base.questions import KeyForm, Question, Waiting
from noctule.rewrite.engine import BUDGET, Engine, Run
from noctule.rewrite.tracing import Complaint, Trace
from noctule.symbols.macros import Macros
from rewrite import rig
from rewrite.asking import Tables


def engine(rules: str) -> Engine:
    return rig.open_session(f"V10/Berkeley\n{rules}", rig.DATA / "stock").addresses.engine


def applied(run: Run, rules: Engine, name: str, text: str) -> str:
    ruleset = rules.find(name)
    assert ruleset is not None
    return " ".join(run.apply(ruleset, text.split()).tokens)


def once(rules: Engine, name: str, text: str, scope: Macros | None = None, asks: Tables | None = None) -> str:
    run = rules.run(scope or Macros(), asks or Tables())
    result = applied(run, rules, name, text)
    run.finish()
    return result


def test_macros_set_by_maps_are_seen_at_once_and_land_at_the_end() -> None:
    rules = engine("Kmacro macro\nSset\nR$+\t$: $(macro {x} $@ $1 $) $1\nR$+\t$: $1 $&{x}\n")
    scope = Macros()
    run = rules.run(scope, Tables())
    assert applied(run, rules, "set", "a") == "a a"
    assert scope.get("x") is None
    run.finish()
    assert scope.get("x") == "a"


def test_a_run_given_up_leaves_nothing_behind() -> None:
    rules = engine("Sset\nR$+\t$: $(macro {x} $@ $1 $) $(slow $1 $)\n")
    scope = Macros()
    with pytest.raises(Waiting) as waiting:
        once(rules, "set", "a", scope, Tables(slow=frozenset({"slow"})))
    assert waiting.value.question == Question("slow", "a")
    assert list(scope) == []


def test_results_are_used_again_while_macros_are_the_same() -> None:
    rules = engine("Sr\nR$+\t$@ $1 $&x\n")
    scope = Macros(values={"x": "one"})
    assert once(rules, "r", "a", scope) == "a one"
    scope.set("x", "two")
    assert once(rules, "r", "a", scope) == "a two"
    assert once(rules, "r", "a", scope) == "a two"


def test_results_are_used_again_while_answers_are_the_same() -> None:
    rules = engine("Sr\nR$+\t$@ $(t $1 $@ arg $: none $)\n")
    asks = Tables({"t": {"a": "1"}})
    assert [once(rules, "r", "a", None, asks) for _ in range(2)] == ["1", "1"]
    assert asks.asked == [Question("t", "a", ("arg",))] * 2
    asks.maps["t"]["a"] = "2"
    assert once(rules, "r", "a", None, asks) == "2"
    del asks.maps["t"]["a"]
    assert once(rules, "r", "a", None, asks) == "none"


def test_results_are_used_again_while_classes_are_the_same() -> None:
    rules = engine("Sr\nR$={late}\t$@ in\nR$*\t$@ out\n")
    assert once(rules, "r", "a") == "out"
    rules.classes.add("late", "A")
    assert once(rules, "r", "a") == "in"


def test_a_remembered_result_sets_its_macros_and_complains_again() -> None:
    rules = engine("Sr\nR$+\t$: $(macro {x} $@ $1 $) $(nomap $1 $)\n")
    for _ in range(2):
        scope = Macros()
        run = rules.run(scope, Tables())
        assert applied(run, rules, "r", "a") == "a"
        run.finish()
        assert scope.get("x") == "a"
        assert [str(complaint) for complaint in run.complaints] == ["554 5.3.0 rewrite: map nomap not found"]


def test_a_temporary_failure_is_remembered_as_such() -> None:
    rules = engine("Sr\nR$+\t$: $(t $1 $: none $)\n")
    ruleset = rules.find("r")
    assert ruleset is not None
    for _ in range(2):
        run = rules.run(Macros(), Tables({"t": {"a": None}}))
        outcome = run.apply(ruleset, ["a"])
        assert (outcome.tokens, outcome.status) == (("none",), 75)
        assert run.deferral == "t map: lookup (a): deferred"


def test_keys_are_made_as_the_map_wants_them() -> None:
    rules = engine("Sr\nR$+\t$@ $(t $1 $: none $) $(q $1 $: none $)\n")
    asks = Tables({"t": {}, "q": {}}, forms={"q": KeyForm("_", keep_quotes=True)})
    once(rules, "r", 'x "a" b c', None, asks)
    assert [question.key for question in asks.asked] == ["xab c", 'x"a"b_c']


def test_too_much_work_ends_with_a_complaint() -> None:
    rules = engine("Sr\nR$*\t$>r $1\n")
    run = rules.run(Macros(), Tables())
    ruleset = rules.find("r")
    assert ruleset is not None
    outcome = run.apply(ruleset, ["a"])
    assert outcome.status == 70
    assert run.budget < 0 < BUDGET
    assert run.complaints[-1] == Complaint("554 5.3.0", "rewrite: ruleset r: too much work", 70)


def test_numbers_always_exist_and_names_only_when_defined() -> None:
    rules = engine("Sname=7\nRa\tb\n")
    named = rules.find("7")
    assert named is not None
    assert named is rules.find("name")
    assert named.title == "name"
    assert rules.find("99") is not None
    assert rules.find("100") is None
    assert rules.find("NAME") is None


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
    assert run.apply(ruleset, ["a", "@", "b"]).tokens == ("b",)
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
