"""The interface of all maps, and what the flags common to them do."""

import re
from collections.abc import Mapping
from typing import ClassVar

from noctule.base.errors import TemporaryError
from noctule.base.questions import TEMPORARY, Answer, AnswerKind, KeyForm
from noctule.base.text import ascii_lower
from noctule.maps.arguments import GENERIC, Arguments, Grammar
from noctule.maps.environment import Environment

_PERCENT = re.compile(r"%([0-9%])")


class Map:
    """One declared map.  A subclass overrides `find` (or, when it `waits`, `fetch`).

    `lookup` and `answer` are what callers use: the key as it is, the finished answer.  `find` and `fetch` get the key
    folded and give the bare value; they raise TemporaryError for "cannot say now".
    Constructors raise ConfigurationError for arguments that cannot be used.
    """

    class_name: ClassVar[str] = ""
    waits: bool = False
    grammar: ClassVar[Grammar] = GENERIC
    fixed_generation: ClassVar[int | None] = None  # 0: answers never change

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, "Map"]) -> None:
        """`maps` are the maps declared so far, by lower-case name; the caller goes on adding to it."""
        flags = arguments.flags
        self.name = name
        self.arguments = arguments
        self.environment = environment
        self.maps = maps
        self.append = flags.get("a", "")
        self.match_only = "m" in flags
        self.keep_case = "f" in flags
        self.optional = "o" in flags
        self.ignore_temporary = "t" in flags
        self.temporary_suffix = flags.get("T")
        self.not_when_deferring = "D" in flags
        self.problems: list[str] = []  # what the configuration's reader should hear of, though the map can be used
        self.key_form = KeyForm(flags["S"][:1] if flags.get("S") else None, "q" in flags)

    def lookup(self, key: str, args: tuple[str, ...] = ()) -> Answer:
        """The answer, now.  Only for maps that do not wait."""
        try:
            answer = self.find(self.folded(key), args)
        except TemporaryError:
            answer = TEMPORARY
        return self.finished(answer, key, args)

    async def answer(self, key: str, args: tuple[str, ...] = ()) -> Answer:
        """The answer, waiting for it if need be."""
        if not self.waits:
            return self.lookup(key, args)
        try:
            answer = await self.fetch(self.folded(key), args)
        except TemporaryError:
            answer = TEMPORARY
        return self.finished(answer, key, args)

    def find(self, key: str, args: tuple[str, ...]) -> Answer:
        raise NotImplementedError

    async def fetch(self, key: str, args: tuple[str, ...]) -> Answer:
        raise NotImplementedError

    def complete(self) -> None:
        """All maps are declared now: `self.maps` will not change any more."""

    def generation(self) -> int | None:
        """While this number stays the same so do the answers; None: they may change at any time."""
        return self.fixed_generation

    def is_open(self) -> bool:
        """False for an optional map without its file: what address test mode calls "not open"."""
        return True

    def close(self) -> None:
        """Let go of files and connections."""

    def folded(self, key: str) -> str:
        return key if self.keep_case else ascii_lower(key)

    def finished(self, answer: Answer, key: str, args: tuple[str, ...]) -> Answer:
        """Apply -m, %0..%9, -a to what was found; -T and -t to a temporary failure."""
        match answer.kind:
            case AnswerKind.FOUND:
                value = key if self.match_only else self.expanded(answer.value, key, args)
                return Answer(AnswerKind.FOUND, value + self.append, answer.status, answer.sets)
            case AnswerKind.TEMPORARY if self.temporary_suffix is not None:
                return Answer(AnswerKind.FOUND, key + self.temporary_suffix, answer.status)
            case AnswerKind.TEMPORARY if self.ignore_temporary:
                return Answer(AnswerKind.NOT_FOUND, status=answer.status)
        return answer

    def expanded(self, value: str, key: str, args: tuple[str, ...]) -> str:
        """%0 is the key, %1..%9 the arguments (nothing when there are not so many), %% a percent sign."""
        if "%" not in value:
            return value
        words = (key, *args)

        def word(match: re.Match[str]) -> str:
            if match[1] == "%":
                return "%"
            index = int(match[1])
            return words[index] if index < len(words) else ""

        return _PERCENT.sub(word, value)


def key_bytes(key: str) -> bytes | None:
    """A key for the world outside; None when it holds a NUL or a code that is no byte, so that nothing can match it."""
    try:
        return None if "\0" in key else key.encode("latin-1")
    except UnicodeEncodeError:
        return None
