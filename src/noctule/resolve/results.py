"""The three kinds of answer, as types."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """It exists, and this is it."""

    value: T


@dataclass(frozen=True, slots=True)
class NotFound:
    """It does not exist: final.  `reason` for people: `Host unknown`, `no data`."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Temporary:
    """Nobody could say.  Try again later; never treat it as NotFound."""

    reason: str = ""


Result = Found[T] | NotFound | Temporary
