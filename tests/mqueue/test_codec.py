import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqueue.samples import envelope, envelopes
from noctule.mail.envelope import Envelope
from noctule.mqueue import codec


@given(envelopes)
def test_what_goes_in_comes_out(original: Envelope) -> None:
    assert codec.decode(codec.encode(original)) == original


@given(st.binary())
def test_other_bytes_are_damage(row: bytes) -> None:
    with pytest.raises(codec.DamagedError):
        codec.decode(row)


@given(st.data())
def test_a_changed_byte_is_seen(data: st.DataObject) -> None:
    row = bytearray(codec.encode(envelope("A")))
    place = data.draw(st.integers(0, len(row) - 1))
    row[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(codec.DamagedError):
        codec.decode(bytes(row))


def test_a_row_with_a_good_sum_and_other_contents_is_damage() -> None:
    for text in (b"[]", b"{}", b"[1,2]", b"x", b"\xff", b"[" * 100_000):
        with pytest.raises(codec.DamagedError):
            codec.decode(b"1%08x%b" % (codec.zlib.crc32(text), text))
