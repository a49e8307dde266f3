"""Debug levels tell what Sendmail's tell (data/debugging.json; record with commands/debugging_oracle.py)."""

import io
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from commands import debugging_oracle as oracle
from noctule.commands import sendmail

CASES = [(levels, tuple(users), lines) for levels, users, lines in json.loads(oracle.RECORDED.read_text())]


def said(folder: Path, *flags: str) -> str:
    cf = folder / "test.cf"
    cf.write_text(oracle.lay_out(folder).replace(oracle.FOLDER, str(folder)))
    with redirect_stdout(io.StringIO()):
        sendmail.main(["sendmail", f"-C{cf}", "-bi"])
    with redirect_stdout(io.StringIO()) as out:
        sendmail.main(["sendmail", f"-C{cf}", *flags])
    return out.getvalue().replace(str(folder), oracle.FOLDER)


@pytest.mark.parametrize(("levels", "users", "lines"), CASES, ids=[f"{case[0]} {' '.join(case[1])}" for case in CASES])
def test_verifying_tells_what_sendmail_tells(
    levels: str, users: tuple[str, ...], lines: list[str], tmp_path: Path
) -> None:
    assert oracle.told(said(tmp_path, f"-d25.1,{levels}", "-bv", *users), users) == lines


def test_the_start_is_told_in_every_mode(tmp_path: Path) -> None:
    lines = said(tmp_path, "-d0.4", "-bv", "joe").splitlines()
    assert lines[0].startswith("Version ")
    assert [line for line in lines if line.startswith(("Canonical name:", "  (canonical domain name)"))]
    assert lines[-1] == "joe... deliverable: mailer local, user joe"


def test_mailers_are_listed_at_the_start(tmp_path: Path) -> None:
    listed = [line for line in said(tmp_path, "-d0.15", "-bv", "joe").splitlines() if line.startswith("mailer ")]
    assert listed == [  # of sendmail -d0.15 -bv joe
        (
            r"mailer 0 (prog): P=/bin/sh S=0/0 R=0/0 M=0 U=-1:-1 F=DFMloqs L=0 E=\n"
            " T=<undefined>/<undefined>/<undefined> r=100 A=sh -c $u"
        ),
        (
            r"mailer 1 (*file*): P=[FILE] S=0/0 R=0/0 M=0 U=-1:-1 F=9DEFMPloqsu L=0 E=\n"
            " T=X-Unix/X-Unix/X-Unix r=100 A=FILE $u"
        ),
        (
            r"mailer 2 (*include*): P=/dev/null S=0/0 R=0/0 M=0 U=-1:-1 F=su L=0 E=\n"
            " T=<undefined>/<undefined>/<undefined> r=100 A=INCLUDE $u"
        ),
        (
            r"mailer 3 (local): P=/bin/true S=1/1 R=5/5 M=0 U=-1:-1 F=/:ADFMlqs| L=0 E=\n"
            " T=<undefined>/<undefined>/<undefined> r=100 A=true $u"
        ),
        r"mailer 4 (esmtp): P=[IPC] S=1/1 R=6/6 M=0 U=-1:-1 F=DFm L=0 E=\r\n T=dns/rfc822/smtp r=100 A=TCP $h",
    ]


def test_what_is_set_while_the_configuration_is_read(tmp_path: Path) -> None:
    lines = said(tmp_path, "-d37.8,35.9", "-bv", "joe").splitlines()
    assert {"redefine(j as host.example.com)", "define(Q as $j)"} <= set(lines)
    assert "setoption DontProbeInterfaces=true" in lines
    assert f"setoption AliasFile (A)=hash:{oracle.FOLDER}/aliases" in lines


def test_lines_go_to_the_file_of_the_command_line(tmp_path: Path) -> None:
    out = said(tmp_path, f"-D{tmp_path}/told", "-d21.1", "-bv", "joe")
    assert out == "joe... deliverable: mailer local, user joe\n"
    assert (tmp_path / "told").read_text().startswith("rewrite: ruleset 3                  input: joe\n")


def test_deliveries_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "message").write_text("Subject: x\n\nhi\n")
    with (tmp_path / "message").open() as message:
        monkeypatch.setattr(sys, "stdin", message)
        lines = said(tmp_path, "-odi", "-d11.1,12.1", "-fa@near.example", "joe@host.example.com").splitlines()
    assert lines == [  # of the same command, but for what shows the connection's structure
        "remotename(a@near.example)",
        "remotename => `a@near.example', stat=0",
        "openmailer: true joe",
    ]
