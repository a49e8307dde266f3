"""CPU time of a 4 KiB message in the queue: accepted, delivered without being read back, recorded.

pytest benchmarks/test_mqueue.py --benchmark-only
"""

import asyncio
import os
import time
from dataclasses import replace
from pathlib import Path

import uvloop
from pytest_benchmark.fixture import BenchmarkFixture

from noctule.mail.envelope import Envelope, HeaderField, Recipient, RecipientState, Triple
from noctule.mqueue import codec
from noctule.mqueue.ids import QueueIds
from noctule.mqueue.model import Update
from noctule.mqueue.sqlite import SqliteStore

MESSAGES = 2000
SESSIONS = 20
BODY = b"A line of seventy characters and the two that end it, as mail has them.\r\n" * 48
ENVELOPE = Envelope(
    id="",
    sender="<alice@client.example.com>",
    recipients=(
        Recipient(
            number=1,
            address="<bob@example.net>",
            triple=Triple("esmtp", "example.net.", "bob@example.net"),
            final="RFC822; bob@example.net",
        ),
    ),
    headers=(
        HeaderField(
            "Received",
            " from client.example.com (forged.example.com [127.0.0.10])\r\n\tby mail.example.test (8.17.1) with ESMTP"
            " id 6AMBRjgK030494;\r\n\tSun, 22 Nov 2026 11:27:45 GMT",
        ),
        HeaderField("Date", " Sun, 22 Nov 2026 11:27:45 GMT"),
        HeaderField("From", " alice@client.example.com"),
        HeaderField("To", " bob@example.net"),
        HeaderField("Message-Id", " <202611221127.6AMBRjgK030494@mail.example.test>"),
        HeaderField("Subject", " a message of four kilobytes"),
    ),
    created=1795346865.5,
    size=4096,
    body_size=len(BODY),
    priority=34096,
    macros={"r": "ESMTP", "s": "client.example.com", "_": "forged.example.com [127.0.0.10]"},
)
DELIVERED = (replace(ENVELOPE.recipients[0], state=RecipientState.DELIVERED, status="2.0.0", message="Sent"),)


async def relay(directory: Path) -> None:
    store = SqliteStore(directory, ids=QueueIds(time.time, os.getpid(), 0).next)
    left = MESSAGES

    async def session() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            id_ = store.new_id()
            staging = store.stage(id_)
            staging.write(BODY)
            await store.accept(replace(ENVELOPE, id=id_), staging.finish(), leased=True)
            await store.record(Update(id=id_, recipients=DELIVERED))

    await asyncio.gather(*(session() for _ in range(SESSIONS)))
    store.close()


def test_a_message_through_the_queue(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    started = time.process_time()
    rounds = 3
    benchmark.pedantic(lambda: uvloop.run(relay(tmp_path)), rounds=rounds)
    cpu = (time.process_time() - started) / rounds / MESSAGES
    benchmark.extra_info["CPU ms per message"] = round(cpu * 1e3, 4)


def test_encoding(benchmark: BenchmarkFixture) -> None:
    benchmark(codec.encode, ENVELOPE)


def test_decoding(benchmark: BenchmarkFixture) -> None:
    benchmark(codec.decode, codec.encode(ENVELOPE))
