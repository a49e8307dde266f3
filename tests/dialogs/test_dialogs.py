"""Every case of cases/, against a Noctule that runs the case's configuration."""

import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import stockcf
from dialogs.cases import Case, read_case
from dialogs.differences import judge
from dialogs.maillog import LogFile, expected_lines, log_differences, settled
from dialogs.served import NotServingError, Site

HERE = Path(__file__).parent
LAUNCHER = [sys.executable, str(HERE / "launcher")]
PART = 40  # cases that share a server; small enough to spread a large configuration over processors


@dataclass(frozen=True)
class Part:
    """Some cases of one configuration."""

    config: str
    number: int
    cases: tuple[Case, ...]

    def __str__(self) -> str:
        return f"{self.config}-{self.number}"


@functools.cache
def not_yet() -> dict[str, str]:
    """Cases that do not pass, each with the reason: lines of name, tab, reason."""
    lines = (HERE / "not_yet.tsv").read_text().splitlines()
    return dict(line.split("\t", 1) for line in lines if line and not line.startswith("#"))


@functools.cache
def not_logged_so() -> frozenset[str]:
    """Cases in which another thing is logged, for a reason that stands in the file."""
    lines = (HERE / "logged" / "differs.tsv").read_text().splitlines()
    return frozenset(line.split("\t", 1)[0] for line in lines if line and not line.startswith("#"))


def parts() -> Iterator[Part]:
    by_config: dict[str, list[Case]] = {}
    for path in sorted((HERE / "cases").glob("*.case")):
        case = read_case(path)
        if case.head.get("needs") == "root" and os.geteuid():
            continue
        by_config.setdefault(case.config, []).append(case)
    for config, cases in by_config.items():
        cases.sort(key=lambda case: case.options)
        for number, start in enumerate(range(0, len(cases), PART), 1):
            yield Part(config, number, tuple(cases[start : start + PART]))


@pytest.fixture
def work() -> Iterator[Path]:
    """A folder the default user can reach, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="dialogs-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def played(site: Site, cases: Iterable[Case]) -> Iterator[str]:
    """What is wrong with each of the cases."""
    for case in cases:
        site.ready_for(case)
        yield failure(site, case)


def failure(site: Site, case: Case) -> str:
    """What is wrong with a case, in lines to be read; "" when it passes."""
    expected = (HERE / "expected" / f"{case.name}.txt").read_text().splitlines()
    log = LogFile(site.folder / "log")
    log.skip()
    differences = [str(d) for d in judge(case, expected, site.play(case, expected)) if d.counts]
    right = not case.head.get("oracle", "").startswith("wrong")
    recorded = expected_lines(HERE / "logged" / f"{case.name}.txt") if right else None
    if recorded is not None and case.name not in not_logged_so():
        differences += log_differences(recorded, settled(log, site.normaliser(case), recorded))
    if case.name in not_yet():
        return "" if differences else f"{case.name} passes now: take it out of not_yet.tsv"
    return "\n    ".join([f"{case.name}: {case.title}", *differences]) if differences else ""


@pytest.mark.timeout(180)
@pytest.mark.parametrize("part", tuple(parts()), ids=str)
def test_dialogs(part: Part, work: Path) -> None:
    try:
        stockcf.library()
    except stockcf.NoLibrary as why:
        pytest.skip(str(why))
    pytest.importorskip("berkeleydb", reason="the configurations use hash maps")
    try:
        with Site(part.config, launcher=LAUNCHER, data=HERE, work=work) as site:
            wrong = [text for text in played(site, part.cases) if text]
    except NotServingError:
        if all(case.name in not_yet() for case in part.cases):
            return
        raise
    assert not wrong, "\n\n".join(["", *wrong])


def test_what_does_not_pass_yet_is_there_and_has_a_reason() -> None:
    assert all((HERE / "cases" / f"{name}.case").exists() and reason for name, reason in not_yet().items())
