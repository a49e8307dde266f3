"""What `mailq` prints, byte for byte.  Pure but for the local time zone.

Columns are Sendmail's: id, status character, size of the body, time or priority, sender; below it the reason of a
quarantine, the body type with the envelope's status, and the recipients still queued.  Unlike Sendmail's, status texts
and recipients are escaped as the sender is: they hold what strangers sent, and go to a terminal.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from noctule.base.text import ascii_lower
from noctule.mail.envelope import Controller, Envelope, Recipient, RecipientState
from noctule.mqueue.model import Entry, EntryState
from noctule.mqueue.schedule import RetryPolicy, not_before, queue_only

_HEADING = "-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------\n"
_VERBOSE_HEADING = "-----Q-ID----- --Size-- -Priority- ---Q-Time--- --------Sender/Recipient--------\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What decides the character after an id.  `load` is the load average; `queue_la` 0 ignores it."""

    now: float
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    load: float = 0.0
    queue_la: float = 0.0
    queue_factor: float = 600_000.0

    def of(self, entry: Entry) -> str:
        """`*` being delivered, `?` lost, `-` too young, `X` load too high for it, or blank."""
        if entry.state is EntryState.LEASED:
            return "*"
        if entry.state is EntryState.LOST:
            return "?"
        if entry.envelope.attempts and not_before(entry.envelope, self.policy) > self.now:
            return "-"
        busy = self.queue_la > 0 and queue_only(self.load, entry.envelope.priority, self.queue_la, self.queue_factor)
        return "X" if busy else " "


def listing(
    directory: str, entries: Iterable[Entry], marks: Marks, *, verbose: bool = False, limit: int = 0
) -> tuple[int, Iterator[str]]:
    """The number of messages in a directory and their listing in pieces, by priority, `limit` (0: all) of them."""
    rows = [
        (entry.envelope.priority, entry.envelope.created, number, _row(entry, marks.of(entry), verbose=verbose))
        for number, entry in enumerate(entries)
    ]
    rows.sort()
    if not rows:
        return 0, iter([f"{directory} is empty\n"])
    shown = rows[:limit] if limit else rows
    count = f"{len(rows)} request{'s' if len(rows) > 1 else ''}"
    if len(shown) < len(rows):
        count += f", only {len(shown)} printed"
    head = f"\t\t{directory} ({count})\n{_VERBOSE_HEADING if verbose else _HEADING}"
    return len(rows), iter([head, *(row[-1] for row in shown)])


def total(count: int) -> str:
    """The last line, for all directories together."""
    return f"\t\tTotal requests: {count}\n"


def _row(entry: Entry, mark: str, *, verbose: bool) -> str:
    e = entry.envelope
    if entry.state is EntryState.LOST:
        return f"{e.id:>13}{mark} (no control file)\n"
    when = time.ctime(e.created)[:16]
    sender = _printable(e.sender)
    head = f"{e.id:>13}{mark}{e.body_size:8d} "
    if verbose:
        head += f"{e.priority:10d}{'+' if e.warned else ' '}{when[4:]} {sender[:78]}\n"
    else:
        head += f"{when} {sender[:39]}\n"
    return head + "".join(_details(e, verbose=verbose))


def _host(recipient: Recipient) -> str:
    """Recipients stand in the order of their hosts, as Sendmail keeps them."""
    return ascii_lower(recipient.triple.host) if recipient.triple else ""


def _details(e: Envelope, *, verbose: bool) -> Iterator[str]:
    width = 100 if verbose else 60
    if e.quarantine:
        yield f"     QUARANTINE: {_printable(e.quarantine)[:width]}\n"
    if e.body_type.value or e.message:
        status = f"   ({_printable(e.message)[:width]})" if e.message else ""
        yield f"    {e.body_type.value:>10.10s}{status}\n"
    controller: Controller | None = None
    for recipient in sorted(e.recipients, key=_host):
        if recipient.state is not RecipientState.QUEUED:
            continue
        address = _printable(recipient.address)
        if not verbose:
            yield f"\t\t\t\t\t {address[:38]}\n"
            continue
        if recipient.controller != controller:
            controller = recipient.controller
            yield f"\t\t\t\t\t\t(---{_authority(controller)}---)\n"
        yield f"\t\t\t\t\t\t{address[:71]}\n"
        if recipient.message:
            yield f"\t\t ({_printable(recipient.message)[:width]})\n"


def _authority(controller: Controller | None) -> str:
    if controller is None:
        return ""
    return f"{_printable(controller.user)}:{controller.uid}:{controller.gid}:{_printable(controller.address)}"


def _printable(text: str) -> str:
    """Control bytes and bytes over 126 as backslash and three octal digits."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c if " " <= c <= "~" else "".join(f"\\{byte:03o}" for byte in c.encode("latin-1", "replace")) for c in text
    )
