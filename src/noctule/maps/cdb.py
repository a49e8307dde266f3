"""cdb: constant databases."""

import mmap
import struct
from typing import BinaryIO

import cdblib

from noctule.base.errors import TemporaryError
from noctule.maps.keyed import KeyedFileMap

_HEADER = 2048  # bytes: where each of the 256 hash tables is, and how many slots it has
_SLOT = 8  # bytes


class CdbMap(KeyedFileMap):
    """Kx cdb /etc/mail/access"""

    class_name = "cdb"
    suffix = ".cdb"
    _reader: cdblib.Reader | None = None

    def load(self, file: BinaryIO) -> None:
        try:
            self._reader = checked_reader(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except ValueError as error:
            raise OSError(0, "not a constant database") from error

    def stored(self, key: bytes) -> bytes | None:
        if self._reader is None:
            return None
        try:
            value: bytes | None = self._reader.get(key)
        except (ValueError, IndexError, struct.error) as error:
            raise TemporaryError(f"{self.path}: damaged: {error}") from error
        return value

    def unload(self) -> None:
        super().unload()
        if self._reader is not None:
            self._reader.close()
            self._reader = None


def checked_reader(data: mmap.mmap | bytes) -> cdblib.Reader:
    """A reader of `data`, whose tables lie where they can.  Raises ValueError."""
    try:
        reader = cdblib.Reader(data)
    except (OSError, struct.error) as error:
        raise ValueError("too short") from error
    if any(place < _HEADER or place + count * _SLOT > len(data) for place, count in reader.index):
        reader.close()
        raise ValueError("tables out of bounds")
    return reader
