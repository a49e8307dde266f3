import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.base.errors import ProtocolError
from noctule.directory import Entry, Scope, Search
from noctule.directory.messages import (
    Incoming,
    Message,
    Reference,
    Result,
    extended,
    sasl_bind,
    search,
    simple_bind,
    unbind,
)


def tlv(tag: int, *parts: bytes | str) -> bytes:
    """An element of less than 128 bytes, as X.690 has it."""
    content = b"".join(part.encode() if isinstance(part, str) else part for part in parts)
    assert len(content) < 128
    return bytes((tag, len(content))) + content


def answer(number: int, *parts: bytes) -> bytes:
    return tlv(0x30, tlv(2, bytes((number,))), *parts)


UID = tlv(0x30, tlv(4, "uid"), tlv(0x31, tlv(4, "ali"), tlv(4, b"\xff")))
ENTRY = answer(2, tlv(0x64, tlv(4, "dn=alice"), tlv(0x30, UID)))
REFERENCE = answer(2, tlv(0x73, tlv(4, "abcdefg")))
DONE = answer(2, tlv(0x65, tlv(10, b"\4"), tlv(4, "dc"), tlv(4, "t")), tlv(0xA0, b""))
BIND = answer(3, tlv(0x61, tlv(10, b"\x0e"), tlv(4), tlv(4), tlv(0x87, "test")))
WHO = answer(4, tlv(0x78, tlv(10, b"\0"), tlv(4), tlv(4), tlv(0x8B, "dn:x,y")))
HEARD = [
    (2, Entry("dn=alice", {"uid": (b"ali", b"\xff")})),
    (2, Reference(("abcdefg",))),
    (2, Result(code=4, matched="dc", text="t")),
    (3, Result(code=14, credentials=b"test")),
    (4, Result(code=0, value=b"dn:x,y")),
]


def heard(data: bytes, cut: int) -> list[tuple[int, Message]]:
    incoming, messages = Incoming(), []
    for start in range(0, len(data), cut):
        incoming.receive_data(data[start : start + cut])
        while (message := incoming.next_message()) is not None:
            messages.append(message)
    return messages


@pytest.mark.parametrize("cut", [1, 2, 3, 7, 1000])
def test_answers_are_understood_however_they_arrive(cut: int) -> None:
    assert heard(ENTRY + REFERENCE + DONE + BIND + WHO, cut) == HEARD


@given(st.binary(max_size=60))
def test_rubbish_is_an_error_or_waits_for_more(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        heard(data, 1000)


@given(st.binary(max_size=40), st.integers(0, len(ENTRY) - 1))
def test_damaged_answers_are_errors_or_other_answers(damage: bytes, at: int) -> None:
    with contextlib.suppress(ProtocolError):
        heard(ENTRY[:at] + damage + ENTRY[at + len(damage) :] + DONE, 1000)


def test_requests_are_as_the_standard_writes_them() -> None:
    three = tlv(2, b"\3")
    assert simple_bind(1, "cn=a", b"pw") == answer(1, tlv(0x60, three, tlv(4, "cn=a"), tlv(0x80, "pw")))
    external = tlv(0xA3, tlv(4, "EXTERNAL"), tlv(4))
    assert sasl_bind(2, "EXTERNAL", b"") == answer(2, tlv(0x60, three, tlv(4), external))
    assert sasl_bind(2, "X", None) == answer(2, tlv(0x60, three, tlv(4), tlv(0xA3, tlv(4, "X"))))
    assert extended(3, "1.2") == answer(3, tlv(0x77, tlv(0x80, "1.2")))
    assert unbind(4) == answer(4, tlv(0x42))
    wanted = Search(base="b", scope=Scope.ONE, filter="(a=b)", attributes=("c",), size_limit=200, names_only=True)
    limits = tlv(10, b"\1") + tlv(10, b"\0") + tlv(2, b"\0\xc8") + tlv(2, b"\0") + tlv(1, b"\xff")
    equal = tlv(0xA3, tlv(4, "a"), tlv(4, "b"))
    assert search(5, wanted) == answer(5, tlv(0x63, tlv(4, "b"), limits, equal, tlv(0x30, tlv(4, "c"))))
