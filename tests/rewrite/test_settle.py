import asyncio

import pytest

from noctule.base.errors import TemporaryError
from noctule.base.questions import Lookups, Question
from noctule.rewrite.settle import MAX_ROUNDS, settle
from rewrite.asking import Tables


def test_a_run_is_repeated_until_all_answers_are_there() -> None:
    maps = Tables({"slow": {"a": "b", "b": "c"}, "fast": {"c": "d"}}, slow=frozenset({"slow"}))
    rounds = 0

    def run(asks: Lookups) -> str:
        nonlocal rounds
        rounds += 1
        value = "a"
        for name in ("slow", "slow", "fast"):
            value = asks.lookup(Question(name, value)).value
        return value

    assert asyncio.run(settle(run, maps)) == "d"
    assert rounds == 3
    assert maps.asked == [Question("slow", "a"), Question("slow", "b"), Question("fast", "c")]


def test_the_number_of_rounds_is_bounded() -> None:
    maps = Tables({"slow": {}}, slow=frozenset({"slow"}))

    def run(asks: Lookups) -> None:
        number = 0
        while True:
            asks.lookup(Question("slow", str(number)))
            number += 1

    with pytest.raises(TemporaryError, match=f"more than {MAX_ROUNDS} look-ups"):
        asyncio.run(settle(run, maps))
