"""The runner with a real store, a real agent and a real server."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from deliver.sink import Sink
from deliver.support import BODY, AsWritten, Lines, envelope, recipient, smtp_mailer
from deliver.test_smtp import agent as smtp_agent
from noctule.base.errors import TemporaryError
from noctule.deliver.batch import Batch
from noctule.deliver.reports import NOWHERE, Addressees, Reports
from noctule.deliver.runner import Parts, QueueRun, Runner
from noctule.deliver.settings import RunnerSettings
from noctule.dsn import Reporter
from noctule.mail.envelope import Envelope, Notify, Recipient, RecipientState
from noctule.mail.outcome import Deferred, Delivered, Failed, Outcome
from noctule.mqueue.handoff import Handoff
from noctule.mqueue.model import Selection
from noctule.mqueue.schedule import RetryPolicy, TimeoutClass
from noctule.mqueue.sqlite import SqliteStore
from noctule.mqueue.staging import MemoryBody
from noctule.observe.log import Log
from noctule.route.results import Clone, Expansion
from noctule.symbols.macros import Macros
from noctule.symbols.mailers import Mailer

NOW = 1000.0


@dataclass
class Direct:
    """Routing that leaves recipients as they are, gives those without a triple one, and does what a test adds."""

    outcomes: Mapping[int, Failed | Deferred] = field(default_factory=dict)
    clones: tuple[Clone, ...] = ()
    error: Exception | None = None

    async def expand(self, envelope: Envelope, scope: Macros) -> Expansion:
        if self.error is not None:
            raise self.error
        resolved = tuple(r if r.triple else replace(r, triple=_triple(r)) for r in envelope.recipients)
        return Expansion(recipients=resolved, outcomes=self.outcomes, clones=self.clones)


def _triple(one: Recipient) -> object:
    return recipient(1, one.address.strip("<>")).triple


POSTMASTER = Addressees(double_bounce="postmaster")


class Broken:
    """An agent with a bug."""

    async def deliver(self, batch: Batch) -> list[Outcome]:
        raise ZeroDivisionError("a bug")


async def no_programs() -> None:
    """There are none here."""


@dataclass
class Bench:
    store: SqliteStore
    handoff: Handoff
    runner: Runner
    log: list[str]
    expander: Direct
    now: list[float]

    async def give(self, *recipients: Recipient, **more: object) -> None:
        """Accept a message and deliver it once, to the end."""
        mail = replace(envelope(*recipients, **more), id=self.store.new_id())
        body = MemoryBody(BODY)
        await self.store.accept(mail, body, leased=True)
        await self.runner.deliver(mail, body)

    def queued(self) -> list[Envelope]:
        return [entry.envelope for entry in self.store.find()]


@contextlib.asynccontextmanager
async def bench(
    tmp_path: Path,
    *mailers: Mailer,
    agent: object = None,
    settings: RunnerSettings | None = None,
    stop_programs: Callable[[], Awaitable[None]] = no_programs,
    addressees: Addressees = POSTMASTER,
) -> AsyncIterator[Bench]:
    numbers = itertools.count(1)
    store = SqliteStore(tmp_path, ids=lambda: f"Q{next(numbers):05}")
    lines, handoff, expander, now = Lines(), Handoff(100), Direct(), [NOW]
    settings = settings or RunnerSettings(retry=RetryPolicy(interval=60.0, give_up={TimeoutClass.NORMAL: 500.0}))
    smtp = smtp_agent()
    log = Log(lines, 15)
    reporter = Reporter(host="us.example", date=lambda at: f"@{at:.0f}", software="test")
    parts = Parts(
        store=store,
        handoff=handoff,
        expander=expander,
        rewriting=AsWritten(),
        agent_for=lambda mailer: agent or smtp,  # type: ignore[arg-type,return-value]
        mailers={mailer.name: mailer for mailer in (Mailer(name="*file*"), *mailers)},
        macros=Macros(None, {"n": "MAILER-DAEMON"}),
        reports=Reports(reporter, log, store.new_id, addressees),
        log=log,
        clock=lambda: now[0],
        trouble=lambda id_, error: "trace1",
        stop_programs=stop_programs,
    )
    made = Bench(store, handoff, Runner(parts, settings), lines.lines, expander, now)
    try:
        yield made
    finally:
        await smtp.close()
        store.close()


def test_a_message_is_delivered_and_gone(tmp_path: Path) -> None:
    async def run() -> None:
        async with Sink().serve() as sink, bench(tmp_path, smtp_mailer(sink.port)) as b:
            await b.give(recipient(1, "b@x"))
            assert not b.queued()
        assert len(sink.letters) == 1
        assert b.log[0] == (
            "Q00001: to=<b@x>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=0, relay=[127.0.0.1] [127.0.0.1],"
            " dsn=2.0.0, stat=Sent (taken)"
        )
        assert b.log[1] == "Q00001: done; delay=00:00:00, ntries=1"

    asyncio.run(run())


def test_recipients_that_fared_alike_share_a_line_and_a_transaction(tmp_path: Path) -> None:
    async def run() -> None:
        async with Sink().serve() as sink, bench(tmp_path, smtp_mailer(sink.port)) as b:
            await b.give(recipient(1, "b@x"), recipient(2, "c@x"))
        assert [len(letter.recipients) for letter in sink.letters] == [2]
        assert b.log[0].startswith("Q00001: to=<c@x>,<b@x>, delay")

    asyncio.run(run())


def test_a_failure_is_bounced_in_the_same_change(tmp_path: Path) -> None:
    async def run() -> None:
        answers = {"RCPT To:<b@x>": ["550 5.1.1 no such user"]}
        async with Sink(answers=answers).serve() as sink, bench(tmp_path, smtp_mailer(sink.port)) as b:
            await b.give(recipient(1, "b@x"), recipient(2, "c@x"))
            (bounce,) = b.queued()
            assert (bounce.sender, bounce.recipients[0].address, bounce.is_report) == ("<>", "<a@example.org>", True)
            text = b.store.open_body(bounce.id).read()
            assert b"Diagnostic-Code: SMTP; 550 5.1.1 no such user" in text and b"c@x" not in text
            assert await b.runner.run_queue() == 1
        assert [letter.sender.split()[1] for letter in sink.letters] == ["From:<a@example.org>", "From:<>"]
        assert "Q00001: Q00002: DSN: User unknown" in b.log

    asyncio.run(run())


def test_a_deferral_waits_and_is_tried_again(tmp_path: Path) -> None:
    async def run() -> None:
        answers = {"RCPT To:<b@x>": ["450 4.2.1 later"]}
        async with Sink(answers=answers).serve() as sink, bench(tmp_path, smtp_mailer(sink.port)) as b:
            await b.give(recipient(1, "b@x"), recipient(2, "c@x"))
            (waiting,) = b.queued()
            assert [r.state for r in waiting.recipients] == [RecipientState.QUEUED, RecipientState.DELIVERED]
            assert (waiting.attempts, waiting.next_attempt, waiting.priority) == (1, NOW + 60, 90_000)
            assert waiting.message == waiting.recipients[0].message == "Deferred: 450 4.2.1 later"
            b.now[0] += 60
            await b.runner.run_queue()
            assert not b.queued()
        assert [letter.recipients for letter in sink.letters] == [["RCPT To:<c@x>"], ["RCPT To:<b@x>"]]

    asyncio.run(run())


def test_a_message_too_old_is_returned(tmp_path: Path) -> None:
    async def run() -> None:
        answers = {"RCPT To:<b@x>": ["450 4.2.1 later"] * 9}
        async with Sink(answers=answers).serve() as sink, bench(tmp_path, smtp_mailer(sink.port)) as b:
            b.now[0] += 500
            await b.give(recipient(1, "b@x"))
            (bounce,) = b.queued()
            assert b"Status: 4.4.7" in b.store.open_body(bounce.id).read()

    asyncio.run(run())


@pytest.mark.parametrize(("double_bounce", "to"), [("postmaster", ["postmaster"]), ("", [])])
def test_what_has_no_sender_is_never_bounced_to_nobody(tmp_path: Path, double_bounce: str, to: list[str]) -> None:
    async def run() -> None:
        addressees = Addressees(double_bounce=double_bounce)
        async with (
            Sink(answers={"RCPT": ["550 5.1.1 no"]}).serve() as sink,
            bench(tmp_path, smtp_mailer(sink.port), addressees=addressees) as b,
        ):
            await b.give(recipient(1, "b@x"), sender="<>")
            assert [report.recipients[0].address for report in b.queued()] == to

    asyncio.run(run())


@pytest.mark.parametrize("file", ["", "dead.letter", "absent/dead.letter"])
def test_bounces_that_nobody_takes_end_in_a_file_or_stay(tmp_path: Path, file: str) -> None:
    async def run() -> None:
        addressees = Addressees(double_bounce="postmaster", dead_letters=str(tmp_path / file) if file else "")
        async with (
            Sink(answers={"RCPT": ["550 5.1.1 no"] * 10}).serve() as sink,
            bench(tmp_path, smtp_mailer(sink.port), addressees=addressees) as b,
        ):
            await b.give(recipient(1, "b@x"))
            assert await b.runner.run_queue() == 2  # the bounce, and the postmaster's report on it
            assert await b.runner.run_queue() == 0
            if file == "dead.letter":
                assert not b.queued()
                assert "Saved message in" in b.log[-2]
                saved = (tmp_path / file).read_bytes()
                assert saved.startswith(b"From MAILER-DAEMON ") and b"\nTo: postmaster\n" in saved
                return
            assert [left.quarantine for left in b.queued()] == [NOWHERE]
            assert [line.partition(": ")[2] for line in b.log if "SYSERR" in line][-1] == f"SYSERR(daemon): {NOWHERE}"

    asyncio.run(run())


def test_notify_never_gets_no_bounce(tmp_path: Path) -> None:
    async def run() -> None:
        async with Sink(answers={"RCPT": ["550 no"]}).serve() as sink, bench(tmp_path, smtp_mailer(sink.port)) as b:
            await b.give(recipient(1, "b@x", notify=Notify.NEVER))
            assert not b.queued()

    asyncio.run(run())


def test_a_bug_in_an_agent_leaves_the_message_queued(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path, smtp_mailer(1), agent=Broken()) as b:
            await b.give(recipient(1, "b@x"))
            (waiting,) = b.queued()
        assert waiting.message == "Deferred: internal error trace1"
        assert waiting.recipients[0].state is RecipientState.QUEUED

    asyncio.run(run())


def test_a_message_without_its_body_is_given_up_in_its_time(tmp_path: Path) -> None:
    async def run() -> None:
        async with Sink().serve() as sink, bench(tmp_path, smtp_mailer(sink.port)) as b:
            mail = replace(envelope(recipient(1, "b@x")), id=b.store.new_id())
            staging = b.store.stage(mail.id)
            staging.write(b"x" * 100_000)
            await b.store.accept(mail, staging.finish(), leased=False)
            (tmp_path / "bodies-0" / mail.id).unlink()
            await b.runner.run_queue()
            (waiting,) = b.queued()
            assert waiting.message == f"Deferred: body of {mail.id}: No such file or directory"
            b.now[0] += 600
            await b.runner.run_queue()
            assert not b.queued()
        assert [letter.recipients for letter in sink.letters] == [["RCPT To:<a@example.org>"]]

    asyncio.run(run())


def test_a_look_up_that_fails_while_delivering_is_no_bug(tmp_path: Path) -> None:
    class NoMap:
        async def deliver(self, batch: Batch) -> list[Outcome]:
            raise TemporaryError("map genericstable unavailable")

    async def run() -> None:
        async with bench(tmp_path, smtp_mailer(1), agent=NoMap()) as b:
            await b.give(recipient(1, "b@x"))
            (waiting,) = b.queued()
        assert waiting.message == "Deferred: map genericstable unavailable"

    asyncio.run(run())


def test_a_long_list_is_not_delivered_all_at_once(tmp_path: Path) -> None:
    class Counting:
        now = most = 0

        async def deliver(self, batch: Batch) -> list[Outcome]:
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0)
            self.now -= 1
            return [Delivered()]

    async def run() -> None:
        agent = Counting()
        async with bench(tmp_path, smtp_mailer(1, flags="a"), agent=agent) as b:
            await b.give(*(recipient(number, f"{number}@x") for number in range(1, 201)))
            assert not b.queued() and agent.most == 20

    asyncio.run(run())


@pytest.mark.parametrize("error", [TemporaryError("alias database unavailable"), KeyError("a bug")])
def test_trouble_in_routing_leaves_the_message_queued(tmp_path: Path, error: Exception) -> None:
    async def run() -> None:
        async with bench(tmp_path, smtp_mailer(1)) as b:
            b.expander.error = error
            await b.give(recipient(1, "b@x"))
            (waiting,) = b.queued()
        assert (waiting.attempts, waiting.next_attempt) == (1, NOW + 60)

    asyncio.run(run())


def test_trouble_in_routing_does_not_last_for_ever(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path, smtp_mailer(1)) as b:
            b.expander.error = TemporaryError("alias database unavailable")
            b.now[0] += 500
            await b.give(recipient(1, "b@x"))
            (bounce,) = b.queued()
            assert bounce.is_report and b"Status: 4.4.7" in b.store.open_body(bounce.id).read()

    asyncio.run(run())


@pytest.mark.parametrize(("flags", "asked"), [("ma", False), ("maA", True), ("ma5", True), ("maw", True)])
def test_what_was_resolved_a_moment_ago_is_not_resolved_again(tmp_path: Path, flags: str, asked: bool) -> None:
    async def run() -> None:
        settings = RunnerSettings(trust_handed_over=True)
        async with Sink().serve() as sink, bench(tmp_path, smtp_mailer(sink.port, flags=flags), settings=settings) as b:
            b.expander.error = TemporaryError("asked")
            await b.give(recipient(1, "b@x"))
            assert [mail.message for mail in b.queued()] == (["Deferred: asked"] if asked else [])
            await b.give(replace(recipient(1, "b@x"), triple=None))
            await b.give(recipient(1, "b@x"), recipient(2, "b@x"))
            assert len(b.queued()) == 2 + asked

    asyncio.run(run())


@pytest.mark.parametrize(
    ("host", "user", "kind", "status"),
    [("5.1.1", "550 no such thing", Failed, "5.1.1"), ("tempfail", "450 later", Deferred, "4.0.0")],
)
def test_the_error_mailer(tmp_path: Path, host: str, user: str, kind: type[Outcome], status: str) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            await b.give(recipient(1, user, mailer="*error*", host=host))
            (left,) = b.queued()
        assert left.is_report is (kind is Failed)
        assert any(f"dsn={status}, " in line for line in b.log)

    asyncio.run(run())


def test_an_unknown_mailer_is_said_and_bounced(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            await b.give(recipient(1, "b@x", mailer="nosuch"))
            assert [left.is_report for left in b.queued()] == [True]
        assert any("stat=Local configuration error" in line for line in b.log)

    asyncio.run(run())


def test_too_many_hops_and_too_large(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path, smtp_mailer(1, max_message_size=50)) as b:
            await b.give(recipient(1, "b@x"), hops=26)
            await b.give(recipient(1, "b@x"), size=51)
            texts = [b.store.open_body(report.id).read() for report in b.queued()]
        assert b"5.4.6 Too many hops" in texts[0]
        assert b"552 5.3.4 Message is too large; 50 bytes max" in texts[1]

    asyncio.run(run())


def test_a_clone_is_queued_with_the_rest(tmp_path: Path) -> None:
    async def run() -> None:
        async with Sink().serve() as sink, bench(tmp_path, smtp_mailer(sink.port)) as b:
            b.expander.clones = (Clone(envelope(recipient(1, "member@x"), sender="<owner@x>", id=""), ("list",)),)
            await b.give(recipient(1, "b@x"))
            (clone,) = b.queued()
            assert (clone.id, clone.sender) == ("Q00002", "<owner@x>")
            assert b.store.open_body("Q00002").read() == BODY
        assert "Q00001: Q00002: clone: owner=<owner@x>" in b.log

    asyncio.run(run())


def test_soft_bounce(tmp_path: Path) -> None:
    async def run() -> None:
        async with (
            Sink(answers={"RCPT": ["550 5.1.1 no"]}).serve() as sink,
            bench(tmp_path, smtp_mailer(sink.port), settings=RunnerSettings(soft_bounce=True)) as b,
        ):
            await b.give(recipient(1, "b@x"))
            assert [left.recipients[0].state for left in b.queued()] == [RecipientState.QUEUED]

    asyncio.run(run())


def test_mail_on_hold_leaves_only_when_asked_for(tmp_path: Path) -> None:
    async def run() -> None:
        async with Sink().serve() as sink, bench(tmp_path, smtp_mailer(sink.port, flags="ma%")) as b:
            await b.give(recipient(1, "b@x"))
            assert len(b.queued()) == 1 and not sink.letters
            assert b.log == ["Q00001: to=<b@x>, delay=00:00:00, mailer=esmtp, pri=0, stat=queued"]
            b.now[0] += 60
            await b.runner.run_queue()
            assert not b.queued() and len(sink.letters) == 1

    asyncio.run(run())


def test_quarantined_mail_is_not_delivered(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path, smtp_mailer(1)) as b:
            await b.give(recipient(1, "b@x"), quarantine="odd")
            assert [left.quarantine for left in b.queued()] == ["odd"]

    asyncio.run(run())


def test_a_run_over_quarantined_mail_ends(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path, smtp_mailer(1)) as b:
            mail = replace(envelope(recipient(1, "b@x"), quarantine="odd"), id=b.store.new_id())
            await b.store.accept(mail, MemoryBody(BODY), leased=False)
            async with asyncio.timeout(5):
                assert await b.runner.run_queue(QueueRun(selection=Selection(quarantined=True))) == 0
            assert [left.quarantine for left in b.queued()] == ["odd"]

    asyncio.run(run())


def test_a_run_begun_while_stopping_ends(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path, smtp_mailer(1)) as b:
            mail = replace(envelope(recipient(1, "b@x")), id=b.store.new_id())
            await b.store.accept(mail, MemoryBody(BODY), leased=False)
            await b.runner.stop(0.0)
            async with asyncio.timeout(5):
                assert await b.runner.run_queue() == 0
            assert [e.id for e in await b.store.lease(NOW, 10)] == [mail.id]

    asyncio.run(run())


def test_what_was_delivered_is_not_delivered_again_when_a_report_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    async def run() -> None:
        answers = {"RCPT": ["250 ok", *["550 5.1.1 no"] * 3]}
        async with Sink(answers=answers).serve() as sink, bench(tmp_path, smtp_mailer(sink.port)) as b:
            monkeypatch.setattr("noctule.dsn.compose", bug)
            await b.give(recipient(1, "b@x"), recipient(2, "c@x"))
            (waiting,) = b.queued()
            states = [one.state for one in waiting.recipients]
            assert states == [RecipientState.QUEUED, RecipientState.DELIVERED]
            b.now[0] += 600  # past the time at which it would be given up: not without a report
            await b.runner.run_queue()
            (waiting,) = b.queued()
            assert [one.state for one in waiting.recipients] == states
            monkeypatch.undo()
            b.now[0] += 60
            await b.runner.run_queue()
            assert not b.queued()
        assert [letter.recipients for letter in sink.letters] == [["RCPT To:<c@x>"], ["RCPT To:<a@example.org>"]]

    asyncio.run(run())


def test_the_postmaster_gets_headers_of_what_fails(tmp_path: Path) -> None:
    async def run() -> None:
        addressees = Addressees(double_bounce="postmaster", postmaster_copy="carol")
        async with (
            Sink(answers={"RCPT": ["550 5.1.1 no"] * 3}).serve() as sink,
            bench(tmp_path, smtp_mailer(sink.port), addressees=addressees) as b,
        ):
            await b.give(recipient(1, "b@x"))
            bounce, copy = b.queued()
            assert [r.recipients[0].address for r in (bounce, copy)] == ["<a@example.org>", "carol"]
            bodies = [b.store.open_body(r.id).read() for r in (bounce, copy)]
            assert [b"message/rfc822" in body for body in bodies] == [True, False]
            assert b"text/rfc822-headers" in bodies[1] and b"first line" not in bodies[1]

    asyncio.run(run())


def test_hand_over_and_queue_are_served_until_it_stops(tmp_path: Path) -> None:
    async def run() -> None:
        async with Sink().serve() as sink, bench(tmp_path, smtp_mailer(sink.port)) as b:
            running = asyncio.create_task(b.runner.run())
            left_over = replace(envelope(recipient(1, "old@x")), id=b.store.new_id())
            await b.store.accept(left_over, MemoryBody(BODY), leased=False)
            b.handoff.wake()
            for i in range(20):
                mail = replace(envelope(recipient(1, f"{i}@x")), id=b.store.new_id())
                assert b.handoff.reserve()
                await b.store.accept(mail, MemoryBody(BODY), leased=True)
                b.handoff.put(mail, MemoryBody(BODY))
            await sink.wait_for(21)
            await b.runner.stop(5.0)
            await running
            assert not b.queued()

    asyncio.run(run())


def test_a_queue_of_dead_hosts_does_not_hold_up_new_mail(tmp_path: Path) -> None:
    """At most `run_concurrency` of what is found in the queue is under way; new mail has the other slots."""
    silent, all_new = asyncio.Event(), asyncio.Event()
    under_way: list[str] = []

    class DeadHosts:
        async def deliver(self, batch: Batch) -> list[Outcome]:
            address = batch.recipients[0].address
            under_way.append(address)
            if under_way.count("<new@x>") == 5:
                all_new.set()
            if address == "<old@x>":
                await silent.wait()
            return [Delivered() for _ in batch.recipients]

    async def run() -> None:
        settings = RunnerSettings(concurrency=4, run_concurrency=3)
        async with bench(tmp_path, smtp_mailer(1), agent=DeadHosts(), settings=settings) as b:
            for _ in range(10):
                old = replace(envelope(recipient(1, "old@x")), id=b.store.new_id())
                await b.store.accept(old, MemoryBody(BODY), leased=False)
            running = asyncio.create_task(b.runner.run())
            for _ in range(5):
                mail = replace(envelope(recipient(1, "new@x")), id=b.store.new_id())
                assert b.handoff.reserve()
                await b.store.accept(mail, MemoryBody(BODY), leased=True)
                b.handoff.put(mail, MemoryBody(BODY))
            await all_new.wait()
            assert under_way.count("<old@x>") == 3
            silent.set()
            await b.runner.stop(30.0)
            await running

    asyncio.run(asyncio.wait_for(run(), 60))


def test_what_does_not_end_in_time_goes_back_to_the_queue(tmp_path: Path) -> None:
    class Endless:
        async def deliver(self, batch: Batch) -> list[Outcome]:
            await asyncio.Event().wait()
            return []

    async def run() -> None:
        async with bench(tmp_path, smtp_mailer(1), agent=Endless()) as b:
            running = asyncio.create_task(b.runner.run())
            mail = replace(envelope(recipient(1, "b@x")), id=b.store.new_id())
            assert b.handoff.reserve()
            await b.store.accept(mail, MemoryBody(BODY), leased=True)
            b.handoff.put(mail, MemoryBody(BODY))
            await asyncio.sleep(0)
            await b.runner.stop(0.05)
            await running
            assert [e.id for e in await b.store.lease(NOW, 10)] == [mail.id]

    asyncio.run(run())


def test_programs_are_stopped_before_their_outcome_is_given_up(tmp_path: Path) -> None:
    ended = asyncio.Event()

    class Program:
        async def deliver(self, batch: Batch) -> list[Outcome]:
            await ended.wait()
            return [Delivered(text="Sent")]

    async def stop() -> None:
        ended.set()

    async def run() -> None:
        async with bench(tmp_path, smtp_mailer(1), agent=Program(), stop_programs=stop) as b:
            running = asyncio.create_task(b.runner.run())
            mail = replace(envelope(recipient(1, "b@x")), id=b.store.new_id())
            assert b.handoff.reserve()
            await b.store.accept(mail, MemoryBody(BODY), leased=True)
            b.handoff.put(mail, MemoryBody(BODY))
            await asyncio.sleep(0)
            await b.runner.stop(0.05)
            await running
            assert not b.queued()

    asyncio.run(run())
