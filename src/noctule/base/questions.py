"""Questions the rules ask of maps, and the three kinds of answer.

Rules are pure, look-ups are not.  A ruleset run is handed a `Lookups`; a map that can answer at once
does so, a map that has to wait raises `Waiting`.  Whoever drives the run (see `rewrite.settle`) then awaits the
answer, remembers it, and runs the ruleset again from the start: a run is short, has no effect outside itself
until it ends, and so may be repeated.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Question:
    """One look-up: the map's name as the configuration spells it, the key, and the `$@` arguments."""

    map: str
    key: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyForm:
    """How a map wants its key made from tokens: what joins words (-S; None: BlankSub) and whether quotes stay (-q)."""

    blank: str | None = None
    keep_quotes: bool = False


class AnswerKind(Enum):
    """Found, not found, and "cannot say now" are never mixed up."""

    FOUND = "found"
    NOT_FOUND = "not found"
    TEMPORARY = "temporary failure"
    NO_SUCH_MAP = "no such map"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a map said.

    `status` is the sysexits number Sendmail prints beside the answer (0, 68, 75, 78 ...).
    `sets` are macros to set (or, with None, to unset) in the scope of the run: how the `macro` map works.
    """

    kind: AnswerKind
    value: str = ""
    status: int = 0
    sets: tuple[tuple[str, str | None], ...] = ()


NOT_FOUND = Answer(AnswerKind.NOT_FOUND)
TEMPORARY = Answer(AnswerKind.TEMPORARY, status=75)
NO_SUCH_MAP = Answer(AnswerKind.NO_SUCH_MAP)


def found(value: str) -> Answer:
    """The map holds the key."""
    return Answer(AnswerKind.FOUND, value)


class Waiting(Exception):  # noqa: N818 - not an error: control flow between a run and its driver
    """The answer to `question` needs I/O: await it, then run again."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.question = question


class Lookups(Protocol):
    """What a ruleset run may ask."""

    def lookup(self, question: Question) -> Answer:
        """Answer now, or raise Waiting."""
        ...

    def generation(self, map_name: str) -> int | None:
        """A number: while it stays the same so do this map's answers.  None: they may change at any time."""
        ...

    def key_form(self, map_name: str) -> KeyForm:
        """How to make this map's keys.  The plain form for a map that does not exist."""
        ...


class Answering(Lookups, Protocol):
    """What the driver of a run has: the maps themselves."""

    def answer(self, question: Question) -> Awaitable[Answer]:
        """Find the answer, waiting for it as long as the map's own time limit allows."""
        ...
