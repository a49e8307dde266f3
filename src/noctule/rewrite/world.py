"""What the address test mode asks of the machine it runs on."""

from typing import Protocol

from noctule.base.questions import Answer, Lookups, Question


class World(Lookups, Protocol):
    """Look-ups and what else the commands of the test mode are about; every question is answered at once."""

    def remark(self, question: Question, answer: Answer) -> str:
        """What Sendmail says aloud beside an answer (`x.example: Name server timeout`), mostly nothing."""
        ...

    def is_open(self, map_name: str) -> bool:
        """False for a map that exists but has nothing to look into."""
        ...

    def mail_exchangers(self, host: str) -> tuple[int, list[str]] | None:
        """How many (-1 after a temporary failure) and which, with final dots; None for a null MX."""
        ...

    def canonical_name(self, host: str) -> str:
        """The full name of a host, or the name as it is."""
        ...

    def identity(self, user: str) -> tuple[int, int]:
        """Numbers for the `user:group` of a mailer's U=."""
        ...
