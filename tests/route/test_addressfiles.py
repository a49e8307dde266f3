import asyncio
import errno
from pathlib import Path

import pytest

from noctule.accounts import Account
from noctule.files import SafetyError, SafetyPolicy
from noctule.route import DirectFiles
from noctule.route.addressfiles import is_transient
from route.example import TRUSTING

OWNER = Account(name="bob", uid=4711, gid=4711, home="/home/bob")
TRUSTING_READER = DirectFiles(SafetyPolicy.of(TRUSTING))
READER = DirectFiles(SafetyPolicy.of(["IncludeFileInUnsafeDirPath", "ForwardFileInUnsafeDirPath"]))


def test_contents_owner_and_trust(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"caf\xe9\n")
    found = asyncio.run(TRUSTING_READER.include(str(path), None))
    assert (found.text, found.uid, found.trusted) == ("caf\xe9\n", path.stat().st_uid, True)
    assert not asyncio.run(READER.include(str(path), None)).trusted


def test_a_forward_is_its_users_or_roots(tmp_path: Path) -> None:
    path = tmp_path / "forward"
    path.write_text("carol\n")
    if path.stat().st_uid:
        with pytest.raises(SafetyError):
            asyncio.run(TRUSTING_READER.forward(str(path), OWNER))
    else:
        assert asyncio.run(TRUSTING_READER.forward(str(path), OWNER)).text == "carol\n"


def test_what_is_missing_or_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        asyncio.run(READER.forward(str(tmp_path / "none"), OWNER))
    with pytest.raises(SafetyError, match="Regular files only"):
        asyncio.run(READER.include(str(tmp_path), None))


def test_a_file_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("noctule.route.addressfiles.MAX_FILE", 4)
    path = tmp_path / "list"
    path.write_text("12345")
    with pytest.raises(SafetyError, match="more than 4 bytes"):
        asyncio.run(READER.include(str(path), None))


def test_transient_errors() -> None:
    assert is_transient(OSError(errno.EIO, "I/O"))
    assert not is_transient(PermissionError(errno.EACCES, "no"))
    assert not is_transient(SafetyError("/x", "World writable file"))
