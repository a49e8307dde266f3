"""Queue runs asked for from outside, with a runner that a test holds back."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from noctule.assembly.queueruns import MAX_RUNS, QueueRuns, Wanted, wanted_by_etrn, wanted_in
from noctule.base.errors import TemporaryError
from noctule.deliver import QueueRun
from noctule.mail.envelope import Envelope
from noctule.mqueue.model import Match, Selection
from noctule.observe.log import Log


class Kept:
    """A log kept in memory."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, priority: int, text: str) -> None:
        self.lines.append(text)

    def reopen(self) -> None: ...

    def close(self) -> None: ...


class Held:
    """A runner whose runs last until `end` is set."""

    def __init__(self) -> None:
        self.end = asyncio.Event()
        self.begun: list[Selection] = []
        self.error: Exception | None = None

    async def run_queue(self, run: QueueRun) -> int:
        self.begun.append(run.selection)
        await self.end.wait()
        if self.error is not None:
            raise self.error
        return 0


def members(group: str) -> Callable[[Envelope], Awaitable[bool]]:
    async def belongs(envelope: Envelope) -> bool:
        return envelope.id.startswith(group)

    return belongs


def test_one_that_is_under_way_is_not_begun_again() -> None:
    async def run() -> None:
        held = Held()
        runs = QueueRuns(held, members, Log(Kept(), 9))
        for _ in range(3):
            runs.begin(wanted_by_etrn("x.example"))
            await asyncio.sleep(0)
        assert held.begun == [Selection(recipients=(Match("@x.example"),))]
        held.end.set()
        await runs.ended()
        runs.begin(wanted_by_etrn("x.example"))
        await runs.ended()
        assert len(held.begun) == 2

    asyncio.run(run())


def test_no_client_can_begin_any_number() -> None:
    async def run() -> None:
        held = Held()
        runs = QueueRuns(held, members, Log(Kept(), 9))
        for number in range(10 * MAX_RUNS):
            runs.begin(wanted_by_etrn(f"{number}.example"))
        await asyncio.sleep(0)
        assert len(held.begun) == MAX_RUNS + 1
        assert held.begun[-1] == Selection()
        held.end.set()
        await runs.ended()

    asyncio.run(run())


def test_a_queue_that_cannot_be_read_is_said_in_the_log() -> None:
    async def run() -> None:
        held, kept = Held(), Kept()
        held.error = TemporaryError("queue 0: disk I/O error")
        held.end.set()
        runs = QueueRuns(held, members, Log(kept, 9))
        runs.begin(Wanted())
        await runs.ended()
        assert kept.lines == ["NOQUEUE: queue 0: disk I/O error"]

    asyncio.run(run())


def test_what_comes_over_the_control_socket() -> None:
    assert wanted_in(None) == Wanted()
    assert wanted_in({"ids": [], "quarantined": False}, "fast") == Wanted(group="fast")
    assert wanted_in({"ids": [["A", True]]}) == Wanted(Selection(ids=(Match("A", True),)))
    assert wanted_in({"quarantined": True}) == Wanted(Selection(quarantined=True))


@pytest.mark.parametrize("wanted", [{"ids": 5}, {"ids": ["ab c"]}, {"ids": [5]}])
def test_what_makes_no_sense(wanted: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        wanted_in(wanted)


def test_etrn_names_hosts_domains_and_groups() -> None:
    assert wanted_by_etrn("a.example") == Wanted(Selection(recipients=(Match("@a.example"),)))
    assert wanted_by_etrn("@a.example") == Wanted(Selection(recipients=(Match("a.example"),)))
    assert wanted_by_etrn("#fast") == Wanted(group="fast")
