"""Reading shards, from the owner or from any other process; changes nothing."""

import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from noctule.base.errors import TemporaryError
from noctule.files.locks import try_lock
from noctule.mail.envelope import Envelope
from noctule.mqueue import codec
from noctule.mqueue.database import LEASED, LOST, QUARANTINED, WAITING, translated
from noctule.mqueue.model import Entry, EntryState, Selection, Stats
from noctule.mqueue.staging import FileBody, MemoryBody

_STATES = {
    WAITING: EntryState.WAITING,
    LEASED: EntryState.LEASED,
    QUARANTINED: EntryState.QUARANTINED,
    LOST: EntryState.LOST,
}
_PAGE = 500
_DATABASE_NAME = re.compile(r"noctule-([0-9A-Za-z_.-]+)\.db")


def database_path(directory: Path, shard: str) -> Path:
    """The database of a shard."""
    return directory / f"noctule-{shard}.db"


def bodies_path(directory: Path, shard: str) -> Path:
    """The directory of its large bodies."""
    return directory / f"bodies-{shard}"


def owner_path(directory: Path, shard: str) -> Path:
    """The file its owner holds locked."""
    return directory / f"noctule-{shard}.owner"


def reserve_path(directory: Path, shard: str) -> Path:
    """The file that keeps room on the disk for it."""
    return directory / f"noctule-{shard}.reserve"


def shards(directory: Path) -> list[str]:
    """The names of the shards in a queue directory.  Raises TemporaryError."""
    try:
        names = [path.name for path in directory.iterdir()]
    except OSError as error:
        raise TemporaryError(f"queue directory {directory}: {error.strerror}") from error
    return sorted(match[1] for name in names if (match := _DATABASE_NAME.fullmatch(name)))


def is_owned(directory: Path, shard: str) -> bool:
    """Whether the owner of a shard is alive."""
    try:
        descriptor = os.open(owner_path(directory, shard), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # somebody's, but not ours to look at
    try:
        return not try_lock(descriptor, exclusive=False)
    finally:
        os.close(descriptor)


class Reader:
    """A read-only view of one shard.  Errors of the database leave as TemporaryError."""

    def __init__(self, directory: Path, shard: str, *, busy_timeout: float = 5.0) -> None:
        self.directory = directory
        self.shard = shard
        self._path = database_path(directory, shard)
        with translated(self._path):
            address = f"{self._path.absolute().as_uri()}?mode=ro"
            self._db = sqlite3.connect(address, uri=True, timeout=busy_timeout, isolation_level=None)
            self._db.execute("PRAGMA mmap_size = 0")

    def find(self, selection: Selection | None = None) -> Iterator[Entry]:
        """Messages, oldest first.  One that moves meanwhile may be missed or seen twice."""
        owned = is_owned(self.directory, self.shard)
        for _, id_, state, row in self._pages("seq, id, state, envelope", "queue", selection):
            if (entry := _entry(id_, row, _STATES[state], owned=owned, selection=selection)) is not None:
                yield entry
        for _, id_, row in self._pages("seq, id, envelope", "incoming", selection):
            if (entry := _entry(id_, row, EntryState.LEASED, owned=owned, selection=selection)) is not None:
                yield entry

    def body(self, id_: str) -> MemoryBody | FileBody:
        """The body of a message.  Raises KeyError when there is no such message."""
        with translated(self._path):
            found = self._db.execute(
                "SELECT file, (SELECT data FROM body WHERE seq = q.seq) FROM queue q WHERE id = ?"
                " UNION ALL SELECT file, body FROM incoming WHERE id = ?",
                (id_, id_),
            ).fetchone()
        if found is None:
            raise KeyError(id_)
        file, data = found
        if file is None and data is None:
            raise TemporaryError(f"body of {id_} is gone")
        if file is None:
            return MemoryBody(data)
        path = bodies_path(self.directory, self.shard) / file
        try:
            return FileBody(path, path.stat().st_size)
        except OSError as error:
            raise TemporaryError(f"body of {id_}: {error.strerror}") from error

    def stats(self) -> Stats:
        """Counts; a full pass over an index."""
        with translated(self._path):
            counts = dict(self._db.execute("SELECT state, count(*) FROM queue GROUP BY state").fetchall())
            (incoming,) = self._db.execute("SELECT count(*) FROM incoming").fetchone()
        return Stats(incoming, counts.get(WAITING, 0), counts.get(LEASED, 0), counts.get(QUARANTINED, 0),
                     counts.get(LOST, 0))  # fmt: skip

    def next_due(self) -> float | None:
        """The earliest `next_attempt` of a waiting message."""
        with translated(self._path):
            (due,) = self._db.execute("SELECT min(next_attempt) FROM queue WHERE state = 0").fetchone()
        return due  # type: ignore[no-any-return]

    def close(self) -> None:
        self._db.close()

    def _pages(self, columns: str, table: str, selection: Selection | None) -> Iterator[tuple[Any, ...]]:
        condition, texts = _condition(selection)
        query = f"SELECT {columns} FROM {table} WHERE seq > ?{condition} ORDER BY seq LIMIT {_PAGE}"  # noqa: S608
        last = -1
        while True:
            with translated(self._path):
                rows = self._db.execute(query, (last, *texts)).fetchall()
            yield from rows
            if len(rows) < _PAGE:
                return
            last = rows[-1][0]


def _condition(selection: Selection | None) -> tuple[str, list[str]]:
    """SQL that is true of every message the selection means, and of some others.

    It spares most of a long queue the decoding; what it lets through is looked at properly.
    """
    condition, texts = "", []
    if selection is not None:
        record = "lower(CAST(envelope AS TEXT))"
        for matches in (selection.ids, selection.recipients, selection.senders, selection.reasons):
            if matches and not any(match.negated or not _is_plain(match.text) for match in matches):
                condition += f" AND ({' OR '.join([f'instr({record}, ?)'] * len(matches))})"
                texts += [match.text.lower() for match in matches]
    return condition, texts


def _is_plain(text: str) -> bool:
    """Whether a text stands in a record as it is."""
    return text.isascii() and text.isprintable() and '"' not in text and "\\" not in text


def _entry(id_: str, row: bytes, state: EntryState, *, owned: bool, selection: Selection | None) -> Entry | None:
    try:
        envelope = codec.decode(row)
    except codec.DamagedError:
        return Entry(Envelope(id=id_, sender=""), EntryState.LOST) if selection is None else None
    if selection is not None and not selection.matches(envelope):
        return None
    if state is EntryState.LEASED and not owned:
        state = EntryState.QUARANTINED if envelope.quarantine else EntryState.WAITING
    return Entry(envelope, state)
