"""The whole report: an envelope for the queue and its body."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from noctule.base.international import is_utf8
from noctule.base.text import to_bytes
from noctule.dsn.notice import Action, Order
from noctule.dsn.prose import human_part, in_words
from noctule.dsn.status import message_fields, printable, recipient_fields
from noctule.mail.envelope import BodyType, Envelope, HeaderField, Recipient

_CRLF = b"\r\n"
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_EIGHT_BIT = b"Content-Transfer-Encoding: 8bit\r\n"
_RETURNED_EXTRA = 1024  # what Sendmail takes a report to be larger than the message it returns
_PREAMBLE = b"This is a MIME-encapsulated message\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Who reports, and how: the options that matter.

    `date` writes a time as a Date: field does, in local time.
    """

    host: str  # $j
    date: Callable[[float], str]
    software: str  # what stands in parentheses after the host in Received: `8.17.1/8.17.1`
    name: str = "MAILER-DAEMON"  # $n
    mime: bool = True  # SendMimeErrors
    show_actual: bool = True  # PrivacyOptions without noactualrecipient
    return_body: bool = True  # NoBodyReturn off and PrivacyOptions without nobodyreturn
    error_header: Callable[[str], str] = lambda _: ""  # ErrorHeader, read, for a report with this queue id
    first_fields: tuple[HeaderField, ...] = ()  # stand before all others: Return-Path, written at delivery


@dataclass(frozen=True, slots=True)
class Report:
    """A report ready for the queue: the envelope carries all header fields, `body` has CRLF line ends."""

    envelope: Envelope
    body: bytes


def compose(reporter: Reporter, order: Order, body: Iterable[bytes] = ()) -> Report:
    """Write a report.  `body` is that of the original, in chunks; it is read only when it is returned."""
    whole = reporter.return_body and order.returns_body
    original = _original(order, reporter.name, body if whole else None)
    prose = _lines(order, human_part(order, date=reporter.date, error_header=reporter.error_header(order.id)))
    if reporter.mime:
        parts = (_prose_part(prose), _status_part(reporter, order), _returned_part(order, original, whole=whole))
        content = _multipart(_boundary(reporter, order), parts)
    else:
        heading = "Original message" if whole else "Message header"
        content = prose + _lines(order, (f"   ----- {heading} follows -----", "")) + original
    eight_bit = not content.isascii()
    headers = _headers(reporter, order, eight_bit=eight_bit)
    envelope = Envelope(
        id=order.id,
        sender="<>",
        recipients=(Recipient(number=1, address=order.to),),
        headers=headers,
        created=order.now,
        size=_RETURNED_EXTRA + order.envelope.size if whole else 0,
        body_size=len(content),
        body_type=BodyType.EIGHT_BIT_MIME if eight_bit else BodyType.UNSTATED,
        has_8bit=eight_bit,
        smtputf8=not _text(order, order.to).isascii(),
        message_id=_message_id(reporter, order),
        is_report=True,
        macros={"_": "localhost", "r": "", "s": "localhost"},
    )
    return Report(envelope, content)


def _boundary(reporter: Reporter, order: Order) -> str:
    return f"{order.id}.{int(order.now)}/{reporter.host}"


def _message_id(reporter: Reporter, order: Order) -> str:
    return f"<{datetime.fromtimestamp(order.now, UTC):%Y%m%d%H%M}.{order.id}@{reporter.host}>"


def _headers(reporter: Reporter, order: Order, *, eight_bit: bool) -> tuple[HeaderField, ...]:
    date = reporter.date(order.now)
    by = f"by {reporter.host} ({reporter.software}) id {order.id}"
    fields = [
        ("Received", f"from localhost (localhost)\r\n\t{by};\r\n\t{date}"),
        ("Date", date),
        ("From", f"Mail Delivery Subsystem <{reporter.name}>"),
        ("Message-Id", _message_id(reporter, order)),
        ("To", _text(order, printable(order.to))),
    ]
    if reporter.mime:
        boundary = f'boundary="{_boundary(reporter, order)}"'
        fields.append(("MIME-Version", "1.0"))
        fields.append(("Content-Type", f"multipart/report; report-type=delivery-status;\r\n\t{boundary}"))
        if eight_bit:
            fields.append(("Content-Transfer-Encoding", "8bit"))
    fields.append(("Subject", order.kind.subject.format(past=in_words(order.overdue))))
    fields.append(("Auto-Submitted", f"auto-generated ({order.kind.remark})"))
    return (*reporter.first_fields, *(HeaderField(name, f" {value}") for name, value in fields))


def _text(order: Order, line: str) -> str:
    """A line as this report may hold it: UTF-8 in an international one, else ASCII with other bytes as `?`."""
    return line if order.international and is_utf8(line) else _FOREIGN.sub("?", line)


def _lines(order: Order, lines: Iterable[str]) -> bytes:
    return b"".join([to_bytes(_text(order, line)) + _CRLF for line in lines])


def _status_part(reporter: Reporter, order: Order) -> bytes:
    blocks = [message_fields(order.envelope, reporter.host, reporter.date)]
    for notice in order.notices:
        fields = recipient_fields(notice, reporter.host, reporter.date, show_actual=reporter.show_actual)
        if notice.action is Action.DELAYED and order.retry_until:
            fields.append(f"Will-Retry-Until: {reporter.date(order.retry_until)}")
        blocks.append(fields)
    status = _CRLF.join(_lines(order, block) for block in blocks)
    kind = b"delivery-status\r\n" if status.isascii() else b"global-delivery-status\r\n" + _EIGHT_BIT
    return b"Content-Type: message/" + kind + _CRLF + status + _CRLF


def _original(order: Order, name: str, body: Iterable[bytes] | None) -> bytes:
    """The message that is reported on: its header, and its body if that goes back too."""
    parts = [returned_header(order.envelope, name)]
    if body is not None:
        parts.append(_CRLF)
        parts.extend(body)
        if not parts[-1].endswith(b"\n"):
            parts.append(_CRLF)
    return b"".join(parts)


def returned_header(envelope: Envelope, daemon: str) -> bytes:
    """The header of a message that is given back, without an empty line; `daemon` is the author of reports."""
    sender = daemon if envelope.is_report else envelope.sender_address
    lines = [to_bytes(f"Return-Path: <{printable(sender)}>")]
    lines += [
        to_bytes(f"{field.name}:{field.value}")
        for field in envelope.headers
        if field.name.lower() != "return-path" and field.condition != "x"
    ]
    return b"".join(line + _CRLF for line in lines)


def _prose_part(prose: bytes) -> bytes:
    kind = b"" if prose.isascii() else b"Content-Type: text/plain; charset=utf-8\r\n" + _EIGHT_BIT
    return kind + _CRLF + prose


def _returned_part(order: Order, original: bytes, *, whole: bool) -> bytes:
    header = original.partition(b"\r\n\r\n")[0]
    if order.international and not header.isascii():
        kind = b"message/global" if whole else b"message/global-headers"
    else:
        kind = b"message/rfc822" if whole else b"text/rfc822-headers"
    return b"".join((b"Content-Type: ", kind, _CRLF, b"" if original.isascii() else _EIGHT_BIT, _CRLF, original, _CRLF))


def _multipart(boundary: str, parts: Iterable[bytes]) -> bytes:
    delimiter = to_bytes(f"--{boundary}")
    return b"".join((_PREAMBLE, *(delimiter + _CRLF + part for part in parts), delimiter + b"--\r\n\r\n"))
