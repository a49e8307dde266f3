"""What a report says of one recipient, and who is to hear of it."""

from dataclasses import dataclass
from enum import Enum

from noctule.base.international import is_utf8
from noctule.mail.envelope import Envelope, Notify, Recipient
from noctule.mail.outcome import Deferred, Delivered, Failed, Outcome


class Action(Enum):
    """Action of RFC 3464 section 2.3.3, with the remark Sendmail adds."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered (to mailbox)"
    RELAYED = "relayed (to non-DSN-aware mailer)"
    RELAYED_BY = "relayed (Deliver-By notify mode)"
    EXPANDED = "expanded (to multi-recipient alias)"
    GIVEN_TO_LIST = "delivered (to mailing list)"


class Kind(Enum):
    """Kind of report: its subject, and the remark in Auto-Submitted (RFC 3834)."""

    FAILURE = ("Returned mail: see transcript for details", "failure")
    WARNING = ("Warning: could not send message for past {past}", "warning-timeout")
    RECEIPT = ("Return receipt", "return-receipt")
    POSTMASTER = ("Postmaster notify: see transcript for details", "postmaster-notification")

    @property
    def subject(self) -> str:
        return self.value[0]

    @property
    def remark(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One recipient, what became of it, and when (seconds since the epoch)."""

    recipient: Recipient
    action: Action
    at: float
    outcome: Outcome | None = None  # None when nothing was attempted: an alias that was expanded


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be reported, to whom.  Times are seconds since the epoch."""

    envelope: Envelope  # of the message reported on
    notices: tuple[Notice, ...]
    kind: Kind
    to: str  # an address as a client gives it: `<a@b>`, or bare
    id: str  # queue id of the report
    now: float
    overdue: float = 0.0  # for a warning: the time limit that has passed (Timeout.queuewarn), in seconds
    header_only: bool = False  # the message is returned without its body, whatever RET= says
    retry_until: float = 0.0  # when a delayed message will be given up; 0 is not mentioned

    @property
    def international(self) -> bool:
        """Whether the report may hold UTF-8 (RFC 6533)."""
        addresses = [self.to, *(notice.recipient.address for notice in self.notices)]
        return self.envelope.smtputf8 or any(not a.isascii() and is_utf8(a) for a in addresses)

    @property
    def returns_body(self) -> bool:
        """RET speaks of failures only; other reports carry the header alone (RFC 3461 section 4.3)."""
        if self.header_only or self.envelope.ret == "HDRS":
            return False
        return any(notice.action is Action.FAILED for notice in self.notices)


_BIT_OF_ACTION = {Action.FAILED: Notify.FAILURE, Action.DELAYED: Notify.DELAY}


def action_for(outcome: Outcome, *, local: bool) -> Action | None:
    """The action an attempt's outcome amounts to; `local` when the mailer makes final delivery (F=l).

    None for mail handed to a host that reports on it itself (RFC 3461 section 5.2.2).
    """
    match outcome:
        case Failed():
            return Action.FAILED
        case Deferred():
            return Action.DELAYED
        case Delivered(relayed=relayed):
            return Action.DELIVERED if local else Action.RELAYED if relayed else None


def wanted(notice: Notice) -> bool:
    """Did the sender ask for this (RFC 3461 section 4.1)?  Without NOTIFY: failures and delays."""
    notify = notice.recipient.notify
    bit = _BIT_OF_ACTION.get(notice.action, Notify.SUCCESS)
    if notice.action is Action.RELAYED_BY:
        return notify is None or bool(notify)
    if notify is None:
        return bit is not Notify.SUCCESS
    return bool(notify & bit)


def kind_of(notices: tuple[Notice, ...]) -> Kind:
    """A report of any failure is a bounce; of none but delays, a warning; else a receipt."""
    actions = {notice.action for notice in notices}
    if Action.FAILED in actions:
        return Kind.FAILURE
    return Kind.WARNING if Action.DELAYED in actions else Kind.RECEIPT


def addressee(envelope: Envelope, kind: Kind, double_bounce: str) -> tuple[str, Kind] | None:
    """To whom a report on this message goes, and as what.  None: to nobody.

    A message without a sender, and a report itself, is never bounced to where it came from; its failure goes to the
    double bounce address ("" drops it), its delays and successes interest nobody.  When the report to that address
    fails as well, the matter ends there: else it would go round for ever.
    """
    if envelope.sender_address and not envelope.is_report:
        return envelope.sender, kind
    if kind is Kind.FAILURE and double_bounce and not is_double_bounce(envelope, double_bounce):
        return double_bounce, Kind.POSTMASTER
    return None


def is_double_bounce(envelope: Envelope, double_bounce: str) -> bool:
    """Is it a report of ours to the double bounce address?"""
    return envelope.is_report and any(double_bounce in (r.address, r.alias_of) for r in envelope.recipients)
