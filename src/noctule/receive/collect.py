"""A message's text taken apart while it arrives: header fields kept, body written to the staging area.

The header ends at the first empty line, which belongs to neither part, or before the first line that is no field: what
follows is then the body as it stands.  A first line `From ...` of a mailbox is taken off.
"""

import re
from enum import Enum

from noctule.base.text import from_bytes
from noctule.mqueue.store import Staging

_NAME = rb"[!-9;-~]+"
_FIELDS = re.compile(rb"(?:" + _NAME + rb"[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*)*")
_MORE = re.compile(rb"(?:[ \t][^\n]*\n)*" + _FIELDS.pattern)  # behind a field: its continuation, and others
_FIELD = re.compile(rb"(" + _NAME + rb")[ \t]*:((?:[^\n]*\n)(?:[ \t][^\n]*\n)*)")
_BEGUN = re.compile(rb"\r?|" + _NAME + rb"[ \t]*(?::[^\n]*)?|[ \t][^\n]*")  # a line that may yet become one of a header


class Excess(Enum):
    """What there was too much of."""

    HEADER = "header"
    MESSAGE = "message"


# Line ends and the end of the text have been found: no byte may become CR, LF or NUL behind that.
_SEVEN_BITS = bytes(ord("?") if byte > 0x7F and byte & 0x7F in b"\r\n\0" else byte & 0x7F for byte in range(256))


class Collector:
    """One text.  `fields` are names and values (all behind the colon, without the last line end), as byte text.

    `header_size` is that of all that was read until the header was over: also a first line `From ...`, and the line
    that ended it.  Sizes count a line end as one byte, as Sendmail does.
    """

    __slots__ = (
        "_buffer",
        "_header_limit",
        "_in_header",
        "_keep_from_line",
        "_limit",
        "_matched",
        "_seven_bit",
        "_staging",
        "body_size",
        "excess",
        "fields",
        "from_line",
        "has_8bit",
        "header_size",
        "size",
    )

    def __init__(
        self,
        staging: Staging,
        *,
        header_limit: int,
        limit: int,
        keep_from_line: bool = False,
        seven_bit: bool = False,
    ) -> None:
        """Limits in bytes, 0 for none.  `seven_bit`: the eighth bit is cleared."""
        self._staging = staging
        self._header_limit = header_limit
        self._limit = limit
        self._keep_from_line = keep_from_line
        self._seven_bit = seven_bit
        self._in_header = True
        self._buffer = b""
        self._matched = 0  # how much of it is whole fields, so that slow clients do not have it read again and again
        self.fields: list[tuple[str, str]] = []
        self.from_line = ""
        self.header_size = 0
        self.body_size = 0
        self.size = 0
        self.has_8bit = False
        self.excess: Excess | None = None

    def feed(self, data: bytes) -> None:
        """More text, with CRLF line ends.  Raises TemporaryError when the body cannot be kept."""
        self.size += len(data) - data.count(b"\n")
        if self._limit and self.size > self._limit and self.excess is None:
            self.excess = Excess.MESSAGE
        if self.excess is not None:
            return
        if not data.isascii():
            if self._seven_bit:
                data = data.translate(_SEVEN_BITS)
            else:
                self.has_8bit = True
        if self._in_header:
            self._buffer = self._buffer + data if self._buffer else data
            if b"\n" in data:
                self._read_header(last=False)
            elif self._header_limit and len(self._buffer) > self._header_limit:
                self.excess = Excess.HEADER
        else:
            self._write(data)

    def finish(self) -> None:
        """The text is complete."""
        if self._in_header and self.excess is None:
            self._read_header(last=True)

    def _read_header(self, *, last: bool) -> None:
        start = self._skip_from_line()
        match = _MORE.match(self._buffer, self._matched) if self._matched else _FIELDS.match(self._buffer, start)
        assert match is not None
        end = match.end()
        self._matched = end if end > start else 0
        rest = self._buffer[end:]
        if self._header_limit and end - start > self._header_limit:
            self.excess = Excess.HEADER
        elif last or b"\n" in rest or not _BEGUN.fullmatch(rest):
            self._end_header(start, end)

    def _skip_from_line(self) -> int:
        if self._keep_from_line or not self._buffer.startswith(b"From "):
            return 0
        end = self._buffer.find(b"\n") + 1
        self.from_line = from_bytes(self._buffer[:end].rstrip(b" \t\r\n"))
        return end

    def _end_header(self, start: int, end: int) -> None:
        header, body, self._buffer = self._buffer[start:end], self._buffer[end:], b""
        self._in_header = False
        first, line_end, rest = body.partition(b"\n")
        self.header_size = self.size - len(rest) + rest.count(b"\n")
        if line_end and first in (b"", b"\r"):
            body = rest
        self.fields = [
            (from_bytes(name), from_bytes(value.removesuffix(b"\n").removesuffix(b"\r")))
            for name, value in _FIELD.findall(header)
        ]
        if body:
            self._write(body)

    def _write(self, data: bytes) -> None:
        self.body_size += len(data) - data.count(b"\n")
        self._staging.write(data)
