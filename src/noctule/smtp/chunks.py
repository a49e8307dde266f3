"""Messages in chunks: BDAT (RFC 3030).

The bytes of every chunk are read to their end, also those of a command that is refused: a pipelining client sends them
without waiting, and they must never be taken for commands.  A chunk whose size is not understood ends the connection
for the same reason.
"""

import re

from noctule.mail.reply import Reply
from noctule.smtp.data import ChunkDecoder, LineRules
from noctule.smtp.events import ChunkEnded, CommandRefused, TextEnded, TextReceived

_ARGUMENT = re.compile(r"[ \t]*([0-9]{1,18})(?:[ \t]+(LAST))?[ \t]*", re.ASCII | re.IGNORECASE)


def chunk_argument(text: str) -> tuple[int, bool] | None:
    """`1000 LAST` to bytes and whether the message ends there; None when it is not understood."""
    match = _ARGUMENT.fullmatch(text)
    return None if match is None else (int(match[1]), match[2] is not None)


class ChunkReader:
    """The chunks of one connection.  `reading`: the bytes of one are awaited; `begun`: a message is under way."""

    __slots__ = ("_decoder", "_last", "_left", "_refusal", "_size")

    def __init__(self) -> None:
        self._decoder: ChunkDecoder | None = None
        self._size = 0
        self._left: int | None = None
        self._last = False
        self._refusal: Reply | None = None

    @property
    def reading(self) -> bool:
        return self._left is not None

    @property
    def begun(self) -> bool:
        return self._decoder is not None

    def accept(self, size: int, rules: LineRules, *, last: bool) -> None:
        """The next bytes are text."""
        self._size = self._left = size
        self._last = last
        if self._decoder is None:
            self._decoder = ChunkDecoder(rules)

    def refuse(self, size: int, reply: Reply) -> None:
        """The next bytes are thrown away, and then this is said."""
        self._left, self._refusal = size, reply

    def reset(self) -> None:
        """No message is under way any more."""
        self._decoder = None

    def next_event(self, buffer: bytes) -> tuple[TextReceived | ChunkEnded | TextEnded | CommandRefused | None, bytes]:
        """What the bytes amount to, and those behind; None: more are needed."""
        assert self._left is not None
        part, rest = buffer[: self._left], buffer[self._left :]
        self._left -= len(part)
        if self._refusal is None and (text := self._decoded(part)):
            return TextReceived(text), rest
        if self._left:
            return None, rest
        self._left = None
        return self._ended(), rest

    def _decoded(self, part: bytes) -> bytes:
        decoder = self._decoder
        assert decoder is not None
        text = decoder.feed(part)
        return text + decoder.finish() if self._last and not self._left else text

    def _ended(self) -> ChunkEnded | TextEnded | CommandRefused:
        if self._refusal is not None:
            reply, self._refusal = self._refusal, None
            return CommandRefused(reply)
        decoder = self._decoder
        assert decoder is not None
        if self._last or decoder.fault is not None:
            return TextEnded(decoder.fault, decoder.fault_in_header)
        return ChunkEnded(self._size)
