import fcntl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from noctule.files import LockStyle, locked, try_lock, unlock


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    made = tmp_path / "file"
    made.touch()
    yield made


def other_process_locks(path: Path, style: str) -> bool:
    """Could another process lock the file now?"""
    program = f"import fcntl, sys\nfcntl.{style}(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    return subprocess.run([sys.executable, "-c", program, path], stderr=subprocess.DEVNULL).returncode == 0


@pytest.mark.parametrize("style", LockStyle)
def test_a_lock_keeps_other_processes_out(path: Path, style: LockStyle) -> None:
    with path.open("r+") as file:
        assert try_lock(file.fileno(), style=style)
        assert not other_process_locks(path, style.value)
        unlock(file.fileno(), style=style)
        assert other_process_locks(path, style.value)
        with locked(file.fileno(), style=style):
            assert not other_process_locks(path, style.value)
        assert other_process_locks(path, style.value)


def test_shared_locks_share(path: Path) -> None:
    with path.open("r+") as one, path.open("r+") as two, path.open("r+") as three:
        assert try_lock(one.fileno(), exclusive=False)
        assert try_lock(two.fileno(), exclusive=False)
        assert not try_lock(three.fileno())


def test_waiting_has_an_end(path: Path) -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    with path.open("r+") as holder, path.open("r+") as waiter:
        assert try_lock(holder.fileno())
        with (
            pytest.raises(TimeoutError),
            locked(waiter.fileno(), timeout=3.0, clock=lambda: now[0], sleep=sleep),
        ):
            pytest.fail("locked twice")
    assert 3.0 <= now[0] < 4.0


def test_waiting_ends_when_the_lock_is_free(path: Path) -> None:
    with path.open("r+") as holder, path.open("r+") as waiter:
        assert try_lock(holder.fileno())
        with locked(waiter.fileno(), clock=lambda: 0.0, sleep=lambda _: fcntl.flock(holder, fcntl.LOCK_UN)):
            assert not try_lock(holder.fileno())
