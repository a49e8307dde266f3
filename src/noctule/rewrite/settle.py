"""Driving a run that may have to wait: await the answer, remember it, run again."""

from collections.abc import Callable
from typing import TypeVar

from noctule.base.errors import TemporaryError
from noctule.base.questions import Answer, Answering, KeyForm, Lookups, Question, Waiting

MAX_ROUNDS = 200
T = TypeVar("T")


class _Remembering:
    """Look-ups that know what was awaited before.

    A question is answered the same way in every round, so that a run cannot see a map change under it.
    """

    def __init__(self, maps: Lookups) -> None:
        self.known: dict[Question, Answer] = {}
        self._maps = maps

    def lookup(self, question: Question) -> Answer:
        known = self.known.get(question)
        return known if known is not None else self._maps.lookup(question)

    def generation(self, map_name: str) -> int | None:
        return self._maps.generation(map_name)

    def key_form(self, map_name: str) -> KeyForm:
        return self._maps.key_form(map_name)


async def settle(run: Callable[[Lookups], T], maps: Answering) -> T:
    """The result of `run`, which is called again after every answer that had to be awaited.

    Raises TemporaryError when the run asks more than MAX_ROUNDS such questions.
    """
    try:
        return run(maps)
    except Waiting as waiting:
        question = waiting.question
    asks = _Remembering(maps)
    for _ in range(MAX_ROUNDS):
        asks.known[question] = await maps.answer(question)
        try:
            return run(asks)
        except Waiting as waiting:
            question = waiting.question
    raise TemporaryError(f"more than {MAX_ROUNDS} look-ups for one address")
