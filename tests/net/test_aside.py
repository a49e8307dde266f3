"""A directory that is slow holds up who asks it, and nobody else."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from noctule.accounts import SystemAccounts
from noctule.accounts import system as module
from noctule.base.errors import TemporaryError
from noctule.net.aside import Aside


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(10):
            await scenario()

    asyncio.run(bounded())


class Slow:
    """Answers when it is let go; counts the questions."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.asked: list[str] = []

    def __call__(self, key: str) -> str:
        self.asked.append(key)
        self.gate.wait(10)
        if key == "broken":
            raise TemporaryError("down")
        return key.upper()


def test_the_loop_goes_on_and_one_name_is_asked_once() -> None:
    async def scenario() -> None:
        slow, aside = Slow(), Aside[str]()
        waiting = [asyncio.ensure_future(aside.ask(slow, name)) for name in ("ann", "ann", "bob", "broken")]
        await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        slow.gate.set()
        assert await asyncio.gather(*waiting[:3]) == ["ANN", "ANN", "BOB"]
        with pytest.raises(TemporaryError, match="down"):
            await waiting[3]
        assert sorted(slow.asked) == ["ann", "bob", "broken"]

    run(scenario)


def test_what_is_never_answered_is_a_temporary_failure_and_keeps_its_place() -> None:
    async def scenario() -> None:
        slow, aside = Slow(), Aside[str](threads=2, limit=0.05)
        for name in ("one", "two", "three"):
            with pytest.raises(TimeoutError):
                await aside.ask(slow, name)
        assert slow.asked == ["one", "two"]
        slow.gate.set()
        assert await aside.ask(slow, "three") == "THREE"

    run(scenario)


def test_who_gives_up_takes_the_answer_from_nobody() -> None:
    async def scenario() -> None:
        slow, aside = Slow(), Aside[str]()
        first, second = (asyncio.ensure_future(aside.ask(slow, "ann")) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        slow.gate.set()
        assert await second == "ANN"

    run(scenario)


def test_accounts_of_a_slow_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow()
    monkeypatch.setattr(module, "_by_name", lambda name: slow(name) and None)

    async def scenario() -> None:
        accounts = SystemAccounts(lambda: 0.0)
        task = asyncio.ensure_future(accounts.look_up("ann"))
        await asyncio.sleep(0)
        slow.gate.set()
        assert await task is None
        assert accounts.find("ann") is None
        assert slow.asked == ["ann"]

    run(scenario)
