"""What a queue store does, whatever it is made of.  tests/conformance/test_store.py says it in tests."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Protocol

from noctule.mail.envelope import Envelope
from noctule.mqueue.model import Entry, Selection, SortOrder, Stats, Update


class Body(Protocol):
    """The body of a message: bytes with CRLF line ends, without the header."""

    @property
    def size(self) -> int: ...

    def read(self) -> bytes:
        """All of it: for bodies known to be small."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """All of it in pieces of at most 64 KiB.  Raises TemporaryError."""
        ...


class Staging(Protocol):
    """A body on its way in."""

    size: int

    def write(self, data: bytes) -> None:
        """Take more.  Raises TemporaryError (disk full); then `discard`."""
        ...

    def finish(self) -> Body:
        """The whole body, to be given to `accept`.  Nothing may be written afterwards."""
        ...

    def discard(self) -> None:
        """Forget it; harmless after an `accept`."""
        ...


class Store(Protocol):
    """Durable mail.

    Every method may raise TemporaryError (full, read-only, locked, damaged): then nothing has changed, and the caller
    answers 4xx or tries again.  The awaitables may be awaited later or together; changes take effect in the order of
    the calls.
    """

    def new_id(self) -> str:
        """A queue id nobody has."""
        ...

    def stage(self, name: str = "") -> Staging:
        """Begin a body; `name` is the queue id it will belong to, if known."""
        ...

    def accept(self, envelope: Envelope, body: Body, *, leased: bool) -> Awaitable[None]:
        """Keep a message; safe on disk when this is done.

        `envelope.id` comes from `new_id`.  A leased message belongs to this process: nobody else gets it before
        `record` or `release`. Only the owner of the store may ask for that.
        """
        ...

    def lease(
        self, now: float, limit: int, selection: Selection | None = None, order: SortOrder = SortOrder.PRIORITY
    ) -> Awaitable[list[Envelope]]:
        """Messages whose `next_attempt` is not after `now`, for this process to deliver.

        `now` 0.0 gives only those never tried and not asked to wait; `math.inf` all.  Quarantined ones only when
        selected.  A selection costs a look at every message: better ask for many at once.
        """
        ...

    def pick(
        self, selection: Selection, order: SortOrder, limit: int, fits: Callable[[Envelope], bool]
    ) -> Awaitable[list[str]]:
        """The ids of waiting messages for a queue run, in order, at most `limit` (0: all); looks at every message.

        `fits` is called in another thread.
        """
        ...

    def lease_picked(self, ids: Sequence[str]) -> Awaitable[list[Envelope]]:
        """Those of the messages that still wait, in this order, whenever they are due."""
        ...

    def record(self, update: Update) -> Awaitable[None]:
        """Apply one change to a leased message.  Raises KeyError when it is not leased here."""
        ...

    def release(self, id: str) -> Awaitable[None]:  # noqa: A002 - the field's word
        """Give a lease back, the message being as last recorded."""
        ...

    def open_body(self, id: str) -> Body:  # noqa: A002
        """The body of a message in the store.  Raises KeyError when there is none."""
        ...

    def find(self, selection: Selection | None = None) -> Iterator[Entry]:
        """All messages, or those selected, oldest first."""
        ...

    def quarantine(self, selection: Selection, reason: str) -> Awaitable[list[str]]:
        """Set aside messages not leased, or with reason "" bring them back.  Their ids."""
        ...

    def delete(self, selection: Selection) -> Awaitable[list[str]]:
        """Remove messages not leased, without a report.  Their ids."""
        ...

    def requeue(self, selection: Selection) -> Awaitable[list[str]]:
        """Make messages not leased due at once.  Their ids."""
        ...

    def stats(self) -> Stats: ...

    def next_due(self) -> float | None:
        """The earliest `next_attempt` of a message that waits; None when there is none."""
        ...

    def close(self) -> None:
        """Finish what was begun.  Leases end."""
        ...
