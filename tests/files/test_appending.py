"""Real files."""

import os
import stat
from pathlib import Path

import pytest

from noctule.files import append_whole


def test_a_new_file_is_private_and_grows(tmp_path: Path) -> None:
    file = tmp_path / "dead.letter"
    append_whole(str(file), b"one\n")
    append_whole(str(file), b"two\n")
    assert file.read_bytes() == b"one\ntwo\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_links_and_what_is_no_file_are_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"mine\n")
    (tmp_path / "symbolic").symlink_to(other)
    (tmp_path / "hard").hardlink_to(other)
    os.mkfifo(tmp_path / "pipe")
    for name in ("symbolic", "hard", "pipe", "absent/file", "."):
        with pytest.raises(OSError):
            append_whole(str(tmp_path / name), b"text\n")
    assert other.read_bytes() == b"mine\n"


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        append_whole("/dev/full", b"text\n")
