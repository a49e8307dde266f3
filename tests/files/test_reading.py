import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.files import TooLargeError, bounded_lines, read_bounded


def test_read_bounded() -> None:
    assert read_bounded(io.BytesIO(b"12345"), 5) == b"12345"
    with pytest.raises(TooLargeError):
        read_bounded(io.BytesIO(b"123456"), 5)


@given(st.lists(st.binary(max_size=8).map(lambda line: line.replace(b"\n", b""))), st.booleans())
def test_lines(lines: list[bytes], ended: bool) -> None:
    data = b"\n".join(lines) + (b"\n" if ended and lines else b"")
    expected = data.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert list(bounded_lines(io.BytesIO(data), 8)) == expected


def test_a_line_too_long() -> None:
    assert list(bounded_lines(io.BytesIO(b"12345\n"), 5)) == [b"12345"]
    lines = bounded_lines(io.BytesIO(b"1\n123456\n"), 5)
    assert next(lines) == b"1"
    with pytest.raises(TooLargeError):
        next(lines)
