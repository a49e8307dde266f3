"""-bp (print the queue), -bP (count it), -q (run it), -bh and -bH."""

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from noctule.assembly.queues import queue_directories, retry_policy
from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.commands.flags import Invocation
from noctule.commands.modes.configured import load
from noctule.commands.modes.privacy import NO_LISTING, NO_QUEUE_RUN, may_list_queue, may_run_queue
from noctule.config import Options
from noctule.mail.status import Exit
from noctule.mqueue.listing import Marks, listing, total
from noctule.mqueue.model import Entry, EntryState, Match, Selection
from noctule.mqueue.reading import Reader, open_all


def selection_of(invocation: Invocation) -> Selection | None:
    """-qI, -qR, -qS and -qQ as the store understands them; None for everything."""
    wanted = invocation.selection
    if not wanted.limited:
        return None

    def matches(parts: list[tuple[str, bool]]) -> tuple[Match, ...]:
        return tuple(Match(text, negated) for text, negated in parts)

    return Selection(
        ids=matches(wanted.ids),
        recipients=matches(wanted.recipients),
        senders=matches(wanted.senders),
        reasons=matches(wanted.reasons),
        quarantined=wanted.quarantined,
    )


def _entries(reader: Reader, invocation: Invocation) -> Iterable[Entry]:
    """Ordinary messages, unless quarantined or lost ones are asked for."""
    if invocation.selection.lost:
        return (entry for entry in reader.find(None) if entry.state is EntryState.LOST)
    return reader.find(selection_of(invocation) or Selection())


def _marks(options: Options) -> Marks:
    return Marks(
        now=time.time(),
        policy=retry_policy(options, 0.0),
        load=os.getloadavg()[0],
        queue_la=options.integer("QueueLA"),
        queue_factor=options.integer("QueueFactor"),
    )


def show(invocation: Invocation) -> int:
    """The listing, or with -bP the numbers alone."""
    configuration = load(invocation)
    options = configuration.options
    count = 0
    for directory in queue_directories(options):
        if invocation.mode != "P" and not may_list_queue(configuration, directory):
            print(NO_LISTING)
            continue
        try:
            readers = open_all(directory) if directory.exists() else []
        except TemporaryError as error:
            print(f"mailq: {error}", file=sys.stderr)
            return Exit.OSERR
        if invocation.mode == "P":
            entries_here = sum(reader.stats().total for reader in readers)
            print(f"{directory}: entries={entries_here}" if entries_here else f"{directory} is empty")
            count += entries_here
            continue
        entries = [entry for reader in readers for entry in _entries(reader, invocation)]
        found, pieces = listing(str(directory), entries, _marks(options), verbose=invocation.verbose)
        sys.stdout.writelines(pieces)
        count += found
    sys.stdout.write(total(count))
    return Exit.OK


def run_queue(invocation: Invocation) -> int:
    """Run the queue once: by the daemon that owns it, or here when there is none."""
    from noctule.commands.modes.deliver import run_here
    from noctule.supervise.control import ask

    configuration = load(invocation)
    for directory in queue_directories(configuration.options):
        if not may_run_queue(configuration, directory):
            print(NO_QUEUE_RUN)
            return Exit.NOPERM
        try:
            answer = ask(control_path(directory), {"do": "run-queue", "selection": _words(invocation)})
        except OSError:
            status = run_here(configuration, directory, invocation)
            if status:
                return status
            continue
        if not answer.get("ok"):
            raise ConfigurationError(f"the daemon says: {answer.get('error')}")
    return Exit.OK


def control_path(directory: Path) -> Path:
    """The daemon's control socket for a queue directory."""
    return directory / "control"


def _words(invocation: Invocation) -> dict[str, object]:
    wanted = invocation.selection
    return {
        "ids": wanted.ids,
        "recipients": wanted.recipients,
        "senders": wanted.senders,
        "reasons": wanted.reasons,
        "quarantined": wanted.quarantined,
    }


def host_status(invocation: Invocation) -> int:
    """-bh and -bH without host status, which Noctule does not keep: nothing to say, as without HostStatusDirectory."""
    load(invocation)
    return Exit.OK
