"""Where text goes: the output, or a diversion, or nowhere."""

from dataclasses import dataclass, field

from noctule.config.m4.messages import FatalError
from noctule.config.m4.places import Piece, Place


@dataclass(slots=True)
class Output:
    """Diversions by number.  0 is the output itself; negative numbers throw away."""

    limit: int  # characters in all
    number: int = 0
    written: list[Piece] = field(default_factory=list)
    switches: int = 0  # from one diversion to another
    _diverted: dict[int, list[Piece]] = field(default_factory=dict)
    _size: int = 0

    def emit(self, piece: Piece) -> None:
        """Write to where text goes now; lines of the piece count one by one if it is running."""
        if self.number >= 0 and piece.text:
            self._write(piece)

    def _write(self, piece: Piece) -> None:
        self._size += len(piece.text)
        if self._size > self.limit:
            raise FatalError(f"output limit of {self.limit} characters exceeded", piece.place.position)
        (self._diverted.setdefault(self.number, []) if self.number else self.written).append(piece)

    def divert(self, number: int) -> None:
        self.switches += number != self.number
        self.number = number

    def undivert(self, number: int) -> None:
        """Move what a diversion holds to where text goes now."""
        if number <= 0 or number == self.number:
            return
        pieces = self._diverted.pop(number, [])
        self._size -= sum(len(piece.text) for piece in pieces)
        if self.number >= 0:
            for piece in pieces:
                self._write(piece)
        self.switches += bool(pieces)

    def undivert_all(self) -> None:
        for number in sorted(self._diverted):
            self.undivert(number)

    def copy(self, text: str, place: Place) -> None:
        """Text that passes as it stands."""
        if self.number >= 0 and text:
            self._write(Piece(text, place))

    def pass_by(self, text: str, place: Place) -> None:
        """Text for the output, whatever the diversion."""
        if text:
            self.written.append(Piece(text, place))
