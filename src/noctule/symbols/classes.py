"""Classes: named sets of strings without case (`Cw`, `Fw`, `$=w`)."""

from collections.abc import Iterable, Iterator, Mapping

from noctule.base.text import ascii_lower


class Classes:
    """All classes of one configuration.  A class nobody defined is simply empty.

    `generation` grows with every change, so that results which depended on a class can be told stale.
    """

    __slots__ = ("_members", "generation")

    def __init__(self, members: Mapping[str, Iterable[str]] | None = None) -> None:
        self._members: dict[str, dict[str, str]] = {}
        self.generation = 0
        for name, words in (members or {}).items():
            for word in words:
                self.add(name, word)

    def add(self, name: str, word: str) -> None:
        self._members.setdefault(name, {}).setdefault(ascii_lower(word), word)
        self.generation += 1

    def contains(self, name: str, word: str) -> bool:
        members = self._members.get(name)
        return members is not None and ascii_lower(word) in members

    def members(self, name: str) -> Iterator[str]:
        """Members as they were first spelled, in the order they were added."""
        yield from self._members.get(name, {}).values()

    def lowered(self, name: str) -> Mapping[str, str]:
        """Lower-case member to its spelling: the live table, for matchers that test many words."""
        return self._members.setdefault(name, {})

    def names(self) -> Iterator[str]:
        yield from self._members
