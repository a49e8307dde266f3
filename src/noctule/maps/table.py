"""All maps of one configuration: built from declarations, asked by name."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from noctule.base.errors import ConfigurationError, Position
from noctule.base.questions import (
    NO_SUCH_MAP,
    NOT_FOUND,
    TEMPORARY,
    Answer,
    Answering,
    KeyForm,
    Question,
    Waiting,
)
from noctule.base.text import ascii_lower
from noctule.maps.arguments import parse_arguments
from noctule.maps.classes import class_info, map_class
from noctule.maps.environment import Environment
from noctule.maps.map import Map
from noctule.maps.unavailable import UnavailableMap

_PLAIN = KeyForm()
_HOST = ("host", "host", "-a. -D")  # exists without a K line


@dataclass(frozen=True, slots=True)
class Declaration:
    """One K line: name, class, and the rest of the line as it is."""

    name: str
    map_class: str
    arguments: str = ""
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class MapError:
    """What is wrong with a declaration, in Sendmail's words."""

    text: str
    position: Position | None = None


class MapTable:
    """Implements base.questions.Answering.  Names have no case.

    A map whose class is unknown does not exist; one declared with other mistakes exists and holds nothing.
    """

    def __init__(self, declarations: Iterable[Declaration], environment: Environment) -> None:
        self._environment = environment
        self._maps: dict[str, Map] = {}
        self._unusable: set[str] = set()
        self.errors: list[MapError] = []
        self.declare(Declaration(*_HOST))
        for declaration in declarations:
            self.declare(declaration)
        for known in list(self._maps.values()):
            known.complete()

    def declare(self, declaration: Declaration) -> None:
        """Add a map, in place of one of the same name.  Mistakes go to `errors`."""
        name = ascii_lower(declaration.name)
        self._unusable.discard(name)
        self._maps.pop(name, None)
        try:
            made = self._made(declaration)
        except ConfigurationError as error:
            self._complain(declaration, error.text)
            return
        if made is not None:
            self._maps[name] = made

    def find(self, name: str) -> Map | None:
        """A usable map by its name."""
        return self._maps.get(ascii_lower(name))

    def names(self) -> tuple[str, ...]:
        """Names of all usable maps, as declared."""
        return tuple(known.name for known in self._maps.values())

    def lookup(self, question: Question) -> Answer:
        found = self._maps.get(question.map) or self.find(question.map)
        if found is None:
            return self._without(question.map)
        if found.waits:
            raise Waiting(question)
        return found.lookup(question.key, question.args)

    async def answer(self, question: Question) -> Answer:
        found = self.find(question.map)
        return self._without(question.map) if found is None else await found.answer(question.key, question.args)

    def generation(self, map_name: str) -> int | None:
        found = self.find(map_name)
        return 0 if found is None else found.generation()

    def key_form(self, map_name: str) -> KeyForm:
        found = self.find(map_name)
        return _PLAIN if found is None else found.key_form

    def is_open(self, map_name: str) -> bool:
        """False for a map that exists but has no file to look into."""
        found = self.find(map_name)
        return ascii_lower(map_name) not in self._unusable if found is None else found.is_open()

    def deferring(self) -> Answering:
        """The same maps as delivery mode `defer` sees them: those declared with -D cannot say now."""
        return _Deferring(self)

    def close(self) -> None:
        """Let go of all files and connections; a later question opens them again."""
        for known in self._maps.values():
            known.close()

    def _without(self, name: str) -> Answer:
        return NOT_FOUND if ascii_lower(name) in self._unusable else NO_SUCH_MAP

    def _made(self, declaration: Declaration) -> Map | None:
        implementation: type[Map]
        try:
            implementation = map_class(declaration.map_class)
        except ConfigurationError as error:
            self._complain(declaration, f"readcf: map {declaration.name}: {error.text}")
            if class_info(declaration.map_class) is None:
                return None
            implementation = UnavailableMap
        arguments, problems = parse_arguments(
            declaration.arguments,
            implementation.grammar,
            map_name=declaration.name,
            class_name=declaration.map_class,
        )
        for problem in problems:
            self._complain(declaration, problem)
        self._unusable.add(ascii_lower(declaration.name))  # until it is made
        if implementation.grammar.needs_file and not arguments.text:
            return None
        made = implementation(declaration.name, arguments, self._environment, self._maps)
        self._unusable.discard(ascii_lower(declaration.name))
        for problem in made.problems:
            self._complain(declaration, problem)
        return made

    def _complain(self, declaration: Declaration, text: str) -> None:
        self.errors.append(MapError(text, declaration.position))


class _Deferring:
    """A MapTable that does not consult maps which may cost a network connection."""

    def __init__(self, table: MapTable) -> None:
        self._table = table
        self.generation = table.generation
        self.key_form = table.key_form

    def lookup(self, question: Question) -> Answer:
        return TEMPORARY if self._deferred(question) else self._table.lookup(question)

    async def answer(self, question: Question) -> Answer:
        return TEMPORARY if self._deferred(question) else await self._table.answer(question)

    def _deferred(self, question: Question) -> bool:
        found = self._table.find(question.map)
        return found is not None and found.not_when_deferring


class BlockingLookups:
    """base.questions.Lookups for a command that has no loop of its own, and may sit and wait.

    Use as a context manager: it owns an event loop.
    """

    def __init__(self, table: MapTable) -> None:
        self._table = table
        self._runner = asyncio.Runner()
        self.generation = table.generation
        self.key_form = table.key_form

    def __enter__(self) -> "BlockingLookups":
        return self

    def __exit__(self, *_: object) -> None:
        self._table.close()
        self._runner.close()

    def lookup(self, question: Question) -> Answer:
        """The answer, however long it takes."""
        try:
            return self._table.lookup(question)
        except Waiting:
            return self._runner.run(self._table.answer(question))
