"""noctule test: the examples do what is expected of them; a file that expects otherwise fails."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from assembly.examplesite import ROOT, lay_out, lay_out_site
from commands.pages import commands, missing
from noctule.commands import noctule


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(tmp_path_factory.mktemp("site"))


@pytest.mark.parametrize(("example", "made"), [("by-hand", lay_out), ("site", lay_out_site)])
def test_the_examples_meet_their_expectations(
    example: str, made: Callable[[Path], Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = ROOT / "examples" / example / "tests.txt"
    status = noctule.main(["test", "--config", str(made(tmp_path)), str(file)])
    out = capfd.readouterr().out
    assert "not ok" not in out
    assert (status, out.splitlines()[-1]) == (0, f"1..{file.read_text().count(' -> ')}")


def test_a_failure_names_file_line_result_and_rule(
    configuration: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "wrong.txt"
    file.write_text("bob -> local bob\n\ncheck_rcpt <a@b> from 192.0.2.1 -> OK\n<> -> local bob # no\n")
    status = noctule.main(["test", "--config", str(configuration), str(file)])
    lines = capfd.readouterr().out.splitlines()
    number = next(n for n, line in enumerate(configuration.read_text().splitlines(), 1) if "550 Relaying" in line)
    assert status == 1
    assert lines[:5] == [
        "ok 1 - bob -> local bob",
        "not ok 2 - check_rcpt <a@b> from 192.0.2.1 -> OK",
        f"#   at {file}:3",
        "#   got 550 5.7.1 <a@b>... Relaying denied",
        f'#   decided by {configuration}:{number}: R< $* > $* → $# error $@ 5 . 7 . 1 $: "550 Relaying denied"',
    ]
    assert lines[5] == "not ok 3 - <> -> local bob \\# no"
    assert lines[-2:] == ["1..3", "# 2 of 3 failed"]


def test_a_file_that_cannot_be_read_is_an_error(
    configuration: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    missing, senseless = tmp_path / "missing", tmp_path / "senseless"
    senseless.write_text("nothing\n")
    assert noctule.main(["test", "--config", str(configuration), str(missing)]) == 66
    assert noctule.main(["test", "--config", str(configuration), str(senseless)]) == 65
    assert capfd.readouterr().err.splitlines() == [
        f"{missing}: No such file or directory",
        f"{senseless}:1: expected `WHAT -> RESULT`",
    ]


def test_other_reports_say_the_same(configuration: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "two.txt"
    file.write_bytes(b"bob -> local bob\ncheck_rcpt <j\xc3\xb6&@b> from 192.0.2.1 -> OK\n")
    assert noctule.main(["test", "--config", str(configuration), "--format", "json", str(file)]) == 1
    good, bad = json.loads(capfd.readouterr().out)
    assert (good["ok"], good["line"], good["got"], bad["ok"], bad["line"]) == (True, 1, "local bob", False, 2)
    assert "Relaying denied" in bad["got"]
    assert (bad["decided_by"]["file"], bad["expected"]) == (str(configuration), "OK")
    assert noctule.main(["test", "--config", str(configuration), "--format", "junit", str(file)]) == 1
    suite = ET.fromstring(capfd.readouterr().out)
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    first, second = suite
    assert (first.get("classname"), first.get("name"), len(first)) == (str(file), "1: bob -> local bob", 0)
    assert "jö&@b" in (second.get("name") or "")
    assert "Relaying denied" in (second[0].get("message") or "")


def test_the_page_shows_what_is_printed(
    configuration: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(configuration.parent)
    (_, text), (command, shown) = commands(ROOT / "docs/configuration/testing.md")
    Path("wrong.txt").write_text("\n".join(text) + "\n")
    assert noctule.main(command[1:]) == 1
    assert missing(shown, capfd.readouterr().out.splitlines()) == ""
