"""Other mail servers, as simple as can be: where each of them would see a text end and another command begin."""

import re

STRICT = re.compile(rb"\r\n\.\r\n")
LENIENT = {
    "LF ends a line too": re.compile(rb"\r?\n\.\r?\n"),
    "CR ends a line too": re.compile(rb"\r\n?\.\r\n?"),
    "anything ends a line": re.compile(rb"[\r\n]\.[\r\n]"),
    "many CR are one": re.compile(rb"\r*\n\.\r*\n"),
    "NUL is nothing": re.compile(rb"\r?\n\x00*\.\x00*\r?\n"),
}


def first_text(wire: bytes) -> tuple[bytes, bytes] | None:
    """What stands before CRLF . CRLF, dots unstuffed, and what stands behind it.  None: it has not come."""
    end = STRICT.search(b"\r\n" + wire)
    if end is None:
        return None
    stuffed = wire[: end.start()]
    lines = stuffed.split(b"\r\n")
    return b"\r\n".join([line[1:] if line.startswith(b".") else line for line in lines]), wire[end.end() - 2 :]


def is_clean(text: bytes) -> bool:
    """Whether every server sees the same lines in it."""
    return b"\0" not in text and not re.search(rb"\r(?!\n)|(?<!\r)\n", text)


def texts_seen(wire: bytes, end: re.Pattern[bytes]) -> int:
    """How many texts a server would take that ends them so, of bytes that are one text and its end."""
    return len(end.findall(b"\r\n" + wire))
