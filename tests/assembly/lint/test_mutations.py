"""What is spoiled in a good configuration is found, and nothing is found in one that is good."""

import random

import pytest

import stockcf
from assembly.lint.samples import SPOILINGS, Spoiling, codes_of, findings, source_of
from noctule.assembly.lint import Level

TRIES = {"generic-linux": 4, "debian": 2, "submit": 2, "example": 6}
GOAL = 0.95


def _source(name: str) -> str:
    try:
        return source_of(name)
    except stockcf.NoLibrary as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("name", [*stockcf.GENERIC, *stockcf.DEBIAN, "example"])
def test_nothing_is_found_where_nothing_is_wrong(name: str) -> None:
    found = findings(_source(name))
    assert [str(finding) for finding in found if finding.kind.level is not Level.INFO] == []


@pytest.mark.parametrize("spoiling", SPOILINGS, ids=lambda spoiling: spoiling.name)
def test_mutations_are_found(spoiling: Spoiling) -> None:
    tried, missed = 0, []
    for name, times in TRIES.items():
        lines = _source(name).split("\n")
        for number in range(times):
            spoiled = spoiling.spoil(lines, random.Random(f"{spoiling.name} {name} {number}"))
            if spoiled is None or spoiled == lines:
                continue
            tried += 1
            if not codes_of(spoiling.expected, "\n".join(spoiled)) & spoiling.expected:
                changed = [line for line in spoiled if line not in lines] or spoiled[:1]
                missed.append(f"{name}: {changed[0]}")
    print(f"{spoiling.name}: {tried - len(missed)} of {tried}")
    assert tried >= 3
    assert len(missed) <= (1 - GOAL) * tried, missed


def test_there_are_enough_mutations() -> None:
    assert len(SPOILINGS) * sum(TRIES.values()) >= 200
