"""The Basic Encoding Rules, as far as LDAP uses them: definite lengths, tags of one byte (RFC 4511 section 5.1)."""

from collections.abc import Iterator

from noctule.base.errors import ProtocolError

BOOLEAN, INTEGER, OCTETS, ENUMERATED, SEQUENCE, SET = 0x01, 0x02, 0x04, 0x0A, 0x30, 0x31
_LONG = 0x80


def element(tag: int, *parts: bytes) -> bytes:
    """One element with the parts as its content."""
    content = b"".join(parts)
    size = len(content)
    if size < _LONG:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(length))) + length + content


def number(value: int, tag: int = INTEGER) -> bytes:
    """A non-negative number."""
    return element(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def flag(value: bool, tag: int = BOOLEAN) -> bytes:
    """A boolean."""
    return element(tag, b"\xff" if value else b"\0")


def head(data: bytes | bytearray, start: int = 0) -> tuple[int, int, int] | None:
    """Tag, start and end of the content of the element at `start`; None while its head is not complete.

    The end may lie beyond `data`.  Raises ProtocolError.
    """
    if len(data) < start + 2:
        return None
    tag, size = data[start], data[start + 1]
    if size < _LONG:
        return tag, start + 2, start + 2 + size
    count = size - _LONG
    if not 1 <= count <= 4:
        raise ProtocolError("length that is indefinite or too large")
    if len(data) < start + 2 + count:
        return None
    begin = start + 2 + count
    return tag, begin, begin + int.from_bytes(data[start + 2 : begin], "big")


def elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element.  Raises ProtocolError for one that is cut off."""
    start = 0
    while start < len(content):
        found = head(content, start)
        if found is None or found[2] > len(content):
            raise ProtocolError("element cut off")
        tag, begin, start = found
        yield tag, content[begin:start]


def whole(content: bytes) -> int:
    """The value of a number.  Raises ProtocolError."""
    if not 1 <= len(content) <= 4:
        raise ProtocolError("number of wrong length")
    return int.from_bytes(content, "big", signed=True)
