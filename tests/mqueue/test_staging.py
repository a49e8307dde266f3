from pathlib import Path

import pytest

from noctule.base.errors import TemporaryError
from noctule.mqueue.staging import SMALL, BodyStaging, FileBody, MemoryBody, remove_orphans


def staged(path: Path, *pieces: bytes) -> BodyStaging:
    staging = BodyStaging(lambda: path)
    for piece in pieces:
        staging.write(piece)
    return staging


def test_a_small_body_stays_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "b"
    small = staged(path, b"x" * (SMALL - 1), b"y").finish()
    assert isinstance(small, MemoryBody)
    assert (small.size, len(small.read()), [len(c) for c in small.chunks()]) == (SMALL, SMALL, [SMALL])
    assert not path.exists()
    assert staged(path).finish().read() == b""


def test_a_large_body_goes_to_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "b"
    large = staged(path, b"x" * SMALL, b"y", b"z").finish()
    assert isinstance(large, FileBody)
    assert large.size == SMALL + 2
    assert path.read_bytes() == large.read() == b"x" * SMALL + b"yz"
    assert path.stat().st_mode & 0o777 == 0o600
    large.discard()
    assert not path.exists()


def test_a_settled_file_is_not_discarded(tmp_path: Path) -> None:
    path = tmp_path / "b"
    staging = staged(path, b"x" * (SMALL + 1))
    body = staging.finish()
    assert isinstance(body, FileBody)
    body.sync()
    body.settle()
    staging.discard()
    body.discard()
    assert path.exists()


def test_nothing_is_written_over_or_through_a_link(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    (tmp_path / "link").symlink_to(target)
    for name in ("target", "link"):
        with pytest.raises(TemporaryError):
            staged(tmp_path / name, b"x" * (SMALL + 1))
    assert target.read_bytes() == b"precious"


def test_a_missing_file_is_a_temporary_error(tmp_path: Path) -> None:
    with pytest.raises(TemporaryError):
        FileBody(tmp_path / "none", 5).read()


def test_only_files_nobody_knows_or_writes_are_orphans(tmp_path: Path) -> None:
    for name in ("known", "orphan"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "folder").mkdir()
    writing = staged(tmp_path / "writing", b"x" * (SMALL + 1))
    assert remove_orphans(tmp_path, {"known"}) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "known", "writing"]
    writing.discard()
