"""noctule mc."""

from pathlib import Path

import pytest

from noctule.commands.noctule import main
from noctule.mail.status import Exit


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "m4").mkdir()
    (tmp_path / "m4" / "cf.m4").write_text("define(`GREET', `hello $1')dnl\n")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "part.m4").write_text("part\n")
    path = tmp_path / "site.mc"
    path.write_bytes(b"GREET(`w\xe9')\ninclude(`part.m4')X len\nerrprint(`careful\n')dnl\nesyscmd(`echo ran')")
    return path


def test_prints_the_cf_file(site: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    root = str(site.parent)
    arguments = ["--library", root, "-I", f"{root}/more", "-DX=1", "-U", "len", "--allow-syscmd"]
    assert main(["mc", *arguments, str(site)]) == Exit.OK
    assert capfdbinary.readouterr() == (b"hello w\xe9\npart\n1 len\nran\n", b"careful\n")


def test_comments_with_line_numbers(site: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    site.write_text("a\ndnl\nb\n")
    assert main(["mc", "-s", "--library", str(site.parent), str(site)]) == Exit.OK
    name = str(site).encode()
    assert capfdbinary.readouterr().out == b'#line 1 "' + name + b'"\na\n#line 3\nb\n'


def test_prints_nothing_of_a_wrong_one(site: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["mc", "--library", str(site.parent), str(site)]) == Exit.CONFIG
    out, err = capfdbinary.readouterr()
    assert out == b""
    assert b"site.mc:2: cannot open `part.m4': No such file or directory\n" in err
    assert b"site.mc:5: cannot run command `echo ran': commands are not allowed here (noctule mc --allow-syscmd)" in err
