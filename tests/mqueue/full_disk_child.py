"""Fills the queue's file system, to be run where that is a small one of our own: full_disk_child.py DIRECTORY."""

import asyncio
import itertools
import sys
from dataclasses import replace
from pathlib import Path

from mqueue.samples import envelope
from noctule.base.errors import TemporaryError
from noctule.mail.envelope import RecipientState
from noctule.mqueue.model import Update
from noctule.mqueue.sqlite import SqliteStore
from noctule.mqueue.staging import MemoryBody

BODY = MemoryBody(b"x" * 60_000)
numbers = itertools.count()


def open_store(directory: Path) -> SqliteStore:
    return SqliteStore(directory, ids=lambda: f"id{next(numbers)}", reserve=True)


async def accept(store: SqliteStore) -> None:
    await store.accept(envelope(store.new_id()), BODY, leased=False)


async def accept_all(store: SqliteStore) -> str:
    """Until one is refused; why."""
    while True:
        try:
            await accept(store)
        except TemporaryError as error:
            return "disk is full" if "full" in str(error) else str(error)


async def main(directory: Path) -> None:
    store = open_store(directory)
    print("refused:", await accept_all(store))
    with (directory / "filler").open("wb", buffering=0) as filler:  # whatever else is on the disk grows too
        try:
            while filler.write(b"x" * 4096):
                pass
        except OSError:
            pass
    print("again:", await accept_all(store))
    store.close()
    store = open_store(directory)
    print("opened")
    while leased := await store.lease(1e12, 100):
        for message in leased:
            done = tuple(replace(r, state=RecipientState.DELIVERED) for r in message.recipients)
            await store.record(Update(id=message.id, recipients=done))
    print("drained")
    (directory / "filler").unlink()
    await accept(store)
    print("accepted")
    store.close()


asyncio.run(main(Path(sys.argv[1])))
