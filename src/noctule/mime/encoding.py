"""The two encodings, with line lengths and choices as Sendmail has them."""

import binascii
import re
from collections.abc import Iterator

_BASE64_BYTES = 54  # make a line of 72
_QP_FULL = 73  # a line that has reached this length and goes on is broken
_TO_QUOTE = re.compile(rb"[^\t -<>-~]")
_HIGH = bytes(range(128, 256))


def prefers_base64(data: bytes, line_ends: int = 0) -> bool:
    """Base64 where more than an eighth is 8-bit data.

    Line ends count as one byte; `line_ends` are those that belong to the text but are not in `data`.
    """
    high = len(data) - len(data.translate(None, _HIGH))
    return high * 8 > len(data) - data.count(b"\r\n") + line_ends


def base64_lines(data: bytes) -> bytes:
    """Base64 with CRLF between the lines and none behind the last."""
    pieces = (data[start : start + _BASE64_BYTES] for start in range(0, len(data), _BASE64_BYTES))
    return b"\r\n".join(binascii.b2a_base64(piece, newline=False) for piece in pieces)


def quoted_printable(data: bytes) -> bytes:
    """Text with CRLF line ends as quoted-printable; it ends with a CRLF where `data` does."""
    return b"\r\n".join(_quoted_line(line) for line in data.split(b"\r\n"))


def _quoted_line(line: bytes) -> bytes:
    if line == b".":
        return b"=2E"  # no next hop, however careless, takes this for the end of the message
    quoted = _TO_QUOTE.sub(_quoted_byte, line)
    if quoted.endswith((b" ", b"\t")):
        quoted = quoted[:-1] + _hex(quoted[-1])
    return quoted if len(quoted) <= _QP_FULL else b"=\r\n".join(_broken(quoted))


def _broken(quoted: bytes) -> Iterator[bytes]:
    start = 0
    while len(quoted) - start > _QP_FULL:
        end = start + _QP_FULL
        # Do not tear `=XX`: the line then is up to two longer, still no more than 75 and the `=`.
        if quoted[end - 1 : end] == b"=":
            end += 2
        elif quoted[end - 2 : end - 1] == b"=":
            end += 1
        yield quoted[start:end]
        start = end
    if start < len(quoted):
        yield quoted[start:]


def _quoted_byte(found: re.Match[bytes]) -> bytes:
    return _hex(found[0][0])


def _hex(byte: int) -> bytes:
    return b"=%02X" % byte
