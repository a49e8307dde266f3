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
from noctule.mqueue.model import Selection
from noctule.mqueue.reading import shards


def quarantine(invocation: Invocation) -> int:
    """`-Qreason` quarantines what -qI, -qR and -qS select; an empty `-Q` releases what is quarantined."""
    configuration = load(invocation)
    try:
        for directory in queue_directories(configuration.options):
            asyncio.run(_change_all(configuration, directory, invocation))
    except TemporaryError as error:
        print(error, file=sys.stderr)
        return Exit.TEMPFAIL
    return Exit.OK


async def _change_all(configuration: Configuration, directory: Path, invocation: Invocation) -> None:
    reason = invocation.quarantine or ""
    wanted = selection_of(invocation) or Selection(quarantined=not reason)
    log = open_log(configuration, LogTarget(tag=invocation.tag or "sendmail"), asyncio.get_running_loop().call_later)
    for shard in shards(directory):
        store = open_store(directory, shard, log, owner=False)
        try:
            changed = await store.quarantine(wanted, reason)
        finally:
            store.close()
        for id_ in changed:
            log.quarantine_changed(id_, reason=reason)
            if invocation.verbose:
                print(f'{id_}: Quarantined with "{reason}"' if reason else f"{id_}: Removed quarantine")
    log.close()
