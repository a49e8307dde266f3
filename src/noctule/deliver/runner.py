"""Works off the queue: messages handed over as they come in, and those whose time has come.

Nothing is forgotten: a message leaves only by `Store.record`, in the transaction that queues its reports; whatever goes
wrong before that puts it back for another attempt.
"""

import asyncio
import contextlib
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from noctule.base.errors import TemporaryError
from noctule.deliver.attempt import ABREAST, Attempt, Outcomes
from noctule.deliver.batch import Agent
from noctule.deliver.expansions import say_expansion
from noctule.deliver.message import EightBitRules, OutgoingMessage, Rewriting, returned
from noctule.deliver.reports import NOWHERE, NowhereError, Reports
from noctule.deliver.settings import RunnerSettings
from noctule.deliver.settlement import DELIVERY_TIME_EXPIRED, Settlement, settle_outcomes, softened
from noctule.dsn import Action, Notice, wanted
from noctule.mail.envelope import Envelope, Recipient, RecipientState
from noctule.mail.outcome import Deferred, Delivered, Failed, Outcome
from noctule.mqueue import schedule
from noctule.mqueue.handoff import Handoff
from noctule.mqueue.model import Selection, Update
from noctule.mqueue.schedule import TimeoutClass
from noctule.mqueue.staging import MemoryBody
from noctule.mqueue.store import Body, Store
from noctule.observe.log import Log
from noctule.route.results import Expansion
from noctule.symbols.macros import Macros
from noctule.symbols.mailers import Mailer

_NEEDS_EXPANSION = frozenset("A5w")
_RECORD_PAUSES = (0.2, 1.0, 5.0, 30.0)  # seconds between tries to record what has happened
_ENDING = 2.0  # seconds for programs that have been killed to be recorded
_LONGEST_SLEEP = 60.0  # other processes may have put something into the queue


class Expander(Protocol):
    """What the runner asks of routing."""

    async def expand(self, envelope: Envelope, scope: Macros) -> Expansion:
        """Aliases, lists and .forward files followed, every recipient to be tried resolved.  Raises TemporaryError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Who does what for a runner.

    `agent_for` gives the agent of a mailer; `mailers` are by name; `macros` is the scope under that of each message;
    `trouble` logs an exception that is a bug of ours (queue id, exception) and returns its trace id; `stop_programs`
    ends those that deliver.
    """

    store: Store
    handoff: Handoff
    expander: Expander
    rewriting: Rewriting
    agent_for: Callable[[Mailer], Agent]
    mailers: Mapping[str, Mailer]
    macros: Macros
    reports: Reports
    log: Log
    clock: Callable[[], float]
    trouble: Callable[[str, BaseException], str]
    stop_programs: Callable[[], Awaitable[None]]
    abreast: int = ABREAST  # batches of a message under way at a time
    eight_bit: EightBitRules | None = None  # None: 8-bit data is sent to whoever it is for


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRun:
    """What a queue run is for.

    `belongs` says of a selected message whether it is meant.  With `announce` (queue id, place, how many) messages
    are tried one after the other.
    """

    selection: Selection = field(default_factory=Selection)
    belongs: Callable[[Envelope], Awaitable[bool]] | None = None
    announce: Callable[[str, int, int], None] | None = None


EVERYTHING = QueueRun()


class Runner:
    """The deliveries of one worker."""

    def __init__(self, parts: Parts, settings: RunnerSettings) -> None:
        self._parts = parts
        self._settings = settings
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._run_slots = asyncio.Semaphore(settings.run_concurrency)
        self._tasks: set[asyncio.Task[None]] = set()
        self._due = asyncio.Event()
        self._stopping = False
        self._serving = False
        self._reports: list[str] = []  # made by a run, when the queue is not served

    async def run(self) -> None:
        """Serve the hand-over and the queue until `stop`."""
        self._serving = True
        async with asyncio.TaskGroup() as group:
            group.create_task(self._serve_handoff())
            group.create_task(self._serve_queue())

    async def stop(self, grace: float) -> None:
        """Begin nothing new, give what is under way `grace` seconds; the rest goes back to the queue.

        Programs that still run are ended before, and what each of them amounted to is recorded: one of which nobody
        knows how it ended would deliver its message again.
        """
        self._stopping = True
        self._parts.handoff.close()
        self._due.set()
        if await self._late(grace):
            await self._parts.stop_programs()
            late = await self._late(_ENDING)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _late(self, seconds: float) -> "set[asyncio.Task[None]]":
        """The deliveries that are not done in time."""
        return (await asyncio.wait(self._tasks, timeout=seconds))[1] if self._tasks else set()

    def wake(self) -> None:
        """Look into the queue now."""
        self._due.set()

    async def run_queue(self, run: QueueRun = EVERYTHING) -> int:
        """One run over the queue as `-q` does it, all the way through.  How many messages were tried.

        It keeps to MinQueueAge, and does not wait for the interval of the runs the daemon makes by itself.  A selection
        of quarantined messages finds nothing to deliver.
        """
        settings, store = self._settings, self._parts.store
        if run.selection.quarantined:
            return 0
        now = self._parts.clock()
        ids = await store.pick(
            run.selection, settings.order, settings.run_size, lambda e: schedule.not_before(e, settings.retry) <= now
        )
        at_once = 1 if run.announce else settings.run_concurrency
        tried = 0
        for start in range(0, len(ids), at_once):
            if self._stopping:
                break
            envelopes = await self._belonging(await store.lease_picked(ids[start : start + at_once]), run)
            if run.announce:
                run.announce(ids[start], start + 1, len(ids))
            await self._deliver_all(envelopes)
            tried += len(envelopes)
        return tried + await self._deliver_reports()

    async def _deliver_reports(self) -> int:
        """What came of a run: nobody else may look into the queue for long."""
        tried = 0
        while self._reports and not self._stopping:
            ids, self._reports = self._reports, []
            for start in range(0, len(ids), self._settings.run_concurrency):
                envelopes = await self._parts.store.lease_picked(ids[start : start + self._settings.run_concurrency])
                await self._deliver_all(envelopes)
                tried += len(envelopes)
        return tried

    async def _belonging(self, envelopes: list[Envelope], run: QueueRun) -> list[Envelope]:
        """Those the run is for; the others are given back."""
        if run.belongs is None:
            return envelopes
        meant = []
        for envelope in envelopes:
            if await run.belongs(envelope):
                meant.append(envelope)
            else:
                await self._parts.store.release(envelope.id)
        return meant

    async def _deliver_all(self, envelopes: list[Envelope]) -> None:
        started = [await self._start(envelope, None, chosen=True) for envelope in envelopes]
        await asyncio.gather(*[task for task in started if task is not None])

    async def deliver(self, envelope: Envelope, body: Body) -> None:
        """One attempt at a message leased by the caller, who waits for it: delivery mode interactive."""
        await self._guarded(envelope, body, chosen=False)

    async def _serve_handoff(self) -> None:
        handoff = self._parts.handoff
        while True:
            handed = await handoff.take(self._settings.concurrency)
            if not handed:
                if self._stopping:
                    return
                self._due.set()
            for envelope, body in handed:
                await self._start(envelope, body)

    async def _serve_queue(self) -> None:
        store = self._parts.store
        while not self._stopping:
            self._due.clear()
            try:
                now = self._parts.clock() if self._settings.run_interval else 0.0
                envelopes = await store.lease(now, self._settings.run_concurrency, order=self._settings.order)
                for envelope in envelopes:
                    await self._start(envelope, None)
                pause = 0.0 if envelopes else self._pause()
            except TemporaryError as error:
                self._parts.log.queue_trouble(str(error))
                pause = _LONGEST_SLEEP
            if pause:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._due.wait(), pause)

    def _pause(self) -> float:
        due = self._parts.store.next_due() if self._settings.run_interval else None
        if due is None:
            return _LONGEST_SLEEP
        return min(max(due - self._parts.clock(), 0.05), _LONGEST_SLEEP)

    async def _start(
        self, envelope: Envelope, body: Body | None, *, chosen: bool = False
    ) -> "asyncio.Task[None] | None":
        """Wait for a free slot, then deliver beside everything else; when we are stopping give the lease back.

        What was found in the queue (no `body`) gets only some of the slots: dead hosts must not hold up new mail.
        """
        slots = (self._slots,) if body is not None else (self._run_slots, self._slots)
        for slot in slots:
            await slot.acquire()
        if self._stopping:
            _release(slots)
            await self._parts.store.release(envelope.id)
            return None
        task = asyncio.get_running_loop().create_task(self._guarded(envelope, body, chosen=chosen))
        self._tasks.add(task)
        task.add_done_callback(partial(self._finished, slots))
        return task

    def _finished(self, slots: Iterable[asyncio.Semaphore], task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        _release(slots)

    async def _guarded(self, envelope: Envelope, body: Body | None, *, chosen: bool) -> None:
        """Deliver; whatever happens the lease ends."""
        store = self._parts.store
        handed_over = body is not None
        try:
            if body is None:
                body = store.open_body(envelope.id)
            await self._record(await self._attempt(envelope, body, chosen=chosen, handed_over=handed_over))
        except asyncio.CancelledError:
            with contextlib.suppress(KeyError):  # what became of it is being recorded already
                await store.release(envelope.id)
            raise
        except TemporaryError as error:
            self._parts.log.queue_trouble(f"{envelope.id}: {error}")
            await self._put_off(envelope, body, str(error))
        except Exception as error:
            word = self._parts.trouble(envelope.id, error)
            await self._put_off(envelope, body, f"internal error {word}")

    async def _put_off(self, envelope: Envelope, body: Body | None, reason: str) -> None:
        """An attempt that could not even be made: the message waits for the next, but not for ever."""
        try:
            update = await self._deferral(envelope, body, f"Deferred: {reason}")
            await self._parts.store.record(update)
            self._see_to_reports(update)
        except Exception as error:  # the last line of defence: the message stays in the queue as it is
            self._parts.log.queue_trouble(f"{envelope.id}: {error}")
            with contextlib.suppress(TemporaryError, KeyError):
                await self._parts.store.release(envelope.id)

    async def _record(self, update: Update | None) -> None:
        if update is None:
            return
        for pause in _RECORD_PAUSES:
            try:
                await self._parts.store.record(update)
                self._see_to_reports(update)
                return
            except TemporaryError as error:
                self._parts.log.queue_trouble(f"{update.id}: outcome not recorded yet: {error}")
                await asyncio.sleep(pause)
        await self._parts.store.record(update)

    def _see_to_reports(self, update: Update) -> None:
        if not self._serving:
            self._reports += [envelope.id for envelope, _ in update.reports]
        elif update.reports:
            self.wake()

    # one attempt

    async def _attempt(self, envelope: Envelope, body: Body, *, chosen: bool, handed_over: bool) -> Update | None:
        """None: the lease was given back, nothing else is to be recorded."""
        parts = self._parts
        if envelope.quarantine:
            await parts.store.release(envelope.id)
            return None
        scope = message_scope(parts.macros, envelope)
        if handed_over and self._settings.trust_handed_over and self._needs_no_expansion(envelope):
            expansion = Expansion(recipients=envelope.recipients, outcomes={})
        else:
            expansion = await parts.expander.expand(envelope, scope)
            say_expansion(parts.log, envelope, expansion, parts.clock())
        expanded = replace(envelope, recipients=expansion.recipients)
        outcomes: Outcomes = dict(expansion.outcomes)
        pending = [r for r in expanded.recipients if r.state is RecipientState.QUEUED and r.number not in outcomes]
        held = [r for r in pending if self._held(r, chosen=chosen, first=not envelope.attempts)]
        self._say_held(envelope, held)
        ready = [r for r in pending if r not in held] if held else pending
        if envelope.hops > self._settings.max_hops:
            outcomes |= dict.fromkeys([r.number for r in ready], _too_many_hops(envelope.hops, self._settings.max_hops))
            expanded = replace(expanded, macros={})  # Sendmail reports this from a queue run, which knows no client
        elif schedule.is_expired(envelope, parts.clock()):
            outcomes |= dict.fromkeys([r.number for r in ready], DELIVERY_TIME_EXPIRED)
        elif ready:
            message = OutgoingMessage(expanded, body, parts.rewriting, parts.eight_bit)
            attempt = Attempt(
                message, parts.mailers, parts.agent_for, scope, parts.log, parts.clock, parts.trouble, parts.abreast
            )
            outcomes |= await attempt.run(ready)
        if self._settings.soft_bounce:
            outcomes = {n: softened(o) if isinstance(o, Failed) else o for n, o in outcomes.items()}
        return await self._settled(envelope, expanded, expansion, outcomes, body)

    async def _settled(
        self,
        before: Envelope,
        expanded: Envelope,
        expansion: Expansion,
        outcomes: Outcomes,
        body: Body,
    ) -> Update:
        """What is to be recorded of an attempt.

        When the reports cannot be made, what was delivered is not delivered again for that: the rest waits, and is not
        given up without a report.
        """
        try:
            return await self._update(before, expanded, expansion, outcomes, body)
        except NowhereError:
            return Update(id=before.id, next_attempt=self._parts.clock(), quarantine=NOWHERE)
        except Exception as error:
            if expansion.clones:  # who is only in them would be lost without them
                raise
            word = self._parts.trouble(before.id, error)
        waits = Deferred(status="4.3.0", text=f"Deferred: internal error {word}")
        kept = {number: o if isinstance(o, Delivered) else waits for number, o in outcomes.items()}
        policy = replace(self._settings.retry, give_up=dict.fromkeys(TimeoutClass, math.inf))
        now = self._parts.clock()
        settled = settle_outcomes(expanded, kept, self._parts.mailers, policy, now)
        return self._wait(before, settled, now, ())

    def _needs_no_expansion(self, envelope: Envelope) -> bool:
        """Resolved a moment ago, each once, to mailers without aliases, .forward files or ruleset 5."""
        triples = [recipient.triple for recipient in envelope.recipients]
        if len(set(triples)) != len(triples):
            return False
        mailers = [self._parts.mailers.get(triple.mailer) if triple else None for triple in triples]
        return all(mailer is not None and _NEEDS_EXPANSION.isdisjoint(mailer.flags) for mailer in mailers)

    def _held(self, recipient: Recipient, *, chosen: bool, first: bool) -> bool:
        """F=% waits for a run that asks for it; F=e with HoldExpensive for any queue run."""
        mailer = self._parts.mailers.get(recipient.triple.mailer) if recipient.triple else None
        if mailer is None:
            return False
        return ("%" in mailer.flags and not chosen) or (
            self._settings.hold_expensive and "e" in mailer.flags and first and not chosen
        )

    def _say_held(self, envelope: Envelope, held: list[Recipient]) -> None:
        for recipient in held:
            self._parts.log.delivery(
                envelope.id,
                recipients=[recipient.address],
                controller=recipient.controller,
                delay=self._parts.clock() - envelope.created,
                mailer=recipient.triple.mailer if recipient.triple else "",
                priority=envelope.priority,
                stat="queued",
            )

    async def _update(
        self,
        before: Envelope,
        expanded: Envelope,
        expansion: Expansion,
        outcomes: Mapping[int, Outcome],
        body: Body,
    ) -> Update:
        now = self._parts.clock()
        settled = settle_outcomes(expanded, outcomes, self._parts.mailers, self._settings.retry, now)
        notices = (*settled.notices, *_expansion_notices(expanded, expansion, now))
        if notices:
            scope = message_scope(self._parts.macros, before)
            headers = await returned(expanded, self._parts.rewriting, self._parts.mailers["*file*"], scope)
            expanded = replace(expanded, headers=headers)
        reports = self._parts.reports.make(
            expanded, notices, body, now=now, overdue=settled.overdue, retry_until=settled.retry_until
        )
        clones = tuple([(self._clone(before, clone.envelope), body.read()) for clone in expansion.clones])
        self._say_closed(before, settled, now)
        if not settled.deferred:
            self._parts.log.done(before.id, delay=now - before.created, attempts=before.attempts + 1)
            return Update(id=before.id, recipients=settled.recipients, reports=(*reports, *clones))
        return self._wait(before, settled, now, (*reports, *clones))

    def _say_closed(self, before: Envelope, settled: Settlement, now: float) -> None:
        open_before = {r.number for r in before.recipients if r.state is RecipientState.QUEUED}
        known = {r.number for r in before.recipients}
        for recipient in settled.recipients:
            new = recipient.number in open_before or recipient.number not in known
            if new and recipient.state is not RecipientState.QUEUED:
                self._parts.log.recipient_closed(before, recipient, now=now)

    def _wait(
        self, before: Envelope, settled: Settlement, now: float, reports: tuple[tuple[Envelope, bytes], ...]
    ) -> Update:
        tried = replace(before, attempts=before.attempts + 1, last_attempt=now)
        return Update(
            id=before.id,
            recipients=settled.recipients,
            next_attempt=schedule.next_attempt(tried, self._settings.retry),
            attempts=tried.attempts,
            last_attempt=now,
            priority=before.priority + self._settings.retry_factor,
            message=settled.message or before.message,
            warned=settled.warned,
            reports=reports,
        )

    async def _deferral(self, envelope: Envelope, body: Body | None, message: str) -> Update:
        """A message whose body cannot be read is given up in its time too, and returned without it."""
        outcome = Deferred(status="4.3.0", text=message)
        outcomes = {r.number: outcome for r in envelope.recipients if r.state is RecipientState.QUEUED}
        put_off = Expansion(recipients=envelope.recipients, outcomes=outcomes)
        say_expansion(self._parts.log, envelope, put_off, self._parts.clock())
        return await self._settled(envelope, envelope, put_off, dict(outcomes), body or MemoryBody(b""))

    def _clone(self, original: Envelope, clone: Envelope) -> Envelope:
        named = replace(clone, id=self._parts.store.new_id())
        self._parts.log.cloned(original.id, clone=named.id, owner=named.sender)
        return named


def message_scope(macros: Macros, envelope: Envelope) -> Macros:
    """The macros of one message."""
    return macros.child(
        {
            **envelope.macros,
            "i": envelope.id,
            "f": envelope.sender_address or macros.get("n"),
            "msg_size": str(envelope.size),
            "msg_id": envelope.message_id,
            "ntries": str(envelope.attempts),
            "dsn_envid": envelope.envid or None,
            "dsn_ret": envelope.ret or None,
            "bodytype": envelope.body_type.value or None,
        }
    )


def _release(slots: Iterable[asyncio.Semaphore]) -> None:
    for slot in slots:
        slot.release()


def _too_many_hops(hops: int, limit: int) -> Failed:
    return Failed(
        status="5.4.6",
        text=f"Too many hops {hops} ({limit} max)",
        reply="554 5.4.6 Too many hops",
    )


def _expansion_notices(envelope: Envelope, expansion: Expansion, now: float) -> list[Notice]:
    """What NOTIFY=SUCCESS is owed for aliases and lists."""
    actions = dict.fromkeys(expansion.expanded, Action.EXPANDED) | dict.fromkeys(
        expansion.given_to_lists, Action.GIVEN_TO_LIST
    )
    if not actions:
        return []
    notices = [
        Notice(recipient=recipient, action=actions[recipient.number], at=now)
        for recipient in envelope.recipients
        if recipient.number in actions
    ]
    return [notice for notice in notices if wanted(notice)]
