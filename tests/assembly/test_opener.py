import errno
import grp
import os
from pathlib import Path

import pytest

from assembly.configurations import USER
from noctule.assembly import opener
from noctule.assembly.opener import SystemOpener, read_source
from noctule.base.errors import ConfigurationError
from noctule.files import Relaxation, SafetyPolicy

RELAXED = SafetyPolicy(frozenset({Relaxation.CLASS_FILE_IN_UNSAFE_DIR_PATH}))


def test_a_class_file_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "words").write_bytes(b"one\xe9\ntwo\n")
    assert SystemOpener(lambda: RELAXED).file_text(str(tmp_path / "words")) == "one\xe9\ntwo\n"


def test_a_class_file_where_anybody_may_write_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    (folder / "words").write_text("one\n")
    with pytest.raises(OSError) as caught:
        SystemOpener().file_text(str(folder / "words"))
    assert caught.value.errno == errno.EPERM
    assert caught.value.strerror == "World writable directory"


@pytest.mark.parametrize(("path", "number"), [("/nonexistent/x", errno.ENOENT), ("a\0b", errno.EINVAL)])
def test_a_class_file_that_cannot_be_opened(path: str, number: int) -> None:
    with pytest.raises(OSError) as caught:
        SystemOpener().file_text(path)
    assert caught.value.errno == number


def test_a_class_file_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opener, "MAX_FILE", 8)
    (tmp_path / "words").write_text("more than eight\n")
    with pytest.raises(OSError) as caught:
        SystemOpener(lambda: RELAXED).file_text(str(tmp_path / "words"))
    assert caught.value.errno == errno.EFBIG


def test_a_command_runs_without_a_shell() -> None:
    assert SystemOpener().command_output("/bin/echo 'a b' ; echo $HOME") == "a b ; echo $HOME\n"


@pytest.mark.parametrize(
    ("command", "number"), [("/nonexistent/x", errno.ENOENT), ("'", errno.EINVAL), (" ", errno.EINVAL)]
)
def test_a_command_that_cannot_run(command: str, number: int) -> None:
    with pytest.raises(OSError) as caught:
        SystemOpener().command_output(command)
    assert caught.value.errno == number


def test_a_command_has_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opener, "COMMAND_TIMEOUT", 0.05)
    with pytest.raises(OSError) as caught:
        SystemOpener().command_output("/bin/sleep 30")
    assert caught.value.errno == errno.ETIMEDOUT


def test_a_class_from_a_map(tmp_path: Path) -> None:
    (tmp_path / "table").write_text("local one two\nother three\n")
    ask = SystemOpener(lambda: SafetyPolicy(frozenset({Relaxation.MAP_IN_UNSAFE_DIR_PATH}))).map_value
    assert ask("text", f"-k0 -v1 {tmp_path}/table", "local") == "one"
    assert ask("text", f"-k0 -v1 {tmp_path}/table", "absent") is None
    with pytest.raises(LookupError):
        ask("nosuch", "x", "local")
    with pytest.raises(OSError, match="unavailable"):
        ask("text", f"{tmp_path}/absent", "local")


def test_accounts_and_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    here = SystemOpener()
    assert here.user_exists(USER)
    assert not here.user_exists("no.such.user")
    assert here.group_exists(grp.getgrgid(0).gr_name)
    assert not here.group_exists("no.such.group")
    monkeypatch.setenv("NOCTULE_TEST", "yes")
    assert here.environment("NOCTULE_TEST") == "yes"
    monkeypatch.delenv("NOCTULE_TEST")
    assert here.environment("NOCTULE_TEST") is None


def test_a_source_is_a_plain_file(tmp_path: Path) -> None:
    (tmp_path / "cf").write_bytes(b"V10\n# \xe9\n")
    assert read_source(str(tmp_path / "cf")) == "V10\n# \xe9\n"
    os.mkfifo(tmp_path / "fifo")
    for name in ("absent", "fifo", "."):
        with pytest.raises(ConfigurationError, match="line 0: cannot open: "):
            read_source(str(tmp_path / name))
