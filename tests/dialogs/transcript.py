"""What was seen, as lines: what differs between two right servers is replaced by placeholders."""

import email
import email.policy
import hashlib
import re
from collections.abc import Callable, Collection, Iterator
from email.message import Message as Mail

from dialogs.sinks import Message

_QUEUE_ID = re.compile(r"\b(?=[0-9A-Za-z]{14}\b)(?=\w*[A-Za-z])[0-9A-Za-z]{8}\d{6}\b")
_DAYS, _MONTHS = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)", "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_SUBSTITUTIONS = (
    (re.compile(r"\b20[2-9]\d(0[1-9]|1[0-2])\d{6}\b"), "<STAMP>"),
    (_QUEUE_ID, "<QID>"),
    (
        re.compile(rf"\b{_DAYS}, \d{{1,2}} {_MONTHS} 20[2-9]\d \d\d:\d\d:\d\d ([+-]\d{{4}}( \([^)]*\))?|GMT|UTC)"),
        "<DATE>",
    ),
    (re.compile(rf"\b{_DAYS} {_MONTHS} [ \d]\d \d\d:\d\d:\d\d 20[2-9]\d"), "<CTIME>"),
    (re.compile(r"(?<=\()version=\S+\s+cipher=\S+\s+bits=\d+"), "version=<V> cipher=<C> bits=<B>"),
    (re.compile(r"<QID>/\d{10}\b"), "<QID>/<TIME>"),
)
_LATE_SUBSTITUTIONS = (
    (re.compile(r"localhost(\.localdomain)? \[127\.0\.0\.1\]"), "<PEER>"),
    (re.compile(r"IDENT:\S+@"), ""),
    (re.compile(r"\b8\.1\d\.\d+(\.\d+)?(/[\w.+/-]+)?"), "<VERSION>"),
)
_BOUNDARY = re.compile(r'boundary="?[^";]+"?')
_SOFT_FIELDS = frozenset({"Diagnostic-Code", "Last-Attempt-Date", "Arrival-Date", "Will-Retry-Until"})
_DIAGNOSTIC = re.compile(r"((?:SMTP|X-Unix|smtp); *\d*|)(.*)$")
_REPORT = re.compile(rb"content-type:\s*multipart/report", re.IGNORECASE)
_MAX_LINE, _MAX_FIELD_LINE, _MAX_LINES = 200, 400, 40
_USUAL_SOURCE = "127.0.0.1"
Put = Callable[[str], None]
Fields = list[list[bytes]]


class Normaliser:
    """For one server: its host name, its folder, its ports, and who runs it."""

    def __init__(self, host: str, folder: str, ports: Collection[int], user: str = "") -> None:
        self._host = re.compile(rf"(?<![\w.-]){re.escape(host)}(?![\w-]|\.\w)", re.IGNORECASE)
        self._folder = folder
        self._ports = re.compile(rf"\b({'|'.join(map(str, ports))})\b")
        self._user = user

    def text(self, text: str) -> str:
        text = text.replace(self._folder, "<DIR>")
        for pattern, placeholder in _SUBSTITUTIONS:
            text = pattern.sub(placeholder, text)
        text = self._host.sub("<HOST>", text)
        for pattern, placeholder in _LATE_SUBSTITUTIONS:
            text = pattern.sub(placeholder, text)
        if self._user:
            text = text.replace(f"{self._user}@localhost", "<USER>@localhost")
        return self._ports.sub("<PORT>", text)

    def line(self, data: bytes) -> str:
        """A printable form of bytes."""
        return "".join(map(_printable, self.text(data.decode("latin-1"))))

    def cut(self, data: bytes, limit: int, shown: int) -> str:
        """A line, or its beginning with a digest of it all when it is long."""
        if len(data) <= limit:
            return self.line(data)
        return f"{self.line(data[:shown])}... ({len(data)} bytes, sha256 {_digest(data)})"


def _printable(char: str) -> str:
    if char == "\\":
        return "\\\\"
    if char == "\t":
        return "\\t"
    return char if " " <= char < "\x7f" else f"\\x{ord(char):02x}"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def messages_shown(norm: Normaliser, messages: list[Message]) -> list[str]:
    """The recorded messages, in an order that does not depend on time."""
    blocks = [list(_message(norm, message)) for message in messages]
    blocks.sort(key=lambda block: [x for x in block if not x.startswith(("mail-param SIZE", "h", "b"))] + block)
    return [line for number, block in enumerate(blocks, 1) for line in (f"== message {number}", *block)]


def _message(norm: Normaliser, message: Message) -> Iterator[str]:
    yield f"via {message.profile}"
    if message.source != _USUAL_SOURCE:
        yield f"from {message.source}"
    yield "helo " + norm.text(message.hello)
    address, parameters = _path("FROM", message.sender)
    yield "mail " + norm.line(address.encode("latin-1"))
    for parameter in sorted(parameters):
        size = parameter.upper().startswith("SIZE=")
        yield f"mail-param SIZE | {parameter[5:]}" if size else "mail-param " + norm.text(parameter)
    yield from sorted(_recipient(norm, given, code) for given, code in message.recipients)
    for problem in message.problems:
        yield f"problem {problem}"
    if message.data is None:
        yield "no data"
        return
    yield "answer " + " ".join(message.replies)
    fields, body = split_header(message.data)
    yield from _fields(norm, fields)
    if any(_REPORT.match(b" ".join(field)) for field in fields):
        yield from _report(norm, message.data)
    else:
        yield from _body(norm, body)


def _path(word: str, text: str) -> tuple[str, list[str]]:
    found = re.match(rf"{word}:\s*(<(?:\"(?:\\.|[^\"\\])*\"|[^>\"])*>|\S+)\s*(.*)$", text, re.IGNORECASE)
    return (found[1], found[2].split()) if found else (text, [])


def _recipient(norm: Normaliser, given: str, code: str) -> str:
    address, parameters = _path("TO", given)
    words = [norm.line(address.encode("latin-1")), *(norm.text(parameter) for parameter in sorted(parameters))]
    return f"rcpt {code} {' '.join(words)}"


def split_header(data: bytes) -> tuple[Fields, bytes | None]:
    """Header fields with their folded lines, and the body; None when not even the empty line came."""
    fields: Fields = []
    rest = data
    while rest:
        line, _, rest = rest.partition(b"\r\n")
        if not line:
            return fields, rest
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1].append(line)
        else:
            fields.append([line])
    return fields, None


def _fields(norm: Normaliser, fields: Fields, prefix: str = "h") -> Iterator[str]:
    for field in fields:
        for number, line in enumerate(field):
            shown = norm.cut(line, _MAX_FIELD_LINE, 60)
            if "<QID>" in shown:
                shown = _BOUNDARY.sub('boundary="<BOUNDARY>"', shown)
            yield f"{prefix}{'+' if number else ''} {shown}"


def _body(norm: Normaliser, body: bytes | None) -> Iterator[str]:
    if body is None:
        yield "b-none"
        return
    *lines, rest = body.split(b"\r\n")
    crowd = len(lines) > _MAX_LINES
    for line in lines[:12] if crowd else lines:
        yield "b " + norm.cut(line, _MAX_LINE, 40)
    if crowd:
        yield f"b-more lines={len(lines)} bytes={len(body)} sha256={_digest(body)}"
    if rest:
        yield "b-unterminated " + norm.line(rest[:_MAX_LINE])


def _report(norm: Normaliser, data: bytes) -> Iterator[str]:
    """A bounce or receipt: its structure and fields, not its prose."""
    mail = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            yield from _status(norm, part)
        elif kind in {"message/rfc822", "text/rfc822-headers"}:
            yield from _original(norm, part)
            if kind == "message/rfc822":
                return
        elif kind == "text/plain" and part is not mail and part.get_payload():
            yield "dsn-part text/plain (prose not shown)"


def _status(norm: Normaliser, part: Mail) -> Iterator[str]:
    for number, block in enumerate(part.get_payload()):
        yield f"dsn-group {number}"
        assert isinstance(block, Mail)
        for name, value in block.items():
            shown = norm.line(" ".join(str(value).encode("ascii", "backslashreplace").decode().split()).encode())
            if name in _SOFT_FIELDS:
                cut = _DIAGNOSTIC.match(shown)
                assert cut is not None
                shown = f"{cut[1].strip()} | {cut[2].strip()}"
            yield f"dsn-field {name}: {shown}"


def _original(norm: Normaliser, part: Mail) -> Iterator[str]:
    yield f"dsn-part {part.get_content_type()}"
    inner = part.get_payload()
    data = inner[0].as_bytes() if isinstance(inner, list) and isinstance(inner[0], Mail) else str(inner).encode()
    fields, body = split_header(data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    yield from _fields(norm, fields, "dsn-h")
    yield f"dsn-body {'yes' if body else 'no'}"
