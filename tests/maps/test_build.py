import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.base.errors import ConfigurationError
from noctule.files import Relaxation, SafetyError, SafetyPolicy
from noctule.maps import build, classes
from noctule.maps.build import (
    AliasNameError,
    AliasStatistics,
    Format,
    build_aliases,
    build_map,
    changing,
    dump_map,
    map_path,
    parse_line,
    resolve_class,
)
from noctule.maps.databases import DatabaseError

ANYWHERE = SafetyPolicy(frozenset({Relaxation.MAP_IN_UNSAFE_DIR_PATH}))
KINDS = ["hash", "btree", "lmdb", "cdb"]
TEXT = b'a\tb\n\nc\n# com\nd \t\n e x\ne  two words  \nA z\n"q q" v\n'  # what the real makemap was given, too


def built(kind: str, path: str, text: bytes, how: Format = Format()) -> list[str]:  # noqa: B008
    said: list[str] = []
    errors = build_map(kind, path, text.splitlines(keepends=True), how, policy=ANYWHERE, complain=said.append)
    assert errors == len(said)
    return said


@pytest.mark.parametrize("kind", KINDS)
def test_lines_and_complaints(kind: str, tmp_path: Path) -> None:
    path = map_path(kind, str(tmp_path / "x"))
    assert built(kind, path, TEXT) == [
        "line 3: no RHS for LHS c",
        "line 5: no RHS for LHS d",
        "line 6: syntax error (leading space)",
        "line 8: key a: duplicate key",
    ]
    assert dict(dump_map(kind, path)) == {"a": "b", "e": "two words  ", '"q': 'q" v'}
    assert Path(path).stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == [Path(path).name]


@pytest.mark.parametrize("kind", KINDS)
def test_replacing_and_empty_values(kind: str, tmp_path: Path) -> None:
    path = str(tmp_path / "x")
    assert built(kind, path, TEXT, Format(overwrite=True, empty_values=True)) == [
        "line 6: syntax error (leading space)"
    ]
    assert dict(dump_map(kind, path)) == {"a": "z", "c": "", "d": "", "e": "two words  ", '"q': 'q" v'}


def test_duplicates_are_for_the_databases_that_can(tmp_path: Path) -> None:
    path = str(tmp_path / "x")
    built("btree", path, TEXT, Format(duplicates=True))
    assert [value for key, value in dump_map("btree", path) if key == "a"] == ["b", "z"]


@pytest.mark.parametrize("kind", KINDS)
def test_case_and_delimiter(kind: str, tmp_path: Path) -> None:
    path = str(tmp_path / "x")
    assert built(kind, path, b"A:b c:d\nq : r\nnodelim\nx:\n", Format(delimiter=":", keep_case=True)) == [
        "line 3: no RHS for LHS nodelim",
        "line 4: no RHS for LHS x",
    ]
    assert dict(dump_map(kind, path)) == {"A": "b c:d", "q ": " r"}


@pytest.mark.parametrize("kind", KINDS)
def test_appending_keeps_what_is_there(kind: str, tmp_path: Path) -> None:
    path = str(tmp_path / "x")
    built(kind, path, b"a 1\nb 2\n")
    built(kind, path, b"b 3\nc 4\n", Format(append=True))
    assert dict(dump_map(kind, path)) == {"a": "1", "b": "3", "c": "4"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_failure_leaves_the_old_map(kind: str, tmp_path: Path) -> None:
    path = str(tmp_path / "x")
    built(kind, path, b"a 1\n")
    with pytest.raises(ZeroDivisionError), changing(kind, path, policy=ANYWHERE) as database:
        database.put(b"b", b"2", overwrite=True)
        raise ZeroDivisionError
    assert dict(dump_map(kind, path)) == {"a": "1"}
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_two_who_change_one_map_take_turns(kind: str, tmp_path: Path) -> None:
    path = str(tmp_path / "x")
    built(kind, path, b"first 0\n")

    def add(name: str) -> None:
        for number in range(5):
            with changing(kind, path, policy=ANYWHERE, keep=True, create=False) as database:
                database.put(f"{name}{number}".encode(), b"1", overwrite=True)

    threads = [threading.Thread(target=add, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(dict(dump_map(kind, path))) == 16


@pytest.mark.parametrize("kind", KINDS)
def test_editing(kind: str, tmp_path: Path) -> None:
    path = str(tmp_path / "x")
    built(kind, path, b"a 1\nb 2\n")
    with changing(kind, path, policy=ANYWHERE, keep=True, create=False) as database:
        assert database.get(b"a") == b"1"
        assert database.get(b"z") is None
        assert database.delete(b"a")
        assert not database.delete(b"z")
        assert not database.put(b"b", b"9", overwrite=False)
    assert dict(dump_map(kind, path)) == {"b": "2"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_opened(kind: str, tmp_path: Path) -> None:
    path = str(tmp_path / "x")
    with pytest.raises(FileNotFoundError):
        list(dump_map(kind, path))
    with pytest.raises(FileNotFoundError), changing(kind, path, policy=ANYWHERE, keep=True, create=False):
        pytest.fail("there is nothing to change")
    with pytest.raises(FileNotFoundError):
        built(kind, str(tmp_path / "no" / "x"), b"")
    Path(path).write_bytes(b"not a database" * 1000)
    with pytest.raises(DatabaseError):
        list(dump_map(kind, path))


def test_links_are_not_written_through(tmp_path: Path) -> None:
    path = tmp_path / "x"
    built("lmdb", str(path), b"a 1\n")
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(SafetyError, match="Symbolic links not allowed"):
        built("lmdb", str(tmp_path / "link"), b"")
    (tmp_path / "hard").hardlink_to(path)
    with pytest.raises(SafetyError, match="Hard links not allowed"):
        built("lmdb", str(path), b"")
    trusting = SafetyPolicy(frozenset(Relaxation))
    build_map("lmdb", str(tmp_path / "link"), [b"b 2\n"], Format(), policy=trusting, complain=pytest.fail)
    assert (tmp_path / "link").is_symlink()
    assert dict(dump_map("lmdb", str(path))) == {"b": "2"}


def test_a_map_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "x"
    built("lmdb", str(path), b"a 1\n")
    path.chmod(0o604)
    built("lmdb", str(path), b"a 1\n")
    assert path.stat().st_mode & 0o777 == 0o604


def test_keys_lmdb_cannot_hold_are_complained_of(tmp_path: Path) -> None:
    long = "x" * 600
    said = built("lmdb", str(tmp_path / "x"), f"{long} v\n:v\nok v\n".encode())
    assert said[0] == f"line 1: key {long}: put error: key must have 1 to 511 bytes"
    assert dict(dump_map("lmdb", str(tmp_path / "x"))) == {"ok": "v", ":v": ""} or len(said) == 2


def test_a_large_lmdb_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from noctule.maps import databases

    monkeypatch.setattr(databases._Lmdb, "_FIRST_SIZE", 1 << 16)
    lines = (f"key{number} {'v' * 200}\n".encode() for number in range(2000))
    path = str(tmp_path / "x")
    assert build_map("lmdb", path, lines, Format(), policy=ANYWHERE, complain=pytest.fail) == 0
    assert len(list(dump_map("lmdb", path))) == 2000


def test_classes_to_build(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [resolve_class(kind) for kind in KINDS] == KINDS
    assert resolve_class("implicit") == "hash"
    for kind in ("text", "ldap", "nonsense"):
        with pytest.raises(ConfigurationError, match="Unknown database type"):
            resolve_class(kind)
    monkeypatch.setattr(build, "available", lambda info: info.library != "berkeleydb")
    monkeypatch.setattr(classes, "available", lambda info: info.library != "berkeleydb")
    assert resolve_class("implicit") == "lmdb"
    assert resolve_class("hash", fallback="lmdb") == "lmdb"
    with pytest.raises(ConfigurationError, match=r"class hash not available \(needs extra berkeleydb\)"):
        resolve_class("hash")


@given(st.text(st.characters(max_codepoint=255), max_size=80), st.sampled_from(["", ":", "\t"]), st.booleans())
def test_any_line_gives_a_pair_or_a_reason(line: str, delimiter: str, empty: bool) -> None:
    how = Format(delimiter=delimiter, empty_values=empty)
    try:
        pair = parse_line(line + "\n", how)
    except ValueError as error:
        assert str(error).startswith(("no RHS for LHS", "syntax error"))
        return
    if pair is None:
        assert not line or line.startswith("#")
    else:
        assert pair[1] or empty
        assert pair[0] == how.key(pair[0]).decode("latin-1")


def test_a_line_too_long() -> None:
    with pytest.raises(ValueError, match="line too long"):
        parse_line("a " + "b" * build.MAX_LINE, Format())


ALIASES = [
    "root: joe",
    "# c",
    'joe: "|/bin/cat", bob',
    "list: :include:/tmp/x,",
    "  alice,",
    "\tcarol",
    '"quo ted": x',
    "BIG: y",
    "root: again",
    "nocolon",
    "empty:",
    "",
    "  cont: x",
    "x@y: z",
    "a b: c",
    "sp : d",
    "long: a,b,",
    "#comment in cont",
    " c",
    ": novalue",
    "MAILER-DAEMON: postmaster",
    "last: x #trailing",
]


def local(name: str) -> str:
    if "@" in name:
        raise AliasNameError("cannot alias non-local names")
    return name


@pytest.mark.parametrize("kind", KINDS)
def test_aliases(kind: str, tmp_path: Path) -> None:
    """Texts and numbers are those of the real newaliases for this file."""
    said: list[str] = []
    statistics = build_aliases(
        kind,
        str(tmp_path / "x"),
        ALIASES,
        policy=ANYWHERE,
        complain=said.append,
        name_of=local,
    )
    assert said == [
        "line 9: root... Warning: duplicate alias name root",
        "line 10: missing colon",
        "line 11: empty:... missing value for alias",
        "line 13: Non-continuation line starts with space",
        "line 14: x@y... cannot alias non-local names",
        "line 20: : novalue... illegal alias name",
    ]
    assert statistics == AliasStatistics(aliases=11, longest=30, total=136, errors=5)
    assert statistics.line("F") == "F: 11 aliases, longest 30 bytes, 136 bytes total"
    assert dict(dump_map(kind, str(tmp_path / "x"))) == {
        "root": "again",
        "joe": '"|/bin/cat", bob',
        "list": ":include:/tmp/x,  alice,\tcarol",
        '"quo ted"': "x",
        "big": "y",
        "a b": "c",
        "sp": "d",
        "long": "a,b,",
        "mailer-daemon": "postmaster",
        "last": "x #trailing",
        "@": "@",
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="giving files away takes root")
def test_a_new_map_gets_its_owner(tmp_path: Path) -> None:
    path = str(tmp_path / "x")
    build_map("lmdb", path, [], Format(), policy=ANYWHERE, complain=pytest.fail, owner=1234)
    assert Path(path).stat().st_uid == 1234
