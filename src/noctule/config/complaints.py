"""What there is to say about a file: errors, warnings, and notes for the test modes, each with its place."""

from dataclasses import dataclass, field
from enum import Enum

from noctule.base.errors import Position

EX_USAGE = 64
EX_SOFTWARE = 70
EX_OSERR = 71


class Severity(Enum):
    """Who wants to hear it."""

    ERROR = "error"  # Noctule does not start
    WARNING = "warning"
    NOTE = "note"  # printed by the test modes (-bt, -bC) alone


@dataclass(frozen=True, slots=True)
class Complaint:
    """A message about the file, in Sendmail's words; `status` is the exit status an error asks for."""

    severity: Severity
    position: Position | None
    text: str
    status: int = 0

    def __str__(self) -> str:
        if self.position is None:
            return self.text
        place = self.position.source or self.position
        cf = f" (cf line {self.position.line})" if self.position.source else ""
        return f"{place.file}: line {place.line}: {self.text}{cf}"


@dataclass(slots=True)
class Complaints:
    """Collects what is said while a file is read; `position` is where the reader is now."""

    position: Position | None = None
    said: list[Complaint] = field(default_factory=list)

    def error(self, text: str, status: int = EX_SOFTWARE) -> None:
        self.said.append(Complaint(Severity.ERROR, self.position, text, status))

    def inform(self, text: str) -> None:
        """A warning that names its place."""
        self.said.append(Complaint(Severity.WARNING, self.position, text))

    def warn(self, text: str) -> None:
        """A warning that Sendmail prints without its place."""
        self.said.append(Complaint(Severity.WARNING, None, text))

    def note(self, text: str) -> None:
        """A warning for -bt and -bC alone."""
        self.said.append(Complaint(Severity.NOTE, None, text))
