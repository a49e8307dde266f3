"""Any bytes, in any order, cut anywhere: parsers answer or close, and never raise.

The number of examples is that of the hypothesis profile: `make fuzz` runs many.
"""

import itertools

from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from noctule.mail.reply import Reply
from noctule.receive.collect import Collector
from noctule.smtp import replies
from noctule.smtp.client import BodyWanted, Client, Closed, Destination, Finished, Hello, Transaction
from noctule.smtp.events import (
    CommandRefused,
    DataRequested,
    Event,
    HelloGiven,
    InputEnded,
    RecipientGiven,
    SenderGiven,
    TextEnded,
    TextReceived,
)
from noctule.smtp.rules import Rules
from noctule.smtp.server import MAX_COMMAND_LINE, Server
from safety.receivers import first_text, is_clean

LINES = st.sampled_from(
    [
        *(
            b"EHLO client",
            b"HELO client",
            b"MAIL FROM:<a@b>",
            b"MAIL FROM:<> SIZE=9",
            b"RCPT TO:<c@d>",
            b"DATA",
            b"RSET",
        ),
        *(
            b"NOOP",
            b"VRFY x",
            b"EXPN x",
            b"HELP",
            b"ETRN x",
            b"VERB",
            b"GET / HTTP/1.0",
            b"\x16\x03\x01\x02\x00\x01",
            b"",
        ),
        *(
            b"BDAT 3",
            b"BDAT 0 LAST",
            b"BDAT 99999999999999999999",
            b"STARTTLS",
            b"AUTH PLAIN AAAA",
            b"PROXY TCP4 1 2 3 4",
        ),
        *(
            b"mail from:<\xff\xfe>",
            b"RCPT TO:<a@b> ORCPT=rfc822;+0D+0A",
            b"MAIL FROM:<a@b> BODY=8BITMIME RET=X ENVID=+",
        ),
    ]
) | st.binary(max_size=80)
TEXTS = st.lists(
    st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"..", b"\0", b"Subject: x", b"\r\n\r\n", b"\r\n.", b"\x8d\x8a\xae"]),
    max_size=12,
).map(b"".join)


class ServerMachine(RuleBasedStateMachine):
    """A client of any kind against the server's wire; `_model` is what a simple reader of the same bytes sees."""

    def __init__(self) -> None:
        super().__init__()
        self.server = Server(Rules(host="server", peer="client"))
        self.server.greet(Reply(220, "", ("server ESMTP",)))
        self.asked = self.answered = 0
        self.wire = b""  # of the text under way
        self.text = b""  # of it, as it came out
        self.sender = self.recipients = 0

    def _send(self, data: bytes, cuts: list[int]) -> None:
        edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
        for start, end in itertools.pairwise(edges):
            if start < end:
                self.server.receive_data(data[start:end])
                self._drain()

    def _drain(self) -> None:
        while (event := self.server.next_event()) is not None:
            if isinstance(event, TextReceived):
                self.text += event.data
                continue
            reply = self._reply(event)
            if reply is not None:
                self.answered += 1
                self.server.send_reply(reply)

    def _reply(self, event: Event) -> Reply | None:
        match event:
            case CommandRefused():
                return event.reply
            case HelloGiven():
                self.sender = self.recipients = 0
                return replies.OK
            case SenderGiven():
                self.sender = 1
                return replies.OK
            case RecipientGiven():
                assert self.sender, "a recipient without a sender"
                self.recipients += 1
                return replies.OK
            case DataRequested():
                assert self.recipients, "a text for nobody"
                return replies.START_DATA
            case TextEnded():
                self._compare(event)
                return replies.OK
            case InputEnded():
                return replies.text_broken_off("client", "", "unexpected close") if event.in_text else None
            case _:
                return replies.OK

    def _compare(self, event: TextEnded) -> None:
        split = first_text(self.wire)
        assert split is not None, "an end that nobody else sees"
        assert (event.fault is None) == is_clean(split[0])
        assert event.fault is not None or self.text == split[0]
        self.sender = self.recipients = 0

    @property
    def idle(self) -> bool:
        return not self.server.in_text and not self.server.closing and not getattr(self.server, "handshake_due", False)

    @precondition(lambda self: self.idle)
    @rule(line=LINES, cuts=st.lists(st.integers(0, 100), max_size=4))
    def command(self, line: bytes, cuts: list[int]) -> None:
        self.wire = self.text = b""
        self._send(line.replace(b"\n", b"") + b"\r\n", cuts)

    @precondition(lambda self: self.idle)
    @rule(lines=st.lists(LINES, min_size=2, max_size=5), cuts=st.lists(st.integers(0, 400), max_size=4))
    def group(self, lines: list[bytes], cuts: list[int]) -> None:
        """Pipelined; texts are not begun in one, for the end of a group is what begins them."""
        assume(not any(line.upper().startswith((b"DATA", b"BDAT")) for line in lines))
        self._send(b"".join(line.replace(b"\n", b"") + b"\r\n" for line in lines), cuts)

    @precondition(lambda self: self.server.in_text)
    @rule(text=TEXTS, cuts=st.lists(st.integers(0, 100), max_size=4))
    def some_text(self, text: bytes, cuts: list[int]) -> None:
        before = self.wire
        for end in range(len(text) + 1):  # what follows the end of the text would be commands
            if first_text(before + text[:end]) is not None:
                text = text[:end]
                break
        self.wire = before + text
        self._send(text, cuts)

    @precondition(lambda self: self.server.in_text)
    @rule(cuts=st.lists(st.integers(0, 5), max_size=2))
    def end_of_text(self, cuts: list[int]) -> None:
        self.wire += b"\r\n.\r\n"
        split = first_text(self.wire)
        assert split is not None
        behind = len(split[1])
        self.wire = self.wire[: len(self.wire) - behind] if behind else self.wire
        self._send(b"\r\n.\r\n"[: 5 - behind], cuts)
        assert not self.server.in_text

    @rule()
    def close(self) -> None:
        self.server.receive_data(b"")
        self._drain()
        assert self.server.closing or getattr(self.server, "handshake_due", False)

    @invariant()
    def replies_are_whole_lines(self) -> None:
        out = self.server.data_to_send()
        assert out.count(b"\r\n") == out.count(b"\n") == out.count(b"\r")
        assert not out or out.endswith(b"\r\n")

    @invariant()
    def what_is_kept_is_bounded(self) -> None:
        assert len(self.server._buffer) <= MAX_COMMAND_LINE


TestServer = ServerMachine.TestCase

SERVER_SAYS = st.lists(
    st.sampled_from(
        [
            *(
                b"220 x ESMTP\r\n",
                b"250 ok\r\n",
                b"250-PIPELINING\r\n",
                b"250-SIZE 9\r\n",
                b"250 DSN\r\n",
                b"354 go\r\n",
            ),
            *(
                b"421 bye\r\n",
                b"450 later\r\n",
                b"550 no\r\n",
                b"250-",
                b"25",
                b"\r\n",
                b"999 x\r\n",
                b"250 ok\n",
                b"\0\r\n",
            ),
        ]
    )
    | st.binary(max_size=20),
    max_size=25,
)


@given(SERVER_SAYS, st.sampled_from(Hello), st.integers(1, 30), st.booleans())
def test_a_client_is_never_upset_by_a_server(said: list[bytes], hello: Hello, step: int, ends: bool) -> None:
    client = Client("here", hello=hello, line_limit=80)
    data = b"".join(said)
    finished = 0
    for start in range(0, len(data) + step, step):
        piece = data[start : start + step]
        if piece or ends:
            client.receive_data(piece)
        while (event := client.next_event()) is not None:
            if isinstance(event, BodyWanted):
                client.send_body(b"Subject: x\r\n\r\n.\r\n")
                client.end_body()
            elif isinstance(event, Finished):
                finished += 1
                report = event.report
                assert report.sender is not None
                if all(reply is not None and reply.positive for reply in report.final):
                    assert report.sender.positive, "delivered without a sender"
            elif isinstance(event, Closed):
                break
        if client.idle and finished < 3:
            client.begin(Transaction(sender="a@b", destinations=(Destination(address="c@d"),), size=5))
        out = client.data_to_send()
        assert out.count(b"\r\n") == out.count(b"\n") == out.count(b"\r")


class Kept:
    """A staging area in memory."""

    def __init__(self) -> None:
        self.body = b""

    def write(self, data: bytes) -> None:
        self.body += data


HEADERS = st.lists(
    st.sampled_from(
        [b"Subject: x", b"To:", b"a", b":", b" folded", b"\t", b"\r\n", b"From x", b"\x80", b"b@c", b"X-Y : z"]
    ),
    max_size=25,
).map(b"".join)


@given(HEADERS, st.integers(1, 9))
def test_a_text_comes_apart_into_all_its_bytes(text: bytes, step: int) -> None:
    text = text.replace(b"\r\n", b"\n").replace(b"\r", b"").replace(b"\n", b"\r\n")
    kept = Kept()
    collector = Collector(kept, header_limit=0, limit=0, keep_from_line=True)  # type: ignore[arg-type]
    for start in range(0, len(text), step):
        collector.feed(text[start : start + step])
    collector.finish()
    whole = Kept()
    other = Collector(whole, header_limit=0, limit=0, keep_from_line=True)  # type: ignore[arg-type]
    other.feed(text)
    other.finish()
    assert (collector.fields, kept.body) == (other.fields, whole.body)
    assert text.endswith(kept.body)
    head = text[: len(text) - len(kept.body)]
    rebuilt = "".join(f"{name}:{value}\r\n" for name, value in collector.fields).encode("latin-1")
    assert rebuilt.replace(b" ", b"").replace(b"\t", b"") in {
        h.replace(b" ", b"").replace(b"\t", b"") for h in (head, head.removesuffix(b"\r\n"), head + b"\r\n")
    }
