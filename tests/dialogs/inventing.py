"""Invented sessions: what a client could say to a configuration, right and wrong, drawn from a seed."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from dialogs.cases import Case, Step

_MIME_FIELDS = ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit")


def vocabulary() -> dict[str, list[str]]:
    """Sections of vocabulary.txt."""
    sections: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "vocabulary.txt").read_text("utf-8").split("\n\n["):
        name, _, items = line.partition("]\n")
        sections[name] = items.rstrip("\n").split("\n")
    return sections


class Inventor:
    """Draws sessions for one configuration."""

    def __init__(self, seed: str, config: str) -> None:
        self._random = Random(seed)
        self._words = vocabulary()
        self._own = self._words.get(f"recipients of {config}", [])
        self._senders = self._words.get(f"senders of {config}", []) + self._words["senders"]
        self._count = 0

    def case(self, name: str, config: str) -> Case:
        head = {"config": config, "title": f"Invented: {name}", "kind": "invented", "queue": "yes"}
        lines = [line for number in range(5) for line in self._session(number)]
        steps = []
        for line in lines:
            operation, _, text = line.partition(" ")
            steps.append(Step(operation, text))
        return Case(name, head, steps=steps)

    def _one(self, choices: Sequence[str]) -> str:
        return self._random.choice(choices)

    def _chance(self, percent: int) -> bool:
        return self._random.randrange(100) < percent

    def _session(self, number: int) -> Iterator[str]:
        client = self._one(self._words["clients"])
        yield f"open c{number}" + (f" from={client}" if client else "")
        if not self._chance(5):
            yield f"> {self._one(self._words['hellos'])}"
        for _ in range(self._random.randrange(1, 4)):
            yield from self._transaction()
            if self._chance(20):
                yield f"> {self._one(self._words['oddities'])}"
        if self._chance(85):
            yield "> QUIT"

    def _address(self) -> str:
        kind = self._random.randrange(100)
        if kind < 30 and self._own:
            return self._one(self._own)
        if kind < 50:
            return self._one(self._words["local"])
        return self._one(self._words["outside" if kind < 82 else "odd"])

    def _mail(self) -> str:
        address = self._one(self._senders) if not self._chance(12) else self._address()
        return f"MAIL FROM:<{address}>{self._parameters(self._words['mail_parameters'])}"

    def _rcpt(self) -> str:
        return f"RCPT TO:<{self._address()}>{self._parameters(self._words['rcpt_parameters'])}"

    def _parameters(self, choices: Sequence[str]) -> str:
        if not self._chance(22):
            return ""
        return " " + " ".join(self._one(choices) for _ in range(self._random.choice((1, 1, 1, 2, 3))))

    def _transaction(self) -> Iterator[str]:
        recipients = [self._rcpt() for _ in range(self._random.choice((0, 1, 1, 1, 2, 2, 3, 5)))]
        commands = [self._mail(), *recipients]
        if self._chance(10):
            commands.insert(self._random.randrange(len(commands) + 1), self._one(self._words["oddities"]))
        if self._chance(20):
            yield from (f"+ {command}" for command in commands)
            yield "+ DATA"
            yield "go"
        else:
            for command in commands:
                yield f"> {command}"
                if self._chance(5):
                    yield f"> {self._question()}"
            if self._chance(95):
                yield "> DATA"
        yield from self._message()
        yield "."

    def _question(self) -> str:
        if self._chance(40):
            return self._one(self._words["oddities"])
        return f"{self._one(('VRFY', 'EXPN', 'vrfy'))} {self._address()}"

    def _message(self) -> Iterator[str]:
        self._count += 1
        if self._chance(5):
            return
        fields = [self._one(self._words["fields"]) for _ in range(self._random.choice((0, 1, 2, 2, 3, 4, 5, 6)))]
        fields.insert(self._random.randrange(len(fields) + 1), f"X-Number: {self._count}")
        if self._chance(30):
            fields += [
                "MIME-Version: 1.0",
                self._one(("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit")),
            ]
        for field in fields:
            yield f"| {field}"
        if self._chance(95):
            yield "| "
        for _ in range(self._random.choice((0, 1, 1, 2, 4))):
            yield f"| {self._one(self._words['text_lines'])}"
