from noctule.base.questions import Question
from noctule.symbols.macros import Macros
from rewrite.applying import applied, engine, once
from rewrite.asking import Tables


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
