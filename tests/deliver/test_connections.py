"""Lanes of connections, over real sockets."""

import asyncio

import pytest

from deliver.sink import Sink
from deliver.test_smtp import run
from noctule import net
from noctule.deliver.connections import Connection, Connections, Opened
from noctule.deliver.verdict import Remote
from noctule.mail.outcome import Deferred
from noctule.smtp.client import Client, Ready

KEY = ("esmtp", "here")
DOWN = Deferred(text="Deferred: down")


async def connected(port: int) -> Connection:
    stream = await net.connect("127.0.0.1", port, timeout=5.0)
    client = Client("us")
    while (event := client.next_event()) is None:
        stream.write(client.data_to_send())
        client.receive_data(await stream.read(5.0))
    assert isinstance(event, Ready)
    return Connection(stream, client, Remote())


def test_one_given_back_goes_to_who_waits_longest() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            lanes = Connections(hosts=1, timeout=60.0, per_host=1)
            first = await lanes.acquire(KEY, lambda: connected(sink.port))
            assert isinstance(first, Connection)
            order: list[int] = []

            async def use(number: int) -> None:
                got = await lanes.acquire(KEY, lambda: connected(sink.port))
                assert got is first
                order.append(number)
                lanes.give_back(KEY, got)

            users = [asyncio.create_task(use(n)) for n in range(5)]
            await asyncio.sleep(0)
            lanes.give_back(KEY, first)
            await asyncio.gather(*users)
            assert order == [0, 1, 2, 3, 4] and sink.connections == 1
            await lanes.close()

    run(work)


def test_a_waiter_that_is_cancelled_loses_nothing() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            lanes = Connections(hosts=1, timeout=60.0, per_host=1)
            first = await lanes.acquire(KEY, lambda: connected(sink.port))
            assert isinstance(first, Connection)
            waiters = [asyncio.create_task(lanes.acquire(KEY, lambda: connected(sink.port))) for _ in range(3)]
            await asyncio.sleep(0)
            waiters[0].cancel()
            lanes.give_back(KEY, first)  # to the second, which is cancelled before it can run
            waiters[1].cancel()
            assert await waiters[2] is first
            lanes.give_back(KEY, first)
            await lanes.close()

    run(work)


def test_when_a_connection_is_lost_the_next_waiter_opens_its_own() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            lanes = Connections(hosts=1, timeout=60.0, per_host=1)
            first = await lanes.acquire(KEY, lambda: connected(sink.port))
            assert isinstance(first, Connection)
            waiting = asyncio.create_task(lanes.acquire(KEY, lambda: connected(sink.port)))
            await asyncio.sleep(0)
            first.stream.abort()
            await first.stream.wait_closed(1.0)
            lanes.give_back(KEY, first)
            second = await waiting
            assert isinstance(second, Connection) and second is not first
            lanes.give_back(KEY, second)
            await lanes.close()

    run(work)


def test_those_who_wait_hear_of_a_failure_and_later_ones_try_anew() -> None:
    async def work() -> None:
        lanes = Connections(hosts=1, timeout=60.0, per_host=1)
        tried = 0
        answer = asyncio.get_running_loop().create_future()

        async def connect() -> Opened:
            nonlocal tried
            tried += 1
            await answer
            return DOWN

        waiting = [asyncio.create_task(lanes.acquire(KEY, connect)) for _ in range(4)]
        await asyncio.sleep(0)
        answer.set_result(None)
        assert await asyncio.gather(*waiting) == [DOWN] * 4 and tried == 1
        assert await lanes.acquire(KEY, connect) == DOWN and tried == 2

    run(work)


def test_a_host_that_was_slow_to_fail_is_left_alone_as_long() -> None:
    async def work() -> None:
        now = [0.0]
        lanes = Connections(hosts=1, timeout=60.0, per_host=2, clock=lambda: now[0])
        tried = 0

        async def connect() -> Opened:
            nonlocal tried
            tried += 1
            now[0] += 10.0
            return DOWN

        assert await lanes.acquire(KEY, connect) == DOWN
        now[0] = 19.9
        assert await lanes.acquire(KEY, connect) == DOWN and tried == 1
        assert await lanes.acquire(("esmtp", "elsewhere"), connect) == DOWN and tried == 2
        now[0] = 30.0
        assert await lanes.acquire(KEY, connect) == DOWN and tried == 3

    run(work)


def test_only_some_wait_for_a_host_that_does_not_answer() -> None:
    async def work() -> None:
        now = [0.0]
        lanes = Connections(hosts=1, timeout=60.0, per_host=1, clock=lambda: now[0])
        answer = asyncio.get_running_loop().create_future()

        async def connect() -> Opened:
            await answer
            return DOWN

        early = [asyncio.create_task(lanes.acquire(KEY, connect)) for _ in range(30)]
        await asyncio.sleep(0)
        now[0] = 6.0
        late = await lanes.acquire(KEY, connect)
        assert isinstance(late, Deferred) and late != DOWN
        answer.set_result(None)
        assert await asyncio.gather(*early) == [DOWN] * 30

    run(work)


def test_a_busy_host_is_not_a_dead_one() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            now = [0.0]
            lanes = Connections(hosts=1, timeout=60.0, per_host=1, clock=lambda: now[0])
            first = await lanes.acquire(KEY, lambda: connected(sink.port))
            assert isinstance(first, Connection)
            now[0] = 100.0
            waiting = [asyncio.create_task(lanes.acquire(KEY, lambda: connected(sink.port))) for _ in range(40)]
            await asyncio.sleep(0)
            assert not any(task.done() for task in waiting)
            for task in waiting:
                lanes.give_back(KEY, first)
                assert await task is first
            lanes.give_back(KEY, first)
            await lanes.close()

    run(work)


def test_a_connect_that_fails_by_a_bug_blocks_nobody() -> None:
    async def work() -> None:
        lanes = Connections(hosts=1, timeout=60.0, per_host=1)

        async def connect() -> Opened:
            raise ZeroDivisionError

        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await lanes.acquire(KEY, connect)

    run(work)


def test_idle_connections_are_closed_after_their_time() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            lanes = Connections(hosts=1, timeout=0.01, per_host=1)
            first = await lanes.acquire(KEY, lambda: connected(sink.port))
            assert isinstance(first, Connection)
            lanes.give_back(KEY, first)
            await sink.left.wait()
            assert sink.commands[-1] == "QUIT"
            await lanes.close()

    run(work)


def test_only_so_many_hosts_are_kept() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            lanes = Connections(hosts=2, timeout=60.0, per_host=1)
            kept = []
            for name in "abc":
                got = await lanes.acquire(("esmtp", name), lambda: connected(sink.port))
                assert isinstance(got, Connection)
                kept.append(got)
                lanes.give_back(("esmtp", name), got)
            assert [c.client.idle for c in kept] == [False, True, True]
            await lanes.close()

    run(work)


def test_what_a_stuck_server_does_not_take_is_not_kept() -> None:
    async def work() -> None:
        with net.bind("127.0.0.1", 0) as listening:  # the system accepts for it, and nobody ever reads
            port = listening.getsockname()[1]
            got = Connection(await net.connect("127.0.0.1", port, timeout=5.0), Client("us"), Remote())
            got.stream.write(b"x" * (64 << 20))  # more than the system takes for it
            got.close()
            async with asyncio.timeout(5):
                await got.stream.wait_closed(60.0)

    run(work)
