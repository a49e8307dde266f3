"""sequence and switch: several maps asked one after the other."""

import re
from collections.abc import Iterator, Mapping

from noctule.base.errors import ConfigurationError
from noctule.base.questions import Answer, AnswerKind
from noctule.base.text import ascii_lower
from noctule.maps.arguments import Arguments, Grammar
from noctule.maps.environment import Environment
from noctule.maps.map import Map

_NO_FLAGS = Grammar(flags=False, needs_file=False)
_NAMES = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.]*")  # whatever else stands between them
MAX_MEMBERS = 128


class _MemberMap(Map):
    """The first member that has the key answers.

    A member's temporary failure does not stop the search; without a find it is the answer.
    """

    def members(self) -> list[Map]:
        raise NotImplementedError

    def lookup(self, key: str, args: tuple[str, ...] = ()) -> Answer:
        return self._settled(member.lookup(key, args) for member in self.members())

    async def answer(self, key: str, args: tuple[str, ...] = ()) -> Answer:
        answers: list[Answer] = []
        for member in self.members():
            answers.append(await member.answer(key, args))
            if answers[-1].kind is AnswerKind.FOUND:
                break
        return self._settled(iter(answers))

    def generation(self) -> int | None:
        total = 0
        for member in self.members():
            generation = member.generation()
            if generation is None:
                return None
            total += generation
        return total

    @staticmethod
    def _settled(answers: Iterator[Answer]) -> Answer:
        temporary: Answer | None = None
        for answer in answers:
            if answer.kind is AnswerKind.FOUND:
                return answer
            if answer.kind is AnswerKind.TEMPORARY:
                temporary = answer
        return temporary or Answer(AnswerKind.NOT_FOUND, status=68)


class SequenceMap(_MemberMap):
    """Kx sequence first second third: each declared before.  Unknown members are an error; the others still serve."""

    class_name = "sequence"
    grammar = _NO_FLAGS

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        words = _NAMES.findall(arguments.text)[:MAX_MEMBERS]
        self._members = [found for word in words if (found := maps.get(ascii_lower(word))) is not None]
        self.problems = [
            f"Sequence map {name}: unknown member map {word}" for word in words if ascii_lower(word) not in maps
        ]
        self.waits = any(member.waits for member in self._members)

    def members(self) -> list[Map]:
        return self._members


class SwitchMap(_MemberMap):
    """Kx switch database: members are `x.files`, `x.dns`, ... as the service switch orders `database`."""

    class_name = "switch"

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        if not arguments.file:
            raise ConfigurationError(f"No file name for switch map {name}")
        self._members: list[Map] = []

    def complete(self) -> None:
        for service in self.environment.services(self.arguments.file)[:MAX_MEMBERS]:
            name = f"{self.name}.{service}"
            member = self.maps.get(ascii_lower(name))
            if member is None:
                self.environment.report(f"Switch map {self.name}: unknown member map {name}")
            else:
                self._members.append(member)
        self.waits = any(member.waits for member in self._members)

    def members(self) -> list[Map]:
        return self._members
