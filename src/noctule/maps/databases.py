"""Map files from the inside: the keyed databases that makemap, newaliases and editmap write.

A database is written under a temporary name and put in place when it is complete (see maps.build), so that nothing here
has to care for readers.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from noctule.base.errors import NoctuleError

if TYPE_CHECKING:
    import berkeleydb.db
    import lmdb


class DatabaseError(NoctuleError):
    """The file is no database of this class, is damaged, or cannot hold what it should."""


class Database(Protocol):
    """Keys to values, all bytes.  Methods raise DatabaseError and OSError."""

    def get(self, key: bytes) -> bytes | None: ...

    def put(self, key: bytes, value: bytes, *, overwrite: bool) -> bool:
        """Store; False, and nothing done, if the key is there and must not be overwritten."""
        ...

    def delete(self, key: bytes) -> bool:
        """False if the key was not there."""
        ...

    def items(self) -> Iterator[tuple[bytes, bytes]]: ...

    def close(self) -> None:
        """Finish the file."""
        ...


def open_database(map_class: str, path: str, *, create: bool = False, duplicates: bool = False) -> Database:
    """Open a file of class hash, btree, lmdb or cdb.

    `create` makes a new one in an existing empty file.  `duplicates`: one key may have several values (hash, btree).
    """
    match map_class:
        case "hash" | "btree":
            return _Berkeley(map_class, path, create=create, duplicates=duplicates)
        case "lmdb":
            return _Lmdb(path, create=create)
        case "cdb":
            return _Cdb(path, create=create)
    raise DatabaseError("Unknown database type")


class _Berkeley:
    def __init__(self, map_class: str, path: str, *, create: bool, duplicates: bool) -> None:
        from berkeleydb import db

        self._errors = db.DBError
        self._no_overwrite = 0 if duplicates else db.DB_NOOVERWRITE
        self._exists = db.DBKeyExistError
        self._db: berkeleydb.db.DB = db.DB()
        try:
            if duplicates:
                self._db.set_flags(db.DB_DUP)
            flags = db.DB_CREATE | db.DB_TRUNCATE if create else 0
            self._db.open(path, dbtype=db.DB_HASH if map_class == "hash" else db.DB_BTREE, flags=flags)
        except db.DBError as error:
            self._db.close()
            raise DatabaseError(_text(error)) from error

    def get(self, key: bytes) -> bytes | None:
        value: bytes | None = self._db.get(key)
        return value

    def put(self, key: bytes, value: bytes, *, overwrite: bool) -> bool:
        try:
            self._db.put(key, value, flags=0 if overwrite else self._no_overwrite)
        except self._exists:
            return False
        except self._errors as error:
            raise DatabaseError(_text(error)) from error
        return True

    def delete(self, key: bytes) -> bool:
        if self._db.get(key) is None:
            return False
        self._db.delete(key)
        return True

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        cursor = self._db.cursor()
        try:
            while (item := cursor.next()) is not None:
                yield item
        except self._errors as error:
            raise DatabaseError(_text(error)) from error
        finally:
            cursor.close()

    def close(self) -> None:
        self._db.close()


class _Lmdb:
    """One write transaction; the file grows as it must and is cut to its used size at the end."""

    _FIRST_SIZE = 16 << 20
    _MAX_SIZE = 64 << 30

    def __init__(self, path: str, *, create: bool) -> None:
        import lmdb

        self._lmdb = lmdb
        self._path = path
        self._size = max(self._FIRST_SIZE, 2 * Path(path).stat().st_size)
        self._create = create
        self._written = False
        self._open()
        self._keys_max = self._environment.max_key_size()

    def get(self, key: bytes) -> bytes | None:
        with self._environment.begin() as transaction:
            value: bytes | None = transaction.get(key) if key else None
        return value

    def put(self, key: bytes, value: bytes, *, overwrite: bool) -> bool:
        if not 0 < len(key) <= self._keys_max:
            raise DatabaseError(f"key must have 1 to {self._keys_max} bytes")
        self._written = True
        while True:
            try:
                with self._environment.begin(write=True) as transaction:
                    return bool(transaction.put(key, value, overwrite=overwrite))
            except self._lmdb.MapFullError as error:
                if self._size >= self._MAX_SIZE:
                    raise DatabaseError("too large") from error
                self._size *= 2
                self._environment.set_mapsize(self._size)

    def delete(self, key: bytes) -> bool:
        self._written = True
        with self._environment.begin(write=True) as transaction:
            return bool(key and transaction.delete(key))

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        with self._environment.begin() as transaction:
            yield from transaction.cursor()

    def close(self) -> None:
        self._environment.close()

    def _open(self) -> None:
        try:
            self._environment: lmdb.Environment = self._lmdb.open(
                self._path,
                map_size=self._size,
                subdir=False,
                create=self._create,
                lock=False,
                sync=False,
                writemap=False,
                max_dbs=0,
            )
        except self._lmdb.Error as error:
            raise DatabaseError("not an LMDB file") from error


class _Cdb:
    """Held in memory and written at the end: a constant database cannot be changed."""

    def __init__(self, path: str, *, create: bool) -> None:
        import cdblib

        from noctule.maps.cdb import checked_reader

        self._path = path
        self._writer = cdblib.Writer
        self._values: dict[bytes, bytes] = {}
        self._changed = create
        if not create:
            try:
                for key, value in checked_reader(Path(path).read_bytes()).iteritems():
                    self._values.setdefault(bytes(key), bytes(value))
            except (ValueError, struct.error) as error:
                raise DatabaseError("not a constant database") from error

    def get(self, key: bytes) -> bytes | None:
        return self._values.get(key)

    def put(self, key: bytes, value: bytes, *, overwrite: bool) -> bool:
        if key in self._values and not overwrite:
            return False
        self._values[key] = value
        self._changed = True
        return True

    def delete(self, key: bytes) -> bool:
        self._changed = True
        return self._values.pop(key, None) is not None

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        yield from self._values.items()

    def close(self) -> None:
        if not self._changed:
            return
        with Path(self._path).open("wb") as file, self._writer(file) as writer:
            for key, value in self._values.items():
                writer.put(key, value)


def _text(error: Exception) -> str:
    """The library's words without its error number."""
    return str(error.args[1]) if len(error.args) > 1 else str(error)
