"""What a command could not deliver waits in the queue of the host."""

import asyncio
from pathlib import Path

from noctule.commands.modes.privatequeue import move
from noctule.mail.envelope import Envelope, Recipient
from noctule.mqueue.reading import Reader
from noctule.mqueue.sqlite import SqliteStore

LONG = b"x" * 998 + b"\r\n"


def test_everything_is_moved(tmp_path: Path) -> None:
    own, host = tmp_path / "own", tmp_path / "host"

    async def scenario() -> None:
        store = SqliteStore(own, ids=iter(["Q1", "Q2"]).__next__, owner=False)
        for id_, body in (("Q1", b"short\r\n"), ("Q2", LONG * 100)):
            staging = store.stage(id_)
            staging.write(body)
            envelope = Envelope(id=id_, sender="<a@b>", recipients=(Recipient(number=1, address="<c@d>"),), attempts=1)
            await store.accept(envelope, staging.finish(), leased=False)
        store.close()
        await move(own, host)

    asyncio.run(scenario())
    reader = Reader(host, "0")
    assert {entry.envelope.id: reader.body(entry.envelope.id).size for entry in reader.find()} == {
        "Q1": 7,
        "Q2": 100_000,
    }
    assert all(entry.envelope.attempts == 1 for entry in reader.find())
    reader.close()
