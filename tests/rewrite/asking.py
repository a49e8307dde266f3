"""Look-ups for tests: tables in memory that know what they were asked, and can wait."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from noctule.base.questions import NO_SUCH_MAP, NOT_FOUND, TEMPORARY, Answer, KeyForm, Question, Waiting, found


@dataclass
class Tables:
    """Maps by name.  A value of None is a temporary failure.  Names in `slow` have to be awaited."""

    maps: dict[str, dict[str, str | None]] = field(default_factory=dict)
    slow: frozenset[str] = frozenset()
    forms: Mapping[str, KeyForm] = field(default_factory=dict)
    asked: list[Question] = field(default_factory=list)

    def lookup(self, question: Question) -> Answer:
        if question.map in self.slow:
            raise Waiting(question)
        return self.now(question)

    async def answer(self, question: Question) -> Answer:
        return self.now(question)

    def now(self, question: Question) -> Answer:
        self.asked.append(question)
        if question.map == "macro":
            return Answer(
                found("").kind, "", 0, ((question.key.strip("{}"), question.args[0] if question.args else None),)
            )
        table = self.maps.get(question.map)
        if table is None:
            return NO_SUCH_MAP
        if question.key not in table:
            return NOT_FOUND
        value = table[question.key]
        return TEMPORARY if value is None else found(value)

    def generation(self, map_name: str) -> int | None:
        return None

    def key_form(self, map_name: str) -> KeyForm:
        return self.forms.get(map_name, KeyForm())
