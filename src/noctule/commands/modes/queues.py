"""-bp (print the queue), -bP (count it), -q (run it), -bh and -bH."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from noctule.assembly.queues import queue_directories, retry_policy
from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.commands.flags import Invocation
from noctule.commands.modes.configured import load
from noctule.commands.modes.privacy import NO_LISTING, NO_QUEUE_RUN, may_list_queue, may_run_queue
from noctule.config import Options
from noctule.mail.status import Exit
from noctule.mqueue.listing import Marks, listing, total
from noctule.mqueue.model import Entry, EntryState, Match, Selection
from noctule.mqueue.reading import Reader, shards

_Read = TypeVar("_Read")


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
    """The listing, or with -bP the numbers alone.  A shard that cannot be read does not hide the others."""
    configuration = load(invocation)
    options = configuration.options
    count, status = 0, Exit.OK
    for directory in queue_directories(options):
        if invocation.mode == "P":
            numbers, troubles = _of_each_shard(directory, lambda reader: reader.stats().total)
            here = sum(numbers)
            print(f"{directory}: entries={here}" if here else f"{directory} is empty")
        elif may_list_queue(configuration, directory):
            lists, troubles = _of_each_shard(directory, lambda reader: list(_entries(reader, invocation)))
            entries = [entry for entries in lists for entry in entries]
            here, pieces = listing(str(directory), entries, _marks(options), verbose=invocation.verbose)
            sys.stdout.writelines(pieces)
        else:
            print(NO_LISTING)
            continue
        count += here
        for trouble in troubles:
            print(f"mailq: {trouble}", file=sys.stderr)
            status = Exit.OSERR
    sys.stdout.write(total(count))
    return status


def _of_each_shard(directory: Path, read: Callable[[Reader], _Read]) -> tuple[list[_Read], list[TemporaryError]]:
    """What was read, and why some shards could not be."""
    results: list[_Read] = []
    troubles: list[TemporaryError] = []
    try:
        names = shards(directory) if directory.exists() else []
    except TemporaryError as error:
        return [], [error]
    for shard in names:
        try:
            with contextlib.closing(Reader(directory, shard)) as reader:
                results.append(read(reader))
        except TemporaryError as error:
            troubles.append(error)
    return results, troubles


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
