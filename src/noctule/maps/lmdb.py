"""lmdb: the format makemap writes by default.

A file is always replaced whole and never changed in place (see maps.build), so readers take no lock.
"""

import os
from dataclasses import dataclass
from typing import BinaryIO

import lmdb

from noctule.base.errors import TemporaryError
from noctule.maps.keyed import KeyedFileMap


@dataclass(slots=True)
class _Shared:
    """An open file and how many maps use it: the library refuses to open one file twice in a process."""

    environment: lmdb.Environment
    users: int = 0


_open: dict[tuple[int, int], _Shared] = {}


class LmdbMap(KeyedFileMap):
    """Kx lmdb /etc/mail/access"""

    class_name = "lmdb"
    suffix = ".lmdb"
    _identity: tuple[int, int] | None = None
    _environment: lmdb.Environment | None = None

    def load(self, file: BinaryIO) -> None:
        seen = os.fstat(file.fileno())
        identity = (seen.st_dev, seen.st_ino)
        if identity not in _open:
            try:
                opened = lmdb.open(self.path, subdir=False, readonly=True, lock=False, create=False, max_dbs=0)
            except lmdb.Error as error:
                raise OSError(0, "not an LMDB file") from error
            if seen.st_size < (opened.info()["last_pgno"] + 1) * opened.stat()["psize"]:
                opened.close()
                raise OSError(0, "LMDB file cut short")  # reading what is mapped and not there ends the process
            _open[identity] = _Shared(opened)
        shared = _open[identity]
        shared.users += 1
        self._identity, self._environment = identity, shared.environment

    def stored(self, key: bytes) -> bytes | None:
        if self._environment is None or not 0 < len(key) <= self._environment.max_key_size():
            return None
        try:
            with self._environment.begin() as transaction:
                value: bytes | None = transaction.get(key)
        except lmdb.Error as error:
            raise TemporaryError(f"{self.path}: {error}") from error
        return value

    def unload(self) -> None:
        super().unload()
        if self._identity is None:
            return
        shared = _open[self._identity]
        shared.users -= 1
        if shared.users == 0:
            shared.environment.close()
            del _open[self._identity]
        self._identity = self._environment = None
