"""Results of rulesets, kept with what they depended on."""

from dataclasses import dataclass, field
from typing import NamedTuple

from noctule.base.questions import Answer, Question
from noctule.rewrite.tracing import Complaint

MEMO_SIZE = 20_000
VARIANTS = 4  # results kept of one workspace: it may look different to receiving and to delivering
_MAX_TOKENS = 64


class Outcome(NamedTuple):  # as are all that are made by the thousand: frozen dataclasses take three times as long
    """What a ruleset made of a workspace.  `status` is a sysexits number, 0 if all went well."""

    tokens: tuple[str, ...]
    status: int = 0


@dataclass(slots=True)
class Notes:
    """What a ruleset's result depended on and brought about, kept to use the result again."""

    macros: dict[str, str | None] = field(default_factory=dict)
    generations: dict[str, int | None] = field(default_factory=dict)  # of the maps asked
    questions: list[tuple[Question, Answer]] = field(default_factory=list)
    sets: dict[str, str | None] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)


class Remembered(NamedTuple):
    """A result, how it came about, the generation of the classes then, and the text an onlooker made of it."""

    outcome: Outcome
    notes: Notes
    classes: int
    told: str = ""


class Memo:
    """Results by ruleset number and workspace; when it is full the oldest quarter goes."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[int, tuple[str, ...]], tuple[Remembered, ...]] = {}

    def recall(self, ruleset: int, tokens: tuple[str, ...], classes: int) -> tuple[Remembered, ...]:
        """What was kept, latest first; whether macros and answers are still the same is for the caller to find out."""
        found = self._known.get((ruleset, tokens), ())
        return found if not found or found[0].classes == classes else ()

    def keep(self, ruleset: int, tokens: tuple[str, ...], remembered: Remembered) -> None:
        if len(tokens) > _MAX_TOKENS:
            return
        if len(self._known) >= MEMO_SIZE:
            for key in list(self._known)[: MEMO_SIZE // 4]:
                del self._known[key]
        older = self.recall(ruleset, tokens, remembered.classes)
        self._known[ruleset, tokens] = (remembered, *older[: VARIANTS - 1])
