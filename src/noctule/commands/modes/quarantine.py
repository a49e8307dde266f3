"""-Q: set messages aside, or bring them back."""

import asyncio
import sys
from pathlib import Path

from noctule.assembly.logs import LogTarget, open_log
from noctule.assembly.parts import open_store
from noctule.assembly.queues import queue_directories
from noctule.base.errors import TemporaryError
from noctule.commands.flags import Invocation
from noctule.commands.modes.configured import load
from noctule.commands.modes.queues import selection_of
from noctule.config import Configuration
from noctule.mail.status import Exit
from noctule.mqueue.model import Match, Selection
from noctule.mqueue.reading import shards
from noctule.mqueue.sqlite import SqliteStore

_Change = tuple[str, str]  # queue id, the reason it had before


def quarantine(invocation: Invocation) -> int:
    """`-Qreason` quarantines what -qI, -qR, -qS and -qQ select; an empty `-Q` releases it."""
    configuration = load(invocation)
    reason, count = invocation.quarantine or "", 0
    try:
        for directory in queue_directories(configuration.options):
            found, changed = (
                asyncio.run(_change_all(configuration, directory, invocation, reason))
                if directory.exists()
                else ([], [])
            )
            count += len(changed)
            if invocation.verbose:
                _tell(directory, found, reason)
    except TemporaryError as error:
        print(error, file=sys.stderr)
        return Exit.TEMPFAIL
    if invocation.verbose:
        print("No changes" if not count else f"{count} change{'s' if count > 1 else ''}")
    return Exit.OK


async def _change_all(
    configuration: Configuration, directory: Path, invocation: Invocation, reason: str
) -> tuple[list[_Change], list[str]]:
    """What was found, and which of it changed."""
    wanted = selection_of(invocation)
    log = open_log(configuration, LogTarget(tag=invocation.tag or "sendmail"), asyncio.get_running_loop().call_later)
    found: list[_Change] = []
    changed: list[str] = []
    for shard in shards(directory):
        store = open_store(directory, shard, log, owner=False)
        try:
            here = [(entry.envelope.id, entry.envelope.quarantine) for entry in store.find(wanted)]
            found += here
            changed += await _change(store, [id_ for id_, before in here if before != reason], wanted, reason)
        finally:
            store.close()
    for id_ in changed:
        log.quarantine_changed(id_, reason=reason)
    log.close()
    return found, changed


async def _change(store: SqliteStore, ids: list[str], wanted: Selection, reason: str) -> list[str]:
    if not ids:
        return []
    exactly = Selection(ids=tuple([Match(id_) for id_ in ids]), quarantined=wanted.quarantined)
    return await store.quarantine(exactly, reason)


def _tell(directory: Path, found: list[_Change], reason: str) -> None:
    """What -v shows."""
    if not any(before or reason for _, before in found):
        print(f"{directory}: no matches")
        return
    print(f"Processing {directory}:")
    for id_, before in found:
        if before == reason:
            print(f'{id_}: Already quarantined with "{reason}"')
        elif not reason:
            print(f'{id_}: Removed quarantine of "{before}"')
        elif not before:
            print(f'{id_}: Quarantined with "{reason}"')
        else:
            print(f'{id_}: Quarantine changed from "{before}" to "{reason}"')
