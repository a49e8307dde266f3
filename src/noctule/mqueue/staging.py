"""Bodies while they arrive and afterwards: small ones in memory, large ones in a file.

A body file is locked (flock) by whoever writes it until the transaction that names it has committed.  So the owner of
a shard can tell, inside a transaction of its own, a file that died with its writer from one that is about to be
committed.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from noctule.base.errors import TemporaryError
from noctule.files.locks import try_lock
from noctule.files.replace import sync_directory
from noctule.mqueue.ownership import hand_over

SMALL = 64 * 1024  # bodies up to this live in their row
_CHUNK = 64 * 1024


class MemoryBody:
    """A body held in memory."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def size(self) -> int:
        return len(self._data)

    def read(self) -> bytes:
        return self._data

    def chunks(self) -> Iterator[bytes]:
        for start in range(0, len(self._data), _CHUNK):
            yield self._data[start : start + _CHUNK]


class FileBody:
    """A body in a file of its own.

    `descriptor` is the writer's, which holds the lock.  While `committing`, a transaction that names the file is
    under way.
    """

    __slots__ = ("_descriptor", "_size", "committing", "path")

    def __init__(self, path: Path, size: int, descriptor: int | None = None) -> None:
        self.path = path
        self._size = size
        self._descriptor = descriptor
        self.committing = False

    @property
    def size(self) -> int:
        return self._size

    def read(self) -> bytes:
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb", buffering=0) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except OSError as error:
            raise TemporaryError(f"cannot read body: {error}") from error

    def sync(self) -> None:
        """Put the file and its name on the disk.  Blocks; raises TemporaryError."""
        try:
            if self._descriptor is not None:
                os.fsync(self._descriptor)
            sync_directory(str(self.path.parent))
        except OSError as error:
            raise TemporaryError(f"cannot write body: {error}") from error

    def settle(self) -> None:
        """The store knows the file now: unlock it."""
        self.committing = False
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def discard(self) -> None:
        """Remove the file, unless the store knows it or is about to."""
        if self._descriptor is not None and not self.committing:
            self.path.unlink(missing_ok=True)
            self.settle()


class BodyStaging:
    """Collects a body; changes over to a file when it gets large."""

    __slots__ = ("_file", "_open_file", "_parts", "_path", "size")

    def __init__(self, path: Callable[[], Path]) -> None:
        """`path` names the file, should there be one."""
        self._path = path
        self._parts: list[bytes] = []
        self._file: FileBody | None = None
        self._open_file = -1
        self.size = 0

    def write(self, data: bytes) -> None:
        self.size += len(data)
        if self._file is None:
            self._parts.append(data)
            if self.size > SMALL:
                self._spill()
        else:
            self._put(data)

    def finish(self) -> MemoryBody | FileBody:
        if self._file is None:
            return MemoryBody(self._parts[0] if len(self._parts) == 1 else b"".join(self._parts))
        self._file = FileBody(self._file.path, self.size, self._open_file)
        return self._file

    def discard(self) -> None:
        self._parts.clear()
        if self._file is not None:
            self._file.discard()

    def _spill(self) -> None:
        path = self._path()
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            hand_over(path, path.parent)
        except OSError as error:
            raise TemporaryError(f"cannot write body: {error}") from error
        try_lock(descriptor)
        self._open_file = descriptor
        self._file = FileBody(path, 0, descriptor)
        self._put(b"".join(self._parts))
        self._parts.clear()

    def _put(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._open_file, view) :]
        except OSError as error:
            raise TemporaryError(f"cannot write body: {error}") from error


def remove_orphans(directory: Path, known: set[str]) -> int:
    """Remove the body files of writers that died before they committed.  How many.

    `known` are the names the store has.  Call inside a write transaction of the store.
    """
    removed = 0
    with os.scandir(directory) as entries:
        names = [e.name for e in entries if e.name not in known and e.is_file(follow_symlinks=False)]
    for name in names:
        path = directory / name
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if try_lock(descriptor):
                path.unlink()
                removed += 1
        finally:
            os.close(descriptor)
    return removed
