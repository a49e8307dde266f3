import os
from pathlib import Path

import pytest

from noctule.files import replacement, sync_directory, write_file


def test_the_new_file_takes_the_old_ones_place(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_file(str(path), b"one", 0o600)
    first = path.stat()
    assert first.st_mode & 0o777 == 0o600
    with path.open("rb") as reader:
        write_file(str(path), b"two", 0o644)
        assert reader.read() == b"one", "who has it open keeps the old one"
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o644
    assert path.stat().st_ino != first.st_ino
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_file(str(path), b"one")
    with pytest.raises(ZeroDivisionError), replacement(str(path)) as new:
        Path(new).write_bytes(b"half")
        raise ZeroDivisionError
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_the_umask_does_not_matter(tmp_path: Path) -> None:
    before = os.umask(0o777)
    try:
        write_file(str(tmp_path / "file"), b"", 0o664)
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o664


@pytest.mark.skipif(os.geteuid() != 0, reason="giving files away takes root")
def test_owners(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with replacement(str(path), owner=1234):
        pass
    assert path.stat().st_uid == 1234
    os.chown(path, 77, 88)
    write_file(str(path), b"")
    assert (path.stat().st_uid, path.stat().st_gid) == (77, 88)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_file(str(tmp_path / "no" / "file"), b"")
    with pytest.raises(FileNotFoundError):
        sync_directory(str(tmp_path / "no"))
