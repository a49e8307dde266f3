"""What there is to say about a file: errors, warnings, and notes for the test modes, each with its place."""

from dataclasses import dataclass, field

from noctule.base.errors import Position

EX_USAGE = 64
EX_UNAVAILABLE = 69
EX_SOFTWARE = 70
EX_OSERR = 71


@dataclass(frozen=True, slots=True)
class Complaint:
    """A message about the file, in Sendmail's words; `status` is the exit status it asks for, 0 for a warning."""

    position: Position | None
    text: str
    status: int

    def __str__(self) -> str:
        return f"{self.position.file}: line {self.position.line}: {self.text}" if self.position else self.text


@dataclass(slots=True)
class Complaints:
    """Collects what is said while a file is read; `position` is where the reader is now."""

    position: Position | None = None
    errors: list[Complaint] = field(default_factory=list)
    warnings: list[Complaint] = field(default_factory=list)
    notes: list[Complaint] = field(default_factory=list)

    def error(self, text: str, status: int = EX_SOFTWARE) -> None:
        self.errors.append(Complaint(self.position, text, status))

    def inform(self, text: str) -> None:
        """A warning that names its place."""
        self.warnings.append(Complaint(self.position, text, 0))

    def warn(self, text: str) -> None:
        """A warning that Sendmail prints without its place."""
        self.warnings.append(Complaint(None, text, 0))

    def note(self, text: str) -> None:
        """A warning for -bt and -bC alone."""
        self.notes.append(Complaint(None, text, 0))
