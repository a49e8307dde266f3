"""Adding to a file in the format mbox."""

import contextlib
import os
import stat

from noctule.files.locks import LockStyle, locked

_LOCK_TIMEOUT = 5.0  # seconds


def open_for_appending(path: str) -> int:
    """A descriptor; a new file is private.  Raises OSError.

    No link is followed: whoever may make one where the file should be would have us write elsewhere.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    target = os.open(path, flags, 0o600)
    found = os.fstat(target)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        os.close(target)
        raise PermissionError("not a regular file with one name")
    return target


def append_whole(path: str, text: bytes) -> None:
    """The whole text or nothing of it, on disk.  As for open_for_appending."""
    with contextlib.ExitStack() as stack:
        target = open_for_appending(path)
        stack.callback(os.close, target)
        for style in LockStyle:
            stack.enter_context(locked(target, style=style, timeout=_LOCK_TIMEOUT))
        size = os.fstat(target).st_size
        try:
            view = memoryview(text)
            while view:
                view = view[os.write(target, view) :]
            os.fsync(target)
        except OSError:
            os.ftruncate(target, size)
            raise
