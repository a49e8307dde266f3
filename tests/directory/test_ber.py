import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.base.errors import ProtocolError
from noctule.directory import ber


@pytest.mark.parametrize(
    ("size", "head"),
    [(0, "0400"), (127, "047f"), (128, "048180"), (255, "0481ff"), (256, "04820100"), (70_000, "0483011170")],
)
def test_lengths_are_as_short_as_can_be(size: int, head: str) -> None:
    encoded = ber.element(ber.OCTETS, b"x" * size)
    assert encoded.hex().startswith(head)
    assert list(ber.elements(encoded)) == [(ber.OCTETS, b"x" * size)]


@pytest.mark.parametrize(
    ("value", "encoded"), [(0, "020100"), (127, "02017f"), (128, "02020080"), (65536, "0203010000")]
)
def test_numbers(value: int, encoded: str) -> None:
    assert ber.number(value).hex() == encoded
    assert ber.whole(bytes.fromhex(encoded)[2:]) == value


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=300)), max_size=5))
def test_elements_come_back(parts: list[tuple[int, bytes]]) -> None:
    encoded = b"".join(ber.element(tag, content) for tag, content in parts)
    assert list(ber.elements(encoded)) == parts


@given(st.binary(max_size=50))
def test_rubbish_is_elements_or_an_error(data: bytes) -> None:
    try:
        parts = list(ber.elements(data))
    except ProtocolError:
        return
    assert sum(len(content) + 2 for _, content in parts) <= len(data)


@pytest.mark.parametrize("data", ["30", "3001", "308000", "3085ffffffffff", "30827fff00", "0481"])
def test_what_is_cut_off_or_without_end(data: str) -> None:
    with pytest.raises(ProtocolError):
        list(ber.elements(bytes.fromhex(data)))


@pytest.mark.parametrize("content", [b"", b"\1\2\3\4\5"])
def test_numbers_of_a_wrong_length(content: bytes) -> None:
    with pytest.raises(ProtocolError):
        ber.whole(content)
