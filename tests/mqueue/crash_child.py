"""A process that accepts and finishes messages until it is killed; prints each id when the promise is made.

python crash_child.py DIRECTORY SEED SESSIONS
`A id` is printed after `accept` returned, `T id` before the record of its delivery is asked for, `D id` after
that has returned.
"""

import asyncio
import os
import random
import sys
import time
from dataclasses import replace
from pathlib import Path

from noctule.mail.envelope import Envelope, Recipient, RecipientState
from noctule.mqueue.ids import QueueIds
from noctule.mqueue.model import Update
from noctule.mqueue.sqlite import SqliteStore
from noctule.mqueue.staging import SMALL


def say(word: str, id_: str) -> None:
    os.write(1, f"{word} {id_}\n".encode())


async def session(store: SqliteStore, chance: random.Random) -> None:
    while True:
        id_ = store.new_id()
        recipient = Recipient(number=1, address="<bob@example.net>")
        staging = store.stage(id_)
        staging.write(id_.encode() * (1 if chance.random() < 0.8 else SMALL // 8))
        leased = chance.random() < 0.7
        await store.accept(Envelope(id=id_, sender="<>", recipients=(recipient,)), staging.finish(), leased=leased)
        say("A", id_)
        if leased and chance.random() < 0.3:
            say("T", id_)
            await store.record(Update(id=id_, recipients=(replace(recipient, state=RecipientState.DELIVERED),)))
            say("D", id_)
        elif leased and chance.random() < 0.5:
            await store.record(Update(id=id_, message="Deferred", next_attempt=9.0))


async def main(directory: Path, seed: int, sessions: int) -> None:
    store = SqliteStore(directory, ids=QueueIds(time.time, os.getpid(), seed % 3600).next)
    say("R", "ready")
    await asyncio.gather(*(session(store, random.Random(seed * 100 + n)) for n in range(sessions)))


asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
