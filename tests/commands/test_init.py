"""noctule init: what it writes lints clean, and does what was answered."""

import io
from pathlib import Path

import pytest

from noctule.assembly.mc import MacroRequest, generate
from noctule.commands.noctule import main
from noctule.mail.status import Exit

ANSWERS = {
    "plain": [],
    "relayed": ["--smart-host", "[relay.example.net]", "--local", "mbox", "--submit", "192.0.2.0/24 2001:db8::/32"],
    "store": ["--local", "lmtp:/run/store/lmtp", "--submit", "auth"],
    "store by TCP": ["--local", "lmtp:imap.example.org:24"],
    "hub": ["--local", "hub:hub.example.org"],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tmp_path.chmod(0o755)
    (tmp_path / "aliases.db").touch()  # newaliases makes it
    monkeypatch.chdir(tmp_path)
    return tmp_path


def init(folder: Path, *arguments: str) -> int:
    return main(["init", "--batch", "--name", "mail.example.org", "--directory", str(folder), *arguments])


@pytest.mark.parametrize("arguments", ANSWERS.values(), ids=ANSWERS)
def test_lints_clean(folder: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert init(folder, *arguments) == Exit.OK
    capsys.readouterr()
    main(["lint", str(folder / "site.mc")])
    findings = [line for line in capsys.readouterr().out.splitlines() if ": warning " in line or ": error " in line]
    assert [line for line in findings if "N401" not in line] == []  # that everybody may write to /tmp


def made(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert init(folder, *arguments) == Exit.OK
    capsys.readouterr()
    return generated(folder / "site.mc")


def generated(site: Path) -> list[str]:
    cf = generate(MacroRequest(path=str(site)))
    assert cf.remarks == []
    return cf.text.splitlines()


def test_answers_arrive_in_the_cf_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = made(folder, capsys, "--smart-host", "relay.example.net", "--submit", "auth 192.0.2.0/24")
    assert {"DSrelay.example.net", "Djmail.example.org", "C{w}mail.example.org", "C{R}192.0.2"} <= set(lines)
    assert "O DaemonPortOptions=Name=MSA, Port=submission, M=Ea" in lines
    assert any(line.startswith("Mlocal,\t\tP=[MAILDIR], ") for line in lines)
    assert not any(line.startswith(" ") for line in lines)  # nothing of the head's prose


def test_tls_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = made(folder, capsys, "--certificate", "/etc/tls/cert.pem", "--key", "/etc/tls/key.pem")
    assert {"O ServerCertFile=/etc/tls/cert.pem", "O ClientKeyFile=/etc/tls/key.pem"} <= set(lines)


def test_questions_are_asked_until_they_are_answered(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = "mail.example.org\nno host!\n[smart.example]\nmbox\n\n10.0.0.0/8\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(answers))
    assert main(["init", "--directory", str(folder), "other.mc"]) == Exit.OK
    assert "no host!: not the name of a host\n" in capsys.readouterr().out
    lines = generated(folder / "other.mc")
    assert {"DS[smart.example]", "C{R}10"} <= set(lines)


def test_the_input_may_end(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("mail.example.org\n"))
    assert main(["init", "site.mc"]) == Exit.USAGE
    assert "the input ended" in capsys.readouterr().err
    assert not (folder / "site.mc").exists()


def test_standard_output_and_files_that_exist(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init(folder, "-") == Exit.OK
    assert capsys.readouterr().out.startswith("divert(-1)\n")
    (folder / "site.mc").write_text("mine")
    assert init(folder) == Exit.CANTCREAT
    assert init(folder, f"{folder}/no/site.mc") == Exit.CANTCREAT
    assert init(folder, "--local", "nowhere", "x.mc") == Exit.USAGE
    assert (folder / "site.mc").read_text() == "mine"
