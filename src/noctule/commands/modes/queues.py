"""-bp (print the queue), -bP (count it), -q (run it)."""

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from noctule.assembly.logs import LogTarget, open_log
from noctule.assembly.parts import build_routing
from noctule.assembly.queuegroups import QueueGroups, group_names
from noctule.assembly.queues import queue_directories, retry_policy
from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.commands.flags import Invocation
from noctule.commands.modes.configured import load
from noctule.commands.modes.privacy import (
    NO_LISTING,
    NO_QUEUE_RUN,
    NOT_TRUSTED,
    may_list_queue,
    may_run_queue,
    may_serve,
)
from noctule.config import Configuration, Options
from noctule.mail.status import Exit
from noctule.mqueue.listing import Marks, listing, total
from noctule.mqueue.model import Entry, EntryState, Match, Selection
from noctule.mqueue.reading import Reader, shards

_Read = TypeVar("_Read")


def selection_of(invocation: Invocation) -> Selection:
    """-qI, -qR, -qS and -qQ as the store understands them."""
    wanted = invocation.selection

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
    return reader.find(selection_of(invocation))


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
    options, group = configuration.options, invocation.selection.group
    if not _group_is_known(configuration, group):
        return Exit.OK
    most = max(0, options.integer("MaxQueueRunSize"))
    count, status = 0, Exit.OK
    for directory in queue_directories(options):
        if invocation.mode == "P":
            numbers, troubles = _of_each_shard(directory, lambda reader: reader.stats().total)
            here = sum(numbers)
            print(f"{directory}: entries={here}" if here else f"{directory} is empty")
        elif may_list_queue(configuration, directory):
            lists, troubles = _of_each_shard(directory, lambda reader: list(_entries(reader, invocation)))
            entries = [entry for entries in lists for entry in entries]
            if group:
                entries = _members(configuration, invocation, entries)
            here, pieces = listing(str(directory), entries, _marks(options), verbose=invocation.verbose, limit=most)
            if entries or not troubles:
                sys.stdout.writelines(pieces)
        else:
            print(NO_LISTING)
            continue
        count += here
        for trouble in troubles:
            print(f"mailq: {trouble}", file=sys.stderr)
            status = Exit.OSERR
    if not group:
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


def _group_is_known(configuration: Configuration, group: str) -> bool:
    if group and group.lower() not in group_names(configuration):
        print(f"Queue group {group} unknown")
        return False
    return True


def _members(configuration: Configuration, invocation: Invocation, entries: list[Entry]) -> list[Entry]:
    """Those of the messages that belong to the queue group of -qG."""

    async def members() -> list[Entry]:
        log = open_log(configuration, LogTarget(tag=invocation.tag or "sendmail"))
        routing = build_routing(configuration, log)
        belongs = QueueGroups(configuration, routing.addresses, routing.maps).members(invocation.selection.group)
        try:
            return [entry for entry in entries if await belongs(entry.envelope)]
        finally:
            routing.maps.close()
            log.close()

    return asyncio.run(members())


def run_queue(invocation: Invocation) -> int:
    """Run the queue, by the daemon that owns it, or here when there is none: once, or again and again (-q15m, -qp)."""
    configuration = load(invocation)
    for directory in queue_directories(configuration.options):
        if invocation.queue_interval is not None and not may_serve(configuration, directory):
            print(NOT_TRUSTED)
            return Exit.USAGE
        if not may_run_queue(configuration, directory):
            print(NO_QUEUE_RUN)
            return Exit.NOPERM
    if not _group_is_known(configuration, invocation.selection.group):
        return Exit.OK
    if invocation.queue_interval is None:
        return _run_once(configuration, invocation)
    return _run_again_and_again(configuration, invocation, invocation.queue_interval)


def _run_once(configuration: Configuration, invocation: Invocation) -> int:
    from noctule.commands.modes.deliver import run_here
    from noctule.supervise.control import ask

    if invocation.selection.lost:  # what cannot be read cannot be delivered
        return Exit.OK
    request: dict[str, object] = {
        "do": "run-queue",
        "selection": _words(invocation),
        "group": invocation.selection.group,
    }
    for directory in queue_directories(configuration.options):
        try:
            answer = ask(control_path(directory), request)
        except OSError:
            status = run_here(configuration, directory, invocation)
            if status:
                return status
            continue
        if not answer.get("ok"):
            raise ConfigurationError(f"the daemon says: {answer.get('error')}")
    return Exit.OK


def _run_again_and_again(configuration: Configuration, invocation: Invocation, interval: float) -> int:
    """Until SIGTERM, which lets a run that has begun come to its end; in the background unless -qf asks otherwise."""
    from noctule.commands.modes.daemon import detach

    if not invocation.foreground:
        sys.stdout.flush()
        if os.fork():
            return Exit.OK
        detach()
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    while not stopped.is_set():
        _run_once(configuration, invocation)
        stopped.wait(interval)
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
