"""The queue store on SQLite: group commit in a writer thread, leases in memory, an asyncio face.

Each call becomes a `_Job`.  The writer thread takes all jobs that have come in, makes one transaction of them, and
tells the event loop once.  When a transaction of several jobs fails, each is tried alone, so that one bad job harms
no other.
"""

import asyncio
import math
import os
import queue
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from noctule.base.errors import TemporaryError
from noctule.files.locks import try_lock
from noctule.mail.envelope import Envelope
from noctule.mqueue import codec
from noctule.mqueue.database import Database, IncomingRow, is_full, translated
from noctule.mqueue.model import Entry, Selection, SortOrder, Stats, Update, is_finished
from noctule.mqueue.ownership import hand_over
from noctule.mqueue.reading import Reader, bodies_path, database_path, owner_path, reserve_path
from noctule.mqueue.reserve import Reserve
from noctule.mqueue.staging import BodyStaging, FileBody, MemoryBody
from noctule.mqueue.store import Body

_MAX_JOBS = 512  # in one transaction


@dataclass(slots=True, eq=False)
class _Job:
    """One change: exactly one of `row` (insert into `incoming`), `gone` (delete from it) and `call`.

    What is `new` to the store may not use the room put by for a full disk.
    Run on the loop afterwards: `done` makes the caller's result from the call's, `failed` takes back what was
    assumed, `orphaned` gets the result when the caller no longer waits for it.
    """

    future: "asyncio.Future[Any]"
    row: IncomingRow | None = None
    gone: int = 0
    call: Callable[[], Any] | None = None
    durable: bool = False
    new: bool = False
    done: Callable[[Any], object] | None = None
    failed: Callable[[], object] | None = None
    orphaned: Callable[[Any], object] | None = None
    result: Any = None
    error: TemporaryError | None = None


@dataclass(slots=True)
class _Lease:
    """What the owner knows of a leased message."""

    envelope: Envelope
    seq: int | None = None  # its place in `incoming`, if it came in leased
    plain: bool = False  # one row in `incoming` and nothing else


class SqliteStore:
    """One shard.  Made and used on one event loop; see `store.Store` for what the methods promise.

    `owner` False opens it to insert and look only, beside a living owner or without one.  `ids` makes queue
    ids (`ids.QueueIds.next`).  With `reserve` an owner puts room by for a full disk.  `on_trouble` is told, on the
    loop, in one line what goes wrong outside of any call.
    """

    def __init__(
        self,
        directory: Path,
        *,
        shard: str = "0",
        ids: Callable[[], str],
        owner: bool = True,
        reserve: bool = False,
        busy_timeout: float = 5.0,
        on_trouble: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Raises TemporaryError: not writable, damaged, or somebody else owns it."""
        self._loop = asyncio.get_running_loop()
        self._ids = ids
        self._on_trouble = on_trouble
        self._directory = directory
        self._shard = shard
        self._bodies = bodies_path(directory, shard)
        self._leases: dict[str, _Lease] = {}
        self._seq = 0
        path = database_path(directory, shard)
        with translated(path):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = _own(owner_path(directory, shard)) if owner else None
        self._reserve = Reserve(reserve_path(directory, shard)) if owner and reserve else None
        connect = partial(Database, path, self._bodies, busy_timeout=busy_timeout, recover=owner)
        try:
            self._database = self._connected(connect)
            self._reader = Reader(directory, shard, busy_timeout=busy_timeout)
        except TemporaryError:
            self._disown()
            raise
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix=f"mqueue-{shard}-side")
        self._writer = threading.Thread(target=self._write, name=f"mqueue-{shard}", daemon=True)
        self._writer.start()

    def _connected(self, connect: Callable[[], Database]) -> Database:
        """With the room put by, if it does not go without; SQLite says in many ways that the disk is full."""
        try:
            return connect()
        except TemporaryError:
            if self._reserve is None or not self._reserve.spend():
                raise
        return connect()

    def new_id(self) -> str:
        return self._ids()

    def stage(self, name: str = "") -> BodyStaging:
        return BodyStaging(lambda: self._bodies / (name or self.new_id()))

    def accept(self, envelope: Envelope, body: Body, *, leased: bool) -> Awaitable[None]:
        if leased and self._lock is None:
            raise ValueError("only the owner of a shard can lease")
        row = codec.encode(envelope)
        if isinstance(body, FileBody):
            return self._accept_file(envelope, row, body, leased=leased)
        if not leased:
            return self._post_waiting(envelope, row, body)
        return self._accept_leased(envelope, row, None, body.read())

    async def _accept_file(self, envelope: Envelope, row: bytes, body: FileBody, *, leased: bool) -> None:
        await self._loop.run_in_executor(self._threads, body.sync)
        body.committing = True
        if leased:
            accepted = self._accept_leased(envelope, row, body.path.name, None)
        else:
            accepted = self._post_waiting(envelope, row, body)
        try:
            await asyncio.shield(accepted)
        except asyncio.CancelledError:
            accepted.add_done_callback(partial(self._accepted_for_nobody, envelope.id, body, leased))
            raise
        except TemporaryError:
            body.committing = False
            raise
        body.settle()

    def _accepted_for_nobody(self, id_: str, body: FileBody, leased: bool, accepted: "asyncio.Future[None]") -> None:
        if accepted.exception() is not None:
            body.committing = False
            body.discard()
            return
        body.settle()
        if leased:
            self.release(id_)

    def _accept_leased(
        self, envelope: Envelope, row: bytes, file: str | None, data: bytes | None
    ) -> "asyncio.Future[None]":
        id_ = envelope.id
        if id_ in self._leases:
            raise TemporaryError(f"queue id {id_} exists")
        self._seq += 1
        self._leases[id_] = _Lease(envelope, self._seq, plain=file is None)
        return self._post(
            row=(self._seq, id_, file, row, data),
            durable=True,
            new=True,
            failed=lambda: self._leases.pop(id_, None),
            orphaned=lambda _: self.release(id_),
        )

    def _post_waiting(self, envelope: Envelope, row: bytes, body: Body) -> "asyncio.Future[None]":
        return self._post(call=partial(self._database.insert_waiting, envelope, row, body), durable=True, new=True)

    def lease(
        self, now: float, limit: int, selection: Selection | None = None, order: SortOrder = SortOrder.PRIORITY
    ) -> Awaitable[list[Envelope]]:
        if self._lock is None:
            raise ValueError("only the owner of a shard can lease")
        if selection is not None:
            return self._lease_selected(now, limit, selection, order)
        return self._lease(partial(self._database.lease, now, limit, order))

    async def _lease_selected(self, now: float, limit: int, selection: Selection, order: SortOrder) -> list[Envelope]:
        among = await self._matching(selection)
        call = partial(self._database.lease, now, limit, order, among=among, quarantined=selection.quarantined)
        return await self._lease(call)

    async def pick(
        self, selection: Selection, order: SortOrder, limit: int, fits: Callable[[Envelope], bool]
    ) -> list[str]:
        ids = await self._matching(selection, fits)
        return cast("list[str]", await self._post(call=partial(self._database.ordered, ids, order, limit)))

    async def lease_picked(self, ids: Sequence[str]) -> list[Envelope]:
        if self._lock is None:
            raise ValueError("only the owner of a shard can lease")
        call = partial(self._database.lease, math.inf, len(ids), SortOrder.NONE, among=list(ids))
        leased = {envelope.id: envelope for envelope in await self._lease(call)}
        return [leased[id_] for id_ in ids if id_ in leased]

    def _lease(self, call: Callable[[], tuple[list[Envelope], list[str]]]) -> "asyncio.Future[list[Envelope]]":
        return self._post(
            call=call,
            done=self._leased,
            orphaned=lambda result: [self.release(envelope.id) for envelope in self._leased(result)],
        )

    async def _matching(self, selection: Selection, fits: Callable[[Envelope], bool] = lambda _: True) -> list[str]:
        """Ids; looks at every message, and so in a thread of its own."""
        return await self._loop.run_in_executor(self._threads, self._match, selection, fits)

    def _match(self, selection: Selection, fits: Callable[[Envelope], bool]) -> list[str]:
        reader = Reader(self._directory, self._shard)
        try:
            return [entry.envelope.id for entry in reader.find(selection) if fits(entry.envelope)]
        finally:
            reader.close()

    def _leased(self, result: tuple[list[Envelope], list[str]]) -> list[Envelope]:
        envelopes, lost = result
        for envelope in envelopes:
            self._leases[envelope.id] = _Lease(envelope)
        for id_ in lost:
            self._on_trouble(f"{id_}: queue record is damaged, set aside")
        return envelopes

    def record(self, update: Update) -> Awaitable[None]:
        id_ = update.id
        lease = self._leases[id_]
        ends = finished = is_finished(update.merged(lease.envelope.recipients))
        if finished and lease.plain and not update.reports:
            assert lease.seq is not None
            del self._leases[id_]
            return self._post(gone=lease.seq, failed=partial(self._leases.__setitem__, id_, lease))
        if not finished:
            lease.envelope = update.apply(lease.envelope)
            ends = update.next_attempt is not None
        lease.plain = False
        if ends:
            del self._leases[id_]
        return self._post(
            call=partial(self._record, lease.envelope, lease.seq, update.reports, leased=not ends, finished=finished),
            durable=finished,  # its body's file is removed next; a message that comes back must not come without
            failed=partial(self._leases.__setitem__, id_, lease) if ends else None,
        )

    def _record(
        self,
        envelope: Envelope,
        seq: int | None,
        reports: tuple[tuple[Envelope, bytes], ...],
        *,
        leased: bool,
        finished: bool,
    ) -> None:
        for report, data in reports:
            self._database.insert_waiting(report, codec.encode(report), MemoryBody(data))
        if finished:
            self._database.remove(envelope.id, seq)
        else:
            self._database.rewrite(envelope, seq, leased=leased)

    def release(self, id: str) -> Awaitable[None]:  # noqa: A002
        lease = self._leases.pop(id)
        return self._post(
            call=partial(self._database.rewrite, lease.envelope, lease.seq, leased=False),
            failed=partial(self._leases.__setitem__, id, lease),
        )

    def open_body(self, id: str) -> MemoryBody | FileBody:  # noqa: A002
        return self._reader.body(id)

    def find(self, selection: Selection | None = None) -> Iterator[Entry]:
        return self._reader.find(selection)

    def stats(self) -> Stats:
        return self._reader.stats()

    def next_due(self) -> float | None:
        return self._reader.next_due()

    def quarantine(self, selection: Selection, reason: str) -> Awaitable[list[str]]:
        return self._change(selection, lambda envelope: self._rewrite(replace(envelope, quarantine=reason)))

    def delete(self, selection: Selection) -> Awaitable[list[str]]:
        return self._change(selection, lambda envelope: self._database.remove(envelope.id, None))

    def requeue(self, selection: Selection) -> Awaitable[list[str]]:
        return self._change(selection, lambda envelope: self._rewrite(replace(envelope, next_attempt=0.0)))

    def _rewrite(self, envelope: Envelope) -> None:
        self._database.rewrite(envelope, None, leased=False)

    async def _change(self, selection: Selection, change: Callable[[Envelope], None]) -> list[str]:
        ids = await self._matching(selection)

        def call() -> list[str]:
            meant = self._database.idle(ids, quarantined=selection.quarantined)
            for envelope in meant:
                change(envelope)
            return [envelope.id for envelope in meant]

        return cast("list[str]", await self._post(call=call, durable=True))

    def close(self) -> None:
        """Blocks until what was begun is written."""
        self._threads.shutdown()
        self._jobs.put(None)
        self._writer.join()
        self._reader.close()
        self._database.close()
        self._disown()

    def _disown(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _post(self, **job: Any) -> "asyncio.Future[Any]":
        future: asyncio.Future[Any] = self._loop.create_future()
        self._jobs.put(_Job(future, **job))
        return future

    def _resolve(self, jobs: list[_Job]) -> None:
        """On the loop, once for each transaction."""
        for job in jobs:
            future = job.future
            if job.error is not None:
                if job.failed is not None:
                    job.failed()
                if not future.done():
                    future.set_exception(job.error)
            elif not future.done():
                future.set_result(job.done(job.result) if job.done is not None else job.result)
            elif job.orphaned is not None:
                job.orphaned(job.result)

    # In the writer thread.

    def _write(self) -> None:
        stopping = False
        while not stopping:
            jobs: list[_Job] = []
            job = self._jobs.get()
            while job is not None:
                jobs.append(job)
                if len(jobs) >= _MAX_JOBS or self._jobs.empty():
                    break
                job = self._jobs.get()
            stopping = job is None
            if jobs:
                self._commit(jobs)
                self._tell(self._resolve, jobs)
            if self._reserve is not None:
                self._reserve.keep()

    def _tell(self, function: Callable[..., object], *args: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *args)

    def _commit(self, jobs: list[_Job]) -> None:
        try:
            self._transaction(jobs)
        except Exception as error:  # whatever it is, the thread must live on and the callers must hear of it
            self._database.rollback()
            if len(jobs) > 1:
                for job in jobs:
                    self._commit([job])
            elif is_full(error) and not jobs[0].new and self._reserve is not None and self._reserve.spend():
                self._commit(jobs)
            else:
                jobs[0].error = error if isinstance(error, TemporaryError) else TemporaryError(f"queue: {error}")

    def _transaction(self, jobs: list[_Job]) -> None:
        """Inserts first and deletions last; between them the calls in order.  No message sees them out of order."""
        database = self._database
        database.begin(durable=any(job.durable for job in jobs))
        if rows := [job.row for job in jobs if job.row is not None]:
            database.insert_incoming(rows)
        for job in jobs:
            if job.call is not None:
                job.result = job.call()
        if gone := [(job.gone,) for job in jobs if job.gone]:
            database.delete_incoming(gone)
        database.commit()
        for file in database.freed:
            try:
                (self._bodies / file).unlink(missing_ok=True)
            except OSError as error:
                self._tell(self._on_trouble, f"cannot remove body {file}: {error.strerror}")


def _own(path: Path) -> int:
    """Take the owner lock of a shard; its descriptor."""
    with translated(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        hand_over(descriptor, path.parent)
        if not try_lock(descriptor):
            os.close(descriptor)
            raise TemporaryError(f"queue {path.name}: owned by another process")
    return descriptor
