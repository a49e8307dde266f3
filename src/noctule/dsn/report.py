"""The whole report: an envelope for the queue and its body."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from noctule.base.international import is_utf8
from noctule.base.text import BLANKS, to_bytes
from noctule.dsn.notice import Action, Order
from noctule.dsn.prose import human_part, in_words
from noctule.dsn.status import message_fields, printable, received_from, recipient_fields
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
    complete: Callable[["Order", Sequence[tuple[str, str]]], tuple[HeaderField, ...]] | None = None  # by H lines


@dataclass(frozen=True, slots=True)
class Report:
    """A report ready for the queue: the envelope carries all header fields, `body` has CRLF line ends."""

    envelope: Envelope
    body: bytes


def compose(reporter: Reporter, order: Order, body: Iterable[bytes] = ()) -> Report:
    """Write a report.  `body` is that of the original, in chunks; it is read only when it is returned."""
    whole = reporter.return_body and order.returns_body
    original = _original(order, body if whole else None)
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
        message_id=next(field.value.strip(BLANKS) for field in headers if field.name.lower() == "message-id"),
        is_report=True,
        macros={"_": "localhost", "r": "", "s": "localhost", "client_name": received_from(order.envelope)},
    )
    return Report(envelope, content)


def _boundary(reporter: Reporter, order: Order) -> str:
    return f"{order.id}.{int(order.now)}/{reporter.host}"


def _message_id(reporter: Reporter, order: Order) -> str:
    return f"<{datetime.fromtimestamp(order.now, UTC):%Y%m%d%H%M}.{order.id}@{reporter.host}>"


def _headers(reporter: Reporter, order: Order, *, eight_bit: bool) -> tuple[HeaderField, ...]:
    date = reporter.date(order.now)
    fields = _own_fields(reporter, order, eight_bit=eight_bit)
    header = reporter.complete(order, fields) if reporter.complete is not None else _fields(fields)
    by = f"by {reporter.host} ({reporter.software}) id {order.id}"
    usual = [
        ("Received", f" from localhost (localhost)\r\n\t{by};\r\n\t{date}"),
        ("Date", f" {date}"),
        ("From", f" Mail Delivery Subsystem <{reporter.name}>"),
        ("Message-Id", f" {_message_id(reporter, order)}"),
    ]
    there = {field.name.lower() for field in header}
    return (*_fields((name, value) for name, value in usual if name.lower() not in there), *header)


def _fields(pairs: Iterable[tuple[str, str]]) -> tuple[HeaderField, ...]:
    return tuple([HeaderField(name, value) for name, value in pairs])


def _own_fields(reporter: Reporter, order: Order, *, eight_bit: bool) -> list[tuple[str, str]]:
    """What only a report has."""
    fields = [("To", _text(order, printable(order.to)))]
    if reporter.mime:
        boundary = f'boundary="{_boundary(reporter, order)}"'
        fields.append(("MIME-Version", "1.0"))
        fields.append(("Content-Type", f"multipart/report; report-type=delivery-status;\r\n\t{boundary}"))
        if eight_bit:
            fields.append(("Content-Transfer-Encoding", "8bit"))
    fields.append(("Subject", order.kind.subject.format(past=in_words(order.overdue))))
    fields.append(("Auto-Submitted", f"auto-generated ({order.kind.remark})"))
    return [(name, f" {value}") for name, value in fields]


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


def _original(order: Order, body: Iterable[bytes] | None) -> bytes:
    """The message that is reported on: its header, and its body if that goes back too."""
    parts = [returned_header(order.envelope)]
    if body is not None:
        parts.append(_CRLF)
        parts.extend(body)
        if not parts[-1].endswith(b"\n"):
            parts.append(_CRLF)
    return b"".join(parts)


def returned_header(envelope: Envelope) -> bytes:
    """The header of a message that is given back, without an empty line."""
    return b"".join([to_bytes(f"{field.name}:{field.value}") + _CRLF for field in envelope.headers])


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
