"""noctule explain: words, a tree, or JSON."""

import io
import json
import os
import pty
import re
import sys
from pathlib import Path

import pytest

from assembly.examplesite import ROOT, lay_out
from commands.pages import commands, missing
from noctule.commands import noctule

KEY = re.compile(r"`(\w+)`")
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
        f"mail is refused at check_rcpt: {REFUSED}",
    ]
    at = lines.index(f"  check_rcpt   refuses: {REFUSED}")
    assert lines[at + 1].startswith(f"               by {configuration}:{number}: R")
    assert "  next hop     [192.0.2.9]" in lines
    assert not any("\x1b" in line for line in lines)


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


def test_the_page_names_every_key_of_the_json(configuration: Path, capfd: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs/explain.md").read_text().partition("## JSON")[2]
    named = {key for line in page.splitlines() if line.startswith("|") for key in KEY.findall(line.split("|")[2])}
    seen = set()
    for address in ("postmaster", "joe@[192.0.2.9]"):
        noctule.main(["explain", "--config", str(configuration), "--json", "--sender", "bob", address])
        seen |= keys_of(json.loads(capfd.readouterr().out))
    rare = {"cf_line", "map", "key", "answer", "empty_ruleset", "complaint"}  # the example has none of them
    assert seen | rare == named


def keys_of(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys_of, value.values()))
    return set().union(*map(keys_of, value)) if isinstance(value, list) else set()


def test_rules_are_shown_as_a_tree(configuration: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert noctule.main(["explain", "--config", str(configuration), "-v", "bob"]) == 0
    out = capfd.readouterr().out
    assert "\n├─ mail is accepted and goes to mailer local, user bob\n" in out
    assert "ruleset parse: bob → $# local $: bob" in out
    assert "does not match" not in out


@pytest.mark.parametrize(("plain", "coloured"), [("", True), ("1", False)])
def test_colours_are_for_terminals_and_those_who_like_them(
    configuration: Path, monkeypatch: pytest.MonkeyPatch, plain: str, coloured: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", plain)
    reader, writer = pty.openpty()
    with os.fdopen(writer, "w", encoding="utf-8") as terminal, os.fdopen(reader, "rb", buffering=0) as screen:
        monkeypatch.setattr(sys, "stdout", terminal)
        assert noctule.main(["explain", "--config", str(configuration), "bob"]) == 0
        terminal.flush()
        seen = b""
        while b"Reception" not in seen:
            seen += screen.read(4096)
        assert (b"\x1b[32mmail is accepted" in seen) == coloured


def test_all_shows_the_rules_that_do_not_match(configuration: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert noctule.main(["explain", "--config", str(configuration), "--all", "bob"]) == 0
    assert "does not match" in capfd.readouterr().out


def test_a_terminal_without_line_characters_gets_ascii(configuration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "ascii"))
    assert noctule.main(["explain", "--config", str(configuration), "-v", "bob"]) == 0
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
    assert seen == 4


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
