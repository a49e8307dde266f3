"""Noctule's library decides as Sendmail's did when it was asked; see recorded.py."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cf import recorded
from cf.cases import TABLES, Case
from cf.live import ZONE
from cf.names import read_zone
from cf.questions import helper_rules
from noctule.assembly.mc import MacroRequest, generate
from noctule.assembly.reading import Request, read_configuration
from noctule.assembly.testing import test_mode as session_of
from noctule.files import SafetyPolicy
from noctule.maps.build import Format, build_map, map_path
from resolve.server import serving

BLAME = ("TrustStickyBit", "MapInUnsafeDirPath", "ClassFileInUnsafeDirPath")  # the folder of the tests is not root's
CLOSED = 1  # nobody serves names there
RULESET = re.compile(r"^S\s*(\w+)", re.MULTILINE)
CASES = [case for number, case in enumerate(recorded.recorded_cases()) if case.zone or number % 2]  # half a minute
VERDICTS = recorded.read()


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The common tables, those with two columns as cdb maps."""
    folder = tmp_path_factory.mktemp("mail")
    for path in TABLES.iterdir():
        shutil.copy(path, folder)
        lines = path.read_bytes().splitlines(keepends=True)
        if b"\t" in lines[0] and path.name not in ("hosts", "service.switch"):
            build_map(
                "cdb",
                map_path("cdb", str(folder / path.name)),
                lines,
                Format(),
                policy=SafetyPolicy.of(BLAME),
                complain=print,
            )
    return folder


@pytest.fixture(scope="module")
def name_server() -> Iterator[int]:
    with serving(read_zone(ZONE)) as port:
        yield port


def configured(case: Case, folder: Path, tables: Path, port: int) -> str:
    """The cf file of a case, with its tables in this folder."""
    site = folder / "site.mc"
    site.write_bytes(case.text.encode("latin-1"))
    text = generate(MacroRequest(path=str(site))).text.replace("/etc/mail/", f"{tables}/")
    text = re.sub(
        r"^(K\S+ )hash\b", r"\1cdb", text.replace(f"{tables}/access.db", f"{tables}/access"), flags=re.MULTILINE
    )
    switch = folder / "service.switch"
    switch.write_text(f"hosts files{' dns' if case.zone else ''}\naliases files\npasswd files\n")
    text = f"O DontBlameSendmail={','.join(BLAME)}\n{text}"
    port = port if case.zone else CLOSED
    text += f"O HostsFile={tables}/hosts\nO ServiceSwitchFile={switch}\nO NameServer=127.0.0.1/{port}\n"
    return text + helper_rules(RULESET.findall(text))


@pytest.mark.parametrize("case", CASES, ids=[case.name.partition(":")[0] for case in CASES])
def test_decides_as_recorded(case: Case, tmp_path: Path, tables: Path, name_server: int) -> None:
    (tmp_path / "site.cf").write_text(configured(case, tmp_path, tables, name_server), "latin-1")
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
