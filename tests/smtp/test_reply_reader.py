import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.base.errors import ProtocolError
from noctule.mail.reply import Reply
from noctule.smtp.reply_reader import MAX_LINE, MAX_LINES, ReplyReader


def read(data: bytes, cuts: int) -> list[Reply]:
    reader = ReplyReader()
    replies = []
    for i in range(0, len(data), cuts):
        reader.feed(data[i : i + cuts])
        while (reply := reader.next_reply()) is not None:
            replies.append(reply)
    return replies


@pytest.mark.parametrize("cuts", [1, 2, 7, 1000])
def test_replies_cut_anywhere(cuts: int) -> None:
    data = b"220-a\r\n220-\r\n220 b\r\n250 2.1.0 ok\n550-5.1.1 no\r\n550 5.1.1 such\r\n354\r\n"
    assert read(data, cuts) == [
        Reply(220, "", ("a", "", "b")),
        Reply(250, "2.1.0", ("ok",)),
        Reply(550, "5.1.1", ("no", "such")),
        Reply(354, "", ("",)),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"hello\r\n",
        b"25\r\n",
        b"250x\r\n",
        b"650 x\r\n",
        b"\r\n",
        b"250-a\r\n550 b\r\n",
        b"2" * (MAX_LINE + 1),
        b"250 " + b"x" * MAX_LINE + b"\r\n",
        b"250-x\r\n" * (MAX_LINES + 1),
    ],
)
def test_what_is_no_reply(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read(data, 4096)


@given(st.lists(st.sampled_from([b"250", b"-", b" ", b"\r\n", b"4.2.1 ", b"x", b"\x00\xff"])).map(b"".join))
def test_replies_or_protocol_error(data: bytes) -> None:
    try:
        read(data, 3)
    except ProtocolError:
        return
