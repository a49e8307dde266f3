"""What macro expansion has to say beside its output."""

from dataclasses import dataclass

from noctule.base.errors import NoctuleError, Position
from noctule.config.m4.places import Place


@dataclass(frozen=True, slots=True)
class Message:
    """A line for standard error.  Without position it is text that a macro printed at `place`, line ends included."""

    text: str
    position: Position | None = None
    place: Place | None = None

    def __str__(self) -> str:
        return f"{self.position}: {self.text}\n" if self.position else self.text


class FatalError(NoctuleError):
    """Expansion cannot go on; `position` is where the trouble began."""

    def __init__(self, text: str, position: Position) -> None:
        super().__init__(f"{position}: {text}")
        self.text = text
        self.position = position
