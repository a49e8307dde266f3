"""The listing against recorded ones; see data/README.md."""

import pathlib
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from mqueue.samples import envelope
from noctule.mail.envelope import BodyType, Controller, Envelope, Recipient
from noctule.mqueue.listing import Marks, listing, total
from noctule.mqueue.model import Entry, EntryState, Match, Selection
from noctule.mqueue.schedule import RetryPolicy

START = 1795346865.0
RECORDED = {
    head: text
    for head, _, text in (
        part.partition("\n")
        for part in (pathlib.Path(__file__).parent / "data/listing.txt").read_text("latin-1").split("== ")[1:]
    )
}


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def job(number: str, minutes: int, sender: str, *addresses: str, **fields: object) -> Entry:
    made = envelope(f"6AMBRj{number}", *addresses, sender=sender, created=START + 60 * minutes, **fields)
    made = replace(made, attempts=1, last_attempt=made.created)
    return Entry(made, EntryState.QUARANTINED if made.quarantine else EntryState.WAITING)


def queue() -> list[Entry]:
    """What data/make_queue.py writes, as our own envelopes."""
    later = "Deferred: 450 4.2.1 try later"
    user2 = Recipient(number=1, address="user2", controller=Controller("user2", 2002, 2001, "list"))
    user3 = Recipient(
        number=2, address="user3@self.example", controller=Controller("list", 1, 0, "list"), message="User unknown"
    )
    entries = [
        job("00000001", 0, "<a@client.example.com>",
            recipients=(Recipient(number=1, address="<temp@example.net>", message=later),),
            message=later, body_size=3, priority=210340),
        job("00000002", 1, f"<{'s' * 60}@client.example.com>", f"<{'r' * 60}@example.net>", "<second@example.net>",
            body_size=123456, body_type=BodyType.EIGHT_BIT_MIME, message="m" * 80, warned=True, priority=1234567890),
        job("00000003", 2, "<>", "user2", body_size=6, priority=1),
        job("00000004", 3, "user1@mail.example.test", recipients=(user2, user3, Recipient(number=3, address="bob")),
            body_size=8, body_type=BodyType.SEVEN_BIT, priority=258058),
        job("00000005", 4, "<user1@client.example.com>", "<user2>", body_size=5, quarantine="why not", priority=30022),
        job("00000006", 4, "<user1@client.example.com>", "<user2>", body_size=5, body_type=BodyType.EIGHT_BIT_MIME,
            message="held", warned=True, quarantine="why not " * 10, priority=30022),
        job("00000007", 5, "esc\x1b\xe9@x",
            recipients=(Recipient(number=1, address='"|/bin/a b"'),
                        Recipient(number=2, address="<t>", message="\xe9\ttab")),
            message="High \xe9 byte \x1b", priority=5),
        job("01234567", 6, "long", "<t>", message="(with) parens", priority=5),
    ]  # fmt: skip
    entries[4:6] = reversed(entries[4:6])  # messages alike in all else come in the order they were given
    return entries


def text(entries: list[Entry], marks: Marks | None = None, **options: object) -> str:
    marks = marks or Marks(now=START + 86400)
    count, pieces = listing("/var/spool/mqueue", entries, marks, **options)  # type: ignore[arg-type]
    return "".join(pieces) + total(count) + "exit 0\n"


def recorded(head: str) -> str:
    """With the two things we do otherwise: raw bytes are escaped, and of equals the older comes first."""
    said = RECORDED[head].replace("High \xe9 byte \x1b", "High \\351 byte \\033").replace("\xe9\ttab", "\\351\\011tab")
    lines = said.splitlines(keepends=True)
    rows = [n for n, line in enumerate(lines) if line.startswith(("6AM", "\t\tTotal"))]
    blocks = ["".join(lines[a:b]) for a, b in pairwise(rows)]
    younger = next((n for n, block in enumerate(blocks) if block.startswith("6AMBRj01234567")), None)
    if younger is not None and "time" not in head:
        blocks[younger : younger + 2] = reversed(blocks[younger : younger + 2])
    return "".join([*lines[: rows[0]], *blocks, *lines[rows[-1] :]])


def ordinary() -> list[Entry]:
    return [entry for entry in queue() if not entry.envelope.quarantine]


def test_normal() -> None:
    assert text(ordinary()) == recorded("-bp")


def test_verbose() -> None:
    assert text(ordinary(), verbose=True) == recorded("-bp -v")


def test_quarantined() -> None:
    held = [entry for entry in queue() if entry.envelope.quarantine]
    assert text(held) == recorded("-bp -qQ")
    assert text(held, verbose=True) == recorded("-bp -v -qQ")


def test_selected_by_recipient() -> None:
    selection = Selection(recipients=(Match("@example.net"),))
    assert text([e for e in queue() if selection.matches(e.envelope)]) == recorded("-bp -qR@example.net")


def test_one() -> None:
    one = [entry for entry in queue() if entry.envelope.id == "6AMBRj00000003"]
    assert text(one) == recorded("-bp -qI6AMBRj00000003")


def test_empty() -> None:
    count, pieces = listing("/var/spool/mqueue", [], Marks(now=0))
    assert "".join(pieces) + total(count) == "/var/spool/mqueue is empty\n\t\tTotal requests: 0\n"


def test_only_so_many_are_printed() -> None:
    said = text(ordinary(), limit=2)
    assert said.startswith("\t\t/var/spool/mqueue (6 requests, only 2 printed)\n")
    assert said.count("6AMBRj") == 2
    assert said.endswith("Total requests: 6\nexit 0\n")


def test_too_young() -> None:
    marks = Marks(now=START + 86400, policy=RetryPolicy(min_age=1000 * 86400))
    assert text(ordinary(), marks) == recorded("-bp -OMinQueueAge=1000d")


def test_load_too_high() -> None:
    marks = Marks(now=START + 86400, load=8.4, queue_la=8)
    assert text(ordinary(), marks) == recorded("-bp -OQueueLA=0")


def test_being_delivered_and_lost() -> None:
    busy, lost = ordinary()[2], Entry(Envelope(id="6AMBRj99999999", sender=""), EntryState.LOST)
    said = text([replace(busy, state=EntryState.LEASED), lost])
    assert "6AMBRj00000003*       6 Sun" in said
    assert "6AMBRj99999999? (no control file)\n" in said
