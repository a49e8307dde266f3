import pytest

from noctule.base.questions import Question, Waiting
from noctule.symbols.macros import Macros
from rewrite.applying import applied, engine, once
from rewrite.asking import Tables


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


def test_a_temporary_failure_is_remembered_as_such() -> None:
    rules = engine("Sr\nR$+\t$: $(t $1 $: none $)\n")
    ruleset = rules.find("r")
    assert ruleset is not None
    for _ in range(2):
        run = rules.run(Macros(), Tables({"t": {"a": None}}))
        outcome = rules.apply(run, ruleset, ["a"])
        assert (outcome.tokens, outcome.status) == (("none",), 75)
        assert run.deferral == "t map: lookup (a): deferred"
