"""noctule init: what it writes lints clean, and does what was answered."""

import io
from pathlib import Path

import pytest

from noctule.assembly.mc import MacroRequest, generate
from noctule.assembly.reading import Request, read_configuration
from noctule.assembly.testing import test_mode as session_of
from noctule.commands.noctule import main
from noctule.mail.status import Exit

ANSWERS = {
    "plain": [],
    "relayed": ["--smart-host", "[relay.example.net]", "--local", "mbox", "--submit", "192.0.2.0/24 2001:db8::/32"],
    "store": ["--local", "lmtp:/run/store/lmtp", "--submit", "auth"],
    "store by TCP": ["--local", "lmtp:imap.example.org:24"],
    "hub": ["--local", "hub:hub.example.org"],
    "log-in": ["--smart-host", "[relay.example.net]:587", "--log-in", "yes", "--local", "hub:[192.0.2.9]"],
}
# What is answered, a question to test mode, and a line that tells where the address goes.
ROUTES = [
    ([], "/parse joe@elsewhere.example", "mailer esmtp, host elsewhere.example, user joe@elsewhere.example"),
    ([], "/parse joe@mail.example.org", "mailer local, user joe"),
    (["--smart-host", "relay.example.net"], "/parse joe@elsewhere.example",
     "mailer relay, host relay.example.net, user joe@elsewhere.example"),
    (["--smart-host", "[192.0.2.9]:2525"], "/parse joe@elsewhere.example",
     "mailer relay, host [192.0.2.9], user joe@elsewhere.example"),
    (["--smart-host", "relay.example.net"], "/parse joe", "mailer local, user joe"),
    (["--local", "lmtp:/run/store/lmtp"], "/parse joe", "mailer cyrusv2, user joe"),
    (["--local", "hub:hub.example.org", "--smart-host", "relay.example.net:587"], "5 joe",
     "localaddr        returns: $# esmtp $@ hub . example . org $: joe < @ hub . example . org >"),
]  # fmt: skip
BAD = {
    "--name mail": "mail: not the full name of a host, such as mail.example.org",
    "--name 192.0.2.1": "192.0.2.1: not the full name of a host, such as mail.example.org",
    "--name it's.example.org": "it's.example.org: not the full name of a host, such as mail.example.org",
    "--name a..example.org": "a..example.org: not the full name of a host, such as mail.example.org",
    "--name dnl.example.org": "dnl.example.org: holds a word that means something else in an mc file",
    "--name lower.example.org": "lower.example.org: holds a word that means something else in an mc file",
    "--name x.org\ndnl": "x.org\ndnl: not the full name of a host, such as mail.example.org",
    "--smart-host a,b": "a,b: not the name of a host",
    "--smart-host a:99999": "a:99999: not the number of a port behind the colon",
    "--smart-host [a]:25x": "[a]:25x: not the number of a port behind the colon",
    "--local lmtp:host": "lmtp:host: local mail goes to maildir, mbox, lmtp:SOCKET, lmtp:HOST:PORT or hub:HOST",
    "--local lmtp:/a`b": "/a`b: not an absolute path without blanks, quotes and parentheses",
    "--certificate /a/cert.pem": "a certificate and its key go together",
    "--certificate relative": "relative: not an absolute path without blanks, quotes and parentheses",
    "--submit 10.0.0.0/9": "10.0.0.0/9: the length of the network has to be a multiple of 8",
    "--submit everybody": "everybody: not a network such as 192.0.2.0/24",
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


@pytest.mark.parametrize(("arguments", "question", "route"), ROUTES)
def test_routes_are_those_answered(folder: Path, arguments: list[str], question: str, route: str) -> None:
    assert init(folder, *arguments) == Exit.OK
    with session_of(read_configuration(Request(path=str(folder / "site.mc")))) as session:
        assert route in session.feed(question).splitlines()


def test_a_port_and_a_password_of_the_smart_host(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = made(folder, capsys, "--smart-host", "[relay.example.net]:587", "--log-in", "yes")
    assert "DS[relay.example.net]" in lines
    assert any(line.endswith("A=TCP $h 587") for line in lines)
    assert f"Kauthinfo hash -o {folder}/authinfo" in lines
    assert "AuthInfo:relay.example.net\t" in (folder / "site.mc").read_text()


@pytest.mark.parametrize("arguments", BAD)
def test_bad_answers_are_refused_in_a_sentence(
    folder: Path, arguments: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(folder, *arguments.split(" ")) == Exit.USAGE
    assert BAD[arguments] in capsys.readouterr().err
    assert not (folder / "site.mc").exists()


def test_tls_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = made(folder, capsys, "--certificate", "/etc/tls/cert.pem", "--key", "/etc/tls/key.pem")
    assert {"O ServerCertFile=/etc/tls/cert.pem", "O ClientKeyFile=/etc/tls/key.pem"} <= set(lines)


def test_questions_are_asked_until_they_are_answered(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = "mail.example.org\nno host!\n[smart.example]\nperhaps\nno\nmbox\n\n10.0.0.0/8\n"
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
