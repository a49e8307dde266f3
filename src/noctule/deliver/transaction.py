"""A batch as a transaction of SMTP: addresses, and the parameters of MAIL and RCPT.  Pure."""

from noctule.deliver import international
from noctule.deliver.batch import Batch
from noctule.deliver.message import Formed
from noctule.mail.envelope import Envelope, Notify, Recipient
from noctule.smtp.client import Destination, Transaction
from noctule.smtp.extensions import Extensions


def transaction_of(
    batch: Batch,
    recipients: tuple[Recipient, ...],
    spelling: international.Spelling,
    formed: Formed,
    extensions: Extensions,
) -> Transaction:
    """What a server is told before the message.  The parts of `spelling` belong to the recipients."""
    envelope = batch.message.envelope
    late = untimed(envelope, extensions)
    return Transaction(
        sender=spelling.sender,
        destinations=tuple(
            [
                Destination(address=user, notify=_told(r.notify, late=late), original=r.original)
                for r, user in zip(recipients, spelling.users, strict=True)
                if user is not None
            ]
        ),
        size=_announced(batch, formed),
        body_type=formed.body_type,
        ret=envelope.ret,
        envid=envelope.envid,
        auth=envelope.auth,
        smtputf8=spelling.smtputf8,
        deliver_by=_deliver_by(batch),
    )


def _announced(batch: Batch, formed: Formed) -> int:
    """The size for MAIL, 0 for none: as received when the message goes to other hosts alone, as Sendmail has it.

    Of a message that somebody here gets too Sendmail counts the fields that were added.
    """
    envelope, mailer = batch.message.envelope, batch.mailer
    elsewhere = all(r.triple is not None and r.triple.mailer == mailer.name for r in envelope.recipients)
    if envelope.is_report or ("l" not in mailer.flags and elsewhere):
        return envelope.size
    return formed.size


def comes_too_late(batch: Batch, extensions: Extensions) -> bool:
    """A message to be returned at its deadline goes only to a host that keeps to it (RFC 2852 4.1.4)."""
    deadline, left = batch.message.envelope.deadline, batch.seconds_left
    if deadline is None or left is None or not deadline.return_it:
        return False
    return extensions.deliver_by is None or left <= 0 or left < extensions.deliver_by


def untimed(envelope: Envelope, extensions: Extensions) -> bool:
    """A deadline in notify mode, and a host that does not know what that is."""
    deadline = envelope.deadline
    return deadline is not None and not deadline.return_it and extensions.deliver_by is None


def _told(notify: Notify | None, *, late: bool) -> Notify | None:
    """What the next host is to tell the sender: of delays too, when he wants to know of a deadline it does not know."""
    if not late or notify == Notify(0):
        return notify
    return (Notify.FAILURE if notify is None else notify) | Notify.DELAY


def _deliver_by(batch: Batch) -> str:
    deadline, left = batch.message.envelope.deadline, batch.seconds_left
    if deadline is None or left is None:
        return ""
    return f"{left};{'R' if deadline.return_it else 'N'}{'T' if deadline.trace else ''}"
