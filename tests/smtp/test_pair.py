"""The client's and the server's core back to back, with no socket between them."""

from hypothesis import given
from hypothesis import strategies as st

from noctule.mail.envelope import BodyType, Notify
from noctule.mail.reply import Reply
from noctule.smtp import replies
from noctule.smtp.client import BodyWanted, Client, Closed, Destination, Finished, Ready, Transaction
from noctule.smtp.events import (
    DataRequested,
    HelloGiven,
    QuitRequested,
    RecipientGiven,
    ResetRequested,
    SenderGiven,
    TextEnded,
    TextReceived,
)
from noctule.smtp.rules import Offer, Rules
from noctule.smtp.server import Server


class Pair:
    """Carries bytes between the two, `cut` at a time.  Recipients that begin with "no" are refused."""

    def __init__(self, cut: int, *, pipelining: bool = True) -> None:
        self.cut = cut
        self.server = Server(Rules(host="server", peer="client", offer=Offer(pipelining=pipelining)))
        self.client = Client("client.example", line_limit=990)
        self.text = b""
        self.senders: list[SenderGiven] = []
        self.recipients: list[RecipientGiven] = []
        self.reports: list[Finished] = []
        self.closed = False

    def run(self, transactions: list[Transaction], text: bytes) -> None:
        waiting = list(transactions)
        self.server.greet(Reply(220, "", ("server ESMTP",)))
        while not self.closed:
            self._carry(self.server.data_to_send(), self.client.receive_data)
            self._drive_client(waiting, text)
            data = self.client.data_to_send()
            for i in range(0, len(data), self.cut):
                self.server.receive_data(data[i : i + self.cut])
                self._drive_server()

    def _carry(self, data: bytes, take: object) -> None:
        for i in range(0, len(data), self.cut):
            take(data[i : i + self.cut])  # type: ignore[operator]

    def _drive_client(self, waiting: list[Transaction], text: bytes) -> None:
        while (event := self.client.next_event()) is not None:
            match event:
                case Ready() | Finished():
                    if isinstance(event, Finished):
                        self.reports.append(event)
                    if waiting:
                        self.client.begin(waiting.pop(0))
                    else:
                        self.client.quit()
                case BodyWanted():
                    self.client.send_body(text)
                    self.client.end_body()
                case Closed():
                    self.closed = True
                    assert not event.error and event.reply is None

    def _drive_server(self) -> None:
        while (event := self.server.next_event()) is not None:
            match event:
                case HelloGiven():
                    self.server.send_reply(replies.hello("server", "client", keywords=self.server.keywords))
                case SenderGiven():
                    self.senders.append(event)
                    self.server.send_reply(event.refusal or replies.sender_ok(event.address))
                case RecipientGiven():
                    self.recipients.append(event)
                    bad = event.address.startswith("<no")
                    refusal = Reply(550, "5.1.1", ("no",)) if bad else event.refusal
                    self.server.send_reply(refusal or replies.recipient_ok(event.address))
                case DataRequested():
                    self.server.send_reply(Reply(354, "", ("go",)))
                case TextReceived():
                    self.text += event.data
                case TextEnded():
                    assert event.fault is None
                    self.server.send_reply(replies.accepted("ID"))
                case QuitRequested():
                    self.server.send_reply(replies.closing("server"))
                case ResetRequested():
                    self.server.send_reply(replies.RESET)
                case other:
                    self.server.send_reply(other.reply)  # type: ignore[union-attr]


TEXTS = st.lists(st.sampled_from([b".", b"..", b"a", b"\r\n", b"\r\n.\r\n", b" ", b"x" * 400]), max_size=30).map(
    b"".join
)


@given(text=TEXTS, cut=st.sampled_from([1, 2, 3, 7, 100_000]), pipelining=st.booleans())
def test_any_text_arrives_unchanged(text: bytes, cut: int, pipelining: bool) -> None:
    text += b"\r\n"
    pair = Pair(cut, pipelining=pipelining)
    pair.run([Transaction(sender="a@x", destinations=(Destination(address="b@y"),))], text)
    if max(map(len, text.split(b"\r\n"))) <= 990:
        assert pair.text == text
    else:
        assert max(map(len, pair.text.split(b"\r\n"))) <= 990
    assert pair.reports[0].report.verdict(0)[0] == replies.accepted("ID")


def test_parameters_are_understood_as_they_were_meant() -> None:
    to = Destination(address="b+c@y", notify=Notify.SUCCESS | Notify.FAILURE, original="rfc822;o+2Bx@z")
    sent = Transaction(
        sender="",
        destinations=(to, Destination(address="no@y"), Destination(address="d@y", notify=Notify.NEVER)),
        size=12345,
        body_type=BodyType.EIGHT_BIT_MIME,
        ret="FULL",
        envid="QQ+2B1",
    )
    pair = Pair(5)
    pair.run([sent, sent], b"x\r\n")
    given = pair.senders[0]
    assert (given.address, given.refusal) == ("<>", None)
    parameters = given.parameters
    assert (parameters.size, parameters.body_type, parameters.ret, parameters.envid) == (
        12345, BodyType.EIGHT_BIT_MIME, "FULL", "QQ+2B1"
    )  # fmt: skip
    first, _, third = pair.recipients[:3]
    assert (first.address, first.parameters.notify, first.parameters.original) == (
        "<b+c@y>", Notify.SUCCESS | Notify.FAILURE, "rfc822;o+2Bx@z"
    )  # fmt: skip
    assert third.parameters.notify is Notify.NEVER
    codes = [reply.code for i in range(3) if (reply := pair.reports[1].report.verdict(i)[0])]
    assert codes == [250, 550, 250]


def test_a_transaction_nobody_wanted_leaves_the_connection_usable() -> None:
    nobody = Transaction(sender="a@x", destinations=(Destination(address="no@y"),))
    somebody = Transaction(sender="a@x", destinations=(Destination(address="b@y"),))
    pair = Pair(1000)
    pair.run([nobody, somebody, nobody], b"x\r\n")
    assert [e.report.verdict(0)[0].code for e in pair.reports] == [550, 250, 550]  # type: ignore[union-attr]
    assert pair.text == b"x\r\n"
