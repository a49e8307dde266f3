"""-bp, -bP and -q over real stores, by the real program."""

import asyncio
import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise
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
        (["-bp"], Selection()),
        (["-bp", "-qf"], Selection()),
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
    """As recorded: -Q works on what is in quarantine only with -qQ."""
    now, id_, queue = time.time(), "3AMK0000000001", cf.parent / "queue"
    put(queue, "0", envelope(id_, "<bob@example.net>", created=now, priority=2))

    def said(*flags: str) -> list[str]:
        out, err, status = run("sendmail", f"-C{cf}", "-v", *flags)
        assert (err, status) == ("", 0)
        return out.splitlines()

    nothing = [f"{queue}: no matches", "No changes"]
    processing = f"Processing {queue}:"
    assert said("-Qodd", "-qI0002") == nothing
    assert said("-Qodd", "-qI0001") == [processing, f'{id_}: Quarantined with "odd"', "1 change"]
    assert id_ not in run("mailq", f"-C{cf}")[0]
    assert "QUARANTINE: odd" in run("mailq", f"-C{cf}", "-qQ")[0]
    assert said("-Qodd", "-qQ") == [processing, f'{id_}: Already quarantined with "odd"', "No changes"]
    changed = f'{id_}: Quarantine changed from "odd" to "even"'
    assert said("-Qeven", "-qQodd") == [processing, changed, "1 change"]
    assert said("-Q") == nothing
    assert said("-Q", "-qQ") == [processing, f'{id_}: Removed quarantine of "even"', "1 change"]
    assert id_ in run("mailq", f"-C{cf}")[0]


GROUPS = """Qfast, P={queue}
Qslow, P={queue}
Squeuegroup
R$* @ fast.example	$# fast
R$* @ $+	$# nonesuch
"""


def test_a_queue_group_is_a_view_of_the_queue(tmp_path: Path) -> None:
    cf, now = write_cf(tmp_path, *GROUPS.format(queue=tmp_path / "queue").splitlines()), time.time()
    cf.write_text(cf.read_text().replace("A=TCP $h", "A=TCP [127.0.0.1] 1"))
    fast, other = "3AMK0000000001", "3AMK0000000002"
    put(tmp_path / "queue", "0", *(
        envelope(id_, f"<bob@{domain}>", created=now) for id_, domain in ((fast, "Fast.Example"), (other, "x.example"))
    ))  # fmt: skip

    def listed(*flags: str) -> list[str]:
        out, err, status = run("mailq", f"-C{cf}", *flags)
        assert (err, status) == ("", 0)
        return [line[:14] for line in out.splitlines() if line.startswith("3AMK")] + out.splitlines()[-1:]

    assert listed("-qGFAST")[:-1] == [fast]
    assert listed("-qGmqueue")[:-1] == [other]
    assert listed("-qGslow") == [f"{tmp_path}/queue is empty"]
    assert listed("-qGnope") == ["Queue group nope unknown"]
    assert run("sendmail", f"-C{cf}", "-qGnope") == ("Queue group nope unknown\n", "", 0)
    assert run("sendmail", f"-C{cf}", "-qGfast")[1:] == ("", 0)
    lines = run("mailq", f"-C{cf}")[0].splitlines()
    deferred = [line[:14] for line, below in pairwise(lines) if "Deferred" in below]
    assert deferred == [fast]


def test_a_run_is_told_in_order_and_keeps_to_its_size_and_age(cf: Path) -> None:
    cf.write_text(cf.read_text().replace("A=TCP $h", "A=TCP [127.0.0.1] 1"))
    queue, now = cf.parent / "queue", time.time()
    ids = ("3AMK0000000001", "3AMK0000000002", "3AMK0000000003")
    mails = [envelope(id_, f"<bob@{n}.example>", created=now - n, priority=n) for n, id_ in enumerate(ids)]
    young = envelope("3AMK0000000004", "<bob@y.example>", created=now, attempts=1, last_attempt=now, next_attempt=now)
    put(queue, "0", *mails, replace(young, priority=9))

    def told(*flags: str) -> list[str]:
        out, err, status = run("sendmail", f"-C{cf}", "-v", "-OMinQueueAge=1h", *flags)
        assert (err, status) == ("", 0)
        return [line for line in out.splitlines() if line.startswith("Running")]

    assert told("-q", "-OMaxQueueRunSize=1", "-OQueueSortOrder=time") == [f"Running {queue}/{ids[2]} (sequence 1 of 1)"]
    assert told("-qf", "-qSx", "-q!R") == []
    assert told("-qR") == [f"Running {queue}/{id_} (sequence {n} of 2)" for n, id_ in enumerate(ids[:2], start=1)]
    assert "only 1 printed" in run("mailq", f"-C{cf}", "-OMaxQueueRunSize=1")[0]
    assert run("sendmail", f"-C{cf}", "-v", "-qL") == ("", "", 0)


def test_runs_again_and_again_until_told_to_end(cf: Path) -> None:
    cf.write_text(cf.read_text().replace("A=TCP $h", "A=TCP [127.0.0.1] 1"))
    put(cf.parent / "queue", "0", envelope("3AMK0000000001", "<bob@x.example>", created=time.time()))
    command = [str(BIN / "sendmail"), f"-C{cf}", "-v", "-qf", "-qp1s"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        seen = 0
        while seen < 2:
            seen += process.stdout.readline().startswith("Running")
        process.terminate()
        assert process.wait(20) == 0
