"""The client's side of SMTP and LMTP, without I/O (RFC 5321, 2033, 2920, 1870, 6152, 3461, 4954 for AUTH=).

Theory of operation.  The driver pumps bytes: `receive_data` what came, take events from `next_event` until None, send
`data_to_send`.  Events say only what the driver must act on:

    Ready        greeting and EHLO are done, or a transaction is: call begin(), quit() or keep the connection
    TlsAnswered  the reply to start_tls(): after a 2xx shake hands and call encrypted(), which leads to Ready again
    AuthAnswered the reply to authenticate() or answer_challenge()
    BodyWanted   the server said 354: call send_body() with the message text in chunks, then end_body()
    Finished     every recipient of the transaction has its verdict; another may begin
    Closed       the connection is of no more use; a transaction under way is reported as far as it came

With PIPELINING a whole transaction up to DATA is one write.  RSET ends a transaction that did not come to its text.
`phase` names the option `Timeout.*` that bounds the present wait.
"""

import re
from collections import deque
from dataclasses import dataclass, field
from enum import Enum

from noctule.base.errors import ProtocolError
from noctule.base.international import escaped, is_utf8
from noctule.base.text import words_of
from noctule.mail.envelope import BodyType, Notify
from noctule.mail.reply import Reply
from noctule.smtp.extensions import Extensions, parse_extensions
from noctule.smtp.onlooker import Onlooker
from noctule.smtp.reply_reader import ReplyReader
from noctule.smtp.stuffing import Stuffer


class Phase(Enum):
    """What is awaited; the value is the second half of the option `Timeout.*`."""

    GREETING = "initial"
    HELO = "helo"
    LHLO = "lhlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    IDLE = "misc"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "datainit"
    BODY = "datablock"
    FINAL = "datafinal"
    RSET = "rset"
    QUIT = "quit"


class Hello(Enum):
    """How to introduce ourselves."""

    EHLO = "EHLO first, HELO when that is refused"  # F=a
    AS_GREETED = "EHLO when the greeting says ESMTP, else HELO"
    HELO = "HELO only"  # F=2
    LHLO = "LMTP"  # F=z


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One RCPT command.  `address` is byte text without brackets; `original` is ORCPT= as given."""

    address: str
    notify: Notify | None = None
    original: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One message for some recipients.  Parameters are sent only to a server that offers their extension."""

    sender: str  # byte text without brackets, "" for the null sender
    destinations: tuple[Destination, ...]
    size: int = 0  # octets, 0: not known
    body_type: BodyType = BodyType.UNSTATED
    ret: str = ""
    envid: str = ""
    auth: str = ""
    smtputf8: bool = False
    deliver_by: str = ""  # BY= as it is to be sent


@dataclass(slots=True)
class Report:
    """How far a transaction came.  The lists run parallel to the destinations."""

    sender: Reply | None = None
    recipients: list[Reply | None] = field(default_factory=list)
    data: Reply | None = None
    final: list[Reply | None] = field(default_factory=list)

    def verdict(self, index: int) -> tuple[Reply | None, Phase]:
        """The reply that decided about a destination, and to what; None: nothing was decided before the end."""
        for reply, phase in ((self.sender, Phase.MAIL), (self.recipients[index], Phase.RCPT), (self.data, Phase.DATA)):
            if reply is None or not reply.positive:
                return reply, phase
        return self.final[index], Phase.FINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A transaction may begin."""

    extensions: Extensions


@dataclass(frozen=True, slots=True)
class TlsAnswered:
    """STARTTLS was answered."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class AuthAnswered:
    """AUTH, or the answer to a challenge, was answered: 334 wants another answer, 235 means success."""

    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyWanted:
    """354 came and at least one recipient was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The transaction is over and the connection can be used again."""

    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The connection cannot be used again.

    `reply` is what the server said last (421, a refused greeting), `error` what went wrong where it said nothing
    fitting; both empty after QUIT.  `report` belongs to the transaction that was under way.
    """

    phase: Phase
    reply: Reply | None = None
    error: str = ""
    loop: bool = False  # the greeting names ourselves
    report: Report | None = None


Event = Ready | TlsAnswered | AuthAnswered | BodyWanted | Finished | Closed

_MAX_INITIAL = 450  # characters: a command line has at most 512 (RFC 5321 4.5.3.1.4)
_FORBIDDEN = re.compile("[\x00-\x1f\x7f]|[^\x00-\xff]")
_NOTIFY = ((Notify.SUCCESS, "SUCCESS"), (Notify.FAILURE, "FAILURE"), (Notify.DELAY, "DELAY"))


def sendable(address: str) -> bool:
    """True if the address can stand in a command line: no control characters, not too long."""
    return len(address) <= 1000 and _FORBIDDEN.search(address) is None


class Client:
    """One connection to a server.

    `name` is what we call ourselves.  `refuse_own_name` ends the connection when the greeting shows that name.
    """

    def __init__(
        self,
        name: str,
        *,
        hello: Hello = Hello.EHLO,
        line_limit: int = 0,
        refuse_own_name: bool = False,
        onlooker: Onlooker | None = None,
    ) -> None:
        self.extensions = Extensions()
        self.banner = ""  # host name in the greeting
        self._name = name
        self._hello = hello
        self._refuse_own_name = refuse_own_name
        self._onlooker = onlooker
        self._reader = ReplyReader()
        self._stuffer = Stuffer(line_limit)
        self._out: list[bytes] = []
        self._awaited: deque[tuple[Phase, int]] = deque([(Phase.GREETING, 0)])
        self._unsent: deque[tuple[bytes, Phase, int]] = deque()  # commands that wait for a reply first
        self._report: Report | None = None
        self._in_body = False
        self._late: str | None = None  # an initial response too long for its line
        self._last: Reply | None = None
        self._eof = False
        self._closed = False

    @property
    def phase(self) -> Phase:
        if self._awaited:
            return self._awaited[0][0]
        return Phase.BODY if self._in_body else Phase.IDLE

    @property
    def idle(self) -> bool:
        """True when a transaction may begin."""
        return not (self._closed or self._awaited or self._in_body or self._report)

    def receive_data(self, data: bytes) -> None:
        """Bytes from the server; b"" means that it closed the connection."""
        if data:
            self._reader.feed(data)
        else:
            self._eof = True

    def data_to_send(self) -> bytes:
        if len(self._out) == 1:
            return self._out.pop()
        data = b"".join(self._out)
        self._out.clear()
        return data

    @property
    def speaks_lmtp(self) -> bool:
        return self._hello is Hello.LHLO

    def start_tls(self) -> None:
        """Asks for TLS; TlsAnswered follows."""
        self._say(b"STARTTLS\r\n")
        self._awaited.append((Phase.STARTTLS, 0))

    def authenticate(self, mechanism: str, initial: str | None) -> None:
        """Begins an exchange; AuthAnswered follows.  `initial`, in base64, goes along if the line may be so long."""
        late = initial is not None and len(initial) > _MAX_INITIAL
        self._late = initial if late else None
        words = f"AUTH {mechanism}" if initial is None or late else f"AUTH {mechanism} {initial}"
        self._say(f"{words}\r\n".encode("ascii"), shown=f"AUTH {mechanism} ...")
        self._awaited.append((Phase.AUTH, 0))

    def answer_challenge(self, response: str) -> None:
        """The answer to a 334, in base64; AuthAnswered follows."""
        self._say(f"{response}\r\n".encode("ascii"), shown="...")
        self._awaited.append((Phase.AUTH, 0))

    def encrypted(self) -> None:
        """TLS stands: what the server said before is forgotten, and it is greeted again (RFC 3207 4.2)."""
        self.extensions = Extensions()
        if self._hello is Hello.LHLO:
            self._introduce(b"LHLO", Phase.LHLO)
        else:
            self._introduce(b"EHLO", Phase.HELO, 1)

    def begin(self, transaction: Transaction) -> None:
        """Queues the commands of a transaction up to DATA.  Raises ValueError for what `sendable` forbids."""
        if not self.idle:
            raise ProtocolError("transaction begun on a busy connection")
        commands = [(self._mail(transaction), Phase.MAIL, 0)]
        commands += [(self._rcpt(to, transaction), Phase.RCPT, i) for i, to in enumerate(transaction.destinations)]
        commands.append((b"DATA\r\n", Phase.DATA, 0))
        count = len(transaction.destinations)
        self._report = Report(recipients=[None] * count, final=[None] * count)
        self._unsent.extend(commands)
        self._send_commands()

    def send_body(self, chunk: bytes) -> None:
        """Message text, header first, cut anywhere."""
        self._write_text(self._stuffer.feed(chunk))

    def end_body(self) -> None:
        """Ends the message; Finished follows with the server's verdict."""
        if self._report is None or not self._in_body:
            raise ProtocolError("end of a message that was not asked for")
        self._write_text(self._stuffer.finish())
        if self._onlooker is not None:
            self._onlooker.sent(".")
        self._in_body = False
        accepted = [i for i, reply in enumerate(self._report.recipients) if reply is not None and reply.positive]
        if self._hello is Hello.LHLO:
            self._awaited.extend((Phase.FINAL, i) for i in accepted)
        else:
            self._awaited.append((Phase.FINAL, -1))

    def quit(self) -> None:
        """Says goodbye; Closed follows."""
        self._say(b"QUIT\r\n")
        self._awaited.append((Phase.QUIT, 0))

    def next_event(self) -> Event | None:
        """What happened next, or None: more bytes are needed.  Nothing comes after Closed."""
        while not self._closed:
            if not self._awaited and (self._in_body or self._reader.empty) and not self._eof:
                return None
            try:
                reply = self._reader.next_reply()
            except ProtocolError as error:
                return self._close(error=str(error))
            if reply is None:
                return self._close() if self._eof else None
            self._last = reply
            if self._onlooker is not None:
                for line in reply.render().decode("latin-1").split("\r\n")[:-1]:
                    self._onlooker.received(line)
            if not self._awaited:
                return self._close(reply, error="" if reply.code == 421 else "unexpected reply")
            phase, index = self._awaited.popleft()
            event = self._react(phase, index, reply)
            if event is not None:
                return event
        return None

    def _react(self, phase: Phase, index: int, reply: Reply) -> Event | None:
        if phase is Phase.QUIT:
            return self._close()
        if reply.code == 421 and phase is not Phase.GREETING:
            self._note(phase, index, reply)
            self._awaited.appendleft((phase, index))
            return self._close(reply)
        match phase:
            case Phase.GREETING:
                return self._greeted(reply)
            case Phase.HELO | Phase.LHLO:
                return self._introduced(reply, said_ehlo=index == 1)
            case Phase.STARTTLS if reply.positive and not self._reader.empty:
                return self._close(error="plain text behind the reply to STARTTLS")
            case Phase.STARTTLS:
                return TlsAnswered(reply)
            case Phase.AUTH:
                return self._auth_answered(reply)
            case Phase.RSET if not reply.positive:
                return self._close(reply)
            case _:
                self._note(phase, index, reply)
                return self._advance(phase, reply)

    def _greeted(self, reply: Reply) -> Event | None:
        if not 200 <= reply.code < 300:
            self._awaited.appendleft((Phase.GREETING, 0))
            return self._close(reply)
        words = words_of(reply.text)
        self.banner = words[0] if words else ""
        if self._refuse_own_name and self.banner.lower() == self._name.lower():
            return self._close(reply, loop=True)
        greets_esmtp = "ESMTP" in words
        if self._hello is Hello.LHLO:
            self._introduce(b"LHLO", Phase.LHLO)
        elif self._hello is Hello.EHLO or (self._hello is Hello.AS_GREETED and greets_esmtp):
            self._introduce(b"EHLO", Phase.HELO, 1)
        else:
            self._introduce(b"HELO", Phase.HELO)
        return None

    def _introduce(self, verb: bytes, phase: Phase, index: int = 0) -> None:
        self._say(b"%b %b\r\n" % (verb, self._name.encode("latin-1")))
        self._awaited.append((phase, index))

    def _auth_answered(self, reply: Reply) -> Event | None:
        if reply.code == 334 and self._late is not None:
            late, self._late = self._late, None
            self.answer_challenge(late)
            return None
        return AuthAnswered(reply)

    def _introduced(self, reply: Reply, *, said_ehlo: bool) -> Event | None:
        if 200 <= reply.code < 300:
            if said_ehlo or self._hello is Hello.LHLO:
                self.extensions = parse_extensions(reply.lines[1:])
            return Ready(extensions=self.extensions)
        if said_ehlo and reply.permanent:
            self._introduce(b"HELO", Phase.HELO)
            return None
        self._awaited.appendleft((Phase.LHLO if self._hello is Hello.LHLO else Phase.HELO, 0))
        return self._close(reply)

    def _note(self, phase: Phase, index: int, reply: Reply) -> None:
        """Writes a reply into the report."""
        report = self._report
        if report is None:
            return
        if reply.positive and (reply.code == 354 if phase is not Phase.DATA else reply.code != 354):
            reply = Reply(451, "4.5.0", reply.lines)  # out of step: neither yes nor no
        match phase:
            case Phase.MAIL:
                report.sender = reply
            case Phase.RCPT:
                report.recipients[index] = reply
            case Phase.DATA:
                report.data = reply
            case Phase.FINAL if index < 0:
                report.final = [reply] * len(report.final)
            case Phase.FINAL:
                report.final[index] = reply

    def _advance(self, phase: Phase, reply: Reply) -> Event | None:
        """After a reply inside a transaction: sends what may go now, or reports."""
        report = self._report
        assert report is not None
        if phase is Phase.MAIL and report.sender is not None and not report.sender.positive:
            self._unsent.clear()
        accepted = any(r is not None and r.positive for r in report.recipients)
        if self._unsent:
            if self._unsent[0][1] is Phase.DATA and not accepted:
                self._unsent.clear()
            else:
                self._send_commands()
        if self._awaited:
            return None
        if phase is Phase.DATA and reply.code == 354:
            if accepted and report.sender is not None and not report.sender.positive:
                return self._close(error="recipients accepted after the sender was refused")
            if accepted:
                self._in_body = True
                return BodyWanted()
            # a pipelined DATA went through with nobody to send to (RFC 2920 3.1): an empty message for no one
            self._say(b".\r\n")
            self._awaited.append((Phase.FINAL, -1))
            return None
        if phase not in (Phase.FINAL, Phase.RSET) and report.sender is not None and report.sender.positive:
            self._say(b"RSET\r\n")
            self._awaited.append((Phase.RSET, 0))
            return None
        self._report = None
        return Finished(report=report)

    def _send_commands(self) -> None:
        """The whole group for a pipelining server, else the next command."""
        count = len(self._unsent) if self.extensions.pipelining else 1
        group = [self._unsent.popleft() for _ in range(count)]
        self._say(b"".join([command for command, _, _ in group]))
        self._awaited.extend([(phase, index) for _, phase, index in group])

    def _say(self, commands: bytes, shown: str = "") -> None:
        """Send commands; an onlooker may be shown something else."""
        self._out.append(commands)
        if self._onlooker is not None:
            for line in [shown] if shown else commands.decode("latin-1").split("\r\n")[:-1]:
                self._onlooker.sent(line)

    def _write_text(self, data: bytes) -> None:
        self._out.append(data)
        if self._onlooker is not None:
            self._onlooker.text(data)

    def _mail(self, transaction: Transaction) -> bytes:
        offered = self.extensions
        line = f"MAIL From:<{_checked(transaction.sender)}>"
        if offered.size is not None and transaction.size > 0:
            line += f" SIZE={transaction.size}"
        if offered.eight_bit_mime and transaction.body_type is not BodyType.UNSTATED:
            line += f" BODY={transaction.body_type.value}"
        if offered.deliver_by is not None and transaction.deliver_by:
            line += f" BY={transaction.deliver_by}"
        if offered.smtputf8 and transaction.smtputf8:
            line += " SMTPUTF8"
        if offered.dsn and transaction.envid:
            line += f" ENVID={_checked(transaction.envid)}"
        if offered.dsn and transaction.ret:
            line += f" RET={_checked(transaction.ret)}"
        if offered.auth and transaction.auth:
            line += f" AUTH={_checked(transaction.auth)}"
        return f"{line}\r\n".encode("latin-1")

    def _rcpt(self, to: Destination, transaction: Transaction) -> bytes:
        line = f"RCPT To:<{_checked(to.address)}>"
        if self.extensions.dsn and to.notify is not None:
            line += " NOTIFY=" + (",".join(word for flag, word in _NOTIFY if flag in to.notify) or "NEVER")
        if self.extensions.dsn and to.original:
            international = self.extensions.smtputf8 and transaction.smtputf8
            original = to.original if international or not is_utf8(to.original) else escaped(to.original)
            line += f" ORCPT={_checked(original)}"
        return f"{line}\r\n".encode("latin-1")

    def _close(self, reply: Reply | None = None, error: str = "", *, loop: bool = False) -> Closed:
        self._closed = True
        report, self._report = self._report, None
        return Closed(phase=self.phase, reply=reply, error=error, loop=loop, report=report)


def _checked(text: str) -> str:
    if not sendable(text):
        raise ValueError(f"cannot be sent in a command: {text[:60]!r}")
    return text
