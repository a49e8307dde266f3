"""What every queue store must do.  A new kind of store adds itself to KINDS and changes nothing else."""

import asyncio
import itertools
import math
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mqueue.samples import envelope
from noctule.base.errors import TemporaryError
from noctule.mail.envelope import Envelope, Recipient, RecipientState
from noctule.mqueue.ids import QueueIds
from noctule.mqueue.model import EntryState, Match, Selection, SortOrder, Update
from noctule.mqueue.sqlite import SqliteStore
from noctule.mqueue.staging import SMALL
from noctule.mqueue.store import Body, Store

Open = Callable[[], Store]
Run = Callable[[Callable[[Open], Awaitable[None]]], None]
_ids = itertools.count(1)


def sqlite(directory: Path) -> Store:
    return SqliteStore(directory, ids=QueueIds(lambda: 1e9, 1, next(_ids) * 100).next)


KINDS = [sqlite]


@pytest.fixture(params=KINDS)
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """Runs a test, which opens the store as often as it likes, and closes the last one it opened."""

    def run_one(test: Callable[[Open], Awaitable[None]]) -> None:
        async def scenario() -> None:
            stores: list[Store] = []

            def open_store() -> Store:
                stores.append(request.param(tmp_path))
                return stores[-1]

            await test(open_store)
            stores[-1].close()

        asyncio.run(scenario())

    return run_one


def body(store: Store, data: bytes = b"hello\r\n") -> Body:
    staging = store.stage()
    staging.write(data)
    return staging.finish()


async def add(store: Store, *addresses: str, leased: bool = False, data: bytes = b"hello\r\n", **fields: object) -> str:
    id_ = store.new_id()
    await store.accept(envelope(id_, *addresses, **fields), body(store, data), leased=leased)
    return id_


async def _accept(store: Store, id_: str, body: Body) -> None:
    await store.accept(envelope(id_), body, leased=True)


def found(store: Store, selection: Selection | None = None) -> dict[str, Envelope]:
    entries = list(store.find(selection))
    assert len({entry.envelope.id for entry in entries}) == len(entries)
    return {entry.envelope.id: entry.envelope for entry in entries}


def files(directory: Path) -> list[Path]:
    return sorted(directory.rglob("*"))


def ended(recipient: Recipient, state: RecipientState = RecipientState.DELIVERED) -> Recipient:
    return replace(recipient, state=state)


@pytest.mark.parametrize("leased", [False, True])
@pytest.mark.parametrize("size", [0, 7, SMALL, SMALL + 1, 300_000])
def test_what_is_accepted_is_there_with_its_body(run: Run, leased: bool, size: int) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        data = (b"0123456789abcde\n" * (size // 16 + 1))[:size]
        id_ = await add(store, leased=leased, data=data)
        assert found(store) == {id_: envelope(id_)}
        kept = store.open_body(id_)
        assert (kept.size, kept.read(), b"".join(kept.chunks())) == (size, data, data)

    run(test)


@pytest.mark.parametrize("leased", [False, True])
@pytest.mark.parametrize("size", [7, SMALL + 1])
def test_it_survives_closing_and_nobody_keeps_a_lease(run: Run, leased: bool, size: int) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        id_ = await add(store, leased=leased, data=b"x" * size)
        store.close()
        store = open_store()
        assert [e.id for e in await store.lease(math.inf, 10)] == [id_]
        assert store.open_body(id_).read() == b"x" * size

    run(test)


def test_a_body_written_in_pieces(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        staging = store.stage()
        for _ in range(100):
            staging.write(b"0123456789" * 100)
        assert staging.size == 100_000
        id_ = store.new_id()
        await store.accept(envelope(id_), staging.finish(), leased=False)
        staging.discard()
        assert store.open_body(id_).read() == b"0123456789" * 10_000

    run(test)


def test_a_discarded_body_leaves_nothing(run: Run, tmp_path: Path) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        before = files(tmp_path)
        staging = store.stage()
        staging.write(b"x" * (SMALL + 1))
        staging.discard()
        assert files(tmp_path) == before

    run(test)


def test_ids_differ(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        assert len({store.new_id() for _ in range(100)}) == 100

    run(test)


def test_an_unknown_id_is_a_key_error(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        with pytest.raises(KeyError):
            store.open_body("nobody")
        with pytest.raises(KeyError):
            await store.record(Update(id="nobody"))
        with pytest.raises(KeyError):
            await store.release("nobody")

    run(test)


def test_an_id_is_accepted_once(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        id_ = await add(store)
        with pytest.raises(TemporaryError):
            await store.accept(envelope(id_), body(store), leased=False)
        assert list(found(store)) == [id_]

    run(test)


# Leases.


def test_a_lease_is_given_once(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        id_ = await add(store)
        assert [e.id for e in await store.lease(0.0, 10)] == [id_]
        assert await store.lease(math.inf, 10) == []
        await store.release(id_)
        assert [e.id for e in await store.lease(0.0, 10)] == [id_]

    run(test)


def test_accepted_as_leased_is_not_leased_again_until_released(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        id_ = await add(store, leased=True)
        assert await store.lease(math.inf, 10) == []
        assert [entry.state for entry in store.find()] == [EntryState.LEASED]
        await store.release(id_)
        assert [entry.state for entry in store.find()] == [EntryState.WAITING]
        assert [e.id for e in await store.lease(math.inf, 10)] == [id_]

    run(test)


def test_only_what_is_due_is_leased_and_no_more_than_asked_for(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        fresh = await add(store)
        due = await add(store, next_attempt=500.0)
        later = await add(store, next_attempt=501.0)
        assert store.next_due() == 0.0
        assert [e.id for e in await store.lease(0.0, 10)] == [fresh]
        assert store.next_due() == 500.0
        assert [e.id for e in await store.lease(500.0, 10)] == [due]
        assert [e.id for e in await store.lease(math.inf, 0)] == []
        assert [e.id for e in await store.lease(math.inf, 10)] == [later]
        assert store.next_due() is None

    run(test)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (SortOrder.PRIORITY, "cab"),
        (SortOrder.TIME, "bca"),
        (SortOrder.FILENAME, "abc"),
        (SortOrder.MODIFICATION, "bac"),
        (SortOrder.HOST, "cba"),
        (SortOrder.NONE, "abc"),
    ],
)
def test_orders(run: Run, order: SortOrder, expected: str) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        given = {
            "a": envelope("a", "<x@a.com>", priority=20, created=30.0),
            "b": envelope("b", "<x@b.org>", priority=30, created=10.0),
            "c": envelope("c", "<x@A.ORG>", priority=10, created=20.0, last_attempt=50.0),
        }
        for message in given.values():
            await store.accept(message, body(store), leased=False)
        assert "".join(await store.pick(Selection(), order, 0, lambda _: True)) == expected
        assert "".join(await store.pick(Selection(), order, 2, lambda _: True)) == expected[:2]
        assert "".join(await store.pick(Selection(), order, 0, lambda e: e.id != "b")) == expected.replace("b", "")
        assert "".join([e.id for e in await store.lease(0.0, 10, order=order)]) == expected
        assert await store.pick(Selection(), order, 0, lambda _: True) == []

    run(test)


def test_what_was_picked_is_leased_in_that_order_and_once(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        one, two = [await add(store) for _ in range(2)]
        assert [e.id for e in await store.lease_picked([two, "gone", one])] == [two, one]
        assert await store.lease_picked([one]) == []
        await store.release(one)
        assert [e.id for e in await store.lease_picked([one])] == [one]

    run(test)


@pytest.mark.parametrize("order", [SortOrder.RANDOM, SortOrder.SHUFFLE])
def test_random_orders_lose_nothing(run: Run, order: SortOrder) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        ids = {await add(store, f"<x@h{n % 3}.example>") for n in range(20)}
        leased = [*await store.lease(0.0, 10, order=order), *await store.lease(0.0, 10, order=order)]
        assert {e.id for e in leased} == ids

    run(test)


def test_hosts_being_tried_come_last_in_host_order(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        for id_, host in (("1", "a"), ("2", "a"), ("3", "z")):
            await store.accept(envelope(id_, f"<x@{host}>"), body(store), leased=False)
        await store.lease(0.0, 1, order=SortOrder.HOST)
        assert [e.id for e in await store.lease(0.0, 2, order=SortOrder.HOST)] == ["3", "2"]

    run(test)


def test_a_selection_leases_only_what_it_means(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        for _ in range(5):
            await add(store, "<a@one.example>")
        two = await add(store, "<b@two.example>")
        selection = Selection(recipients=(Match("two.example"),))
        assert [e.id for e in await store.lease(math.inf, 1, selection)] == [two]
        assert len(await store.lease(math.inf, 10)) == 5

    run(test)


nasty = st.text(st.sampled_from('aAbB@."\\\\ \t\xe9\xc9'), max_size=4)


@given(
    st.lists(st.tuples(nasty, nasty, nasty), min_size=1, max_size=4),
    *[st.lists(st.builds(Match, nasty, st.booleans()), max_size=2).map(tuple)] * 3,
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_find_agrees_with_the_selection(
    run: Run, messages: list[tuple[str, str, str]], senders: tuple[Match, ...], recipients: tuple[Match, ...],
    reasons: tuple[Match, ...],
) -> None:  # fmt: skip
    async def test(open_store: Open) -> None:
        store = open_store()
        await store.delete(Selection())
        await store.delete(Selection(quarantined=True))
        for sender, recipient, reason in messages:
            await add(store, recipient, sender=sender, quarantine=reason)
        selection = Selection(senders=senders, recipients=recipients, reasons=reasons, quarantined=bool(messages[0][2]))
        meant = {id_ for id_, message in found(store).items() if selection.matches(message)}
        assert set(found(store, selection)) == meant

    run(test)


# Records.


@pytest.mark.parametrize("leased", [False, True])
@pytest.mark.parametrize("size", [7, SMALL + 1])
def test_a_finished_message_is_gone(run: Run, tmp_path: Path, leased: bool, size: int) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        before = files(tmp_path)
        id_ = await add(store, leased=leased, data=b"x" * size)
        if not leased:
            await store.lease(0.0, 1)
        await store.record(Update(id=id_, recipients=(ended(envelope(id_).recipients[0]),)))
        assert found(store) == {}
        assert store.stats().total == 0
        with pytest.raises(KeyError):
            store.open_body(id_)
        with pytest.raises(KeyError):
            await store.release(id_)
        assert files(tmp_path) == before

    run(test)


@pytest.mark.parametrize("leased", [False, True])
@pytest.mark.parametrize("size", [7, SMALL + 1])
def test_a_deferred_message_waits_as_recorded(run: Run, leased: bool, size: int) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        id_ = await add(store, "<a@x>", "<b@x>", leased=leased, data=b"y" * size)
        if not leased:
            await store.lease(0.0, 1)
        one, two = envelope(id_, "<a@x>", "<b@x>").recipients
        after = replace(two, message="Deferred: try later", status="4.2.0")
        update = Update(
            id=id_, recipients=(ended(one), after), attempts=1, last_attempt=50.0, next_attempt=99.0,
            message="Deferred: try later", priority=7, warned=True,
        )  # fmt: skip
        await store.record(update)
        expected = update.apply(envelope(id_, "<a@x>", "<b@x>"))
        assert found(store) == {id_: expected}
        assert await store.lease(98.0, 1) == []
        assert await store.lease(99.0, 1) == [expected]
        assert store.open_body(id_).read() == b"y" * size
        with pytest.raises(KeyError):
            store.open_body("other")

    run(test)


def test_without_a_time_the_lease_goes_on(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        id_ = await add(store, "list", leased=True)
        (listed,) = envelope(id_, "list").recipients
        members = tuple(Recipient(number=n, address=f"m{n}", alias_of="list") for n in (2, 3))
        await store.record(Update(id=id_, recipients=(ended(listed, RecipientState.EXPANDED), *members)))
        assert await store.lease(math.inf, 1) == []
        await store.record(Update(id=id_, recipients=(ended(members[0]),)))
        assert [r.state.value for r in found(store)[id_].recipients] == ["expanded", "delivered", "queued"]
        await store.record(Update(id=id_, recipients=(ended(members[1]),)))
        assert found(store) == {}

    run(test)


def test_records_need_not_be_awaited_one_by_one(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        id_ = await add(store, "a", "b", "c", leased=True)
        made = [store.record(Update(id=id_, recipients=(ended(r),))) for r in envelope(id_, "a", "b", "c").recipients]
        await asyncio.gather(*made)
        assert found(store) == {}

    run(test)


def test_a_report_is_queued_as_its_message_goes(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        id_ = await add(store, leased=True)
        report = envelope(store.new_id(), "<alice@example.com>", sender="<>", is_report=True)
        failed = ended(envelope(id_).recipients[0], RecipientState.FAILED)
        await store.record(Update(id=id_, recipients=(failed,), reports=((report, b"sorry\r\n"),)))
        assert found(store) == {report.id: report}
        assert store.open_body(report.id).read() == b"sorry\r\n"
        assert [e.id for e in await store.lease(0.0, 5)] == [report.id]

    run(test)


def test_report_and_change_are_one_transaction(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        taken = await add(store, next_attempt=5.0)
        id_ = await add(store, leased=True)
        failed = ended(envelope(id_).recipients[0], RecipientState.FAILED)
        update = Update(id=id_, recipients=(failed,), reports=((envelope(taken), b""),))
        with pytest.raises(TemporaryError):
            await store.record(update)
        assert found(store)[id_].recipients[0].state is RecipientState.QUEUED
        await store.record(replace(update, reports=()))  # the lease is still ours
        assert list(found(store)) == [taken]

    run(test)


# By hand.


def test_quarantine_and_back(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        bad, good, busy = await add(store, "<bad@x>"), await add(store, "<good@x>"), await add(store, leased=True)
        assert await store.quarantine(Selection(recipients=(Match("bad"),)), "why not") == [bad]
        assert found(store)[bad].quarantine == "why not"
        assert list(found(store, Selection(quarantined=True))) == [bad]
        assert store.stats().quarantined == 1
        assert [e.id for e in await store.lease(math.inf, 9)] == [good]
        assert await store.quarantine(Selection(), "all") == []  # the rest is leased
        assert await store.quarantine(Selection(quarantined=True), "") == [bad]
        assert [e.id for e in await store.lease(math.inf, 9)] == [bad]
        assert set(found(store)) == {bad, good, busy}

    run(test)


def test_a_quarantined_message_can_be_leased_on_purpose_and_recorded(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        id_ = await add(store, quarantine="odd")
        assert [e.id for e in await store.lease(math.inf, 9, Selection(quarantined=True))] == [id_]
        await store.record(Update(id=id_, next_attempt=0.0))
        assert await store.lease(math.inf, 9) == []

    run(test)


def test_a_leased_message_is_quarantined_by_its_holder(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        id_ = await add(store, leased=True)
        await store.record(Update(id=id_, quarantine="milter", next_attempt=0.0))
        assert [entry.state for entry in store.find()] == [EntryState.QUARANTINED]

    run(test)


def test_delete(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        gone = [await add(store, "<gone@x>"), await add(store, "<gone@x>", data=b"x" * (SMALL + 1))]
        kept, busy = await add(store), await add(store, "<gone@x>", leased=True)
        assert sorted(await store.delete(Selection(recipients=(Match("gone"),)))) == sorted(gone)
        assert set(found(store)) == {kept, busy}

    run(test)


def test_requeue(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        id_ = await add(store, next_attempt=1e9)
        assert await store.requeue(Selection(ids=(Match(id_),))) == [id_]
        assert [e.id for e in await store.lease(0.0, 9)] == [id_]

    run(test)


def test_stats(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        await add(store)
        await store.lease(0.0, 1)
        await add(store)
        await add(store, leased=True)
        await add(store, quarantine="x")
        s = store.stats()
        assert (s.incoming, s.waiting, s.leased, s.quarantined, s.lost, s.total) == (1, 1, 1, 1, 0, 4)

    run(test)


# Many at once, and callers that go away.


def test_many_at_once(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()

        async def one(number: int) -> str:
            id_ = await add(store, leased=number % 2 == 0, data=b"%d" % number)
            assert store.open_body(id_).read() == b"%d" % number
            return id_

        ids = await asyncio.gather(*(one(n) for n in range(300)))
        assert set(found(store)) == set(ids)

    run(test)


@pytest.mark.parametrize("size", [1, SMALL + 1])
@pytest.mark.parametrize("turns", [1, 2, 3, 50])
def test_a_caller_that_goes_away_leaves_no_message_stuck(run: Run, size: int, turns: int) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        id_ = store.new_id()
        staging = store.stage(id_)
        staging.write(b"x" * size)
        task = asyncio.ensure_future(_accept(store, id_, staging.finish()))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        staging.discard()
        marker = await add(store, leased=True)  # everything before it is settled
        await store.release(marker)
        leased = {e.id for e in await store.lease(math.inf, 9)}
        assert leased == set(found(store)) - ({id_} if not task.cancelled() else set())
        if id_ in found(store):
            assert store.open_body(id_).read() == b"x" * size

    run(test)


def test_a_lease_nobody_waits_for_is_given_back(run: Run) -> None:
    async def test(open_store: Open) -> None:
        store = open_store()
        id_ = await add(store)
        task = asyncio.ensure_future(store.lease(0.0, 9))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await add(store, next_attempt=9.0)
        await add(store, next_attempt=9.0)
        assert [e.id for e in await store.lease(0.0, 9)] == [id_]

    run(test)
