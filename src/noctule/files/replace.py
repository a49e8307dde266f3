"""Replacing a file whole: readers see the old one or the new one, also after a crash."""

import contextlib
import os
import secrets
from collections.abc import Iterator


@contextlib.contextmanager
def replacement(path: str, mode: int = 0o640, owner: int | None = None) -> Iterator[str]:
    """Give the name of a new empty file beside `path`; put it in `path`'s place when the block ends well.

    The new file has exactly `mode`, and the owner and group of the file it replaces, or else the user number `owner`,
    when we may give files away.  File and directory are on disk before the block's end returns.  After an exception
    `path` is as it was.  Raises OSError.
    """
    new = f"{path}.{secrets.token_hex(6)}.new"
    created = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    os.fchmod(created, 0o600)  # whatever the umask
    os.close(created)
    try:
        yield new
        descriptor = os.open(new, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            _give(descriptor, path, owner)
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(new, path)  # noqa: PTH105
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(new)  # noqa: PTH108
        raise
    sync_directory(os.path.dirname(path) or ".")  # noqa: PTH120


def write_file(path: str, data: bytes, mode: int = 0o640) -> None:
    """Put `data` in the place of whatever `path` holds, whole and durable.  Raises OSError."""
    with replacement(path, mode) as new, open(new, "wb") as file:  # noqa: PTH123
        file.write(data)


def sync_directory(path: str) -> None:
    """Make renames and creations in a directory durable.  Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _give(descriptor: int, path: str, owner: int | None) -> None:
    with contextlib.suppress(PermissionError):
        try:
            old = os.lstat(path)
        except FileNotFoundError:
            if owner is not None:
                os.fchown(descriptor, owner, -1)
        else:
            os.fchown(descriptor, old.st_uid, old.st_gid)
