"""Noctule's library decides as Sendmail's did when it was asked; see recorded.py."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cf import recorded
from cf.cases import Case
from cf.live import ZONE
from cf.names import read_zone
from cf.placed import CLOSED, build_tables, placed
from noctule.assembly.mc import MacroRequest, generate
from noctule.assembly.reading import Request, read_configuration
from noctule.assembly.testing import test_mode as session_of
from resolve.server import serving

CASES = [case for number, case in enumerate(recorded.recorded_cases()) if case.zone or number % 2]  # half a minute
VERDICTS = recorded.read()


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mail")
    build_tables(folder)
    return folder


@pytest.fixture(scope="module")
def name_server() -> Iterator[int]:
    with serving(read_zone(ZONE)) as port:
        yield port


@pytest.mark.parametrize("case", CASES, ids=[case.name.partition(":")[0] for case in CASES])
def test_decides_as_recorded(case: Case, tmp_path: Path, tables: Path, name_server: int) -> None:
    (tmp_path / "site.mc").write_bytes(case.text.encode("latin-1"))
    cf = generate(MacroRequest(path=str(tmp_path / "site.mc"))).text
    port = name_server if case.zone else CLOSED
    (tmp_path / "site.cf").write_text(placed(cf, tmp_path, tables, port), "latin-1")
    configuration = read_configuration(Request(path=str(tmp_path / "site.cf")))
    asked = recorded.asked(case)
    with session_of(configuration) as session:
        answers = [(question, session.feed(question.line)) for question in asked]
    told = [question for question in asked if question.topic]
    ours = recorded.verdicts(case, [answer.removesuffix("> ") for question, answer in answers if question.topic])
    wrong = [
        (question.topic, question.line, theirs, mine)
        for question, theirs, mine in zip(told, VERDICTS[case.name], ours, strict=True)
        if theirs != mine and recorded.ABSENT not in theirs and not recorded.is_listed(question, theirs, mine)
    ]
    assert wrong == []
