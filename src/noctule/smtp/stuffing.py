"""Message text for the wire: canonical line ends, long lines split, leading dots doubled (RFC 5321 4.5.2).

Clean text, which is nearly all text, is looked at in whole chunks by the C core of `bytes`; only a line that is
too long, or a line end that is not CRLF, is touched by itself.
"""

import re

_LINE_END = re.compile(rb"\r*\n")
_HELD = 65_536  # bytes of an unfinished line kept back when the mailer sets no limit


def canonical(text: bytes) -> bytes:
    """Text in which CR and LF stand only as CRLF: a bare LF ends a line, a bare CR becomes a blank.

    A CR that may be the first half of a CRLF must not be the last byte (see Stuffer).
    """
    ends = text.count(b"\n")
    if text.count(b"\r") == ends and text.count(b"\r\n") == ends:
        return text
    return _LINE_END.sub(b"\n", text).replace(b"\r", b" ").replace(b"\n", b"\r\n")


def split_long_lines(text: bytes, limit: int) -> bytes:
    """Whole lines, none longer than `limit` bytes without its CRLF.

    As Sendmail does it: the first part ends in `!`, the next line begins with a blank.
    """
    start, size = 0, len(text)
    while start < size:
        end = text.rfind(b"\n", start, start + limit + 2)
        if end < 0:
            return b"\r\n".join([_split(line, limit) for line in text.split(b"\r\n")])
        start = end + 1
    return text


def _split(line: bytes, limit: int) -> bytes:
    parts = []
    while len(line) > limit:
        parts.append(line[: limit - 1] + b"!")
        line = b" " + line[limit - 1 :]
    parts.append(line)
    return b"\r\n".join(parts)


class Stuffer:
    """Message text in chunks cut anywhere, to bytes after DATA.

    `feed` returns what can be sent now; `finish` returns the rest with the final dot.
    """

    __slots__ = ("_held", "_limit", "_line_start")

    def __init__(self, line_limit: int = 0) -> None:
        """`line_limit` is L= of the mailer, at least 3 bytes, or 0 for none."""
        self._limit = max(line_limit, 3) if line_limit else 0
        self._held = b""
        self._line_start = True

    def feed(self, chunk: bytes) -> bytes:
        if b"\0" in chunk:  # a server that drops it would see another line: `NUL . CRLF` ends the text then
            chunk = chunk.replace(b"\0", b" ")
        text = self._held + chunk if self._held else chunk
        cut = text.rfind(b"\n") + 1
        self._held = text[cut:]
        out = self._stuff(text[:cut]) if cut else b""
        if len(self._held) > (self._limit or _HELD) + 1:
            out += self._ahead()
        return out

    def finish(self) -> bytes:
        """The unfinished last line, ended, and the dot.  The stuffer is as new afterwards."""
        rest = self._held + b"\r\n" if self._held or not self._line_start else b""
        self._held = b""
        out = self._stuff(rest) if rest else b""
        self._line_start = True
        return out + b".\r\n"

    def _ahead(self) -> bytes:
        """Pieces of a line that has not ended but is too long to keep.  A last CR stays: its LF may follow."""
        if not self._limit:
            piece = self._held.removesuffix(b"\r")
            self._held = self._held[len(piece) :]
            out = b"." + piece if self._line_start and piece.startswith(b".") else piece
            self._line_start = False
            return out.replace(b"\r", b" ")
        pieces = []
        while len(self._held) > self._limit + 1:
            pieces.append(self._held[: self._limit - 1] + b"!\r\n")
            self._held = b" " + self._held[self._limit - 1 :]
        return self._stuff(b"".join(pieces))

    def _stuff(self, text: bytes) -> bytes:
        text = canonical(text)
        if self._limit:
            text = split_long_lines(text, self._limit)
        if self._line_start and text.startswith(b"."):
            text = b"." + text
        self._line_start = True
        return text.replace(b"\r\n.", b"\r\n..")
