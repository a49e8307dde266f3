"""Replies from the bytes of a server, each line, reply and number of lines bounded."""

import re

from noctule.base.errors import ProtocolError
from noctule.mail.reply import Reply

MAX_LINE = 2048
MAX_LINES = 128
_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?", re.DOTALL)


class ReplyReader:
    """`feed` bytes, take replies from `next_reply`."""

    __slots__ = ("_buffer", "_code", "_texts")

    def __init__(self) -> None:
        self._buffer = b""
        self._code = 0
        self._texts: list[str] = []

    def feed(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data

    @property
    def empty(self) -> bool:
        return not self._buffer and not self._texts

    def next_reply(self) -> Reply | None:
        """A whole reply, or None for "more bytes needed".  Raises ProtocolError for what is no reply."""
        while (end := self._buffer.find(b"\n")) >= 0:
            line, self._buffer = self._buffer[:end].removesuffix(b"\r"), self._buffer[end + 1 :]
            if self._add_line(line):
                code, texts = self._code, self._texts
                self._code, self._texts = 0, []
                return Reply.parse(code, texts)
        if len(self._buffer) > MAX_LINE:
            raise ProtocolError("reply line too long")
        return None

    def _add_line(self, line: bytes) -> bool:
        """True when the line is the last of its reply."""
        match = _LINE.fullmatch(line)
        if match is None:
            raise ProtocolError(f"not a reply: {line[:60].decode('latin-1')!r}")
        code = int(match[1])
        if len(line) > MAX_LINE or len(self._texts) >= MAX_LINES:
            raise ProtocolError("reply too long")
        if self._texts and code != self._code:
            raise ProtocolError(f"reply changes its code from {self._code} to {code}")
        self._code = code
        self._texts.append((match[3] or b"").decode("latin-1"))
        return match[2] != b"-"
