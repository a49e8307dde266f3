"""-bp, -bP and -q over real stores, by the real program."""

import asyncio
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from assembly.configurations import write_cf
from mqueue.samples import envelope
from noctule.commands.flags import parse
from noctule.commands.modes.queues import selection_of
from noctule.mail.envelope import Envelope
from noctule.mqueue.model import Match, Selection
from noctule.mqueue.sqlite import SqliteStore

BIN = Path(sys.executable).parent


def put(queue: Path, shard: str, *envelopes: Envelope) -> None:
    """Lay messages into a shard, and leave it."""
    ids = iter(f"unused{number}" for number in range(1000))

    async def fill() -> None:
        store = SqliteStore(queue, shard=shard, ids=lambda: next(ids), owner=True)
        for message in envelopes:
            staging = store.stage()
            staging.write(b"hello\r\n")
            await store.accept(replace(message, body_size=7), staging.finish(), leased=False)
        store.close()

    asyncio.run(fill())


@pytest.fixture
def cf(tmp_path: Path) -> Path:
    return write_cf(tmp_path, "O QueueLA=1000")


@pytest.fixture
def queue(cf: Path) -> Path:
    folder = cf.parent / "queue"
    put(
        folder,
        "0",
        envelope("3AMK0000000001", "<bob@example.net>", "<carol@example.org>", priority=30, message="Deferred: later"),
        envelope("3AMK0000000002", "<dan@example.org>", sender="<eve@example.com>", priority=20),
    )
    put(folder, "1", envelope("3AMK0000000003", "<bob@example.net>", priority=10, quarantine="looks odd"))
    return folder


def run(program: str, *argv: str) -> tuple[str, str, int]:
    done = subprocess.run(
        [BIN / program, *argv], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, env={"TZ": "UTC"}, text=True
    )
    return done.stdout, done.stderr, done.returncode


def test_an_empty_queue(cf: Path) -> None:
    folder = cf.parent / "queue"
    for argv in (("mailq", f"-C{cf}"), ("sendmail", f"-C{cf}", "-bp"), ("noctule", "queue", f"--config={cf}")):
        assert run(*argv) == (f"{folder} is empty\n\t\tTotal requests: 0\n", "", 0)


def test_the_whole_queue_by_priority(cf: Path, queue: Path) -> None:
    out, err, status = run("mailq", f"-C{cf}")
    assert (err, status) == ("", 0)
    assert out.splitlines() == [
        f"\t\t{queue} (2 requests)",
        "-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------",
        "3AMK0000000002        7 Thu Jan  1 00:16 <eve@example.com>",
        "\t\t\t\t\t <dan@example.org>",
        "3AMK0000000001        7 Thu Jan  1 00:16 <alice@example.com>",
        "                 (Deferred: later)",
        "\t\t\t\t\t <bob@example.net>",
        "\t\t\t\t\t <carol@example.org>",
        "\t\tTotal requests: 2",
    ]


@pytest.mark.parametrize(
    ("flags", "ids"),
    [
        (["-qI0002"], ["3AMK0000000002"]),
        (["-q!I0002"], ["3AMK0000000001"]),
        (["-qRCAROL"], ["3AMK0000000001"]),
        (["-qSeve"], ["3AMK0000000002"]),
        (["-qSeve", "-qRbob"], []),
        (["-qQ"], ["3AMK0000000003"]),
        (["-qQodd"], ["3AMK0000000003"]),
        (["-qQeven"], []),
        (["-qL"], []),
    ],
)
def test_a_part_of_it(cf: Path, queue: Path, flags: list[str], ids: list[str]) -> None:
    out, err, status = run("mailq", f"-C{cf}", *flags)
    listed = [line[:14] for line in out.splitlines() if line.startswith("3AMK")]
    assert (listed, err, status) == (ids, "", 0)
    assert out.endswith(f"\t\tTotal requests: {len(ids)}\n")


def test_numbers(cf: Path, queue: Path) -> None:
    assert run("sendmail", f"-C{cf}", "-bP") == (f"{queue}: entries=3\n\t\tTotal requests: 3\n", "", 0)


@pytest.mark.parametrize("damage", [b"no database at all", b""])
def test_a_shard_that_cannot_be_read_does_not_hide_the_others(cf: Path, queue: Path, damage: bytes) -> None:
    (queue / "noctule-0.db").write_bytes(damage)
    put(queue, "2", envelope("3AMK0000000004", "<bob@example.net>"))
    out, err, status = run("mailq", f"-C{cf}")
    assert "3AMK0000000004" in out
    assert err.startswith("mailq: queue noctule-0.db: ")
    assert status == 71


def test_every_directory_of_a_pattern(cf: Path, queue: Path, tmp_path: Path) -> None:
    (tmp_path / "queue2").mkdir(mode=0o700)
    out, _, status = run("mailq", f"-C{cf}", f"-OQueueDirectory={tmp_path}/queue*")
    assert status == 0
    assert [line for line in out.splitlines() if str(tmp_path) in line] == [
        f"\t\t{queue} (2 requests)",
        f"{tmp_path}/queue2 is empty",
    ]


def test_a_directory_nobody_has_made(cf: Path, tmp_path: Path) -> None:
    out, err, status = run("mailq", f"-C{cf}", f"-OQueueDirectory={tmp_path}/absent")
    assert (out, err, status) == (f"{tmp_path}/absent is empty\n\t\tTotal requests: 0\n", "", 0)


@pytest.mark.parametrize(
    ("flags", "selection"),
    [
        (["-bp"], None),
        (["-bp", "-qf"], None),
        (["-bp", "-qIx", "-q!Iy"], Selection(ids=(Match("x"), Match("y", negated=True)))),
        (["-bp", "-qRr", "-qSs"], Selection(recipients=(Match("r"),), senders=(Match("s"),))),
        (["-bp", "-qQwhy"], Selection(quarantined=True, reasons=(Match("why"),))),
    ],
)
def test_selections(flags: list[str], selection: Selection | None) -> None:
    assert selection_of(parse(["sendmail", *flags])) == selection


def test_a_queue_run_tries_what_nobody_owns(cf: Path) -> None:
    """Nobody listens on the port: the message stays, with the reason; the one that is not selected is not tried."""
    cf.write_text(cf.read_text().replace("A=TCP $h", "A=TCP [127.0.0.1] 1"))
    now = time.time()
    put(
        cf.parent / "queue",
        "0",
        envelope("3AMK0000000001", "<bob@example.net>", created=now, priority=2),
        envelope("3AMK0000000002", "<dan@example.org>", created=now, priority=1),
    )
    assert run("sendmail", f"-C{cf}", "-qI0002") == ("", "", 0)
    lines = run("mailq", f"-C{cf}")[0].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("3AMK0000000002"))
    assert "Deferred: Connection refused by " in lines[first + 1]
    assert sum("Deferred" in line for line in lines) == 1


def test_messages_are_set_aside_and_brought_back(cf: Path) -> None:
    now = time.time()
    put(cf.parent / "queue", "0", envelope("3AMK0000000001", "<bob@example.net>", created=now, priority=2))
    quarantined = '3AMK0000000001: Quarantined with "odd"\n'
    assert run("sendmail", f"-C{cf}", "-v", "-Qodd", "-qI0002")[0] == ""
    assert run("sendmail", f"-C{cf}", "-v", "-Qodd", "-qI0001") == (quarantined, "", 0)
    assert "3AMK0000000001" not in run("mailq", f"-C{cf}")[0]
    assert "QUARANTINE: odd" in run("mailq", f"-C{cf}", "-qQ")[0]
    assert run("sendmail", f"-C{cf}", "-v", "-Q") == ("3AMK0000000001: Removed quarantine\n", "", 0)
    assert "3AMK0000000001" in run("mailq", f"-C{cf}")[0]
