"""What is said to and by a queue: changes, selections, entries, counts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from noctule.mail.envelope import Envelope, Recipient, RecipientState

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One change of a leased message, applied in one transaction.

    `recipients` replace those of the same number, or are new.  None leaves a field as it is.  A `next_attempt` ends the
    lease: the message waits until then.  `quarantine` "" lifts a quarantine.  `reports` (bounces and receipts, each an
    envelope with its id and a body) are queued in the same transaction.  A message none of whose recipients
    is QUEUED any more is removed, whatever else the update says.
    """

    id: str
    recipients: tuple[Recipient, ...] = ()
    next_attempt: float | None = None
    attempts: int | None = None
    last_attempt: float | None = None
    priority: int | None = None
    message: str | None = None
    warned: bool | None = None
    quarantine: str | None = None
    reports: tuple[tuple[Envelope, bytes], ...] = ()

    def merged(self, recipients: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
        """The recipients after this change."""
        if not self.recipients:
            return recipients
        merged = {recipient.number: recipient for recipient in recipients}
        merged.update((recipient.number, recipient) for recipient in self.recipients)
        return tuple(merged.values())

    def apply(self, envelope: Envelope) -> Envelope:
        """The envelope after this change."""
        e = envelope
        return replace(
            envelope,
            recipients=self.merged(e.recipients),
            next_attempt=_given(self.next_attempt, e.next_attempt),
            attempts=_given(self.attempts, e.attempts),
            last_attempt=_given(self.last_attempt, e.last_attempt),
            priority=_given(self.priority, e.priority),
            message=_given(self.message, e.message),
            warned=_given(self.warned, e.warned),
            quarantine=_given(self.quarantine, e.quarantine),
        )


def _given(new: T | None, old: T) -> T:
    return old if new is None else new


def is_finished(recipients: Iterable[Recipient]) -> bool:
    """Whether nothing is left to do for a message with these recipients."""
    return all(recipient.state is not RecipientState.QUEUED for recipient in recipients)


class SortOrder(Enum):
    """QueueSortOrder: in which order due messages are leased.  Values are the option's first letters."""

    PRIORITY = "p"
    HOST = "h"
    TIME = "t"
    FILENAME = "f"
    MODIFICATION = "m"
    RANDOM = "r"
    SHUFFLE = "s"
    NONE = "n"


@dataclass(frozen=True, slots=True)
class Match:
    """One `-qI`, `-qR`, `-qS` or `-qQ` argument: a part of the text; `negated` for `-q!`."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which messages are meant: matches of one kind are alternatives, and every kind given must match.

    Ids are compared as they are, addresses and reasons without case.  `quarantined` asks for quarantined
    messages instead of ordinary ones.
    """

    ids: tuple[Match, ...] = ()
    recipients: tuple[Match, ...] = ()
    senders: tuple[Match, ...] = ()
    reasons: tuple[Match, ...] = ()
    quarantined: bool = False

    def matches(self, envelope: Envelope) -> bool:
        """Whether the envelope is among those meant."""
        if self.quarantined != bool(envelope.quarantine):
            return False
        queued = [r.address.lower() for r in envelope.recipients if r.state is RecipientState.QUEUED]
        return (
            _any_match(self.ids, [envelope.id], lower=False)
            and _any_match(self.recipients, queued)
            and _any_match(self.senders, [envelope.sender.lower()])
            and _any_match(self.reasons, [envelope.quarantine.lower()])
        )


def _any_match(wanted: tuple[Match, ...], texts: list[str], *, lower: bool = True) -> bool:
    if not wanted:
        return True
    for match in wanted:
        text = match.text.lower() if lower else match.text
        if any(text in candidate for candidate in texts) is not match.negated:
            return True
    return False


class EntryState(Enum):
    """Where a message stands."""

    WAITING = "waiting"
    LEASED = "leased"  # being delivered now
    QUARANTINED = "quarantined"
    LOST = "lost"  # its record cannot be read; kept for a person to look at


@dataclass(frozen=True, slots=True)
class Entry:
    """One message as a listing shows it.  `envelope` has only an id when the state is LOST."""

    envelope: Envelope
    state: EntryState


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of messages in one shard."""

    incoming: int = 0  # on their first attempt
    waiting: int = 0
    leased: int = 0  # on a later attempt
    quarantined: int = 0
    lost: int = 0

    @property
    def total(self) -> int:
        return self.incoming + self.waiting + self.leased + self.quarantined + self.lost
