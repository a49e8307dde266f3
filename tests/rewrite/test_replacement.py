from noctule.base.questions import KeyForm
from noctule.rewrite.replacement import fill, map_arguments
from noctule.symbols import codes
from rewrite.applying import engine, once
from rewrite.asking import Tables


def test_fill_takes_bindings_from_the_workspace() -> None:
    assert fill((("x",), 1, ("y", "z"), 0), ["a", "b", "c"], [(0, 1), (1, 3)]) == ["x", "b", "c", "y", "z", "a"]


def test_arguments_and_default_may_come_in_any_order() -> None:
    words = ["key", "two", codes.USER, "d", codes.HOST, "a1", codes.HOST]
    assert map_arguments(words) == (["key", "two"], [["a1"], []], ["d"])
    assert map_arguments(["k"]) == (["k"], [], None)


def test_keys_are_made_as_the_map_wants_them() -> None:
    rules = engine("Sr\nR$+\t$@ $(t $1 $: none $) $(q $1 $: none $)\n")
    asks = Tables({"t": {}, "q": {}}, forms={"q": KeyForm("_", keep_quotes=True)})
    once(rules, "r", 'x "a" b c', None, asks)
    assert [question.key for question in asks.asked] == ["xab c", 'x"a"b_c']
