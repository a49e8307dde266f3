"""The disk under the macro processor."""

import errno
from pathlib import Path

import pytest

from noctule.assembly.macrofiles import DiskFiles


def test_a_file_is_found_as_it_stands_or_in_the_path(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.m4").write_bytes(b"x\xe9")
    for name in ("a.m4", str(tmp_path / "sub" / "a.m4")):
        source = DiskFiles([str(tmp_path), str(tmp_path / "sub")]).read(name)
        assert (source.path, source.text) == (str(tmp_path / "sub" / "a.m4"), "x\xe9")


def test_the_nearest_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "access_db.m4").touch()
    with pytest.raises(OSError) as caught:
        DiskFiles().read(str(tmp_path / "acces_db.m4"))
    assert caught.value.strerror == "No such file or directory; is `access_db' meant?"
    with pytest.raises(OSError) as caught:
        DiskFiles().read(str(tmp_path / "unlike.m4"))
    assert caught.value.strerror == "No such file or directory"


def test_a_library_that_is_not_installed_is_ours(tmp_path: Path) -> None:
    (tmp_path / "m4").mkdir()
    (tmp_path / "m4" / "cf.m4").write_text("ours")
    files = DiskFiles(library=str(tmp_path))
    assert files.read("/nowhere/sendmail/cf/m4/cf.m4").path == str(tmp_path / "m4" / "cf.m4")
    with pytest.raises(FileNotFoundError):
        files.read("/nowhere/sendmail/cf/m4/other.m4")


@pytest.mark.parametrize("name", ["a\0b", "/"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(OSError) as caught:
        DiskFiles().read(name)
    assert caught.value.errno in (errno.EINVAL, errno.EISDIR)


def test_commands_are_forbidden_unless_allowed(tmp_path: Path) -> None:
    for forbidden in (lambda: DiskFiles().run("true"), lambda: DiskFiles().make_temporary("aXX")):
        with pytest.raises(OSError, match="not allowed"):
            forbidden()
    files = DiskFiles(allow_commands=True)
    assert files.run("echo a; exit 4") == ("a\n", 4)
    assert Path(files.make_temporary(str(tmp_path / "aXXXX"))).parent == tmp_path
