"""Advisory locks.  Two styles exist side by side in the world of mail; use the one the other program uses."""

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from enum import Enum


class LockStyle(Enum):
    """`flock` belongs to the open file; `lockf` (POSIX) to the process, and works over NFS."""

    FLOCK = "flock"
    LOCKF = "lockf"


def try_lock(descriptor: int, *, exclusive: bool = True, style: LockStyle = LockStyle.FLOCK) -> bool:
    """Lock now or say False.  An exclusive `lockf` needs a descriptor open for writing.  Raises OSError."""
    operation = (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB
    try:
        (fcntl.flock if style is LockStyle.FLOCK else fcntl.lockf)(descriptor, operation)
    except BlockingIOError:
        return False
    except PermissionError:  # what lockf says on some systems
        if style is LockStyle.FLOCK:
            raise
        return False
    return True


def unlock(descriptor: int, *, style: LockStyle = LockStyle.FLOCK) -> None:
    """Give a lock back before the file is closed.  Raises OSError."""
    (fcntl.flock if style is LockStyle.FLOCK else fcntl.lockf)(descriptor, fcntl.LOCK_UN)


@contextlib.contextmanager
def locked(
    descriptor: int,
    *,
    exclusive: bool = True,
    style: LockStyle = LockStyle.FLOCK,
    timeout: float = 60.0,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Hold a lock for the block.  Raises TimeoutError when it is not free within `timeout` seconds, OSError."""
    give_up = clock() + timeout
    pause = 0.01
    while not try_lock(descriptor, exclusive=exclusive, style=style):
        if clock() >= give_up:
            raise TimeoutError(f"not locked within {timeout:g} seconds")
        sleep(pause)
        pause = min(pause * 2, 0.5)
    try:
        yield
    finally:
        unlock(descriptor, style=style)
