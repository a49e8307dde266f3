"""Every class answers as the real Sendmail does (data/cases.txt, recorded in data/answers.json)."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from maps.oracle import BROKEN, BUILT, DATA, Case, cases, write_files
from noctule.base.questions import Answer, AnswerKind, Question
from noctule.files import Relaxation, SafetyPolicy
from noctule.maps import BlockingLookups, Declaration, Environment, MapTable
from noctule.maps.build import Format, build_map, map_path
from noctule.resolve import HostsFile, Resolver, ResolverSettings
from resolve.server import Zone, serving

ANYWHERE = SafetyPolicy(frozenset({Relaxation.MAP_IN_UNSAFE_DIR_PATH}))
RECORDED = [
    (Case(text), heard)
    for prefix in ("", "dns_")
    for text, heard in json.loads((DATA / f"{prefix}answers.json").read_text())
]
DIFFERENT = {
    ("text -k2 -v0 -z, {dir}/commas", "k3"): "an empty first column is a value like any other",
    ("dns -RTXT", "strings.example"): "all strings of a TXT record count, not only the first",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("maps")
    write_files(place)
    for kind, name, flags in BUILT:
        how = Format(final_nul="-N" in flags)
        with (place / "h.txt").open("rb") as lines:
            build_map(kind, map_path(kind, str(place / name)), lines, how, policy=ANYWHERE, complain=pytest.fail)
    return place


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving(Zone(".", (DATA / "zone.txt").read_text(), broken=set(BROKEN))) as port:
        yield port


@contextmanager
def declared(text: str, folder: Path, port: int, said: list[str]) -> Iterator[MapTable]:
    settings = ResolverSettings(nameservers=("127.0.0.1",), port=port, search=("example",), try_timeout=1.0, tries=1)
    resolver = Resolver(settings, hosts=HostsFile(str(folder / "hosts")), clock=float)
    environment = Environment(policy=ANYWHERE, report=said.append, resolver=resolver)
    map_class, _, arguments = text.replace("{dir}", str(folder)).partition(" ")
    table = MapTable(
        [
            Declaration("words", "text", f"-v1 {folder}/words"),
            Declaration("missing", "hash", f"{folder}/missing"),
            Declaration("case", map_class, arguments),
        ],
        environment,
    )
    yield table
    table.close()


def as_test_mode(table: MapTable, key: str, answer: Answer) -> str:
    if answer.kind is AnswerKind.NO_SUCH_MAP:
        return 'Map named "case" not found'
    if not table.is_open("case"):
        return 'Map named "case" not open'
    value = f"returns {answer.value}" if answer.kind is AnswerKind.FOUND else "no match"
    return f"map_lookup: case ({key}) {value} ({answer.status})"


def test_the_recording_is_of_these_cases() -> None:
    declarations = [case.declaration for file in ("cases.txt", "dns_cases.txt") for case in cases(file)]
    assert declarations == [case.declaration for case, _ in RECORDED]


@pytest.mark.parametrize(("case", "heard"), RECORDED, ids=[case.declaration for case, _ in RECORDED])
def test_answers(case: Case, heard: dict[str, list[str]], folder: Path, port: int) -> None:
    said: list[str] = []
    with declared(case.declaration, folder, port, said) as table, BlockingLookups(table) as asks:
        errors = [error.text.replace(str(folder), "{dir}") for error in table.errors]
        assert errors == heard[""]
        for question, lines in heard.items():
            if not question or (case.declaration, question) in DIFFERENT:
                continue
            key, *args = question.split("\t")
            answer = asks.lookup(Question("case", key, tuple(args)))
            if args:
                value = answer.value if answer.kind is AnswerKind.FOUND else "DEFAULT"
                returned = next(line for line in lines if " returns:" in line).partition(" returns:")[2]
                assert re.sub(r"\s", "", value) == re.sub(r"\s", "", returned), question
                status = [line for line in lines if line.startswith("==")]
                assert (answer.status == 75 and answer.kind is not AnswerKind.NOT_FOUND) == bool(status), question
            else:
                assert as_test_mode(table, key, answer).endswith(lines[-1]), question
