"""Functions of the administrator's own."""

import asyncio
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import uvloop

from noctule.base.questions import Answer, AnswerKind, Question
from noctule.maps import Declaration, Environment, MapTable
from noctule.maps.pythonmap import MAX_ANSWER

EXAMPLE = Path(__file__).parents[2] / "examples" / "python-map"
MODULE = """\
import asyncio, threading, time
import {name}_friend
from noctule.maps.python import TemporaryError

async def coroutine(key, args): return f"{{key}} and {{args}}"
def plain(key, args): return threading.current_thread().name + key
def here(key, args): return coroutine(key, args)
def friend(key, args): return {name}_friend.WORD
def nothing(key, args): return None
def later(key, args): raise TemporaryError("secret reason")
async def later_too(key, args): raise TemporaryError
def wrong(key, args): return {{}}["no such key"]
def number(key, args): return 5
def several(key, args): return "a\\nb"
def long(key, args): return "x" * {long}
def stops(key, args): return next(iter(()))
def sleeps(key, args): time.sleep(30)
async def waits(key, args): await asyncio.sleep(30)
def echo(key, args): return key
value = 5
"""


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder with a module of a name that no other test has, for modules stay imported."""
    name = module_of(tmp_path)
    (tmp_path / f"{name}.py").write_text(MODULE.format(name=name, long=MAX_ANSWER + 1))
    (tmp_path / f"{name}_friend.py").write_text("WORD = 'hello'\n")
    before = sys.path[:]
    yield tmp_path
    sys.path[:] = before


def module_of(folder: Path) -> str:
    return re.sub(r"\W", "_", f"m_{folder.parent.name}_{folder.name}")


def table_of(folder: Path, what: str, flags: str = "", **more: object) -> MapTable:
    arguments = f"-p {folder} {flags} {what if ':' in what else f'{module_of(folder)}:{what}'}"
    return MapTable([Declaration("p", "python", arguments)], Environment(**more))  # type: ignore[arg-type]


def ask(folder: Path, what: str, key: str = "key", *args: str, flags: str = "", **more: object) -> Answer:
    table = table_of(folder, what, flags, **more)
    assert table.errors == []
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(table.answer(Question("p", key, args)))


def test_functions_of_all_kinds(folder: Path) -> None:
    assert ask(folder, "coroutine", "Key", "a", "b").value == "key and ('a', 'b')"
    assert ask(folder, "here", "k").value == "k and ()"
    assert ask(folder, "friend").value == "hello"
    assert ask(folder, "nothing").kind is AnswerKind.NOT_FOUND
    assert not ask(folder, "plain").value.startswith(threading.current_thread().name)


def test_text_is_utf_8(folder: Path) -> None:
    assert ask(folder, "echo", "caf\xc3\xa9").value == "caf\xc3\xa9"
    assert ask(folder, "echo", "\xff\xfe").value == "\xff\xfe"
    assert ask(folder, "coroutine", "caf\xc3\xa9", "\xff").value == "caf\xc3\xa9 and ('\\udcff',)"


@pytest.mark.parametrize("function", ["later", "later_too"])
def test_a_function_may_say_that_it_cannot_tell(folder: Path, function: str) -> None:
    failed: list[tuple[str, Exception]] = []
    answer = ask(folder, function, failed=lambda what, error: failed.append((what, error)))
    assert answer.kind is AnswerKind.TEMPORARY
    assert failed == []


@pytest.mark.parametrize(
    ("function", "error"),
    [
        ("wrong", KeyError),
        ("number", TypeError),
        ("several", ValueError),
        ("long", ValueError),
        ("stops", RuntimeError),
    ],
)
def test_mistakes_are_temporary_failures_and_told(folder: Path, function: str, error: type[Exception]) -> None:
    failed: list[tuple[str, Exception]] = []
    answer = ask(folder, function, failed=lambda what, error: failed.append((what, error)))
    assert answer.kind is AnswerKind.TEMPORARY
    ((what, raised),) = failed
    assert (what, type(raised)) == ("python map p", error)


@pytest.mark.parametrize("function", ["waits", "sleeps", "value"])
def test_whatever_does_not_answer_is_given_up(folder: Path, function: str) -> None:
    before = time.monotonic()
    if function == "value":
        assert ask(folder, function).kind is AnswerKind.TEMPORARY  # not callable
    else:
        table = table_of(folder, function)
        found = table.find("p")
        found._limit = 0.1  # type: ignore[union-attr]
        assert asyncio.run(table.answer(Question("p", "k"))).kind is AnswerKind.TEMPORARY
    assert time.monotonic() - before < 5


def test_a_module_that_cannot_be_imported_is_a_temporary_failure(folder: Path) -> None:
    name = f"{module_of(folder)}_broken"
    (folder / f"{name}.py").write_text("import no_such_module_at_all\ndef find(key, args): return key\n")
    failed: list[Exception] = []
    answer = ask(folder, f"{name}:find", failed=lambda _, error: failed.append(error))
    assert answer.kind is AnswerKind.TEMPORARY
    assert isinstance(failed[0], ImportError)


def test_an_installed_module_is_not_taken_for_ours(folder: Path) -> None:
    (folder / "string.py").write_text("def find(key, args): return key\n")
    failed: list[Exception] = []
    assert ask(folder, "string:find", failed=lambda _, error: failed.append(error)).kind is AnswerKind.TEMPORARY
    assert "is also the name of" in str(failed[0])


def test_packages(folder: Path) -> None:
    name = f"{module_of(folder)}_package"
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text("")
    (folder / name / "inner.py").write_text("async def find(key, args): return 'inner ' + key\n")
    assert ask(folder, f"{name}.inner:find").value == "inner key"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("nothing", "nothing is not module:function"),
        ("a/b:c", "a/b:c is not module:function"),
        ("..x:c", "..x:c is not module:function"),
        ("nosuch:find", "no module nosuch in {dir}"),
        ("bad:find", "{dir}/bad.py:2: invalid syntax"),
        ("good:missing", "{dir}/good.py has no missing"),
        ("open:find", "{dir}/open.py: Group writable file"),
    ],
)
def test_what_can_be_seen_to_be_wrong_is_wrong_when_it_is_declared(
    tmp_path: Path, arguments: str, complaint: str
) -> None:
    (tmp_path / "bad.py").write_text("x = 1\ndef def\n")
    (tmp_path / "good.py").write_text("def find(key, args): ...\n")
    (tmp_path / "open.py").write_text("def find(key, args): ...\n")
    (tmp_path / "open.py").chmod(0o666)
    table = MapTable([Declaration("p", "python", f"-p {tmp_path} {arguments}")], Environment())
    assert [error.text.replace(str(tmp_path), "{dir}") for error in table.errors] == [f"python map p: {complaint}"]


def test_an_optional_module_may_be_missing(tmp_path: Path) -> None:
    assert ask(tmp_path, "nosuch:find", flags="-o").kind is AnswerKind.NOT_FOUND


def test_to_declare_is_not_to_run(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text("raise SystemExit('ran')\ndef find(key, args): ...\n")
    assert MapTable([Declaration("p", "python", f"-p {tmp_path} loud:find")], Environment()).errors == []


def test_the_worked_example_in_test_mode(tmp_path: Path) -> None:
    for file in EXAMPLE.glob("*.py"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with closing(sqlite3.connect(tmp_path / "vacations.db")) as database, database:
        database.execute("CREATE TABLE absence (name TEXT, until TEXT, deputy TEXT)")
        database.execute("INSERT INTO absence VALUES ('bob', '2099-12-31', 'alice')")
    cf = tmp_path / "sendmail.cf"
    cf.write_text((EXAMPLE / "sendmail.cf").read_text().replace("/etc/mail/python", str(tmp_path)))
    sendmail = Path(sys.executable).parent / "sendmail"

    def said(commands: str) -> subprocess.CompletedProcess[str]:
        words = [str(sendmail), "-bt", f"-C{cf}"]
        return subprocess.run(words, input=commands, capture_output=True, text=True, timeout=60)

    lines = said("deputy bob\ndeputy carol\n/map length joe@example.org\n/map length joe\n").stdout.splitlines()
    assert [re.sub("^(> )+", "", line) for line in lines[2:]] == [
        "deputy             input: bob",
        "deputy           returns: alice",
        "deputy             input: carol",
        "deputy           returns: carol",
        "map_lookup: length (joe@example.org) returns 11 (0)",
        "map_lookup: length (joe) no match (0)",
        "",
    ]
    (tmp_path / "vacations.py").write_text("def deputy(key, args):\n    return 1 // 0\ndef domain_length(*_): ...\n")
    done = said("/map deputy bob\n")
    assert "map_lookup: deputy (bob) no match (75)" in done.stdout
    assert "python map deputy: ZeroDivisionError" in done.stderr
    assert "vacations.py:2 in deputy" in done.stderr
