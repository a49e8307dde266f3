import asyncio
from collections.abc import Coroutine

from mqueue.samples import envelope
from noctule.mqueue.handoff import Handoff
from noctule.mqueue.staging import MemoryBody

BODY = MemoryBody(b"x")


def run(scenario: Coroutine[object, object, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 5))


def test_messages_come_out_in_order_and_in_portions() -> None:
    async def scenario() -> None:
        handoff = Handoff(3)
        for id_ in "abc":
            assert handoff.reserve()
            handoff.put(envelope(id_), BODY)
        assert len(handoff) == 3
        assert [e.id for e, _ in await handoff.take(2)] == ["a", "b"]
        assert [e.id for e, _ in await handoff.take(2)] == ["c"]

    run(scenario())


def test_no_more_than_its_places_whether_used_or_only_promised() -> None:
    async def scenario() -> None:
        handoff = Handoff(2)
        assert handoff.reserve()
        assert handoff.reserve()
        assert not handoff.reserve()
        handoff.cancel(True)
        handoff.cancel(False)
        assert handoff.reserve()
        assert not handoff.reserve()
        handoff.put(envelope("a"), BODY)
        assert not handoff.reserve()
        await handoff.take(1)
        assert handoff.reserve()

    run(scenario())


def test_the_runner_waits_and_is_woken() -> None:
    async def scenario() -> None:
        handoff = Handoff(1)
        taking = asyncio.ensure_future(handoff.take(1))
        await asyncio.sleep(0)
        assert not taking.done()
        handoff.wake()
        assert await taking == []
        taking = asyncio.ensure_future(handoff.take(1))
        await asyncio.sleep(0)
        handoff.reserve()
        handoff.put(envelope("a"), BODY)
        assert [e.id for e, _ in await taking] == ["a"]

    run(scenario())


def test_closing_gives_no_more_places_and_ends_waiting() -> None:
    async def scenario() -> None:
        handoff = Handoff(2)
        handoff.reserve()
        handoff.put(envelope("a"), BODY)
        handoff.close()
        assert not handoff.reserve()
        assert len(await handoff.take(9)) == 1
        assert await handoff.take(9) == []

    run(scenario())
