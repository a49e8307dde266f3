import asyncio
from pathlib import Path

import pytest

from noctule.base.errors import Position
from noctule.base.questions import Answer, AnswerKind, KeyForm, Question, Waiting
from noctule.files import Relaxation, SafetyPolicy
from noctule.maps import CLASSES, Declaration, Environment, MapTable, available, class_info
from noctule.maps import classes as class_module

ANYWHERE = SafetyPolicy(frozenset({Relaxation.MAP_IN_UNSAFE_DIR_PATH}))


def table(*declarations: Declaration, **more: object) -> MapTable:
    return MapTable(declarations, Environment(policy=ANYWHERE, recheck=0.0, **more))  # type: ignore[arg-type]


def test_names_have_no_case_and_the_last_declaration_counts() -> None:
    maps = table(Declaration("Thing", "null"), Declaration("thing", "arpa"))
    assert maps.lookup(Question("THING", "1.2.3.4")).value == "4.3.2.1"
    assert maps.names() == ("host", "thing")


def test_host_exists_without_a_declaration() -> None:
    maps = table()
    question = Question("host", "name.example")
    with pytest.raises(Waiting) as caught:
        maps.lookup(question)
    assert caught.value.question == question
    assert asyncio.run(maps.answer(question)).kind is AnswerKind.TEMPORARY, "there is no resolver"


def test_a_map_nobody_declared() -> None:
    maps = table()
    assert maps.lookup(Question("none", "x")).kind is AnswerKind.NO_SUCH_MAP
    assert asyncio.run(maps.answer(Question("none", "x"))).kind is AnswerKind.NO_SUCH_MAP
    assert maps.key_form("none") == KeyForm()
    assert maps.generation("none") == 0


def test_mistakes_are_reported_with_their_place() -> None:
    place = Position("cf", 7)
    maps = table(
        Declaration("a", "nosuch", "", place),
        Declaration("b", "hash", "", place),
        Declaration("c", "text", "-y /x", place),
        Declaration("d", "sequence", "c nobody", place),
        Declaration("e", "switch", "", place),
        Declaration("f", "socket", "tcp:1", place),
    )
    assert [error.text for error in maps.errors] == [
        "readcf: map a: class nosuch not available",
        "No file name for hash map b",
        "Illegal option y map c",
        "Sequence map d: unknown member map nobody",
        "No file name for switch map e",
        'socket map "f": bad address tcp:1',
    ]
    assert {error.position for error in maps.errors} == {place}
    assert maps.lookup(Question("a", "x")).kind is AnswerKind.NO_SUCH_MAP
    assert maps.lookup(Question("b", "x")).kind is AnswerKind.NOT_FOUND
    assert not maps.is_open("b")
    assert maps.is_open("c")


def test_a_class_that_is_not_to_be_had_never_says_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_module, "available", lambda info: bool(info.module) and not info.library)
    maps = table(
        Declaration("a", "hash", "-o /x"), Declaration("l", "nis", "mail.aliases"), Declaration("m", "lmdb", "/x")
    )
    assert [error.text for error in maps.errors] == [
        "readcf: map a: class hash not available (needs extra berkeleydb)",
        "readcf: map l: class nis not available (obsolete, not implemented)",
        "readcf: map m: class lmdb not available (needs library lmdb)",
    ]
    for name in ("a", "l", "m"):
        assert maps.lookup(Question(name, "x")) == Answer(AnswerKind.TEMPORARY, status=75)


def test_key_forms() -> None:
    maps = table(
        Declaration("plain", "null"),
        Declaration("dotted", "null", "-S. -q"),
        Declaration("dequote", "dequote", "-s_"),
    )
    assert maps.key_form("PLAIN") == KeyForm(None, keep_quotes=False)
    assert maps.key_form("dotted") == KeyForm(".", keep_quotes=True)
    assert maps.key_form("dequote") == KeyForm("_", keep_quotes=True)


def test_what_a_macro_map_sets() -> None:
    maps = table(Declaration("store", "macro"))
    assert maps.lookup(Question("store", "{name}", ("value",))) == Answer(
        AnswerKind.FOUND, "", sets=(("name", "value"),)
    )
    assert maps.lookup(Question("store", "x")).sets == (("x", None),)
    assert maps.lookup(Question("store", "{}", ("value",))).kind is AnswerKind.NOT_FOUND
    assert maps.generation("store") is None


def test_a_sequence_is_as_old_as_its_members(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("a b\n")
    maps = table(
        Declaration("one", "text", f"-v1 {tmp_path}/one"),
        Declaration("never", "null"),
        Declaration("both", "sequence", "one never"),
        Declaration("changing", "sequence", "one user"),
        Declaration("user", "user"),
        Declaration("with_user", "sequence", "one user"),
    )
    first = maps.generation("both")
    assert first is not None
    (tmp_path / "one").write_text("a b\nc d\n")
    assert maps.generation("both") != first
    assert maps.generation("with_user") is None


def test_a_switch_asks_what_the_service_switch_says() -> None:
    said: list[str] = []
    maps = table(
        Declaration("case", "switch", "thing"),
        Declaration("case.files", "arpa"),
        services=lambda name: ("files", "nis") if name == "thing" else (),
        report=said.append,
    )
    assert maps.lookup(Question("case", "1.2.3.4")).value == "4.3.2.1"
    assert said == ["Switch map case: unknown member map case.nis"]


def test_one_that_waits_makes_its_sequence_wait() -> None:
    maps = table(Declaration("p", "program", "/bin/echo"), Declaration("both", "sequence", "p"))
    with pytest.raises(Waiting):
        maps.lookup(Question("both", "x"))
    assert asyncio.run(maps.answer(Question("both", "x"))).value == "x"


def test_syslog_writes_the_key() -> None:
    lines: list[tuple[int, int, str]] = []
    maps = table(Declaration("log", "syslog", "-L LOG_DEBUG"), log=lambda *line: lines.append(line))
    assert maps.lookup(Question("log", "Got %1", ("x",))) == Answer(AnswerKind.FOUND, "")
    assert lines == [(7, 0, "Got x")]


def test_arith_random_numbers_stay_within_their_bounds() -> None:
    maps = table(Declaration("arith", "arith"))
    seen = {maps.lookup(Question("arith", "r", ("1", "3"))).value for _ in range(200)}
    assert seen == {"1", "2", "3"}


def test_a_regex_does_not_look_at_endless_keys() -> None:
    maps = table(Declaration("r", "regex", "(a+)+b"), Declaration("n", "regex", "-n x"))
    assert maps.lookup(Question("r", "a" * 100_000 + "b")).kind is AnswerKind.NOT_FOUND
    assert maps.lookup(Question("n", "a" * 100_000)).kind is AnswerKind.FOUND


def test_the_table_of_classes() -> None:
    for info in CLASSES:
        assert class_info(info.name) is info
        assert bool(info.module) != bool(info.note)
        if available(info):
            implementation = class_module.map_class(info.name)
            assert implementation.class_name == info.name
            if info.name not in {"sequence", "switch", "socket"}:
                assert bool(implementation.waits) is info.waits
            assert getattr(implementation, "suffix", "") == info.suffix
    assert class_info("HASH") is None
