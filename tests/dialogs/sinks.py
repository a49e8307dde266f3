"""Five SMTP and LMTP servers on consecutive ports that record what is relayed to them.

+0 esmtp, +1 plain (HELO only), +2 lmtp, +3 seven (no 8BITMIME, SIZE, DSN), +4 utf8 (as esmtp, and SMTPUTF8); base+5 is
left unused: connections to it are refused.  The local part of a recipient steers the answers: r550 and r450 refuse
RCPT, d554 and d451 the message, q421 closes the connection.  A sender m553 or m452 is refused at MAIL.
"""

import contextlib
import socketserver
import threading
import time
from dataclasses import dataclass, field

_WELL = ("PIPELINING", "8BITMIME", "SIZE 20000000", "DSN", "ENHANCEDSTATUSCODES")
_KEYWORDS = {
    "esmtp": _WELL,
    "plain": (),
    "lmtp": ("PIPELINING", "8BITMIME", "SIZE 20000000", "ENHANCEDSTATUSCODES"),
    "seven": ("PIPELINING", "ENHANCEDSTATUSCODES"),
    "utf8": (*_WELL, "SMTPUTF8"),
}
_PROTOCOL = {"lmtp": "LMTP", "plain": "SMTP"}
_SENDERS = {"m553": "553 5.1.8 sender refused by sink", "m452": "452 4.3.1 sender deferred by sink"}
_RECIPIENTS = {
    "r550": "550 5.1.1 no such user in sink",
    "r450": "450 4.2.1 mailbox of sink is resting",
    "q421": "421 4.3.2 sink going away",
}
_TEXTS = {"d554": "554 5.6.0 content refused by sink", "d451": "451 4.3.0 content deferred by sink"}
_QUIET = 1.3  # seconds without a message
PORTS = len(_KEYWORDS) + 1


@dataclass(slots=True)
class Message:
    """One transaction as it came in; `data` is the text after dot removal, None when DATA never came."""

    profile: str
    hello: str
    sender: str = ""  # what stood behind MAIL
    recipients: list[tuple[str, str]] = field(default_factory=list)  # (what stood behind RCPT, reply code)
    data: bytes | None = None
    replies: list[str] = field(default_factory=list)  # codes after the final dot
    problems: list[str] = field(default_factory=list)  # protocol faults of the sending side
    source: str = ""  # the address it came from


def _steered(answers: dict[str, str], path: str, otherwise: str) -> str:
    return answers.get(path.partition("<")[2][:4].lower(), otherwise)


class _Session(socketserver.StreamRequestHandler):
    timeout = 60
    server: "_Server"

    def handle(self) -> None:
        self.hello = ""
        self.message: Message | None = None
        with contextlib.suppress(OSError):
            self.say(f"220 sink.example.net {_PROTOCOL.get(self.server.profile, 'ESMTP')} sink ready")
            while (line := self.rfile.readline(70000)) and self.command(line):
                if self.message is not None and not line.endswith(b"\r\n"):
                    self.message.problems.append("command line not ended by CRLF")

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def record(self) -> None:
        if self.message is not None:
            self.server.sinks.add(self.message)
        self.message = None

    def command(self, raw: bytes) -> bool:
        """Answer; False: the connection is to be closed."""
        line = raw.decode("latin-1").rstrip("\r\n")
        verb, _, argument = line.partition(" ")
        match verb.upper():
            case "EHLO" | "HELO" | "LHLO":
                self.greeted(verb.upper(), line)
            case "MAIL":
                self.mail(argument)
            case "RCPT" if self.message is not None:
                return self.rcpt(self.message, argument)
            case "DATA" if self.message is not None:
                return self.text(self.message)
            case "RSET":
                if self.message is not None and self.message.recipients:
                    self.record()
                self.message = None
                self.say("250 2.0.0 reset")
            case "QUIT":
                self.record()
                self.say("221 2.0.0 bye")
                return False
            case "NOOP" | "VRFY" | "HELP":
                self.say("250 2.0.0 ok")
            case "RCPT" | "DATA":
                self.say("503 5.5.1 not now")
            case _:
                self.say("500 5.5.2 what?")
        return True

    def greeted(self, verb: str, line: str) -> None:
        profile = self.server.profile
        if (verb == "LHLO") != (profile == "lmtp") or (profile == "plain" and verb == "EHLO"):
            self.say("502 5.5.1 not here")
            return
        self.hello, self.message = line, None
        *rows, last = ["sink.example.net at your service", *(_KEYWORDS[profile] if verb != "HELO" else ())]
        self.say(*(f"250-{row}" for row in rows), f"250 {last}")

    def mail(self, argument: str) -> None:
        self.message = Message(self.server.profile, self.hello, argument, source=self.client_address[0])
        answer = _steered(_SENDERS, argument, "250 2.1.0 sender ok")
        self.say(answer)
        if not answer.startswith("250"):
            self.record()

    def rcpt(self, message: Message, argument: str) -> bool:
        answer = _steered(_RECIPIENTS, argument, "250 2.1.5 recipient ok")
        message.recipients.append((argument, answer[:3]))
        self.say(answer)
        if answer.startswith("421"):
            self.record()
            return False
        return True

    def text(self, message: Message) -> bool:
        good = [path for path, code in message.recipients if code == "250"]
        if not good:
            self.say("554 5.5.1 no valid recipients")
            return True
        self.say("354 go ahead")
        lines: list[bytes] = []
        while True:
            line = self.rfile.readline(1 << 20)
            begins = not lines or lines[-1].endswith(b"\r\n")
            if not line:
                message.problems.append("connection closed inside DATA")
                self.record()
                return False
            if begins and line == b".\r\n":
                break
            lines.append(line[1:] if begins and line.startswith(b".") else line)
        message.data = b"".join(lines)
        answers = [_steered(_TEXTS, path, "250 2.0.0 taken") for path in good]
        if self.server.profile != "lmtp":
            answers = [max(answers)]
        message.replies = [answer[:3] for answer in answers]
        self.record()
        self.say(*answers)
        return True


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, profile: str, sinks: "Sinks") -> None:
        self.profile, self.sinks = profile, sinks
        super().__init__(("127.0.0.1", port), _Session)


class Sinks:
    """All of them, as a context; `take` gives what has come in."""

    def __init__(self, base: int) -> None:
        self.base = base
        self._lock = threading.Lock()
        self._messages: list[Message] = []
        self._servers: list[_Server] = []

    def __enter__(self) -> "Sinks":
        for number, profile in enumerate(_KEYWORDS):
            server = _Server(self.base + number, profile, self)
            threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
            self._servers.append(server)
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def add(self, message: Message) -> None:
        with self._lock:
            self._messages.append(message)

    def take(self) -> list[Message]:
        with self._lock:
            taken, self._messages = self._messages, []
        return taken

    def settle(self, expected: int | None, limit: float = 10.0) -> None:
        """Wait until so many have come, and a moment more for what should not come; None: until no more come."""
        end = time.monotonic() + limit
        if expected is None:
            seen = -1
            while seen != len(self._messages) and time.monotonic() < end:
                seen = len(self._messages)
                time.sleep(_QUIET)
            return
        while len(self._messages) < expected and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.3 if expected else 0.6)
