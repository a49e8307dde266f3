"""Plays a case against a server and writes down what it says."""

import base64
import contextlib
import os
import re
import select
import shlex
import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from typing import Protocol

from dialogs.cases import Case, Step, unescape
from dialogs.transcript import Normaliser

PATIENCE = 10.0  # seconds for a reply
_REPLY = re.compile(rb"(\d{3})([ -]|$)(.*)$", re.DOTALL)
_ENHANCED = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})( |$)(.*)$", re.DOTALL)
_MARKS = {"+": "C+", "|": "D", "~": "D~"}
_SIZE = re.compile(r"(?<=[ -])SIZE=\d+")
_TEXT_SENT = frozenset({"~", "|", "message"})
_MESSAGE = (
    "From: Sender <sender@example.net>\r\nTo: Somebody <somebody@example.net>\r\n"
    "Subject: {0}\r\n\r\nThis is the text of {0}.\r\n"
)


class Link(Protocol):
    """A way to the server.  `receive` gives b"" at the end, None at the time limit."""

    def send(self, data: bytes) -> None: ...
    def receive(self, timeout: float) -> bytes | None: ...
    def half_close(self) -> None: ...
    def close(self) -> None: ...


class TcpLink:
    """A connection from a given address, "" for the usual one, to an address of this host."""

    def __init__(self, port: int, source: str, target: str = "") -> None:
        self._sock = socket.create_connection((target or "127.0.0.1", port), 10, (source, 0) if source else None)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data: bytes) -> None:
        self._sock.settimeout(PATIENCE)
        self._sock.sendall(data)

    def receive(self, timeout: float) -> bytes | None:
        try:
            if not (isinstance(self._sock, ssl.SSLSocket) and self._sock.pending()):
                if not select.select([self._sock], [], [], max(timeout, 0))[0]:
                    return None
                self._sock.settimeout(PATIENCE)
            return self._sock.recv(65536)
        except TimeoutError:
            return None
        except (OSError, ValueError):  # ValueError: closed on our side by a failed handshake
            return b""

    def half_close(self) -> None:
        self._sock.shutdown(socket.SHUT_WR)

    def start_tls(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self._sock.settimeout(PATIENCE)
        self._sock = context.wrap_socket(self._sock)

    def close(self) -> None:
        self._sock.close()


class CommandLink:
    """Standard input and output of a command."""

    def __init__(self, command: str) -> None:
        self._process = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout

    def send(self, data: bytes) -> None:
        self._stdin.write(data)

    def receive(self, timeout: float) -> bytes | None:
        if not select.select([self._stdout], [], [], max(timeout, 0))[0]:
            return None
        return os.read(self._stdout.fileno(), 65536)

    def half_close(self) -> None:
        self._stdin.close()

    def close(self) -> None:
        for file in (self._stdin, self._stdout):
            with contextlib.suppress(OSError):
                file.close()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class _Connection:
    """A link with what has come over it and what is to go out in one write."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.buffer = b""
        self.ended = False
        self.group = bytearray()
        self.replies_due = 0

    @property
    def over(self) -> bool:
        return self.ended and not self.buffer


class Player:
    """One case.

    `connect` opens a link from an address to one ("" for the usual ones), `flush` runs the queue once, `run` gives what
    sendmail prints with some arguments and a text, and its status.
    """

    def __init__(
        self,
        case: Case,
        connect: Callable[[str, str], Link],
        norm: Normaliser,
        flush: Callable[[], None],
        run: Callable[[list[str], bytes], tuple[bytes, int]],
    ) -> None:
        self.lines: list[str] = []
        self.sent_text = not _TEXT_SENT.isdisjoint(step.operation for step in case.steps)
        self._case, self._connect, self._norm, self._flush, self._run = case, connect, norm, flush, run
        self._text = bytearray()  # standard input of the next command
        self._connections: dict[str, _Connection] = {}
        self._at: _Connection | None = None
        self._challenge = ""
        self._command = ""  # the last one sent, "(group)" for several
        self._code = ""
        self._recent = b""  # the last bytes sent

    def play(self) -> list[str]:
        """The transcript of what was said."""
        steps = self._case.steps
        by_command = self._case.head.get("via") == "command"
        if not by_command and (not steps or steps[0].operation != "open"):
            self._open(Step("open", ""))
        at = 0
        while at < len(steps):
            if steps[at].operation == "repeat":
                end = next(n for n in range(at, len(steps)) if steps[n].operation == "end")
                for _ in range(int(steps[at].text)):
                    for step in steps[at + 1 : end]:
                        self._step(step)
                at = end
            else:
                self._step(steps[at])
            at += 1
        for connection in self._connections.values():
            with contextlib.suppress(OSError):
                connection.link.close()
        return self.lines

    def _put(self, line: str) -> None:
        self.lines.append(line)

    # operations

    def _step(self, step: Step) -> None:
        match step.operation:
            case "open":
                self._open(step)
            case "use":
                self._put(f"# connection {step.text}")
                self._at = self._connections.get(step.text)
            case "pause":
                time.sleep(float(step.text))
            case "flush":
                self._put("# queue run")
                self._flush()
            case "run":
                self._run_command(step.text)
            case "|" | "~" as mark if self._case.head.get("via") == "command":
                self._put(f"{_MARKS[mark]} {step.text}")
                self._text += unescape(step.text) + (b"" if mark == "~" else b"\n")
            case _ if self._at is None:
                self._put("X not connected")
            case _:
                self._talk(step, self._at)

    def _run_command(self, words: str) -> None:
        self._put(f"C sendmail {words}")
        output, status = self._run(shlex.split(words), bytes(self._text))
        self._text.clear()
        self.lines += [f"O {_SIZE.sub('SIZE=<N>', self._norm.line(line))}" for line in output.splitlines()]
        self._put(f"X status {status}")

    def _open(self, step: Step) -> None:
        words = step.text.split()
        ends = dict(word.split("=", 1) for word in words if "=" in word)
        name = next((word for word in words if word != "nogreet" and "=" not in word), "")
        if name:
            self._put(f"# connection {name}")
        try:
            link = self._connect(ends.get("from", self._case.head.get("client", "")), ends.get("to", ""))
        except OSError as error:
            self._put(f"X connect failed: {type(error).__name__}")
            self._at = None
            return
        if name in self._connections:
            self._connections[name].link.close()
        self._at = self._connections[name] = _Connection(link)
        if "nogreet" not in words:
            self._command = ""
            self._read(self._at)

    def _talk(self, step: Step, at: _Connection) -> None:
        text = step.text
        match step.operation:
            case ">":
                self._say(at, text)
            case "+" | "|" | "~" as mark:
                self._put(f"{_MARKS[mark]} {text}")
                at.group += unescape(text, self._challenge) + (b"" if mark == "~" else b"\r\n")
                at.replies_due += mark == "+"
            case "message":
                self._put(f"D (message {text})")
                at.group += _MESSAGE.format(text).encode()
            case "go":
                self._command = "(group)"
                self._send(at)
                self._read_several(at, int(text) if text else at.replies_due)
                at.replies_due = 0
            case ".":
                self._end_text(at)
            case "read":
                self._read_several(at, int(text or 1))
            case "quiet":
                self._stay_quiet(at, float(text or 1))
            case "closed":
                self._wait_closed(at, float(text or 5))
            case "half":
                self._put("X half-close")
                self._send(at)
                try:
                    at.link.half_close()
                except OSError:
                    at.ended = True
            case "drop":
                self._put("X drop")
                self._send(at)
                at.link.close()
                self._at = None
            case "starttls":
                self._start_tls(at)
            case "auth":
                self._authenticate(at, *text.split())
            case unknown:
                raise ValueError(f"{self._case.name}: unknown operation {unknown!r}")

    def _say(self, at: _Connection, text: str) -> None:
        self._put(f"C {text}")
        self._command = text
        if at.over:
            self._put("X closed")
            return
        at.group += unescape(text, self._challenge) + b"\r\n"
        self._send(at)
        self._read(at)

    def _send(self, at: _Connection) -> None:
        data, at.group = bytes(at.group), bytearray()
        if not data:
            return
        self._recent = (self._recent + data.upper())[-4000:]
        try:
            at.link.send(data)
        except (OSError, ValueError):
            self._put("X send failed: closed")

    def _end_text(self, at: _Connection) -> None:
        self._put("D .")
        if at.over or not self._code.startswith("3"):
            self._put("X closed" if at.ended else "X text not sent")
            at.group.clear()
            return
        at.group += b".\r\n"
        at.replies_due = 0
        self._command = "(dot)"
        self.sent_text = True
        self._send(at)
        self._read(at)

    def _stay_quiet(self, at: _Connection, seconds: float) -> None:
        """Whatever comes within that time."""
        end = time.monotonic() + seconds
        seen = False
        while (left := end - time.monotonic()) > 0:
            if not at.buffer:
                got = at.link.receive(left)
                if not got:
                    at.ended = at.ended or got == b""
                    break
                at.buffer += got
            seen = True
            if not self._read(at, max(end - time.monotonic(), 0.2)):
                break
        if not seen:
            self._put("X closed" if at.ended else "X nothing")

    def _wait_closed(self, at: _Connection, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not at.ended and time.monotonic() < end:
            got = at.link.receive(end - time.monotonic())
            at.ended = got == b""
            at.buffer += got or b""
            while b"\n" in at.buffer:
                self._read(at, 0.5)
        self._put("X closed" if at.ended else "X still open")

    def _start_tls(self, at: _Connection) -> None:
        if at.buffer:
            self._put("X plaintext after the reply to STARTTLS: " + self._norm.line(at.buffer))
            at.buffer = b""
        try:
            assert isinstance(at.link, TcpLink)
            at.link.start_tls()
            self._put("X tls up")
        except (OSError, ValueError):
            self._put("X tls failed")
            at.ended = True

    def _authenticate(self, at: _Connection, mechanism: str, user: str, password: str) -> None:
        match mechanism.upper():
            case "PLAIN":
                lines = [rf"AUTH PLAIN {{b64:\0{user}\0{password}}}"]
            case "LOGIN":
                lines = ["AUTH LOGIN", f"{{b64:{user}}}", f"{{b64:{password}}}"]
            case _:
                lines = ["AUTH CRAM-MD5", f"{{cram:{user}:{password}}}"]
        for line in lines:
            self._say(at, line)

    # replies

    def _read_several(self, at: _Connection, count: int) -> None:
        for _ in range(count):
            if not self._read(at):
                break

    def _read(self, at: _Connection, patience: float = PATIENCE) -> bool:
        """Read one reply and write it down; False when there is none."""
        hello = self._command.upper().lstrip().startswith(("EHLO", "LHLO"))
        hello = hello or (self._command == "(group)" and b"EHLO " in self._recent)
        first = True
        while (line := self._line(at, patience)) is not None:
            content = line.rstrip(b"\r\n")
            found = _REPLY.match(content)
            if found is None:
                self._put("S ??? | " + self._norm.line(content))
                return False
            self._put_reply(found, keyword=hello and not first, bare=not line.endswith(b"\r\n"))
            first = False
            if found[2] != b"-":
                self._code = found[1].decode()
                return True
        return False

    def _line(self, at: _Connection, patience: float) -> bytes | None:
        end = time.monotonic() + patience
        while b"\n" not in at.buffer:
            got = b"" if at.ended else at.link.receive(end - time.monotonic())
            if got is None:
                self._put("X timeout")
                return None
            if not got:
                at.ended = True
                if at.buffer:
                    self._put("X partial line at close: " + self._norm.line(at.buffer))
                    at.buffer = b""
                self._put("X closed")
                return None
            at.buffer += got
        line, _, at.buffer = at.buffer.partition(b"\n")
        return line + b"\n"

    def _put_reply(self, found: re.Match[bytes], *, keyword: bool, bare: bool) -> None:
        code, text = found[1].decode(), found[3]
        enhanced = _ENHANCED.match(text)
        if keyword and code == "250" and not enhanced:
            self._put("E " + self._norm.line(text)[:300])
            return
        self._challenge = text.decode("latin-1")
        shown = _challenge(self._norm, text) if code == "334" else self._norm.line(enhanced[3] if enhanced else text)
        if len(shown) > 300:
            shown = f"{shown[:120]}... ({len(shown)} characters)"
        status = enhanced[1].decode() if enhanced else "-"
        mark = "-" if found[2] == b"-" else " "
        self._put(f"S{mark}{code} {status}{' [no CR]' if bare else ''} | {shown}")


def _challenge(norm: Normaliser, text: bytes) -> str:
    try:
        plain = base64.b64decode(text, validate=True)
    except ValueError:
        return norm.line(text)
    return "(b64) <CHALLENGE>" if plain.startswith(b"<") and plain.endswith(b">") else "(b64) " + norm.line(plain)
