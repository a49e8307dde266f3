"""An end of data that is none, both ways: taken in by nobody, passed on to nobody."""

import asyncio
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.mail.reply import Reply
from noctule.smtp import replies
from noctule.smtp.client import Client, Destination, Transaction
from noctule.smtp.data import Bare, LineRules
from noctule.smtp.events import CommandRefused, DataRequested, Event, TextEnded, TextReceived
from noctule.smtp.rules import Rules
from noctule.smtp.server import Server
from receive.smallsite import Site, run
from safety.receivers import LENIENT, STRICT, first_text, is_clean, texts_seen

BREAKS = (b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n\0", b"\0\r\n")
ENDS = [b"%b.%b" % pair for pair in itertools.product(BREAKS, BREAKS)]
ENDS = [end for end in ENDS if b"\r\n.\r\n" not in end]
SMUGGLED = b"MAIL FROM:<evil@example.org>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nboo"
RULES = {
    "strict": LineRules(),
    "blanks": LineRules(bare_lf=Bare.BLANK, bare_cr=Bare.BLANK),
    "lines": LineRules(bare_lf=Bare.LINE_END, bare_cr=Bare.BLANK),
}


def in_data(rules: LineRules) -> Server:
    """A server that has said 354."""
    server = Server(Rules(host="server", peer="client", lines=rules))
    for line in (b"EHLO x\r\n", b"MAIL FROM:<a@b>\r\n", b"RCPT TO:<c@d>\r\n", b"DATA\r\n"):
        server.receive_data(line)
        event = server.next_event()
        server.send_reply(replies.START_DATA if isinstance(event, DataRequested) else replies.OK)
    return server


def fed(server: Server, pieces: list[bytes]) -> tuple[bytes, list[Event]]:
    """The text that came through, and every event but those."""
    text, events = b"", []
    for piece in pieces:
        server.receive_data(piece)
        while (event := server.next_event()) is not None:
            if isinstance(event, TextReceived):
                text += event.data
                continue
            events.append(event)
            server.send_reply(event.reply if isinstance(event, CommandRefused) else replies.OK)
    return text, events


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
@pytest.mark.parametrize("end", ENDS, ids=repr)
def test_only_one_thing_ends_a_text_wherever_it_is_cut(end: bytes, rules: LineRules) -> None:
    head = b"Subject: outer\r\n\r\ntext"
    wire = head + end + SMUGGLED + b"\r\n.\r\n"
    cuts = [[wire[:at], wire[at:]] for at in range(len(head), len(head + end) + 2)]
    for pieces in [[wire], *cuts, [wire[i : i + 1] for i in range(len(wire))]]:
        text, events = fed(in_data(rules), pieces)
        (ended,) = events
        assert isinstance(ended, TextEnded)
        if rules is RULES["strict"]:
            assert ended.fault is not None
        if ended.fault is None:
            assert is_clean(text)
            assert b"smuggled" in text


ALPHABET = (
    b"\r",
    b"\n",
    b"\r\n",
    b".",
    b"..",
    b"\0",
    b"x",
    b"\r\n.",
    b"\n.",
    b"\r\n.\r",
    b"\x8d\x8a\xae\x8d\x8a",
    b" ",
)
pieces_of_text = st.lists(st.sampled_from(ALPHABET), max_size=25)


@given(pieces_of_text, st.data())
def test_what_is_accepted_everybody_splits_alike(parts: list[bytes], data: st.DataObject) -> None:
    wire = b"".join(parts) + b"\r\n.\r\nNOOP\r\n"
    cuts = sorted(data.draw(st.sets(st.integers(1, len(wire) - 1), max_size=6)))
    pieces = [wire[a:b] for a, b in itertools.pairwise([0, *cuts, len(wire)])]
    text, (ended, *_) = fed(in_data(RULES["strict"]), pieces)
    split = first_text(wire)
    assert split is not None
    assert isinstance(ended, TextEnded)
    assert (ended.fault is None) == is_clean(split[0])
    if ended.fault is None:
        assert text == split[0]
        raw = wire[: len(wire) - len(split[1])]
        assert {name: texts_seen(raw, end) for name, end in LENIENT.items()} == dict.fromkeys(LENIENT, 1)


def sent_for(chunks: list[bytes], limit: int) -> bytes:
    """What a client writes behind DATA."""
    client = Client("here", line_limit=limit)
    for reply in ("220 there ESMTP", "250 there"):
        client.receive_data(f"{reply}\r\n".encode())
        client.next_event()
    client.begin(Transaction(sender="a@b", destinations=(Destination(address="c@d"),)))
    for reply in ("250 ok", "250 ok", "354 go"):
        client.data_to_send()
        client.receive_data(f"{reply}\r\n".encode())
        client.next_event()
    client.data_to_send()
    for chunk in chunks:
        client.send_body(chunk)
    client.end_body()
    return client.data_to_send()


@given(pieces_of_text, st.sampled_from([0, 3, 80, 990]))
def test_what_is_sent_ends_once_for_everybody(chunks: list[bytes], limit: int) -> None:
    wire = sent_for(chunks, limit)
    assert not wire.replace(b"\r\n", b"").count(b"\r") + wire.replace(b"\r\n", b"").count(b"\n")
    for name, end in {"strict": STRICT, **LENIENT}.items():
        assert texts_seen(wire, end) == 1, name


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r", b"\r\n\0.\r\n"], ids=repr)
def test_over_a_socket_in_two_packets(tmp_path: Path, end: bytes) -> None:
    """Nothing is queued, nothing behind the false end is run as a command."""

    async def attacked(site: Site, cut: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        await reader.readline()
        for line in (b"EHLO x\r\n", b"MAIL FROM:<a@example.net>\r\n", b"RCPT TO:<alice@example.test>\r\n", b"DATA\r\n"):
            writer.write(line)
            while (await reader.readline())[3:4] == b"-":
                pass
        wire = b"Subject: x\r\n\r\ntext" + end
        for packet in (wire[: len(wire) - cut], wire[len(wire) - cut :] + SMUGGLED + b"\r\n.\r\n", b"QUIT\r\n"):
            writer.write(packet)
            await writer.drain()
            await asyncio.sleep(0.002)
        answer = await reader.read()
        writer.close()
        return answer

    async def scenario() -> None:
        async with Site(tmp_path) as site:
            for cut in range(len(end) + 1):
                answer = await attacked(site, cut)
                assert answer.startswith((b"421 4.5.0 Bare", b"554 5.6.1 NUL")), answer
                assert b"250 2" not in answer
            assert not site.entries()

    run(scenario)


def test_a_reply_never_holds_a_line_end_of_the_client() -> None:
    assert Reply(550, "5.1.1", (replies.shown("a\r\n250 ok"),)).render().count(b"\n") == 1
