"""Who wants to see what is said to other hosts."""

from collections.abc import Sequence
from typing import Protocol


class Onlooker(Protocol):
    """Hears every line but those that prove who we are."""

    def connecting(self, recipients: Sequence[str], host: str, port: int, mailer: str) -> None:
        """A way to some recipients is opened; `host` is "" for a program of this host."""
        ...

    def sent(self, line: str) -> None:
        """A command, or the dot that ends a text."""
        ...

    def received(self, line: str) -> None:
        """A line of a reply."""
        ...

    def text(self, data: bytes) -> None:
        """Some of a message as it goes over the wire, cut anywhere."""
        ...

    def closing(self, host: str) -> None:
        """We are about to say goodbye."""
        ...
