"""What is peculiar to SQLite; what every store does is in tests/conformance/test_store.py."""

import asyncio
import itertools
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mqueue.samples import envelope
from noctule.base.errors import TemporaryError
from noctule.mail.envelope import RecipientState
from noctule.mqueue import reading
from noctule.mqueue.ids import QueueIds
from noctule.mqueue.model import EntryState, Update
from noctule.mqueue.sqlite import SqliteStore
from noctule.mqueue.staging import SMALL, MemoryBody

_numbers = itertools.count(1)
BODY = MemoryBody(b"hello\r\n")


def open_store(directory: Path, **options: object) -> SqliteStore:
    return SqliteStore(directory, ids=QueueIds(lambda: 1e9, next(_numbers), 0).next, **options)  # type: ignore[arg-type]


def run(scenario: Coroutine[object, object, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 60))


def test_everything_is_private(tmp_path: Path) -> None:
    directory = tmp_path / "mqueue"

    async def scenario() -> None:
        store = open_store(directory)
        staging = store.stage("big")
        staging.write(b"x" * (SMALL + 1))
        await store.accept(envelope("big"), staging.finish(), leased=False)
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (directory, *directory.rglob("*"))}
        assert {name for name, mode in modes.items() if mode == 0o700} == {"mqueue", "bodies-0"}
        assert {mode for name, mode in modes.items() if name not in {"mqueue", "bodies-0"}} == {0o600}
        assert "big" in modes
        store.close()

    old = os.umask(0)
    try:
        run(scenario())
    finally:
        os.umask(old)


def test_a_shard_has_one_owner(tmp_path: Path) -> None:
    async def scenario() -> None:
        store = open_store(tmp_path)
        with pytest.raises(TemporaryError, match="owned by another"):
            open_store(tmp_path)
        other = open_store(tmp_path, shard="1")
        assert reading.shards(tmp_path) == ["0", "1"]
        store.close()
        other.close()
        open_store(tmp_path).close()

    run(scenario())


def test_others_insert_and_read_beside_the_owner(tmp_path: Path) -> None:
    async def scenario() -> None:
        owner = open_store(tmp_path)
        await owner.accept(envelope("busy"), BODY, leased=True)
        guest = open_store(tmp_path, owner=False)
        with pytest.raises(ValueError, match="owner"):
            guest.accept(envelope("x"), BODY, leased=True)
        with pytest.raises(ValueError, match="owner"):
            guest.lease(0.0, 1)
        await guest.accept(envelope("small"), BODY, leased=False)
        staging = guest.stage("large")
        staging.write(b"x" * (SMALL + 1))
        await guest.accept(envelope("large"), staging.finish(), leased=False)
        guest.close()
        reader = reading.Reader(tmp_path, *reading.shards(tmp_path))
        states = {entry.envelope.id: entry.state for entry in reader.find()}
        assert states == {"busy": EntryState.LEASED, "small": EntryState.WAITING, "large": EntryState.WAITING}
        assert {e.id for e in await owner.lease(0.0, 9)} == {"small", "large"}
        assert owner.open_body("large").read() == b"x" * (SMALL + 1)
        owner.close()
        assert {entry.state for entry in reader.find()} == {EntryState.WAITING}  # no owner, no leases
        reader.close()

    run(scenario())


def test_a_reader_needs_a_queue(tmp_path: Path) -> None:
    assert reading.shards(tmp_path) == []
    with pytest.raises(TemporaryError):
        reading.shards(tmp_path / "none")
    (tmp_path / "noctule-0.db").write_bytes(b"this is no database, " * 100)
    reader = reading.Reader(tmp_path, "0")
    with pytest.raises(TemporaryError):
        list(reader.find())
    reader.close()


def test_a_damaged_shard_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "noctule-0.db"
    path.write_bytes(b"this is no database, " * 100)

    async def scenario() -> None:
        with pytest.raises(TemporaryError, match="not a database"):
            open_store(tmp_path)

    run(scenario())
    assert path.read_bytes() == b"this is no database, " * 100


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    async def scenario() -> None:
        open_store(tmp_path).close()
        with sqlite3.connect(tmp_path / "noctule-0.db") as db:
            db.execute("PRAGMA user_version = 99")
        db.close()
        with pytest.raises(TemporaryError, match="newer"):
            open_store(tmp_path)

    run(scenario())


def test_a_damaged_record_is_set_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    async def scenario() -> None:
        troubles: list[str] = []
        store = open_store(tmp_path, on_trouble=troubles.append)
        for id_ in "abc":
            await store.accept(envelope(id_), BODY, leased=False)
        with sqlite3.connect(tmp_path / "noctule-0.db") as db:
            db.execute("UPDATE queue SET envelope = x'00' WHERE id = 'b'")
        db.close()
        assert [e.id for e in await store.lease(0.0, 9)] == ["a", "c"]
        assert troubles == ["b: queue record is damaged, set aside"]
        assert {e.envelope.id: e.state for e in store.find()}["b"] is EntryState.LOST
        assert store.stats().lost == 1
        store.close()

    run(scenario())


def test_a_damaged_record_on_its_first_attempt_is_kept_at_start(tmp_path: Path) -> None:
    async def scenario() -> None:
        store = open_store(tmp_path)
        await store.accept(envelope("a"), BODY, leased=True)
        await store.accept(envelope("b"), BODY, leased=True)
        store.close()
        with sqlite3.connect(tmp_path / "noctule-0.db") as db:
            db.execute("UPDATE incoming SET envelope = x'00' WHERE id = 'a'")
        db.close()
        store = open_store(tmp_path)
        assert [e.id for e in await store.lease(0.0, 9)] == ["b"]
        assert store.stats().lost == 1
        store.close()

    run(scenario())


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """What a full disk does, near enough: writes beyond `size` fail."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_refuses_and_loses_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        store = open_store(tmp_path)
        await store.accept(envelope("before"), BODY, leased=True)
        big = MemoryBody(b"x" * SMALL)
        with file_size_limit(300_000):
            results = await asyncio.gather(
                *(store.accept(envelope(f"m{n}"), big, leased=n % 2 == 0) for n in range(20)), return_exceptions=True
            )
            staging = store.stage()
            with pytest.raises(TemporaryError, match="cannot write body"):
                staging.write(b"x" * 400_000)
            staging.discard()
        refused = [result for result in results if result is not None]
        assert refused
        assert all(isinstance(result, TemporaryError) for result in refused)
        accepted = {f"m{n}" for n, result in enumerate(results) if result is None} | {"before"}
        assert {entry.envelope.id for entry in store.find()} == accepted
        await store.accept(envelope("after"), BODY, leased=True)  # and it goes on when there is room
        store.close()
        store = open_store(tmp_path)
        assert {e.id for e in await store.lease(0.0, 99)} == accepted | {"after"}
        store.close()

    run(scenario())


def test_a_locked_shard_is_a_temporary_error_within_its_time(tmp_path: Path) -> None:
    async def scenario() -> None:
        store = open_store(tmp_path, busy_timeout=0.05)
        await store.accept(envelope("held"), BODY, leased=True)
        done = replace(envelope("held").recipients[0], state=RecipientState.DELIVERED)
        blocker = sqlite3.connect(tmp_path / "noctule-0.db", isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        with pytest.raises(TemporaryError, match="locked"):
            await store.accept(envelope("x"), BODY, leased=True)
        with pytest.raises(TemporaryError, match="locked"):
            await store.record(Update(id="held", recipients=(done,)))
        with pytest.raises(TemporaryError, match="locked"):
            await store.lease(0.0, 1)
        blocker.execute("ROLLBACK")
        blocker.close()
        await store.record(Update(id="held", recipients=(done,)))  # the lease was not lost
        with pytest.raises(KeyError):
            await store.release("x")
        assert list(store.find()) == []
        store.close()

    run(scenario())


def test_one_bad_job_does_not_spoil_a_transaction(tmp_path: Path) -> None:
    async def scenario() -> None:
        store = open_store(tmp_path)
        await store.accept(envelope("twice"), BODY, leased=False)
        made = [store.accept(envelope(id_), BODY, leased=False) for id_ in ("a", "twice", "b")]
        results = await asyncio.gather(*made, return_exceptions=True)
        assert [isinstance(result, TemporaryError) for result in results] == [False, True, False]
        assert {entry.envelope.id for entry in store.find()} == {"twice", "a", "b"}
        store.close()

    run(scenario())


def test_a_body_file_that_vanished_is_not_accepted(tmp_path: Path) -> None:
    async def scenario() -> None:
        store = open_store(tmp_path)
        staging = store.stage("gone")
        staging.write(b"x" * (SMALL + 1))
        body = staging.finish()
        (tmp_path / "bodies-0" / "gone").unlink()
        with pytest.raises(TemporaryError):
            await store.accept(envelope("gone"), body, leased=False)
        staging.discard()
        assert list(store.find()) == []
        store.close()

    run(scenario())


def child(directory: Path, seed: int, sessions: int, *prefix: str) -> "subprocess.Popen[bytes]":
    program = Path(__file__).with_name("crash_child.py")
    command = [*prefix, sys.executable, program, directory, str(seed), str(sessions)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def killed(directory: Path, seed: int, after: int) -> dict[str, set[str]]:
    """Kill a child after so many lines; the ids it accepted, tried to and did finish."""
    process = child(directory, seed, 8)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(after)]
    process.kill()
    lines += process.stdout.read().splitlines()
    process.wait()
    process.stdout.close()
    words = [line.decode().split() for line in lines]
    return {kind: {word[1] for word in words if word[0] == kind} for kind in "ATD"}


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    chance = random.Random(os.urandom(8))

    async def look() -> None:
        store = open_store(tmp_path)
        entries = list(store.find())
        ids = [entry.envelope.id for entry in entries]
        assert len(set(ids)) == len(ids)
        assert said["A"] - said["T"] <= set(ids)
        assert not said["D"] & set(ids)
        assert {entry.state for entry in entries} <= {EntryState.WAITING}
        for id_ in ids:
            assert re.fullmatch(rb"(%b)+" % id_.encode(), store.open_body(id_).read())
        files = {p.name for p in (tmp_path / "bodies-0").iterdir()}
        assert files <= set(ids), "orphans are gone"
        store.close()

    said: dict[str, set[str]] = {kind: set() for kind in "ATD"}
    for seed in range(6):
        for kind, ids in killed(tmp_path, seed, chance.randrange(2, 150)).items():
            said[kind] |= ids
        run(look())
    assert said["A"]


def traced(tmp_path: Path) -> list[str]:
    """What one session does with files, so that nothing else writes: the lines of strace."""
    trace = tmp_path / "trace"
    prefix = ("strace", "-f", "-y", "-o", str(trace), "-e", "trace=pwrite64,write,fdatasync,fsync,unlink")
    process = child(tmp_path / "queue", 1, 1, *prefix)
    assert process.stdout is not None
    for _ in range(60):
        process.stdout.readline()
    process.terminate()
    process.stdout.close()
    process.wait()
    return [line for line in trace.read_text(errors="replace").splitlines() if "unfinished" not in line]


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_an_acknowledgement_comes_after_the_sync(tmp_path: Path) -> None:
    """All it wrote is synced when it says `A`, and when it removes a body: none comes back without."""
    unsynced: set[str] = set()
    acknowledged = large = removed = 0
    for line in traced(tmp_path):
        if "unlink(" in line and "/bodies-0/" in line:
            removed += 1
            assert not any(path.endswith(".db-wal") for path in unsynced)
        match = re.search(r"(pwrite64|write|fdatasync|fsync)\(\d+<([^>]*)>", line)
        if match is None:
            continue
        call, path = match.groups()
        if path.startswith("pipe"):
            if '"A ' in line:
                acknowledged += 1
                assert not unsynced
        elif path.endswith(".db-wal"):
            unsynced = unsynced | {path} if call == "pwrite64" else unsynced - {path}
        elif "/bodies-0/" in path:
            large += call == "write"
            unsynced |= {path, str(Path(path).parent)} if call == "write" else set()
            unsynced -= set() if call == "write" else {path}
        elif path.endswith("/bodies-0"):
            unsynced.discard(path)
    assert acknowledged
    assert large
    assert removed


def test_opening_a_shard_again_does_not_let_others_take_its_log_away(tmp_path: Path) -> None:
    """POSIX locks go when any descriptor of a file is closed; then the last one out elsewhere deletes the log."""
    look = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('SELECT count(*) FROM queue'); db.close()"
    )

    async def scenario() -> None:
        owner = open_store(tmp_path)
        await owner.accept(envelope("a"), BODY, leased=True)
        log = tmp_path / "noctule-0.db-wal"
        before = log.stat().st_ino
        open_store(tmp_path, owner=False).close()
        reading.Reader(tmp_path, "0").close()
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", look, tmp_path / "noctule-0.db")
        assert await process.wait() == 0
        assert log.stat().st_ino == before
        await owner.accept(envelope("b"), BODY, leased=True)
        with pytest.raises(TemporaryError):
            open_store(tmp_path)
        owner.close()
        store = open_store(tmp_path)
        assert {e.id for e in await store.lease(0.0, 9)} == {"a", "b"}
        store.close()

    run(scenario())


def test_two_messages_with_one_id_are_both_kept(tmp_path: Path) -> None:
    async def scenario() -> None:
        store = open_store(tmp_path)
        await store.accept(envelope("same"), MemoryBody(b"first"), leased=False)
        await store.accept(envelope("same"), MemoryBody(b"second"), leased=True)
        with pytest.raises(TemporaryError, match="exists"):
            await store.accept(envelope("same"), BODY, leased=True)
        store.close()
        store = open_store(tmp_path)
        leased = await store.lease(0.0, 9)
        assert {store.open_body(e.id).read() for e in leased} == {b"first", b"second"}
        assert len({e.id for e in leased}) == 2
        store.close()

    run(scenario())


def test_a_message_whose_body_is_gone_can_wait(tmp_path: Path) -> None:
    async def scenario() -> None:
        store = open_store(tmp_path)
        await store.accept(envelope("a"), BODY, leased=False)
        with sqlite3.connect(reading.database_path(tmp_path, "0")) as database:
            database.execute("DELETE FROM body")
        database.close()
        with pytest.raises(TemporaryError, match="body of a is gone"):
            store.open_body("a")
        store.close()

    run(scenario())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")
def test_what_root_puts_into_a_queue_belongs_to_its_owner(tmp_path: Path) -> None:
    queue = tmp_path / "mqueue"
    queue.mkdir(mode=0o700)
    os.chown(queue, 65534, 65533)

    async def scenario() -> None:
        store = open_store(queue, reserve=True)
        staging = store.stage("big")
        staging.write(b"x" * (SMALL + 1))
        await store.accept(envelope("big"), staging.finish(), leased=False)
        await store.accept(envelope("small"), BODY, leased=False)
        found = {path.name: (path.stat().st_uid, path.stat().st_gid) for path in queue.rglob("*")}
        assert {"big", "noctule-0.db-wal", "noctule-0.owner", "noctule-0.reserve"} < found.keys()
        assert set(found.values()) == {(65534, 65533)}
        store.close()

    run(scenario())
