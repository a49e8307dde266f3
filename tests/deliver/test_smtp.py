"""The agent against a real server on a loopback socket."""

import asyncio
import os
import re
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from deliver.sink import KEYWORDS, Sink
from deliver.support import batch, macro, recipient, smtp_mailer
from noctule.deliver.hoststatus import HostStatus, Status, read
from noctule.deliver.message import EightBitRules
from noctule.deliver.settings import SmtpSettings
from noctule.deliver.smtp import SmtpAgent
from noctule.deliver.verdict import Remote
from noctule.mail.envelope import BodyType, Deadline, HeaderField, Notify
from noctule.mail.outcome import Deferred, Delivered, Failed, Outcome
from noctule.mime import EightBitMode, MimeSettings
from noctule.resolve import HostsFile, Resolver, ResolverSettings
from noctule.smtp.client import Phase
from noctule.symbols.mailers import Mailer

FAST = dict.fromkeys(Phase, 5.0)


def agent(host_status: HostStatus | None = None, **settings: object) -> SmtpAgent:
    resolver = Resolver(ResolverSettings(services=("files",)), hosts=HostsFile())
    given = {"name": "us.example", "timeouts": FAST, "connect": 5.0} | settings
    made = SmtpAgent(SmtpSettings(**given), resolver, is_me=lambda name: name == "us.example", host_status=host_status)  # type: ignore[arg-type]
    AGENTS.append(made)
    return made


AGENTS: list[SmtpAgent] = []


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        try:
            await work()
        finally:
            while AGENTS:
                await AGENTS.pop().close()
            for _ in range(3):  # connections that were closed in use go in the next rounds of the loop
                await asyncio.sleep(0)

    asyncio.run(all_of_it())


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def test_a_message_arrives_as_it_is() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            b = recipient(1, "b@example.net", notify=Notify.NEVER, original="rfc822;x@y")
            more = {"ret": "HDRS", "envid": "e1", "auth": "<>", "body_type": BodyType.EIGHT_BIT_MIME, "has_8bit": True}
            given = batch(smtp_mailer(sink.port), b, **more)
            outcomes = await agent().deliver(given)
        assert outcomes == [
            Delivered(text="Sent (taken)", reply="250 2.0.0 taken", remote="[127.0.0.1]", remote_address="127.0.0.1")
        ]
        (letter,) = sink.letters
        assert letter.sender == "MAIL From:<a@example.org> SIZE=60 BODY=8BITMIME ENVID=e1 RET=HDRS"
        assert letter.recipients == ["RCPT To:<b@example.net> NOTIFY=NEVER ORCPT=rfc822;x@y"]
        assert letter.text == b"Subject: hello\r\nFrom: a@example.org\r\n\r\nfirst line\r\n.dot\r\n"

    run(work)


def test_the_null_sender_stays_null_unless_the_mailer_wants_a_name() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            for flags in ("ma", "mag"):
                await agent().deliver(batch(smtp_mailer(sink.port, flags=flags), recipient(1, "b@x"), sender="<>"))
        assert [letter.sender.split()[1] for letter in sink.letters] == ["From:<>", "From:<MAILER-DAEMON>"]

    run(work)


def test_each_recipient_has_its_own_outcome() -> None:
    async def work() -> None:
        answers = {"RCPT To:<b@x>": ["550 5.1.1 no such user"], "RCPT To:<c@x>": ["450 4.2.1 try later"]}
        async with Sink(answers=answers).serve() as sink:
            people = [recipient(i, f"{user}@x") for i, user in enumerate("abcd", 1)]
            outcomes = await agent().deliver(batch(smtp_mailer(sink.port), *people))
        assert [type(outcome) for outcome in outcomes] == [Delivered, Failed, Deferred, Delivered]
        assert (outcomes[1].text, outcomes[1].status) == ("User unknown", "5.1.1")
        assert outcomes[2].text == "Deferred: 450 4.2.1 try later"

    run(work)


def test_a_warm_connection_is_used_again_and_again() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            one = agent()
            for _ in range(20):
                await one.deliver(batch(smtp_mailer(sink.port), recipient(1, "b@x")))
            assert (sink.connections, len(sink.letters)) == (1, 20)
            assert not any(command.startswith("RSET") for command in sink.commands)
            await one.close()
            await sink.left.wait()
            assert sink.commands[-1] == "QUIT"

    run(work)


def test_parallel_messages_share_a_bounded_number_of_connections() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            one = agent(connections_per_host=3)
            await asyncio.gather(*(one.deliver(batch(smtp_mailer(sink.port), recipient(1, "b@x"))) for _ in range(50)))
        assert (sink.connections, len(sink.letters)) == (3, 50)

    run(work)


def test_nothing_is_kept_without_a_cache() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            one = agent(cached_hosts=0)
            for _ in range(2):
                await one.deliver(batch(smtp_mailer(sink.port), recipient(1, "b@x")))
        assert sink.connections == 2

    run(work)


def test_a_mailer_may_limit_messages_and_recipients() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            mailer = smtp_mailer(sink.port, max_messages=2, max_recipients=2)
            people = [recipient(i, f"{i}@x") for i in range(1, 8)]
            outcomes = await agent().deliver(batch(mailer, *people))
        assert {type(outcome) for outcome in outcomes} == {Delivered}
        assert [len(letter.recipients) for letter in sink.letters] == [2, 2, 2, 1]
        assert sink.connections == 2

    run(work)


def test_a_connection_that_died_while_it_was_kept_is_no_failure() -> None:
    async def work() -> None:
        async with Sink(close_after=1).serve() as sink:
            one = agent()
            for _ in range(3):
                (outcome,) = await one.deliver(batch(smtp_mailer(sink.port), recipient(1, "b@x")))
                assert isinstance(outcome, Delivered)
        assert (len(sink.letters), sink.connections) == (3, 3)

    run(work)


def test_421_to_the_first_command_on_a_kept_connection_is_no_failure() -> None:
    async def work() -> None:
        async with Sink(answers={"MAIL": ["250 ok", "421 4.4.2 idle too long"]}).serve() as sink:
            one = agent()
            for _ in range(2):
                (outcome,) = await one.deliver(batch(smtp_mailer(sink.port), recipient(1, "b@x")))
                assert isinstance(outcome, Delivered)
        assert (len(sink.letters), sink.connections) == (2, 2)

    run(work)


def test_421_on_a_new_connection_defers() -> None:
    async def work() -> None:
        async with Sink(answers={"MAIL": ["421 4.3.2 shutting down"]}).serve() as sink:
            (outcome,) = await agent().deliver(batch(smtp_mailer(sink.port), recipient(1, "b@x")))
        assert outcome.text == "Deferred: 421 4.3.2 shutting down"

    run(work)


STAGES = ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "."]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("pipelining", [True, False])
def test_a_connection_dropped_at_any_stage_defers(stage: str, pipelining: bool) -> None:
    async def work() -> None:
        keywords = KEYWORDS if pipelining else ()
        async with Sink(keywords=keywords, answers={stage: [""] * 9}).serve() as sink:
            outcomes = await agent().deliver(batch(smtp_mailer(sink.port), recipient(1, "b@x"), recipient(2, "c@x")))
        assert [type(outcome) for outcome in outcomes] == [Deferred, Deferred]
        assert all("Connection reset by" in outcome.text for outcome in outcomes)

    run(work)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(("code", "kind"), [("451 4.3.0", Deferred), ("554 5.7.1", Failed), ("nonsense", Deferred)])
def test_refusals_at_any_stage(stage: str, code: str, kind: type[Outcome]) -> None:
    async def work() -> None:
        answers = {stage: [f"{code} no"] * 9, "HELO": [f"{code} no"]}
        async with Sink(answers=answers).serve() as sink:
            outcomes = await agent().deliver(batch(smtp_mailer(sink.port), recipient(1, "b@x"), recipient(2, "c@x")))
        assert [type(outcome) for outcome in outcomes] == [kind, kind]

    run(work)


def test_a_server_that_falls_silent_defers() -> None:
    async def work() -> None:
        quick = dict.fromkeys(Phase, 0.05)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            mailer = smtp_mailer(silent.getsockname()[1])
            (outcome,) = await agent(timeouts=quick).deliver(batch(mailer, recipient(1, "b@x")))
        assert outcome.text == "Deferred: Connection timed out with [127.0.0.1]"

    run(work)


def test_nobody_listens() -> None:
    async def work() -> None:
        (outcome,) = await agent().deliver(batch(smtp_mailer(free_port()), recipient(1, "b@x")))
        assert outcome == Deferred(
            status="4.4.1",
            text="Deferred: Connection refused by [127.0.0.1]",
            remote="[127.0.0.1]",
            remote_address="127.0.0.1",
        )

    run(work)


def test_the_next_host_is_tried() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            given = batch(smtp_mailer(sink.port), recipient(1, "b@x"), host="[127.0.0.77]:[127.0.0.1]")
            (outcome,) = await agent().deliver(given)
        assert (type(outcome), outcome.remote) == (Delivered, "[127.0.0.1]")

    run(work)


def test_a_host_known_to_be_down_is_not_tried(tmp_path: Path) -> None:
    async def scenario() -> None:
        now = [1000.0]
        async with Sink(answers={"greeting": ["421 4.3.2 not today"]}).serve() as sink:
            for expected, commands in ((Deferred, 0), (Deferred, 0), (Delivered, 1)):
                mail = batch(smtp_mailer(sink.port), recipient(1, "b@x"))
                (outcome,) = await agent(HostStatus(tmp_path, 60.0, lambda: now[0])).deliver(mail)
                assert isinstance(outcome, expected)
                assert len(sink.letters) == commands
                now[0] += 30
        assert read(tmp_path / "1./0./0./127") == Status(updated=1060, dsn="2.0.0", reply="250 2.0.0 taken")

    run(scenario)


def test_one_connection_to_a_host_of_all_processes(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Sink().serve() as sink:
            mail = batch(smtp_mailer(sink.port), recipient(1, "b@x"))
            other = HostStatus(tmp_path, 60.0)
            held = other.lock(Remote("[127.0.0.1]", "127.0.0.1"))
            assert held is not None
            ours = agent(HostStatus(tmp_path, 60.0), single_thread=True)
            (outcome,) = await ours.deliver(mail)
            assert (outcome.status, outcome.text) == ("4.4.5", "Deferred: host is busy with another delivery")
            os.close(held)
            outcomes = await asyncio.gather(*(ours.deliver(mail) for _ in range(5)))
            assert all(isinstance(one, Delivered) for (one,) in outcomes)
            assert sum(command.startswith("EHLO") for command in sink.commands) == 1
            again = other.lock(Remote("[127.0.0.1]", "127.0.0.1"))
            assert again is not None, "the last one gives it up"
            os.close(again)

    run(scenario)


def test_our_own_name_in_the_greeting_is_a_loop() -> None:
    async def work() -> None:
        async with Sink(greeting="220 us.example ESMTP").serve() as sink:
            (outcome,) = await agent().deliver(batch(smtp_mailer(sink.port), recipient(1, "b@x")))
            assert isinstance(outcome, Failed) and "loops back to me" in outcome.reply
            (outcome,) = await agent().deliver(batch(smtp_mailer(sink.port, flags="mak"), recipient(1, "b@x")))
            assert isinstance(outcome, Delivered)

    run(work)


def test_a_message_over_the_announced_size_is_not_sent() -> None:
    async def work() -> None:
        async with Sink(keywords=("SIZE 50",)).serve() as sink:
            (outcome,) = await agent().deliver(batch(smtp_mailer(sink.port), recipient(1, "b@x")))
        assert outcome.reply == "552 5.2.3 Message is too large; 50 bytes max"
        assert not sink.letters and not any(command.startswith("MAIL") for command in sink.commands)

    run(work)


def test_a_receipt_is_ours_to_give_when_the_server_knows_no_dsn() -> None:
    async def work() -> None:
        async with Sink(keywords=("PIPELINING",)).serve() as sink:
            people = [recipient(1, "b@x", notify=Notify.SUCCESS), recipient(2, "c@x")]
            outcomes = await agent().deliver(batch(smtp_mailer(sink.port), *people))
        assert [isinstance(o, Delivered) and o.relayed for o in outcomes] == [True, False]

    run(work)


def test_lmtp_over_a_unix_socket(tmp_path: Path) -> None:
    async def work() -> None:
        path = str(tmp_path / "lmtp")
        async with Sink(lmtp=True, answers={".": ["250 2.1.5 ok", "452 4.2.2 full"]}).serve(path):
            mailer = Mailer(name="local", path="[IPC]", flags=frozenset("lmz"), argv=("FILE", path), eol="\r\n")
            people = [recipient(1, "b"), recipient(2, "c")]
            outcomes = await agent().deliver(batch(mailer, *people, host=""))
        assert [type(outcome) for outcome in outcomes] == [Delivered, Deferred]
        assert outcomes[1].text == "Deferred: 452 4.2.2 full"

    run(work)


def test_a_large_body_is_streamed() -> None:
    async def work() -> None:
        body = b".line of text number one\r\n" * 100_000
        async with Sink().serve() as sink:
            (outcome,) = await agent().deliver(batch(smtp_mailer(sink.port), recipient(1, "b@x"), body=body))
        assert isinstance(outcome, Delivered)
        assert sink.letters[0].text.partition(b"\r\n\r\n")[2] == body

    run(work)


EIGHT = "A line with one caf\xe9 in it and words enough around it.\r\n".encode("latin-1")
MIME = (
    HeaderField("MIME-Version", " 1.0"),
    HeaderField("Content-Type", " text/plain; charset=iso-8859-1"),
    HeaderField("Content-Transfer-Encoding", " 8bit"),
)


@pytest.mark.parametrize(
    ("keywords", "flags", "body_type", "parameter", "text"),
    [
        (KEYWORDS, "ma", BodyType.EIGHT_BIT_MIME, "BODY=8BITMIME", EIGHT),
        (KEYWORDS, "ma", BodyType.UNSTATED, "", EIGHT),
        (("PIPELINING",), "ma8", BodyType.EIGHT_BIT_MIME, "", EIGHT),
        (("PIPELINING",), "ma", BodyType.UNSTATED, "", EIGHT),
        (("PIPELINING",), "ma", BodyType.EIGHT_BIT_MIME, "", EIGHT.replace(b"\xe9", b"=E9")),
        (KEYWORDS, "ma7", BodyType.EIGHT_BIT_MIME, "BODY=8BITMIME", EIGHT.replace(b"\xe9", b"=E9")),
        (KEYWORDS, "ma7", BodyType.UNSTATED, None, b""),
    ],
)
def test_eight_bit_data(
    keywords: tuple[str, ...], flags: str, body_type: BodyType, parameter: str | None, text: bytes
) -> None:
    async def work() -> None:
        async with Sink(keywords=keywords).serve() as sink:
            given = batch(
                smtp_mailer(sink.port, flags=flags), recipient(1, "b@x"), body=EIGHT, headers=MIME, has_8bit=True,
                body_type=body_type, eight_bit=EightBitRules(EightBitMode.JUST_SEND, MimeSettings(host="us.example")),
            )  # fmt: skip
            (outcome,) = await agent().deliver(given)
        if parameter is None:
            assert isinstance(outcome, Failed) and outcome.status == "5.6.3" and not sink.letters
            return
        assert isinstance(outcome, Delivered)
        (letter,) = sink.letters
        assert re.sub(r" SIZE=\d+", "", letter.sender) == f"MAIL From:<a@example.org> {parameter}".rstrip()
        header, _, body = letter.text.partition(b"\r\n\r\n")
        assert body == text and (b"X-MIME-Autoconverted" in header) is (text != EIGHT)

    run(work)


@pytest.mark.parametrize(
    ("declared", "said"),
    [(BodyType.UNSTATED, ""), (BodyType.SEVEN_BIT, " BODY=7BIT"), (BodyType.EIGHT_BIT_MIME, " BODY=7BIT")],
)
def test_text_without_8_bit_data_is_declared_as_what_it_is(declared: BodyType, said: str) -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            rules = EightBitRules(EightBitMode.JUST_SEND, MimeSettings(host="us.example"))
            given = batch(smtp_mailer(sink.port), recipient(1, "b@x"), body_type=declared, eight_bit=rules)
            await agent().deliver(given)
        assert re.sub(r" SIZE=\d+", "", sink.letters[0].sender) == f"MAIL From:<a@example.org>{said}"

    run(work)


def test_the_backslash_that_stopped_aliasing_is_not_sent_where_users_have_accounts() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            for flags in ("ma", "maw"):
                await agent().deliver(batch(smtp_mailer(sink.port, flags=flags), recipient(1, "\\b@x")))
        assert [letter.recipients for letter in sink.letters] == [["RCPT To:<\\b@x>"], ["RCPT To:<b@x>"]]

    run(work)


@pytest.mark.parametrize("argv", [(), ("TCP",), ("TCP", "[127.0.0.1]", "99999"), ("UUCP", "x")])
def test_a_mailer_that_makes_no_sense_defers(argv: tuple[str, ...]) -> None:
    async def work() -> None:
        mailer = Mailer(name="odd", path="[IPC]", argv=argv)
        (outcome,) = await agent().deliver(batch(mailer, recipient(1, "b@x")))
        assert isinstance(outcome, Deferred) and "not understood" in outcome.text

    run(work)


def test_an_address_that_would_break_the_command_line_fails_alone() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            people = [recipient(1, "b@x\r\nRCPT To:<evil@x>"), recipient(2, "c@x")]
            outcomes = await agent().deliver(batch(smtp_mailer(sink.port), *people))
        assert [type(outcome) for outcome in outcomes] == [Failed, Delivered]
        assert [letter.recipients for letter in sink.letters] == [["RCPT To:<c@x>"]]

    run(work)


def test_all_who_wait_for_a_dead_host_hear_it_at_once() -> None:
    async def work() -> None:
        one = agent(connections_per_host=1)
        port = free_port()
        got = await asyncio.gather(*(one.deliver(batch(smtp_mailer(port), recipient(1, "b@x"))) for _ in range(10)))
        assert {outcome.text for (outcome,) in got} == {"Deferred: Connection refused by [127.0.0.1]"}

    run(work)


def test_the_port_may_come_from_a_macro() -> None:
    async def work() -> None:
        async with Sink().serve() as sink:
            mailer = Mailer(name="x", path="[IPC]", argv=("TCP", macro("h"), macro("p2")), flags=frozenset("ma"))
            given = batch(mailer, recipient(1, "b@x"))
            given.scope.set("p2", str(sink.port))
            (outcome,) = await agent().deliver(given)
        assert isinstance(outcome, Delivered)

    run(work)


@pytest.mark.parametrize(
    ("keyword", "mode", "left", "by"),
    [
        ("DELIVERBY", "R", 120, "BY=120;R"),
        ("DELIVERBY 60", "RT", 60, "BY=60;RT"),
        ("DELIVERBY 60", "R", 59, None),
        ("", "R", 120, None),
        ("DELIVERBY", "N", -5, "BY=-5;N"),
        ("", "N", 120, ""),
    ],
)
def test_a_deadline_is_passed_on(keyword: str, mode: str, left: int, by: str | None) -> None:
    async def work() -> None:
        async with Sink(keywords=(*KEYWORDS, keyword) if keyword else KEYWORDS).serve() as sink:
            deadline = Deadline(0.0, return_it=mode[0] == "R", trace=mode[1:] == "T")
            given = batch(smtp_mailer(sink.port), recipient(1, "b@x"), deadline=deadline)
            (outcome,) = await agent().deliver(replace(given, seconds_left=left))
        if by is None:
            assert isinstance(outcome, Failed)
            assert (outcome.status, sink.letters) == ("5.4.7", [])
        else:
            (letter,) = sink.letters
            assert [word for word in letter.sender.split() if word.startswith("BY=")] == ([by] if by else [])

    run(work)
