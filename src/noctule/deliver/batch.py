"""What an agent is given, and what it gives back."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol

from noctule.deliver.message import OutgoingMessage
from noctule.mail.envelope import Recipient, Triple
from noctule.mail.outcome import Outcome
from noctule.symbols.macros import Macros
from noctule.symbols.mailers import Mailer


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Recipients of one message with the same mailer and host.

    `scope` holds the macros of the envelope with $h, and $g for the mailer; a recipient's triple is never None here.
    """

    message: OutgoingMessage
    mailer: Mailer
    host: str
    recipients: tuple[Recipient, ...]
    scope: Macros
    seconds_left: int | None = None  # of a message with a deadline; negative when it has passed

    @property
    def users(self) -> tuple[str, ...]:
        return tuple([user_of(recipient, self.mailer) for recipient in self.recipients])


class Agent(Protocol):
    """One way to deliver.

    One outcome for each recipient of the batch, in order.  Never raises for what the other side did; an exception is
    a bug of ours and leaves the recipients queued.
    """

    def deliver(self, batch: Batch) -> Awaitable[list[Outcome]]: ...


def triple_of(recipient: Recipient) -> Triple:
    """The triple of a recipient that has been resolved."""
    if recipient.triple is None:
        raise ValueError(f"recipient {recipient.number} has not been resolved")
    return recipient.triple


def user_of(recipient: Recipient, mailer: Mailer) -> str:
    """The user part as the mailer gets it: a name with an account (F=w) without the backslash that stopped aliasing."""
    user = triple_of(recipient).user
    return user.removeprefix("\\") if "w" in mailer.flags else user
