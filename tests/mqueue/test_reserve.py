"""A full disk: nothing new is taken, what is there can leave."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from noctule.mqueue.reserve import SIZE, Reserve


def test_room_is_put_by_once_and_given_back(tmp_path: Path) -> None:
    path = tmp_path / "noctule-0.reserve"
    reserve = Reserve(path)
    assert not reserve.spend()
    reserve.keep()
    assert path.stat().st_blocks * 512 >= SIZE
    assert Reserve(path).spend()
    assert not path.exists()


def test_what_another_process_put_by_is_known(tmp_path: Path) -> None:
    Reserve(tmp_path / "r").keep()
    again = Reserve(tmp_path / "r")
    assert again.spend()
    assert not again.spend()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system")
def test_a_queue_on_a_full_disk_drains(tmp_path: Path) -> None:
    child = Path(__file__).with_name("full_disk_child.py")
    mount = 'mount -t tmpfs -o size=48m none "$1" && exec "$2" "$3" "$1"'
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", mount, "-", tmp_path, sys.executable, child],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(child.parents[1])},
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["refused: disk is full", "again: disk is full", "opened", "drained", "accepted"]
