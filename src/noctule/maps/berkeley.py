"""hash and btree: Berkeley DB files, as Sendmail's makemap and newaliases write them.  Needs the extra `berkeleydb`."""

from typing import BinaryIO, ClassVar

from berkeleydb import db

from noctule.base.errors import TemporaryError
from noctule.maps.keyed import KeyedFileMap


class _BerkeleyMap(KeyedFileMap):
    suffix = ".db"
    kind: ClassVar[int]
    _db: db.DB | None = None

    def load(self, file: BinaryIO) -> None:
        del file  # the library opens by name; FileMap checks afterwards that it was the same file
        opened = db.DB()
        try:
            opened.open(self.path, dbtype=self.kind, flags=db.DB_RDONLY)
        except db.DBError as error:
            opened.close()
            raise OSError(0, "not a Berkeley DB file of this class") from error
        self._db = opened

    def stored(self, key: bytes) -> bytes | None:
        if self._db is None:
            return None
        try:
            value: bytes | None = self._db.get(key)
        except db.DBError as error:
            raise TemporaryError(f"{self.path}: {error}") from error
        return value

    def unload(self) -> None:
        super().unload()
        if self._db is not None:
            self._db.close()
            self._db = None


class HashMap(_BerkeleyMap):
    """Kx hash /etc/mail/access"""

    class_name = "hash"
    kind = db.DB_HASH


class BtreeMap(_BerkeleyMap):
    """Kx btree /etc/mail/access"""

    class_name = "btree"
    kind = db.DB_BTREE
