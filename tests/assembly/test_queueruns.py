"""Queue runs asked for from outside, with a runner that a test holds back."""

import asyncio

import pytest

from noctule.assembly.queueruns import MAX_RUNS, QueueRuns, selection_for_etrn, selection_in
from noctule.base.errors import TemporaryError
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
        self.begun: list[Selection | None] = []
        self.error: Exception | None = None

    async def run_queue(self, selection: Selection | None) -> int:
        self.begun.append(selection)
        await self.end.wait()
        if self.error is not None:
            raise self.error
        return 0


def test_one_that_is_under_way_is_not_begun_again() -> None:
    async def run() -> None:
        held = Held()
        runs = QueueRuns(held, Log(Kept(), 9))
        for _ in range(3):
            runs.begin(selection_for_etrn("x.example"))
            await asyncio.sleep(0)
        assert held.begun == [Selection(recipients=(Match("@x.example"),))]
        held.end.set()
        await runs.ended()
        runs.begin(selection_for_etrn("x.example"))
        await runs.ended()
        assert len(held.begun) == 2

    asyncio.run(run())


def test_no_client_can_begin_any_number() -> None:
    async def run() -> None:
        held = Held()
        runs = QueueRuns(held, Log(Kept(), 9))
        for number in range(10 * MAX_RUNS):
            runs.begin(selection_for_etrn(f"{number}.example"))
        await asyncio.sleep(0)
        assert len(held.begun) == MAX_RUNS + 1
        assert held.begun[-1] is None
        held.end.set()
        await runs.ended()

    asyncio.run(run())


def test_a_queue_that_cannot_be_read_is_said_in_the_log() -> None:
    async def run() -> None:
        held, kept = Held(), Kept()
        held.error = TemporaryError("queue 0: disk I/O error")
        held.end.set()
        runs = QueueRuns(held, Log(kept, 9))
        runs.begin(None)
        await runs.ended()
        assert kept.lines == ["NOQUEUE: queue 0: disk I/O error"]

    asyncio.run(run())


def test_selections_over_the_control_socket() -> None:
    assert selection_in(None) is None
    assert selection_in({"ids": [], "quarantined": False}) is None
    assert selection_in({"ids": [["A", True]]}) == Selection(ids=(Match("A", True),))
    assert selection_in({"quarantined": True}) == Selection(quarantined=True)


@pytest.mark.parametrize("wanted", [{"ids": 5}, {"ids": ["ab c"]}, {"ids": [5]}])
def test_what_is_no_selection(wanted: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        selection_in(wanted)
