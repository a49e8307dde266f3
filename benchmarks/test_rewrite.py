"""Addresses a second through the rules of a stock configuration, and commands a second in test mode.

pytest benchmarks/test_rewrite.py --benchmark-only
"""

import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import stockcf
from noctule.base.questions import NOT_FOUND, Answer, KeyForm, Question
from noctule.rewrite.results import Resolved
from noctule.rewrite.testmode import TestMode
from rewrite import rig

ADDRESSES = 300  # of a round
ROUNDS = 50


class NoMaps:
    """Every map is empty and stays so."""

    def lookup(self, question: Question) -> Answer:
        del question
        return NOT_FOUND

    def generation(self, map_name: str) -> int | None:
        del map_name
        return 0

    def key_form(self, map_name: str) -> KeyForm:
        del map_name
        return KeyForm()


@pytest.fixture
def session() -> TestMode:
    try:
        source = rig.stock_source("generic-linux")
    except stockcf.NoLibrary as reason:
        pytest.skip(str(reason))
    return rig.open_session(source, rig.tables("generic-linux"))


class Fresh:
    """Addresses, other ones at each call."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> list[str]:
        numbers = range(self.count, self.count + ADDRESSES)
        self.count += ADDRESSES
        return [f"user{n}@host{n}.example{n}.com" for n in numbers]


def parse(session: TestMode, addresses: list[str]) -> None:
    maps = NoMaps()
    for address in addresses:
        assert isinstance(session.addresses.parse(address, session.macros.child(), maps), Resolved)


def note_rate(benchmark: BenchmarkFixture, count: int) -> None:
    """Beside the times, how many of them a second the best round came to."""
    benchmark.extra_info["a second"] = round(count / benchmark.stats.stats.min)


def test_addresses_never_seen(benchmark: BenchmarkFixture, session: TestMode) -> None:
    fresh = Fresh()
    parse(session, fresh())
    benchmark.pedantic(parse, setup=lambda: ((session, fresh()), {}), rounds=ROUNDS)
    note_rate(benchmark, ADDRESSES)


def test_addresses_seen_before(benchmark: BenchmarkFixture, session: TestMode) -> None:
    addresses = Fresh()()
    benchmark.pedantic(parse, (session, addresses), rounds=ROUNDS, warmup_rounds=1)
    note_rate(benchmark, ADDRESSES)


def test_commands_of_test_mode(benchmark: BenchmarkFixture, session: TestMode) -> None:
    fresh = Fresh()

    def obey(lines: list[str]) -> None:
        for line in lines:
            assert session.feed(line)

    def lines() -> tuple[tuple[list[str]], dict[str, object]]:
        return ([line for address in fresh() for line in (f"3,0 {address}", f"/parse {address}")],), {}

    obey(*lines()[0])
    benchmark.pedantic(obey, setup=lines, rounds=ROUNDS)
    note_rate(benchmark, 2 * ADDRESSES)
