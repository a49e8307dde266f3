import os
from dataclasses import replace
from pathlib import Path

import pytest

from noctule.files import (
    Purpose,
    Relaxation,
    Rules,
    SafetyError,
    SafetyPolicy,
    check_target,
    open_for_reading,
    rules_for,
    unsafe_directory,
)

STICKY = Rules(sticky_directory=True, symbolic_link=True, hard_link=True)  # test folders are below /tmp


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_text("text")
    path.chmod(0o644)
    return path


def reason(path: Path, rules: Rules) -> str:
    with pytest.raises(SafetyError) as caught:
        open_for_reading(str(path), rules)
    assert caught.value.path == str(path)
    return caught.value.reason


def test_a_good_file_is_opened(file: Path) -> None:
    with open_for_reading(str(file), STICKY) as opened:
        assert opened.read() == b"text"
        assert not os.get_inheritable(opened.fileno())


@pytest.mark.parametrize(
    ("mode", "rules", "why"),
    [
        (0o646, Rules(sticky_directory=True, hard_link=True), "World writable file"),
        (0o664, Rules(sticky_directory=True, hard_link=True), "Group writable file"),
        (0o640, Rules(sticky_directory=True, group_readable=False), "Group readable file"),
        (0o604, Rules(sticky_directory=True, world_readable=False), "World readable file"),
        (0o744, Rules(sticky_directory=True, executable=False), "Executable files not allowed"),
    ],
)
def test_modes(file: Path, mode: int, rules: Rules, why: str) -> None:
    file.chmod(mode)
    assert reason(file, rules) == why


@pytest.mark.parametrize(("mode", "why"), [(0o777, "World writable directory"), (0o775, "Group writable directory")])
def test_a_writable_directory_anywhere_on_the_way(tmp_path: Path, mode: int, why: str) -> None:
    inner = tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    (inner / "file").write_text("")
    inner.parent.chmod(mode)
    assert reason(inner / "file", STICKY) == why
    assert unsafe_directory(str(inner / "file"), STICKY) == (str(inner.parent), why)
    open_for_reading(str(inner / "file"), Rules(any_directory=True)).close()


def test_group_writable_directories_can_be_trusted(tmp_path: Path, file: Path) -> None:
    tmp_path.chmod(0o775)
    open_for_reading(str(file), Rules(sticky_directory=True, group_writable_directory=True)).close()


def test_the_sticky_bit_is_trusted_only_when_asked(tmp_path: Path, file: Path) -> None:
    tmp_path.chmod(0o1777)
    open_for_reading(str(file), STICKY).close()
    assert reason(file, Rules()) == "World writable directory"


def test_directories_that_links_lead_through_count(tmp_path: Path) -> None:
    writable, safe = tmp_path / "writable", tmp_path / "safe"
    for folder in (writable, safe):
        folder.mkdir()
    (writable / "file").write_text("")
    writable.chmod(0o777)
    (safe / "link").symlink_to("../writable")
    assert reason(safe / "link" / "file", STICKY) == "World writable directory"
    (safe / "direct").symlink_to(writable / "file")
    assert reason(safe / "direct", STICKY) == "World writable directory"


def test_links(tmp_path: Path, file: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(file)
    open_for_reading(str(link), STICKY).close()
    assert reason(link, Rules(sticky_directory=True)) == "Symbolic links not allowed"
    tmp_path.chmod(0o777)
    assert reason(link, Rules(symbolic_link=True)) == "World writable directory"
    assert reason(link, Rules(symbolic_link=True, any_directory=True)) == "Symbolic links not allowed"
    open_for_reading(str(link), Rules(symbolic_link=True, any_directory=True, link_in_writable_directory=True)).close()


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="Too many levels"):
        open_for_reading(str(tmp_path / "a"), STICKY)
    with pytest.raises(SafetyError, match="Too many levels"):
        unsafe_directory(str(tmp_path / "a" / "file"), STICKY)


def test_hard_links(tmp_path: Path, file: Path) -> None:
    (tmp_path / "other").hardlink_to(file)
    open_for_reading(str(file), STICKY).close()
    assert reason(file, Rules(sticky_directory=True)) == "Hard links not allowed"


def test_only_regular_files_and_no_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert reason(tmp_path / "fifo", STICKY) == "Regular files only"
    assert reason(tmp_path, STICKY) == "Regular files only"
    with pytest.raises(FileNotFoundError):
        open_for_reading(str(tmp_path / "missing"), STICKY)


def test_targets(tmp_path: Path, file: Path) -> None:
    strict = rules_for(Purpose.WRITE_MAP, SafetyPolicy(frozenset({Relaxation.TRUST_STICKY_BIT})))
    check_target(str(file), strict)
    check_target(str(tmp_path / "new"), strict)
    (tmp_path / "link").symlink_to(file)
    with pytest.raises(SafetyError, match="Symbolic links not allowed"):
        check_target(str(tmp_path / "link"), strict)
    (tmp_path / "hard").hardlink_to(file)
    with pytest.raises(SafetyError, match="Hard links not allowed"):
        check_target(str(file), strict)
    with pytest.raises(FileNotFoundError):
        check_target(str(tmp_path / "no" / "file"), strict)
    tmp_path.chmod(0o777)
    with pytest.raises(SafetyError, match="World writable directory"):
        check_target(str(tmp_path / "new"), strict)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files of others")
def test_a_key_of_somebody_else_is_refused(file: Path) -> None:
    rules = replace(STICKY, owned=True)
    with open_for_reading(str(file), rules) as opened:
        assert opened.read() == b"text"
    os.chown(file, 65534, 65534)
    assert reason(file, rules) == "Permission denied"
