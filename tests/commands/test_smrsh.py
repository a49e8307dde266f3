"""Command lines and what Sendmail's own smrsh said to them, with the same programs in its directory."""

import subprocess
import sys
from pathlib import Path

import pytest

from noctule.base.errors import UsageError
from noctule.commands import smrsh


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {"ok": 'echo "$#" "$@"', "three": "exit 3"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "plain").write_text("x")
    (tmp_path / "plain").chmod(0o644)
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(smrsh, "DIRECTORY", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "printed", "status"),
    [
        ("ok", "0\n", 0),
        ("ok a b", "2 a b\n", 0),
        ('/usr/bin/ok a "b c"', "2 a b c\n", 0),
        ("../../bin/ok 'x y'", "1 x y\n", 0),
        ("exec /bin/ok a", "1 a\n", 0),
        ("exit 75", "", 75),
        ("exit", "", 0),
        ("echo hi  there", "hi there\n", 0),
        ("exec echo x", "x\n", 0),
        ("ok || exit 75", "0\n", 0),
        ("three || exit 75", "", 75),
        ("three && ok", "", 3),
        ("three || three || exit 4", "", 4),
        ("ok {a,b} [x] !", "3 {a,b} [x] !\n", 0),
        ("ok %x \\\\y", "2 %x \\y\n", 0),
        ("ok #a", "0\n", 0),
    ],
)
def test_what_is_run(directory: Path, command: str, printed: str, status: int) -> None:
    shell = ["/bin/sh", "-c", smrsh.restricted(command, directory)]
    done = subprocess.run(shell, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert (done.stdout, done.returncode) == (printed, status)


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        ("ok && ok2", '"ok2" not available for sendmail programs (stat failed)'),
        ("ok&&ok 1", '"ok&&ok" not available for sendmail programs (stat failed)'),
        ("ok | ok", "cannot use | in command"),
        ("ok & ok", "cannot use & in command"),
        ("ok; ok", '"ok;" not available for sendmail programs (stat failed)'),
        ("ok a;b", "cannot use ; in command"),
        ("ok `id`", "cannot use ` in command"),
        ("ok $HOME", "cannot use $ in command"),
        ("ok > /tmp/x", "cannot use > in command"),
        ("ok < /etc/passwd", "cannot use < in command"),
        ("ok (a)", "cannot use ( in command"),
        ("ok a\nok", "cannot use \n in command"),
        ("ok ^ x", "cannot use ^ in command"),
        ("echo a > b", "cannot use > in command"),
        ("exit $x", "cannot use $ in command"),
        ("/a/b/nosuch x", '"nosuch" not available for sendmail programs (stat failed)'),
        ("plain", '"plain" not available for sendmail programs'),
        ("folder", '"folder" not available for sendmail programs (not a file)'),
        ("..", '".." not available for sendmail programs (not a file)'),
        ('"ok" a', '""ok"" not available for sendmail programs (stat failed)'),
        ('ok "a && b"', '"b"" not available for sendmail programs (stat failed)'),
        ("exec", '"exec" not available for sendmail programs (stat failed)'),
        ("X=1 ok", '"X=1" not available for sendmail programs (stat failed)'),
        ("&& ok", '"&&" not available for sendmail programs (stat failed)'),
        ("ok\0", '"ok\0" not available for sendmail programs (stat failed)'),
    ],
)
def test_what_is_refused(directory: Path, command: str, complaint: str) -> None:
    with pytest.raises(UsageError) as error:
        smrsh.restricted(command, directory)
    assert str(error.value) == complaint


@pytest.mark.parametrize("words", [[], ["-c"], ["-x"], ["-c", ""], ["-c", " "], ["-c", "ok", "a"]])
def test_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert smrsh.main(words) == 64
    assert capsys.readouterr().err == "Usage: smrsh -c command\n"


def test_a_refusal_as_the_mailer_sees_it(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert smrsh.main(["-c", "nosuch"]) == 69
    assert capsys.readouterr().err == 'smrsh: "nosuch" not available for sendmail programs (stat failed)\n'


def test_programs_get_a_path_that_nobody_chose(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("smrsh")
    environment = {"PATH": "/x", "IFS": "a", "LD_PRELOAD": "", "HOME": "/home/bob"}
    done = subprocess.run([program, "-c", "echo"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0
