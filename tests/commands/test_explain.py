"""noctule explain: words, a tree, or JSON."""

import io
import json
import sys
from pathlib import Path

import pytest

from assembly.examplesite import ROOT, lay_out
from commands.pages import commands, missing
from noctule.commands import noctule

REFUSED = "550 5.7.1 <joe@[192.0.2.9]>... Relaying denied"


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(tmp_path_factory.mktemp("site"))


def test_a_refusal_is_told_with_its_rule(configuration: Path, capfd: pytest.CaptureFixture[str]) -> None:
    status = noctule.main(
        [
            "explain",
            "--config",
            str(configuration),
            "--client",
            "192.0.2.1",
            "--sender",
            "a@b.example",
            "joe@[192.0.2.9]",
        ]
    )
    lines = capfd.readouterr().out.splitlines()
    number = next(n for n, line in enumerate(configuration.read_text().splitlines(), 1) if "550 Relaying" in line)
    assert status == 67
    assert lines[:2] == [
        "joe@[192.0.2.9], from a@b.example at [192.0.2.1]",
        f"├─ mail is refused at check_rcpt: {REFUSED}, by the rule at {configuration}:{number}",
    ]
    assert any(line.endswith("next hop [192.0.2.9]: [192.0.2.9] (MX 0)") for line in lines)
    assert not any("does not match" in line or "\x1b" in line for line in lines)


def test_json_says_the_same(configuration: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert noctule.main(["explain", "--config", str(configuration), "--json", "--auth", "bob", "postmaster"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert (found["client"], found["sender"]) == ("localhost [127.0.0.1]", "postmaster@mail.example.test")
    assert [(check["ruleset"], check["reply"]) for check in found["checks"]] == [
        ("check_relay", None),
        ("check_mail", None),
        ("check_rcpt", None),
    ]
    destination = found["destination"]
    assert (destination["through"], destination["members"][0]["user"]) == ("alias postmaster: bob", "bob")
    assert destination["decided_by"]["file"] == str(configuration)
    first = destination["steps"][1]["steps"][0]
    assert (first["matched"], first["before"], first["after"]) == (
        True,
        ["postmaster"],
        ["$#", "local", "$:", "postmaster"],
    )


def test_all_shows_the_rules_that_do_not_match(configuration: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert noctule.main(["explain", "--config", str(configuration), "--all", "bob"]) == 0
    assert "does not match" in capfd.readouterr().out


def test_a_terminal_without_line_characters_gets_ascii(configuration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "ascii"))
    assert noctule.main(["explain", "--config", str(configuration), "bob"]) == 0
    sys.stdout.flush()
    assert b"\n|- mail is accepted and goes to mailer local, user bob\n" in written.getvalue()


def test_a_client_is_an_address(configuration: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert noctule.main(["explain", "--config", str(configuration), "--client", "here", "bob"]) == 64
    assert capfd.readouterr().err == "not an IP address: here\n"


def test_the_page_shows_what_is_printed(
    configuration: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(configuration.parent)
    seen = 0
    for command, shown in commands(ROOT / "docs/explain.md"):
        noctule.main(command[1:])
        assert missing(shown, capfd.readouterr().out.splitlines()) == ""
        seen += 1
    assert seen == 3


@pytest.mark.parametrize(("encoding", "shown"), [("utf-8", "jörg@x"), ("ascii", "j\\xf6rg@x")])
def test_bytes_are_shown_as_the_characters_they_are(
    configuration: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, shown: str
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding))
    noctule.main(["explain", "--config", str(configuration), "jörg@x"])
    sys.stdout.flush()
    assert written.getvalue().decode(encoding).startswith(f"{shown}, from postmaster@")
    written.truncate(0)
    noctule.main(["explain", "--config", str(configuration), "--json", "jörg@x"])
    sys.stdout.flush()
    assert json.loads(written.getvalue().strip(b"\0"))["address"] == "jörg@x"
