"""Room put by on the queue's disk.

A store has to write before it can free anything: on a full disk it could neither remove what was delivered nor start.
"""

import os
from pathlib import Path

from noctule.mqueue.ownership import hand_over

SIZE = 4 << 20  # bytes: what SQLite lets its log grow to before it moves it into the database
_PLENTY = 8 * SIZE  # bytes free on a disk from which room is put by again


class Reserve:
    """A file that is there for its blocks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = path.exists()

    def keep(self) -> None:
        """Put room by, unless that is done or the disk has little.  Blocks."""
        if self._kept:
            return
        try:
            disk = os.statvfs(self._path.parent)
            if disk.f_bavail * disk.f_frsize < _PLENTY:
                return
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            try:
                hand_over(descriptor, self._path.parent)
                os.posix_fallocate(descriptor, 0, SIZE)
            finally:
                os.close(descriptor)
            self._kept = True
        except OSError:
            self._path.unlink(missing_ok=True)

    def spend(self) -> bool:
        """Give the room back to the disk.  Whether there was any."""
        spent, self._kept = self._kept, False
        self._path.unlink(missing_ok=True)
        return spent
