"""Reading with a limit in hand."""

from collections.abc import Iterator
from typing import BinaryIO

from noctule.base.errors import NoctuleError


class TooLargeError(NoctuleError):
    """There is more than the reader was prepared to take."""


def read_bounded(file: BinaryIO, limit: int) -> bytes:
    """All of a file of at most `limit` bytes.  Raises TooLargeError."""
    data = file.read(limit + 1)
    if len(data) > limit:
        raise TooLargeError(f"more than {limit} bytes")
    return data


def bounded_lines(file: BinaryIO, max_line: int = 65536) -> Iterator[bytes]:
    """Lines without their `\\n`; the last one may lack it.  Raises TooLargeError for one of over `max_line` bytes."""
    while line := file.readline(max_line + 2):
        ended = line.endswith(b"\n")
        text = line[:-1] if ended else line
        if len(text) > max_line:
            raise TooLargeError(f"line longer than {max_line} bytes")
        yield text
