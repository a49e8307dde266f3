"""What macros may ask of the outside world."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was found: its path, search directory included, and its byte text."""

    path: str
    text: str


class Files(Protocol):
    """Files and programs.  Each method raises OSError, whose `strerror` is shown, when it cannot."""

    def read(self, name: str) -> Source:
        """Find a file, in the search path if need be."""
        ...

    def make_temporary(self, template: str) -> str:
        """Create an empty file; the X at the end of the template are replaced to make its name unique."""
        ...

    def run(self, command: str) -> tuple[str, int]:
        """Run a command in a shell: what it prints and its exit status."""
        ...
