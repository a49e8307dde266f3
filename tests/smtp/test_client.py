"""The client fed with a server's bytes: whole, byte by byte, and cut anywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.base.errors import ProtocolError
from noctule.mail.envelope import BodyType, Notify
from noctule.mail.reply import Reply
from noctule.smtp.client import (
    BodyWanted,
    Client,
    Closed,
    Destination,
    Event,
    Finished,
    Hello,
    Phase,
    Ready,
    Transaction,
    sendable,
)

FULL = b"250-there\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE\r\n250 DSN\r\n"
TWO = Transaction(
    sender="a@x",
    destinations=(
        Destination(address="b@y", notify=Notify.SUCCESS | Notify.DELAY, original="rfc822;c@z"),
        Destination(address="d@y", notify=Notify.NEVER),
    ),
    size=99,
    body_type=BodyType.EIGHT_BIT_MIME,
    ret="HDRS",
    envid="e1",
)
ONE = Transaction(sender="", destinations=(Destination(address="b@y"),), size=99, ret="FULL")


class Session:
    """Drives a client against a script of the server's bytes; sends each message text as soon as it is wanted."""

    def __init__(
        self, client: Client, transactions: list[Transaction], text: bytes = b"Subject: x\r\n\r\n.\r\n"
    ) -> None:
        self.client, self.transactions, self.text = client, list(transactions), text
        self.sent, self.events = b"", list[Event]()

    def feed(self, data: bytes, cuts: int = 1 << 20) -> "Session":
        for i in range(0, len(data), cuts):
            self.client.receive_data(data[i : i + cuts])
            self.run()
        return self

    def end(self) -> "Session":
        self.client.receive_data(b"")
        self.run()
        return self

    def run(self) -> None:
        while (event := self.client.next_event()) is not None:
            self.events.append(event)
            match event:
                case Ready() | Finished() if self.transactions:
                    self.client.begin(self.transactions.pop(0))
                case Ready() | Finished():
                    self.client.quit()
                case BodyWanted():
                    self.client.send_body(self.text)
                    self.client.end_body()
            self.sent += self.client.data_to_send()
        self.sent += self.client.data_to_send()

    @property
    def finished(self) -> Finished:
        return next(e for e in self.events if isinstance(e, Finished))

    @property
    def closed(self) -> Closed:
        last = self.events[-1]
        assert isinstance(last, Closed)
        return last


def session(*transactions: Transaction, hello: Hello = Hello.EHLO, refuse_own_name: bool = False) -> Session:
    return Session(Client("us.example", hello=hello, refuse_own_name=refuse_own_name), list(transactions))


OK = b"250 2.0.0 ok\r\n"
GO = b"354 go\r\n"


@pytest.mark.parametrize("cuts", [1, 2, 5, 13, 1000])
def test_a_pipelined_transaction(cuts: int) -> None:
    got = session(TWO).feed(
        b"220 there ESMTP\r\n" + FULL + OK * 2 + b"450 4.2.1 later\r\n" + GO + OK + b"221 bye\r\n", cuts
    )
    assert got.sent == (
        b"EHLO us.example\r\n"
        b"MAIL From:<a@x> SIZE=99 BODY=8BITMIME ENVID=e1 RET=HDRS\r\n"
        b"RCPT To:<b@y> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;c@z\r\n"
        b"RCPT To:<d@y> NOTIFY=NEVER\r\n"
        b"DATA\r\n"
        b"Subject: x\r\n\r\n..\r\n.\r\n"
        b"QUIT\r\n"
    )
    report = got.finished.report
    assert report.verdict(0) == (Reply(250, "2.0.0", ("ok",)), Phase.FINAL)
    assert report.verdict(1) == (Reply(450, "4.2.1", ("later",)), Phase.RCPT)
    assert got.closed == Closed(phase=Phase.IDLE)


def test_the_whole_group_is_one_write() -> None:
    got = session(ONE).feed(b"220 there\r\n")
    got.client.receive_data(FULL)
    assert isinstance(got.client.next_event(), Ready)
    got.client.begin(ONE)
    assert got.client.data_to_send() == b"MAIL From:<> SIZE=99 RET=FULL\r\nRCPT To:<b@y>\r\nDATA\r\n"
    assert got.client.phase is Phase.MAIL


@pytest.mark.parametrize("cuts", [1, 1000])
def test_helo_after_a_refused_ehlo_gets_no_parameters(cuts: int) -> None:
    got = session(TWO)
    for answer in (b"220 there\r\n", b"502 what?\r\n", OK, OK, OK, OK, GO, OK, b"221 bye\r\n"):
        got.feed(answer, cuts)
    assert got.sent.split(b"\r\n")[:6] == [
        b"EHLO us.example", b"HELO us.example", b"MAIL From:<a@x>", b"RCPT To:<b@y>", b"RCPT To:<d@y>", b"DATA"
    ]  # fmt: skip
    assert got.finished.report.verdict(1)[0] == Reply(250, "2.0.0", ("ok",))


def test_without_pipelining_each_command_waits() -> None:
    got = session(ONE).feed(b"220 x\r\n").feed(b"250 hello\r\n")
    assert got.sent.endswith(b"MAIL From:<>\r\n")
    got.feed(OK)
    assert got.sent.endswith(b"RCPT To:<b@y>\r\n")
    assert got.client.phase is Phase.RCPT


@pytest.mark.parametrize(
    ("hello", "greeting", "said"),
    [
        (Hello.AS_GREETED, b"220 x ESMTP y\r\n", b"EHLO us.example\r\n"),
        (Hello.AS_GREETED, b"220 x SMTP\r\n", b"HELO us.example\r\n"),
        (Hello.HELO, b"220 x ESMTP\r\n", b"HELO us.example\r\n"),
        (Hello.LHLO, b"220 x LMTP\r\n", b"LHLO us.example\r\n"),
    ],
)
def test_how_we_introduce_ourselves(hello: Hello, greeting: bytes, said: bytes) -> None:
    assert session(hello=hello).feed(greeting).sent == said


def test_lmtp_answers_once_for_each_accepted_recipient() -> None:
    three = Transaction(sender="a", destinations=tuple(Destination(address=c) for c in "bcd"))
    got = session(three, hello=Hello.LHLO)
    got.feed(b"220 x\r\n" + FULL + OK + OK + b"550 5.1.1 no\r\n" + OK + GO + OK + b"452 4.2.2 full\r\n221 bye\r\n", 3)
    codes = [got.finished.report.verdict(i)[0] for i in range(3)]
    assert [reply and reply.code for reply in codes] == [250, 550, 452]
    assert [e.__class__ for e in got.events] == [Ready, BodyWanted, Finished, Closed]


def test_all_refused_and_data_let_through_sends_nothing() -> None:
    got = session(ONE, ONE)
    got.feed(b"220 x\r\n" + FULL + OK + b"550 no\r\n" + GO + b"554 no valid recipients\r\n")
    assert b"DATA\r\n.\r\n" in got.sent and b"Subject" not in got.sent
    assert got.finished.report.verdict(0)[1] is Phase.RCPT
    got.feed(OK + b"550 no\r\n" + b"503 need RCPT\r\n")
    assert got.sent.endswith(b"DATA\r\nRSET\r\n")
    got.feed(OK)
    assert got.events[-1].__class__ is Finished
    assert got.sent.endswith(b"QUIT\r\n")


def test_rset_ends_only_a_transaction_left_open() -> None:
    got = session(ONE, ONE, ONE).feed(b"220 x\r\n" + FULL + OK + b"550 no\r\n503 no\r\n")
    assert got.sent.endswith(b"RSET\r\n")
    got.feed(OK + OK + OK + GO + OK)
    assert got.sent.endswith(b".\r\nMAIL From:<> SIZE=99 RET=FULL\r\nRCPT To:<b@y>\r\nDATA\r\n")


@pytest.mark.parametrize("answer", [b"", b"421 4.3.2 closing\r\n", b"500 what?\r\n"])
def test_what_was_refused_stays_refused_whatever_becomes_of_rset(answer: bytes) -> None:
    got = session(ONE).feed(b"220 x\r\n" + FULL + OK + b"550 no\r\n503 no\r\n" + answer).end()
    assert got.closed.report is not None
    reply, phase = got.closed.report.verdict(0)
    assert phase is Phase.RCPT and reply is not None and reply.code == 550


def test_refused_sender_without_pipelining_ends_the_transaction_at_once() -> None:
    got = session(TWO).feed(b"220 x\r\n").feed(b"250 x\r\n").feed(b"553 5.1.8 no\r\n")
    assert got.finished.report.verdict(1) == (Reply(553, "5.1.8", ("no",)), Phase.MAIL)
    assert b"RCPT" not in got.sent


def test_354_for_a_sender_refused_but_recipients_taken_is_no_basis() -> None:
    got = session(ONE).feed(b"220 x\r\n" + FULL + b"553 no\r\n" + OK + GO)
    assert got.closed.error and not got.sent.endswith(b".\r\n")


def test_a_success_where_354_belongs_is_temporary() -> None:
    got = session(ONE).feed(b"220 x\r\n" + FULL + OK + OK + OK + OK)
    reply, phase = got.finished.report.verdict(0)
    assert phase is Phase.DATA and reply is not None and reply.code == 451


GREETING = b"220 x\r\n"


@pytest.mark.parametrize(
    ("script", "phase"),
    [
        (b"", Phase.GREETING),
        (GREETING, Phase.HELO),
        (GREETING + FULL, Phase.MAIL),
        (GREETING + FULL + OK, Phase.RCPT),
        (GREETING + FULL + OK + OK, Phase.RCPT),
        (GREETING + FULL + OK + OK + OK, Phase.DATA),
        (GREETING + FULL + OK + OK + OK + GO, Phase.FINAL),
    ],
)
@pytest.mark.parametrize("answer", [b"", b"421 4.3.2 closing\r\n", b"421 4.3", b"nonsense\r\n", b"9" * 5000])
def test_the_end_after_each_command_decides_nothing_good(script: bytes, phase: Phase, answer: bytes) -> None:
    got = session(TWO).feed(script + answer).end()
    closed = got.closed
    if not answer.startswith(b"421 4.3.2"):
        assert closed.reply is None
    assert closed.phase is phase
    if closed.report is not None:
        for i in range(2):
            reply, _ = closed.report.verdict(i)
            assert reply is None or reply.temporary


@pytest.mark.parametrize("code", [b"554", b"421", b"450", b"354"])
def test_a_refused_greeting(code: bytes) -> None:
    closed = session(ONE).feed(code + b" go away\r\n").closed
    assert (closed.phase, closed.reply) == (Phase.GREETING, Reply(int(code), "", ("go away",)))


def test_421_on_an_idle_connection() -> None:
    client = Client("us")
    client.receive_data(GREETING + FULL)
    assert isinstance(client.next_event(), Ready) and client.idle
    client.receive_data(b"421 4.4.2 idle too long\r\n")
    closed = client.next_event()
    assert isinstance(closed, Closed) and not client.idle
    assert (closed.phase, closed.error) == (Phase.IDLE, "")
    assert client.next_event() is None


def test_our_own_name_in_the_greeting() -> None:
    assert session(ONE, refuse_own_name=True).feed(b"220 US.example ESMTP\r\n").closed.loop
    assert not session(ONE, refuse_own_name=True).feed(b"220 other ESMTP\r\n").events


def test_what_cannot_stand_in_a_command() -> None:
    assert not sendable("a\r\nRCPT To:<b>") and not sendable("\uf700") and not sendable("x" * 1001)
    client = Client("us")
    client.receive_data(GREETING + FULL)
    client.next_event()
    with pytest.raises(ValueError, match="cannot be sent"):
        client.begin(Transaction(sender="a\nb", destinations=(Destination(address="c"),)))


def test_misuse() -> None:
    client = Client("us")
    with pytest.raises(ProtocolError):
        client.begin(ONE)
    with pytest.raises(ProtocolError):
        client.end_body()


ANSWERS = [GREETING, FULL, OK, GO, b"550 5.1.1 no\r\n", b"450 later\r\n", b"421 bye\r\n", b"x\r\n", b"250-", b"\xff"]


@given(st.lists(st.sampled_from(ANSWERS), max_size=14), st.integers(1, 30), st.booleans())
def test_no_server_can_make_it_fail_or_send_a_text_nobody_asked_for(script: list[bytes], cuts: int, lmtp: bool) -> None:
    got = session(TWO, ONE, hello=Hello.LHLO if lmtp else Hello.EHLO)
    got.feed(b"".join(script), cuts).end()
    assert isinstance(got.events[-1], Closed)
    assert got.sent.count(b"Subject: x") == sum(isinstance(e, BodyWanted) for e in got.events)
