"""The message/delivery-status part (RFC 3464)."""

import re
from collections.abc import Callable

from noctule.base.international import is_utf8
from noctule.base.text import BLANKS, first_word
from noctule.dsn.notice import Action, Notice
from noctule.dsn.xtext import decode_xtext
from noctule.mail.envelope import Envelope, Recipient, qualified
from noctule.mail.outcome import Delivered, Failed
from noctule.mail.status import reported_status

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_PEER = re.compile(
    r"(?:[^@\s]*@)?(\S+) \[.*", re.ASCII
)  # $_ of a connection: [ident@]name [address]; a nameless one: [address]
_ADDRESS = re.compile(r"\[(?:IPv6:)?([\d.:a-fA-F]+)\]")
_SMTP_REPLY = re.compile(r"[245]\d\d[ -]")
_MAX_FIELD = 900  # octets of a value: with its name below the 998 of a line


def printable(text: str) -> str:
    """Text for one line: control characters become blanks; cut to what SMTP carries."""
    return _CONTROL.sub(" ", text)[:_MAX_FIELD].strip(BLANKS)


def message_fields(envelope: Envelope, host: str, date: Callable[[float], str]) -> list[str]:
    """The per-message block, one field a line."""
    fields = []
    if envelope.envid:
        fields.append(f"Original-Envelope-Id: {_decoded(envelope.envid)}")
    fields.append(f"Reporting-MTA: dns; {host}")
    if peer := received_from(envelope):
        fields.append(f"Received-From-MTA: DNS; {peer}")
    fields.append(f"Arrival-Date: {date(envelope.created)}")
    if envelope.deadline is not None:
        fields.append(f"Deliver-By-Date: {date(envelope.deadline.at)}")
    return fields


def recipient_fields(notice: Notice, host: str, date: Callable[[float], str], *, show_actual: bool) -> list[str]:
    """The block of one recipient, one field a line."""
    recipient, outcome = notice.recipient, notice.outcome
    fields = [f"Original-Recipient: {_decoded(recipient.original)}"] if recipient.original else []
    fields.append(f"Final-Recipient: {final_recipient(recipient, host)}")
    if show_actual:
        fields.append(f"X-Actual-Recipient: {actual_recipient(recipient, host)}")
    fields.append(f"Action: {notice.action.value}")
    status, diagnostic = _told(notice)
    fields.append(f"Status: {printable(status)}")
    if outcome and outcome.remote and notice.action is not Action.DELIVERED and not outcome.about_sender:
        fields.append(f"Remote-MTA: DNS; {printable(outcome.remote.removesuffix('.'))}")
    if diagnostic:
        fields.append(f"Diagnostic-Code: {diagnostic}")
    fields.append(f"Last-Attempt-Date: {date(notice.at)}")
    return fields


def received_from(envelope: Envelope) -> str:
    """Name of the host that sent the message by SMTP, "" when it was submitted on this host or has been tried before.

    A queue run of Sendmail does not know any more who sent the message.
    """
    if envelope.attempts:
        return ""
    if envelope.is_report:
        return envelope.macros.get("client_name", "")
    peer = printable(envelope.macros.get("_", ""))
    if peer.startswith("["):
        return first_word(peer)[0]
    found = _PEER.fullmatch(peer)
    return found[1] if found else ""


def received_address(envelope: Envelope) -> str:
    """The address of that host, "" when there is none."""
    found = _ADDRESS.search(envelope.macros.get("_", "")) if received_from(envelope) else None
    return found[1] if found else ""


def final_recipient(recipient: Recipient, host: str) -> str:
    """`RFC822; bob@host`: the address as it was when this host became responsible for it."""
    kind, _, address = printable(recipient.final).partition("; ")
    return _typed(kind or "RFC822", address or qualified(printable(recipient.address), host))


def actual_recipient(recipient: Recipient, host: str) -> str:
    """What was delivered to: `rfc822; bob@host`, or a program or file."""
    triple = recipient.triple
    user = printable(triple.user if triple and triple.user else recipient.address)
    if triple and triple.mailer in {"prog", "*file*"}:
        return f"X-Unix; {user.strip(chr(34))}"
    return _typed("rfc822", qualified(user, host))


def _typed(kind: str, address: str) -> str:
    """An international address has a type of its own (RFC 6533 3)."""
    return f"{kind if address.isascii() or not is_utf8(address) else 'utf-8'}; {address}"


def _told(notice: Notice) -> tuple[str, str]:
    """Status and diagnostic: of a delivery those about the recipient, if they are known."""
    match notice.outcome:
        case None:
            return "2.0.0", ""
        case Delivered(recipient_reply=reply, recipient_status=status) if reply:
            return status, _diagnostic(reply)
        case Delivered(remote="") if notice.action is Action.DELIVERED:
            return "2.1.5", ""
        case Failed(exit=int(code)):
            return reported_status(code), f"X-Unix; {code}"
        case outcome:
            return outcome.status, _diagnostic(outcome.reply)


def _diagnostic(reply: str) -> str:
    reply = printable(reply)
    return f"SMTP; {reply}" if _SMTP_REPLY.match(reply) else reply


def _decoded(xtext: str) -> str:
    """An xtext (behind an address type and `;`) as text, or as it came when it hides what must not be shown."""
    kind, separator, value = xtext.rpartition(";")
    decoded = decode_xtext(value)
    return printable(f"{kind}{separator}{value if decoded is None else decoded}")
