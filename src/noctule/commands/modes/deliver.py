"""Delivering in a command: `sendmail -q` and interactive submission, when no daemon owns the queue."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from noctule import privileged
from noctule.assembly.logs import LogTarget, open_log
from noctule.assembly.parts import Delivery, Routing, Settled, build_delivery, build_routing, open_store
from noctule.assembly.queueruns import Wanted
from noctule.assembly.settings import helper_policy
from noctule.base.errors import TemporaryError
from noctule.commands.flags import Invocation
from noctule.commands.modes.conversation import conversation_of
from noctule.commands.modes.queues import selection_of
from noctule.config import Configuration
from noctule.mail.status import Exit
from noctule.mqueue.reading import is_owned, shards
from noctule.mqueue.sqlite import SqliteStore
from noctule.smtp.onlooker import Onlooker

GRACE = 10.0  # seconds for connections that are kept to be closed


@asynccontextmanager
async def helping(configuration: Configuration) -> AsyncIterator[privileged.Client]:
    """A helper of this process."""
    process, sock = privileged.start(helper_policy(configuration))
    client = privileged.Client(sock)
    try:
        yield client
    finally:
        await client.close()
        process.wait()


@asynccontextmanager
async def delivering(
    routing: Routing,
    store: SqliteStore,
    helper: privileged.Client,
    settled: Settled | None,
    onlooker: Onlooker | None = None,
) -> AsyncIterator[Delivery]:
    """A delivery of this process over one shard it owns."""
    delivery = build_delivery(routing, store, helper, queue_interval=0.0, settled=settled, onlooker=onlooker)
    try:
        yield delivery
    finally:
        await delivery.runner.stop(GRACE)
        await delivery.close()


def run_here(
    configuration: Configuration, directory: Path, invocation: Invocation, settled: Settled | None = None
) -> int:
    """One queue run over every shard that nobody owns; `settled` as in Reports."""
    if not os.access(directory, os.R_OK | os.W_OK | os.X_OK):
        print(f"cannot chdir({directory}): Permission denied", file=sys.stderr)
        return Exit.OSERR
    try:
        asyncio.run(_run_all(configuration, directory, invocation, settled))
    except TemporaryError as error:
        print(error, file=sys.stderr)
        return Exit.TEMPFAIL
    return Exit.OK


async def _run_all(
    configuration: Configuration, directory: Path, invocation: Invocation, settled: Settled | None
) -> None:
    log = open_log(configuration, LogTarget(tag=invocation.tag or "sendmail"), asyncio.get_running_loop().call_later)
    announce = partial(_announce, directory) if invocation.verbose and invocation.queue_run else None
    conversation = conversation_of(invocation)
    log.told = conversation.ended if conversation is not None else None
    async with helping(configuration) as helper:
        routing = build_routing(configuration, log, helper=helper)
        try:
            for shard in shards(directory):
                if is_owned(directory, shard):
                    continue
                store = open_store(directory, shard, log)
                try:
                    async with delivering(routing, store, helper, settled, conversation) as delivery:
                        wanted = Wanted(selection_of(invocation), invocation.selection.group)
                        run = replace(delivery.queue_runs.run_for(wanted), announce=announce)
                        await delivery.runner.run_queue(run)
                finally:
                    store.close()
        finally:
            routing.maps.close()
            log.close()


def _announce(directory: Path, id_: str, place: int, count: int) -> None:
    """What -v shows of a queue run."""
    print(f"\nRunning {directory}/{id_} (sequence {place} of {count})")
