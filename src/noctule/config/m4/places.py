"""Where text came from: a chain from the innermost text outwards through the calls that brought it in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from noctule.base.errors import Position


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, and the place of the macro call or include that put its text here.

    `included`: the text is that of an included file, not the body of a macro.
    """

    file: str
    line: int
    via: "Place | None" = None
    included: bool = False

    @property
    def position(self) -> Position:
        return Position(self.file, self.line)

    def outwards(self) -> "Iterator[Place]":
        place: Place | None = self
        while place is not None:
            yield place
            place = place.via


@dataclass(frozen=True, slots=True)
class Piece:
    """Text on its way out.  `running`: its lines are consecutive lines of a file, the first of them at `place`."""

    text: str
    place: Place
    running: bool = False


def line_sources(pieces: Iterable[Piece], is_library: Callable[[str], bool]) -> list[Position]:
    """For each line of the output, the line an administrator would change: outside the library if there is one."""
    sources: list[Position] = []
    candidates: list[Place] = []
    for piece in pieces:
        place = piece.place
        first, *others = piece.text.split("\n")
        if first:
            candidates.append(place)
        for part in others:
            sources.append(_best(candidates or [place], is_library))
            if piece.running:
                place = Place(place.file, place.line + 1, place.via, place.included)
            candidates = [place] if part else []
    if candidates:
        sources.append(_best(candidates, is_library))
    return sources


def _best(candidates: list[Place], is_library: Callable[[str], bool]) -> Position:
    for place in candidates:
        if (found := _outermost(place, is_library)) is not None:
            return found.position
    return next(place for place in candidates[0].outwards() if place.included or place.via is None).position


def _outermost(place: Place, is_library: Callable[[str], bool]) -> Place | None:
    """The outermost place that is not the library's, but inside files that such places include."""
    chain = [step for step in place.outwards() if not is_library(step.file)]
    if not chain:
        return None
    found = chain.pop()
    while chain and chain[-1].included and chain[-1].via is found:
        found = chain.pop()
    return found
