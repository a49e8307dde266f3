"""`-d21.12,60.5`: what is told about the work while it is done, and in how much detail."""

import re
from collections.abc import Callable
from enum import IntEnum

_MAX_CATEGORY = 99
EVERYTHING = f"0-{_MAX_CATEGORY}.1"
_RANGE = re.compile(r"(\d*)(?:-(\d*))?(?:\.(\d*))?\Z")


class Topic(IntEnum):
    """The categories that tell something."""

    START = 0
    RESOLVER = 8
    CONNECTIONS = 11
    REMOTE_NAMES = 12
    PARSING = 20
    REWRITING = 21
    SCANNING = 22
    RECIPIENTS = 25
    ALIASES = 27
    MACROS = 35
    OPTIONS = 37
    OPENING_MAPS = 38
    CHECKS = 48
    MAPS = 60


def _nowhere(_text: str) -> None:
    """Nobody listens."""


class Debug:
    """The level of each category (one that nobody named is at 0), and where lines go."""

    __slots__ = ("_levels", "write")

    def __init__(self, spec: str = "", write: Callable[[str], object] = _nowhere) -> None:
        self._levels: dict[int, int] = {}
        self.write = write
        if spec:
            self.set(spec)

    def __bool__(self) -> bool:
        return any(self._levels.values())

    def to(self, write: Callable[[str], object]) -> "Debug":
        """The same levels as they are now, told to somebody else."""
        other = Debug(write=write)
        other._levels.update(self._levels)
        return other

    def set(self, spec: str) -> None:
        """Read a `-d` argument; pieces that make no sense are skipped, as Sendmail does with named categories."""
        for piece in re.split(r"[,;\s]+", spec or EVERYTHING):
            match = _RANGE.match(piece)
            if match is None or not piece:
                continue
            first = min(int(match[1] or 0), _MAX_CATEGORY)
            last = min(int(match[2] or _MAX_CATEGORY), _MAX_CATEGORY) if match[2] is not None else first
            level = int(match[3] or 1)
            for category in range(first, last + 1):
                self._levels[category] = level

    def at(self, category: int, level: int) -> bool:
        """Whether the category is at this level or above."""
        return self._levels.get(category, 0) >= level

    def level(self, category: int) -> int:
        return self._levels.get(category, 0)

    def say(self, category: int, level: int, line: str) -> None:
        """Tell something that belongs to a level."""
        if self.at(category, level):
            self.write(f"{line}\n")
