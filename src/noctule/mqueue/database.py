"""One shard's SQLite database: its schema and the changes made to it.  Blocks; knows no thread and no loop.

Every change is made between `begin` and `commit`; SQLite's errors leave as TemporaryError.
"""

import contextlib
import json
import os
import random
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from noctule.base.errors import TemporaryError
from noctule.base.text import BLANKS
from noctule.mail.envelope import Envelope
from noctule.mqueue import codec, schedule
from noctule.mqueue.model import SortOrder
from noctule.mqueue.ownership import hand_over
from noctule.mqueue.staging import FileBody, remove_orphans
from noctule.mqueue.store import Body

WAITING, LEASED, QUARANTINED, LOST = range(4)  # queue.state
SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE incoming(seq INTEGER PRIMARY KEY, id TEXT NOT NULL, file TEXT, envelope BLOB NOT NULL, body BLOB);
CREATE TABLE queue(
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state INTEGER NOT NULL, next_attempt REAL NOT NULL,
    priority INTEGER NOT NULL, created REAL NOT NULL, modified REAL NOT NULL, host TEXT NOT NULL, file TEXT,
    envelope BLOB NOT NULL);
CREATE TABLE body(seq INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE INDEX due ON queue(next_attempt, priority) WHERE state = 0;
CREATE INDEX marked ON queue(state) WHERE state <> 0;
"""
_ORDER_BY = {
    SortOrder.PRIORITY: "priority, seq",
    SortOrder.HOST: "host IN (SELECT host FROM queue WHERE state = 1), host, priority, seq",
    SortOrder.TIME: "created, seq",
    SortOrder.FILENAME: "id",
    SortOrder.MODIFICATION: "modified, seq",
    SortOrder.RANDOM: "random()",
    SortOrder.SHUFFLE: "shuffled(host), priority, seq",
    SortOrder.NONE: "seq",
}
_INSERT_INCOMING = "INSERT INTO incoming VALUES(?,?,?,?,?)"
_DELETE_INCOMING = "DELETE FROM incoming WHERE seq = ?"
_INSERT_QUEUE = "INSERT INTO queue VALUES(NULL,?,?,?,?,?,?,?,?,?)"
_UPDATE_QUEUE = (
    "UPDATE queue SET state = ?, next_attempt = ?, priority = ?, created = ?, modified = ?, host = ?, envelope = ?"
    " WHERE id = ?"
)
IncomingRow = tuple[int, str, str | None, bytes, bytes | None]


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as TemporaryError that name the shard."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise TemporaryError(f"queue {path.name}: {error}") from error


def is_full(error: BaseException) -> bool:
    """Whether the disk had no room for what failed."""
    return isinstance(error, sqlite3.Error) and error.sqlite_errorcode == sqlite3.SQLITE_FULL


def _create(path: Path) -> None:
    """Make the file, private from the start.

    One that exists is not touched: closing a descriptor of it would drop the locks this process may hold on it.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        hand_over(path, path.parent)


class Database:
    """The connection that writes.  `freed` collects files whose messages are gone: remove them after the commit."""

    def __init__(self, path: Path, bodies: Path, *, busy_timeout: float, recover: bool) -> None:
        """`recover`: the caller has just become the owner.  Raises TemporaryError."""
        self.path = path
        self._bodies = bodies
        self.freed: list[str] = []
        self._durable = True
        alphabet = "".join(random.sample(schedule.SHUFFLED, len(schedule.SHUFFLED)))
        with translated(path):
            bodies.mkdir(mode=0o700, exist_ok=True)
            hand_over(bodies, path.parent)
            _create(path)
            self._db = sqlite3.connect(
                path, timeout=busy_timeout, isolation_level=None, check_same_thread=False, cached_statements=64
            )
            self._execute = self._db.execute
            try:
                self._prepare()
                if recover:
                    self._recover()
            except BaseException:
                self._db.close()
                raise
        self._db.create_function("shuffled", 1, lambda host: schedule.shuffle_key(host, alphabet))

    def _prepare(self) -> None:
        self._execute("PRAGMA journal_mode = WAL")  # SQLite's own page size and checkpoint interval measured best
        self._execute("PRAGMA synchronous = FULL")
        self._execute("PRAGMA journal_size_limit = 67108864")
        self._execute("BEGIN IMMEDIATE")
        (version,) = self._execute("PRAGMA user_version").fetchone()
        if version == 0:
            for statement in _SCHEMA.strip(BLANKS).split(";")[:-1]:
                self._execute(statement)
            self._execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self._execute("COMMIT")
        if version > SCHEMA_VERSION:
            raise TemporaryError(f"queue {self.path.name}: made by a newer version")

    def begin(self, *, durable: bool) -> None:
        """Start a transaction; a durable one is on the disk when `commit` returns."""
        if durable is not self._durable:
            self._execute("PRAGMA synchronous = FULL" if durable else "PRAGMA synchronous = NORMAL")
            self._durable = durable
        self._execute("BEGIN IMMEDIATE")
        self.freed.clear()

    def commit(self) -> None:
        self._execute("COMMIT")

    def rollback(self) -> None:
        if self._db.in_transaction:
            self._execute("ROLLBACK")
        self.freed.clear()

    def close(self) -> None:
        self._db.close()

    # The way of a message that is delivered at once.

    def insert_incoming(self, rows: Iterable[IncomingRow]) -> None:
        self._db.executemany(_INSERT_INCOMING, rows)

    def delete_incoming(self, seqs: Iterable[tuple[int]]) -> None:
        self._db.executemany(_DELETE_INCOMING, seqs)

    # The way of a message that waits.

    def insert_waiting(self, envelope: Envelope, row: bytes, body: Body) -> None:
        """A message nobody has a lease on.  `row` is the encoded envelope."""
        file = body.path.name if isinstance(body, FileBody) else None
        if file is not None and not (self._bodies / file).exists():
            raise TemporaryError(f"body file {file} is gone")
        cursor = self._execute(_INSERT_QUEUE, (envelope.id, *_columns(envelope), file, row))
        if file is None:
            self._execute("INSERT INTO body VALUES(?,?)", (cursor.lastrowid, body.read()))

    def rewrite(self, envelope: Envelope, seq: int | None, *, leased: bool) -> None:
        """Write a changed envelope; `seq` is its place in `incoming`, if it may be there."""
        columns = _columns(envelope, leased=leased)
        if seq is not None and self._move(seq, envelope, columns):
            return
        self._execute(_UPDATE_QUEUE, (*columns, codec.encode(envelope), envelope.id))

    def _move(self, seq: int, envelope: Envelope, columns: tuple[object, ...]) -> bool:
        found = self._execute("SELECT file FROM incoming WHERE seq = ? AND id = ?", (seq, envelope.id)).fetchone()
        if found is None:
            return False
        cursor = self._execute(_INSERT_QUEUE, (envelope.id, *columns, found[0], codec.encode(envelope)))
        if found[0] is None:
            self._execute("INSERT INTO body SELECT ?, body FROM incoming WHERE seq = ?", (cursor.lastrowid, seq))
        self._execute(_DELETE_INCOMING, (seq,))
        return True

    def remove(self, id_: str, seq: int | None) -> None:
        """Drop a message wherever it is."""
        if seq is not None:
            found = self._execute("SELECT file FROM incoming WHERE seq = ? AND id = ?", (seq, id_)).fetchone()
            if found is not None:
                self._free(found[0])
                self._execute(_DELETE_INCOMING, (seq,))
                return
        found = self._execute("SELECT seq, file FROM queue WHERE id = ?", (id_,)).fetchone()
        if found is not None:
            self._free(found[1])
            self._execute("DELETE FROM body WHERE seq = ?", (found[0],))
            self._execute("DELETE FROM queue WHERE seq = ?", (found[0],))

    def _free(self, file: str | None) -> None:
        if file is not None:
            self.freed.append(file)

    def lease(
        self, now: float, limit: int, order: SortOrder, *, among: list[str] | None = None, quarantined: bool = False
    ) -> tuple[list[Envelope], list[str]]:
        """Due messages in order, now marked as leased, and the ids of those whose record cannot be read.

        `among`: only messages with these ids.
        """
        state = QUARANTINED if quarantined else WAITING
        due = f"SELECT seq FROM queue WHERE state = {state} AND next_attempt <= ?"  # noqa: S608 - our own words
        given: tuple[object, ...] = (now, limit)
        if among is not None:
            due += " AND id IN (SELECT value FROM json_each(?))"
            given = (now, json.dumps(among), limit)
        leased: list[Envelope] = []
        lost: list[str] = []
        for (seq,) in self._execute(f"{due} ORDER BY {_ORDER_BY[order]} LIMIT ?", given).fetchall():
            id_, row = self._execute("SELECT id, envelope FROM queue WHERE seq = ?", (seq,)).fetchone()
            try:
                leased.append(codec.decode(row))
                mark = LEASED
            except codec.DamagedError:
                lost.append(id_)
                mark = LOST
            self._execute("UPDATE queue SET state = ? WHERE seq = ?", (mark, seq))
        return leased, lost

    def ordered(self, ids: list[str], order: SortOrder, limit: int) -> list[str]:
        """Those of the messages that wait, in order; at most `limit`, 0: all."""
        query = f"SELECT id FROM queue WHERE state = {WAITING} AND id IN (SELECT value FROM json_each(?))"  # noqa: S608
        rows = self._execute(f"{query} ORDER BY {_ORDER_BY[order]} LIMIT ?", (json.dumps(ids), limit or -1))
        return [id_ for (id_,) in rows]

    def idle(self, ids: Iterable[str], *, quarantined: bool) -> list[Envelope]:
        """Those of the messages that nobody has a lease on."""
        query = "SELECT envelope FROM queue WHERE id = ? AND state = ?"
        state = QUARANTINED if quarantined else WAITING
        rows = [self._execute(query, (id_, state)).fetchone() for id_ in ids]
        return [codec.decode(row[0]) for row in rows if row is not None]

    # The start of an owner.

    def _recover(self) -> None:
        """Void the leases of a dead owner and remove what it left half done: one transaction."""
        self.begin(durable=True)
        self._execute("UPDATE queue SET state = ? WHERE state = ?", (WAITING, LEASED))
        for seq, id_, file, row in self._execute("SELECT seq, id, file, envelope FROM incoming").fetchall():
            self._requeue_incoming(seq, id_, file, row)
        self._execute("DELETE FROM incoming")
        known = {file for (file,) in self._execute("SELECT file FROM queue WHERE file IS NOT NULL")}
        remove_orphans(self._bodies, known)
        self.commit()

    def _requeue_incoming(self, seq: int, id_: str, file: str | None, row: bytes) -> None:
        columns: tuple[object, ...] = (LOST, 0.0, 0, 0.0, 0.0, "")
        taken = self._execute("SELECT 1 FROM queue WHERE id = ?", (id_,)).fetchone() is not None
        if taken:  # the clock was set back; a message is worth more than its id
            id_ = f"{id_}r{seq}"
        with contextlib.suppress(codec.DamagedError):
            envelope = codec.decode(row)
            columns = _columns(envelope)
            if taken:
                row = codec.encode(replace(envelope, id=id_))
        cursor = self._execute(_INSERT_QUEUE, (id_, *columns, file, row))
        if file is None:
            self._execute("INSERT INTO body SELECT ?, body FROM incoming WHERE seq = ?", (cursor.lastrowid, seq))


def _columns(envelope: Envelope, *, leased: bool = False) -> tuple[object, ...]:
    """state, next_attempt, priority, created, modified, host."""
    state = LEASED if leased else QUARANTINED if envelope.quarantine else WAITING
    modified = envelope.last_attempt or envelope.created
    return state, envelope.next_attempt, envelope.priority, envelope.created, modified, schedule.host_key(envelope)
