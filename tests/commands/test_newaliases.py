"""newaliases under Debian's stock configuration: the same words and numbers as the real one."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import stockcf
from noctule.maps.build import dump_map, map_path
from noctule.maps.classes import implicit_classes

PROGRAM = Path(sys.executable).with_name("newaliases")
TEXT = """bob: alice
foo@[192.0.2.1]: bar
|prog: x
/file: y
:include:/x: z
"quoted name": q
user@localhost: fine
a b: c
MAILER-DAEMON: postmaster
bob: again
foo+bar: baz
@domain: x
error:x y
<ang@localhost>: z
"""
# Recorded from the real newaliases over this file.
COMPLAINTS = """\
F: line 2: foo@[192.0.2.1]... cannot alias non-local names
F: line 3: |prog... cannot alias non-local names
F: line 4: /file... cannot alias non-local names
F: line 5: :include:/x: z... illegal alias name
F: line 10: bob... Warning: duplicate alias name bob
F: line 12: @domain... User address required
F: line 12: @domain... cannot alias non-local names
"""
TOTAL = "F: 9 aliases, longest 10 bytes, 87 bytes total\n"
KEPT = {
    "bob": "again",
    '"quoted name"': "q",
    "user": "fine",
    "a.b": "c",
    "mailer-daemon": "postmaster",
    "foo+bar": "baz",
    "error": "x y",
    "ang": "z",
    "@": "@",
}


@pytest.fixture
def cf(tmp_path: Path) -> Path:
    """Debian's configuration, less what names Debian's accounts and files."""
    try:
        text = stockcf.stock_cf("debian").read_text("latin-1")
    except stockcf.NoLibrary as reason:
        pytest.skip(str(reason))
    text = re.sub(r"^(O (TrustedUser|RunAsUser|AliasFile)=|F.*/etc/mail/|Cw).*\n", "", text, flags=re.MULTILINE)
    configuration = tmp_path / "sendmail.cf"
    configuration.write_text(f"{text}Cwlocalhost\n", "latin-1")
    return configuration


def newaliases(cf: Path, spec: str, *options: str) -> tuple[int, str, str]:
    """Exit status, standard output and error, with F for the file."""
    command = [PROGRAM, f"-C{cf}", f"-OAliasFile={spec}", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    file = spec.rpartition(":")[2]
    return done.returncode, done.stdout.replace(file, "F"), done.stderr.replace(file, "F")


def database_of(file: Path) -> Path:
    return Path(map_path(next(implicit_classes()).name, str(file)))


def test_names_have_to_be_local(cf: Path, tmp_path: Path) -> None:
    file = tmp_path / "aliases"
    file.write_text(TEXT)
    assert newaliases(cf, str(file)) == (70, TOTAL, COMPLAINTS)
    assert dict(dump_map(next(implicit_classes()).name, str(database_of(file)))) == KEPT


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_a_new_database_belongs_to_the_trusted_user(cf: Path, tmp_path: Path) -> None:
    file = tmp_path / "aliases"
    file.write_text("bob: alice\n")
    assert newaliases(cf, str(file), "-OTrustedUser=12345")[0] == 0
    assert database_of(file).stat().st_uid == 12345


def test_a_text_that_strangers_may_write_is_not_read(cf: Path, tmp_path: Path) -> None:
    file = tmp_path / "aliases"
    file.write_text("bob: alice\n")
    file.chmod(0o664)
    assert newaliases(cf, str(file)) == (0, "", "newaliases: cannot open F: Group writable file\n")
    file.unlink()
    assert newaliases(cf, str(file)) == (0, "", "newaliases: cannot open F: No such file or directory\n")


def test_no_database_is_made_where_strangers_may_write(cf: Path, tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    (folder / "aliases").write_text("bob: alice\n")
    status, out, said = newaliases(cf, f"{folder}/aliases")
    assert (status, out) == (70, "")
    assert said == (
        f"WARNING: World writable directory {folder}\n"
        "WARNING: cannot open alias database F\n"
        "Cannot create database for alias file F\n"
    )
    assert [path.name for path in folder.iterdir()] == ["aliases"]


def test_an_unknown_class_is_an_error(cf: Path) -> None:
    cf.write_text(cf.read_text("latin-1") + "O AliasFile=foo:/x\n", "latin-1")
    done = subprocess.run([PROGRAM, f"-C{cf}"], capture_output=True, text=True, timeout=30)
    line = cf.read_text("latin-1").count("\n")
    assert (done.returncode, done.stderr) == (70, f"{cf}: line {line}: setalias: unknown alias class foo\n")
