"""A queue for one command: its message is delivered while the caller waits, whoever owns the queue of this host.

What is left when the command ends goes into that queue; nobody hears of success before that has happened.
"""

import contextlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from noctule.assembly.parts import queue_ids
from noctule.assembly.reading import read_configuration
from noctule.commands.flags import Invocation
from noctule.commands.modes.configured import request_of
from noctule.mail.envelope import Envelope
from noctule.mail.status import Exit
from noctule.mqueue.reading import Reader
from noctule.mqueue.sqlite import SqliteStore
from noctule.observe.text import printable

SHARD = "0"  # where commands put what they take in


def deliver_apart(
    invocation: Invocation, submit: Callable[[Invocation], int], hand_over: Callable[[Path], None] | None
) -> int:
    """Submit into a queue of our own, deliver, and send the reports; `hand_over` puts the rest where it can wait.

    Without one, 75 when something is left: nobody will try it again.
    """
    from noctule.commands.modes.deliver import run_here

    with tempfile.TemporaryDirectory(prefix="noctule-") as own:
        directory = Path(own)
        invocation.settings += [("QueueDirectory", own), ("DeliveryMode", "i")]
        status = submit(invocation)
        if any(not envelope.attempts for envelope in _left(directory)):
            invocation.selection.ids.clear()
            run_here(read_configuration(request_of(invocation)), directory, invocation)
        left = _left(directory)
        if left and hand_over is not None:
            hand_over(directory)
            return status
        for envelope in left:
            print(f"not sent: {printable(envelope.message) or 'try again later'}", file=sys.stderr)
        return Exit.TEMPFAIL if left else status


def _left(directory: Path) -> list[Envelope]:
    with contextlib.closing(Reader(directory, SHARD)) as reader:
        return [entry.envelope for entry in reader.find()]


async def move(source: Path, target: Path) -> None:
    """Put every message of one queue into another.  Raises TemporaryError."""
    with contextlib.closing(Reader(source, SHARD)) as reader:
        store = SqliteStore(target, shard=SHARD, ids=queue_ids().next, owner=False)
        try:
            for entry in reader.find():
                staging = store.stage(entry.envelope.id)
                for chunk in reader.body(entry.envelope.id).chunks():
                    staging.write(chunk)
                await store.accept(entry.envelope, staging.finish(), leased=False)
        finally:
            store.close()
