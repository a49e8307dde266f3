import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.base.errors import ProtocolError
from noctule.privileged.protocol import (
    AppendFile,
    Frames,
    Identity,
    Maildir,
    ReadFile,
    Request,
    RunProgram,
    decode_request,
    encode_request,
    frame,
)

USER = Identity("bob", 1000, 100)


@pytest.mark.parametrize(
    "request_",
    [
        RunProgram(path="/bin/x", argv=("x", "\xe9"), identity=USER, environment=(("A", "b"),), root="/r", nice=3),
        AppendFile(path="/a", identity=USER, mailbox=True),
        Maildir(path="/m", identity=USER, name="n"),
        ReadFile(path="/f", identity=USER, purpose="include"),
    ],
)
@pytest.mark.parametrize("cuts", [1, 3, 1000])
def test_requests_survive_the_socket(request_: Request, cuts: int) -> None:
    data = encode_request(7, request_) * 2
    frames = Frames()
    got = [decode_request(m) for i in range(0, len(data), cuts) for m in frames.feed(data[i : i + cuts])]
    assert got == [(7, request_)] * 2


GOOD = json.loads(encode_request(1, AppendFile(path="/a", identity=USER))[4:])


@pytest.mark.parametrize(
    "change",
    [
        {"do": "Shutdown"},
        {"id": "x"},
        {"identity": {"user": "bob", "uid": "root?", "gid": 1}},
        {"identity": "bob"},
        {"identity": {"uid": 1}},
        {"timeout": "long"},
        {"extra": 1},
    ],
)
def test_bad_requests(change: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        decode_request(GOOD | change)


@pytest.mark.parametrize(
    "data", [b"\xff\xff\xff\xff", b"\x00\x00\x00\x02[]", b"\x00\x00\x00\x01x", frame({})[:4] + b"\xff\xff"]
)
def test_bad_frames(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        list(Frames().feed(data))


@given(st.lists(st.binary(max_size=30), max_size=10))
def test_any_bytes_are_frames_or_an_error(chunks: list[bytes]) -> None:
    frames = Frames()
    try:
        for chunk in chunks:
            for message in frames.feed(chunk):
                decode_request(message)
    except ProtocolError:
        return
