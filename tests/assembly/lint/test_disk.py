"""Findings about files, and what the command prints."""

import json
import os
import random
from pathlib import Path

import pytest

from assembly.configurations import write_cf
from assembly.examplesite import ROOT, lay_out_site
from assembly.lint.samples import source_of
from noctule.assembly.lint import TABLE, lint_file
from noctule.assembly.lint.keys import mistake
from noctule.commands import lint, noctule

# The folder of a test lies below /tmp, where everybody can write.
TRUSTING = "O DontBlameSendmail=TrustStickyBit,GroupWritableDirPathSafe"


def found(root: Path, *lines: str) -> list[str]:
    findings = lint_file(str(write_cf(root, TRUSTING, "O PrivacyOptions=authwarnings", *lines)))
    return [f"{finding.kind.code} {finding.text}" for finding in findings if finding.kind.code[1] in "34"]


def test_a_sound_site_is_clean(tmp_path: Path) -> None:
    (tmp_path / "names").write_text("example.org\n")
    (tmp_path / "table").write_text("IPv6:2001:db8:0:0:0:0:0:1 OK\n192.0.2 OK\n")
    assert found(tmp_path, f"Fw{tmp_path}/names", f"Kaccess text {tmp_path}/table") == []


def test_missing_and_stale_maps(tmp_path: Path) -> None:
    (tmp_path / "old.db").write_text("")
    os.utime(tmp_path / "old.db", (1, 1))
    (tmp_path / "old").write_text("")
    lines = found(tmp_path, f"Kgone hash {tmp_path}/gone", f"Kmay hash -o {tmp_path}/may", f"Kold hash {tmp_path}/old")
    assert lines == [
        f"N402 the map gone has no file {tmp_path}/gone.db",
        f"N403 {tmp_path}/old was changed after {tmp_path}/old.db was built from it",
    ]


def test_alias_files_are_maps(tmp_path: Path) -> None:
    assert found(tmp_path, f"O AliasFile=hash:{tmp_path}/aliases") == [
        f"N402 the map aliases has no file {tmp_path}/aliases.db"
    ]
    (tmp_path / "aliases").write_text("")
    (tmp_path / "aliases").chmod(0o606)
    assert found(tmp_path, f"O AliasFile=stab:{tmp_path}/aliases") == [
        f"N401 {tmp_path}/aliases is not safe: world writable file"
    ]


def test_unsafe_directories_and_missing_files(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "open/help").write_text("")
    assert found(tmp_path, f"O HelpFile={tmp_path}/open/help", f"O ServiceSwitchFile={tmp_path}/none") == [
        f"N401 {tmp_path}/open/help is not safe: world writable directory",
        f"N404 there is no file {tmp_path}/none",
    ]


def test_directories_are_looked_at_up_to_the_root(tmp_path: Path) -> None:
    (tmp_path / "open/inner").mkdir(parents=True)
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "open/inner/table").write_text("")
    (tmp_path / "open/inner/names").write_text("")
    assert found(tmp_path, f"Ktable text {tmp_path}/open/inner/table", f"Fw{tmp_path}/open/inner/names") == [
        f"N401 {tmp_path}/open/inner/{name} is not safe: world writable directory" for name in ("table", "names")
    ]


@pytest.mark.parametrize(("mode", "line"), [(0o606, "Ktable text {0}"), (0o664, "O ServerKeyFile={0}")])
def test_what_others_may_write_or_read(tmp_path: Path, mode: int, line: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "file").chmod(mode)
    assert found(tmp_path, line.format(tmp_path / "file"))[-1].startswith(f"N401 {tmp_path}/file is not safe: ")


def test_a_sequence_of_maps_that_are_not_there(tmp_path: Path) -> None:
    path = write_cf(tmp_path, "Kone macro", "Ktwo sequence one nosuchmap")
    assert "N001" in {finding.kind.code for finding in lint_file(str(path))}


def test_a_queue_for_everybody(tmp_path: Path) -> None:
    path = write_cf(tmp_path, "O PrivacyOptions=authwarnings")
    (tmp_path / "queue").chmod(0o777)
    assert "N602" in {finding.kind.code for finding in lint_file(str(path))}


def test_keys_are_told_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "access").write_text(
        "# comment\nConnect:2001:db8::1\tOK\nIPv6:2001:db8::1 RELAY\n10 RELAY\nConnect:10.0.0.0/8 OK\n"
    )
    path = write_cf(tmp_path, TRUSTING, f"Kaccess hash -o {tmp_path}/access")
    lines = [str(finding) for finding in lint_file(str(path)) if finding.kind.code in {"N301", "N302"}]
    assert lines == [
        f"{tmp_path}/access:2: warning N301: the key Connect:2001:db8::1 lacks the prefix IPv6:",
        f"{tmp_path}/access:3: warning N301: the key IPv6:2001:db8::1 leaves out groups of zeros",
        f"{tmp_path}/access:5: warning N302: the key Connect:10.0.0.0/8 has the length of a network",
    ]


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("IPv6:2001:db8:0:0:0:0:0:1", False),
        ("IPv6:2001:db8", False),
        ("Connect:IPv6:2001:db8:0:0:0:0:0:1", False),
        ("example.org", False),
        ("Spam:somebody@example.org", False),
        ("From:a:b", False),
        ("192.0.2.1", False),
        ("::1", True),
        ("IPv6:::1", True),
        ("IPv6:2001:0db8:0:0:0:0:0:1", True),
        ("IPv6:2001:db8:", True),
        ("IPv6:2001:DB8:0:0:0:0:0:1", False),
        ("Connect:2001:db8:0:0:0:0:0:1", True),
    ],
)
def test_keys(key: str, wrong: bool) -> None:
    assert (mistake(key, compressed=False) is not None) == wrong


def test_compressed_keys_are_right_when_they_are_asked_for() -> None:
    assert mistake("IPv6:2001:db8::1", compressed=True) is None


NOISE = (
    "",
    "$",
    "\0",
    "\n",
    "\t",
    "$&",
    "$(",
    "$>",
    "$[",
    "$#",
    "$@",
    "$:",
    "\nR$*\t",
    "\nO ",
    "\nK",
    "\nM",
    "\nS",
    '"',
)


def test_no_rubbish_is_too_much(tmp_path: Path) -> None:
    dice = random.Random(8)
    good = source_of("example").replace("/nowhere", str(tmp_path))
    path = tmp_path / "rubbish.cf"
    for _ in range(60):
        text = good
        for _ in range(dice.choice((1, 20, 100))):
            at = dice.randrange(len(text))
            text = text[:at] + dice.choice(NOISE) + text[at + dice.randrange(3) :]
        path.write_text(text, "latin-1")
        assert all(finding.text for finding in lint_file(str(path)))


def test_nothing_is_said_of_the_example_site(tmp_path: Path) -> None:
    assert lint_file(str(ROOT / "examples/site/site.mc")) == []
    assert {finding.kind.code for finding in lint_file(str(lay_out_site(tmp_path)))} == {"N404"}  # no help file


# -- the command


def test_text_and_exit_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write_cf(tmp_path, "Sa", "R$+\t$: $>nowhere $1"))
    assert noctule.main(["lint", path]) == lint.FOUND
    out = capsys.readouterr().out
    assert "error N105: there is no ruleset nowhere\n    Begin it with an `S` line, or correct its name.\n" in out


def test_infos_alone_are_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write_cf(tmp_path, "Scheck_rcpt", 'R$*\t$#error $: "550 no"'))
    assert noctule.main(["lint", path]) == lint.CLEAN
    assert capsys.readouterr().out.endswith("errors 0, warnings 0, infos 1\n")


@pytest.mark.parametrize("name", ["nothing.cf", "nothing.mc"])
def test_what_cannot_be_read(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert noctule.main(["lint", str(tmp_path / name)]) == lint.UNREADABLE
    assert "No such file or directory" in capsys.readouterr().err


def test_findings_about_an_mc_file_name_its_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "m4").mkdir()
    (tmp_path / "m4" / "cf.m4").write_text("define(`RULES', `divert(9)')dnl\nm4wrap(`undivert(9)')dnl\n")
    site = tmp_path / "site.mc"
    site.write_text(f"include(`{tmp_path}/m4/cf.m4')dnl\ndnl\nRULES\nSa\nR$+\t$: $>nowhere $1\ndivert(0)dnl\nV10\n")
    assert noctule.main(["lint", str(site)]) == lint.FOUND
    assert f"{site}:5 (cf line 4): error N105: there is no ruleset nowhere\n" in capsys.readouterr().out
    assert noctule.main(["lint", "--format", "json", str(site)]) == lint.FOUND
    first = next(entry for entry in json.loads(capsys.readouterr().out) if entry["code"] == "N105")
    assert (first["file"], first["line"], first["cf_line"]) == (str(site), 5, 4)


def test_what_the_macro_library_says_has_its_line(tmp_path: Path) -> None:
    site = tmp_path / "site.mc"
    site.write_text("OSTYPE(`linux')dnl\nFEATURE(`nouucp')dnl\nMAILER(`local')dnl\n")
    told = [str(finding) for finding in lint_file(str(site)) if "nouucp" in finding.text]
    text = "*** ERROR: missing argument for FEATURE(nouucp): use `reject' or `nospecial'. See cf/README."
    assert told == [f"{site}:2: warning N002: {text}"]


def test_lines_of_a_table_are_not_those_of_the_cf_file(tmp_path: Path) -> None:
    (tmp_path / "access").write_text("2001:db8::1\tOK\n")
    site = tmp_path / "site.mc"
    site.write_text(
        f"OSTYPE(`linux')dnl\ndefine(`confDONT_BLAME_SENDMAIL', `TrustStickyBit')dnl\n"
        f"FEATURE(`access_db', `hash -o {tmp_path}/access')dnl\nMAILER(`local')dnl\n"
    )
    (told,) = [finding for finding in lint_file(str(site)) if finding.kind.code == "N301"]
    assert str(told.position) == f"{tmp_path}/access:1"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("define(`confMAX_MESAGE_SIZE', `1')dnl", "; did you mean confMAX_MESSAGE_SIZE?"),
        ("define(confQQ, 1)", ""),
        ("define(`confMAX_MESSAGE_SIZE', `1')dnl", None),
        ("dnl define(`confMAX_MESAGE_SIZE', `1')", None),
        ("define(`confOURS', `confOURS_TOO')define(`confTRUSTED_USERS', confOURS)dnl", None),
    ],
)
def test_defines_that_nothing_reads(tmp_path: Path, line: str, text: str | None) -> None:
    site = tmp_path / "site.mc"
    site.write_text(f"OSTYPE(`linux')dnl\n{line}\nMAILER(`local')dnl\n")
    told = [str(finding) for finding in lint_file(str(site)) if finding.kind.code == "N107"]
    name = line.partition("(")[2].partition(",")[0].strip("`'")
    assert told == ([] if text is None else [f"{site}:2: warning N107: nothing reads the define {name}{text}"])


def test_a_file_is_missed_once(tmp_path: Path) -> None:
    mailers = (f"M{name}, P=/nowhere/uux, F=DFMhuU, A=uux - $h" for name in ("uucp-old", "uucp-new"))
    assert found(tmp_path, *mailers) == ["N404 there is no file /nowhere/uux"]


def test_json_and_sarif(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write_cf(tmp_path, "Sa", "R$+\t$: $>nowhere $1"))
    assert noctule.main(["lint", "--format", "json", path]) == 1
    first = next(entry for entry in json.loads(capsys.readouterr().out) if entry["code"] == "N105")
    assert (first["severity"], first["file"], first["line"]) == ("error", path, 11)
    assert noctule.main(["lint", "--format", "sarif", path]) == 1
    run = json.loads(capsys.readouterr().out)["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [kind.code for kind in TABLE]
    place = next(entry for entry in run["results"] if entry["ruleId"] == "N105")["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": path}, "region": {"startLine": 11}}
