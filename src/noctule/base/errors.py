"""The roots of every error Noctule raises on purpose.

NoctuleError
├── ConfigurationError   the administrator's files are wrong: `file:line: text`
├── UsageError           a command line is wrong
├── TemporaryError       try again later: never turned into "not found" or "accepted"
└── ProtocolError        the other side broke the rules of the wire

Any other exception that leaves a public function is a bug of ours.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """Where something was written: a file and a line counted from 1.

    `source`: the place an administrator would change, where the line was generated.
    """

    file: str
    line: int
    source: "Position | None" = None

    def __str__(self) -> str:
        return f"{self.source} (cf line {self.line})" if self.source else f"{self.file}:{self.line}"


class NoctuleError(Exception):
    """Root of all errors that are not bugs."""


class ConfigurationError(NoctuleError):
    """A configuration cannot be used; `position` says where, when it is one place."""

    def __init__(self, text: str, position: Position | None = None) -> None:
        super().__init__(f"{position}: {text}" if position else text)
        self.text = text
        self.position = position


class UsageError(NoctuleError):
    """A command line cannot be understood."""


class TemporaryError(NoctuleError):
    """Something is not available now; the answer is 4xx or "keep it queued"."""


class ProtocolError(NoctuleError):
    """The peer broke the rules; say so, log it, and close if the wire is out of step."""
