"""Macros and their stack of definitions."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from noctule.config.m4.places import Place

if TYPE_CHECKING:
    from noctule.config.m4.processor import Call, Processor

_PARAMETER = re.compile(r"\$([0-9]+|[#*@])")


@dataclass(frozen=True, slots=True)
class Builtin:
    """A macro in Python.  `run` returns the text to be scanned again.

    `bare`: known without arguments, too.  `least` and `most` bound the number of arguments, -1 for no bound;
    `lenient`: runs with fewer than `least`, after the warning.
    """

    name: str
    run: "Callable[[Processor, Call], str]"
    least: int = 0
    most: int = -1
    bare: bool = False
    lenient: bool = False


@dataclass(frozen=True)
class Macro:
    """A macro in m4, and where it was defined."""

    body: str
    place: Place

    @cached_property
    def parts(self) -> list[str]:
        """Literal text and, in turn with it, parameters: a number, `#`, `*` or `@`."""
        return _PARAMETER.split(self.body)


Definition = Builtin | Macro
Argument = str | Builtin


@dataclass(slots=True)
class Symbols:
    """All names; the last definition of each is the one that counts."""

    stacks: dict[str, list[Definition]] = field(default_factory=dict)

    def get(self, name: str) -> Definition | None:
        stack = self.stacks.get(name)
        return stack[-1] if stack else None

    def define(self, name: str, definition: Definition) -> None:
        stack = self.stacks.get(name)
        if stack:
            stack[-1] = definition
        else:
            self.stacks[name] = [definition]

    def push(self, name: str, definition: Definition) -> None:
        self.stacks.setdefault(name, []).append(definition)

    def pop(self, name: str) -> None:
        stack = self.stacks.get(name)
        if stack:
            stack.pop()
            if not stack:
                del self.stacks[name]

    def remove(self, name: str) -> None:
        self.stacks.pop(name, None)

    def names(self) -> Iterator[str]:
        yield from sorted(self.stacks)
