"""What is framed by numbers: chunks (BDAT) and PROXY headers.  Whoever counts wrong runs text as commands."""

import itertools

from hypothesis import example, given
from hypothesis import strategies as st

from noctule.base.errors import ProtocolError
from noctule.smtp import replies
from noctule.smtp.events import ChunkOpened, CommandRefused, Event, NoopRequested, SenderGiven, TextEnded, TextReceived
from noctule.smtp.proxy import MAX_HEADER, ProxyHeader, parse_proxy_header
from noctule.smtp.rules import Offer, Rules
from noctule.smtp.server import Server
from safety.receivers import is_clean

CHUNKS = st.lists(
    st.lists(
        st.sampled_from(
            [b"\r", b"\n", b"\r\n", b".", b"\r\n.\r\n", b"MAIL FROM:<evil@x>\r\n", b"BDAT 9\r\n", b"\0", b"x"]
        ),
        max_size=6,
    ).map(b"".join),
    min_size=1,
    max_size=5,
)


@given(CHUNKS, st.data())
def test_chunks_are_text_whatever_they_look_like(chunks: list[bytes], data: st.DataObject) -> None:
    server = Server(Rules(host="server", peer="client", offer=Offer(chunking=True)))
    announced = [f"BDAT {len(chunk)}{' LAST' if n == len(chunks) else ''}\r\n" for n, chunk in enumerate(chunks, 1)]
    message = b"".join(head.encode() + chunk for head, chunk in zip(announced, chunks, strict=True))
    server.receive_data(b"EHLO x\r\n")
    assert server.next_event() is not None
    server.send_reply(replies.OK)
    wire = b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n" + message + b"NOOP\r\n"
    cuts = sorted(data.draw(st.sets(st.integers(1, len(wire) - 1), max_size=8)))
    text, events = b"", list[Event]()
    for start, end in itertools.pairwise([0, *cuts, len(wire)]):
        server.receive_data(wire[start:end])
        while (event := server.next_event()) is not None:
            if isinstance(event, TextReceived):
                text += event.data
            elif not isinstance(event, ChunkOpened):
                events.append(event)
                server.send_reply(event.reply if isinstance(event, CommandRefused) else replies.OK)
    (ended,) = [event for event in events if isinstance(event, TextEnded)]
    sent = b"".join(chunks)
    assert [type(event) for event in events].count(SenderGiven) == 1
    assert isinstance(events[-1], NoopRequested)
    assert (ended.fault is None) == is_clean(sent)
    if ended.fault is None:
        assert text in (sent, sent + b"\r\n")


HEADERS = st.sampled_from(
    [
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 25\r\n",
        b"PROXY UNKNOWN\r\n",
        b"PROXY TCP6 2001:db8::1 ::1 65535 25\r\n",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes(12),
        b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x21\xff\xff",
    ]
)


def parsed(data: bytes) -> ProxyHeader | str | None:
    try:
        return parse_proxy_header(data)
    except ProtocolError:
        return "refused"


@given(HEADERS, st.binary(max_size=30), st.integers(0, 60), st.binary(max_size=3))
@example(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 25\r\n", b"EHLO x\r\n", 60, b"")
def test_a_proxy_header_ends_where_it_ends(header: bytes, behind: bytes, at: int, wrong: bytes) -> None:
    data = header[:at] + wrong + header[at + len(wrong) :] + behind
    whole = parsed(data)
    if isinstance(whole, ProxyHeader):
        size = len(data) - len(whole.rest)
        assert data[size:] == whole.rest
        assert all(parsed(data[:cut]) is None for cut in range(size)), "an end seen before it has come"
        more = parsed(data + b"MAIL")
        assert isinstance(more, ProxyHeader)
        assert more.rest == whole.rest + b"MAIL"


@given(st.binary(max_size=200))
def test_anything_else_is_refused_or_awaited_and_never_for_long(data: bytes) -> None:
    parsed(data)
    assert parsed(data.ljust(MAX_HEADER + 1, b"x")) is not None
