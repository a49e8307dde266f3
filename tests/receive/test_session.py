"""Whole sessions over loopback with real rules and a real store."""

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from noctule.mail.envelope import BodyType, HeaderField, Notify, RecipientState, Triple
from noctule.receive.settings import Limits, ReceiveSettings, Timeouts
from receive.smallsite import Client, Site, run
from smtp.dialogs import PEER, as_recorded, connections

MESSAGE = b"From: a@example.net\r\nSubject: hello\r\n\r\nText.\r\n"


def test_an_accepted_message_is_in_the_store_with_a_complete_header(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            client = await site.client()
            assert (await client.say("EHLO client.example.net")).endswith("|250 HELP")
            mail = await client.say("MAIL FROM:<a@example.net> SIZE=100 BODY=8BITMIME RET=HDRS ENVID=e+2B1")
            assert mail == "250 2.1.0 <a@example.net>... Sender ok"
            rcpt = await client.say("RCPT TO:<friend@example.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x@y")
            assert rcpt == "250 2.1.5 <friend@example.org>... Recipient ok"
            assert await client.text(MESSAGE) == "250 2.0.0 6AMBRj00000001 Message accepted for delivery"
            [entry] = site.entries()
            e = entry.envelope
            [recipient] = e.recipients
            assert (e.id, e.sender, e.size, e.body_size) == ("6AMBRj00000001", "<a@example.net>", 42, 6)
            assert (e.body_type, e.ret, e.envid, e.priority) == (BodyType.EIGHT_BIT_MIME, "HDRS", "e+2B1", 30042)
            assert e.macros == {"r": "ESMTP", "s": "client.example.net", "_": PEER, "daemon_flags": "AA"}
            assert recipient.triple == Triple("esmtp", "example.org", "friend@example.org")
            assert (recipient.notify, recipient.original) == (Notify.SUCCESS | Notify.DELAY, "rfc822;x@y")
            assert (recipient.final, recipient.state) == ("RFC822; friend@example.org", RecipientState.QUEUED)
            names = [(f.name, f.condition) for f in e.headers]
            assert names == [
                *(("Return-Path", "P"), ("Received", ""), ("Date", "D"), ("Message-Id", "M")),
                *(("From", ""), ("Subject", "")),
            ]
            received = e.headers[1].value
            assert received.startswith(
                f" from client.example.net ({PEER})\r\n\tby mail.example.test (8.17.1.9) with ESMTP"
            )
            assert "\r\n\tfor <friend@example.org>; " in received
            assert e.message_id.endswith(".6AMBRj00000001@mail.example.test>")
            [(handed, body)] = await site.handoff.take(5)
            assert handed == e
            assert body.read() == b"Text.\r\n"
            assert site.sink.has(
                "6AMBRj00000001: from=<a@example.net>, size=42, class=0, nrcpts=1, "
                f"msgid={e.message_id}, bodytype=8BITMIME, proto=ESMTP, daemon=MTA, relay={PEER}"
            )
            assert await client.say("QUIT") == "221 2.0.0 mail.example.test closing connection"
            assert await client.reply() == ""
            await client.close()

    run(scenario)


REPLAYED = [
    *("order-two-messages-one-session", "order-mail-twice", "order-rset", "order-ehlo-inside-transaction"),
    *("order-too-many-bad-commands", "order-http-post", "helo-odd-names", "esmtp-mail-size", "esmtp-rcpt-unknown"),
    *("pipe-after-dot", "pipe-good-group", "pipe-after-ehlo", "pipe-data-with-text", "pipe-quit-then-more"),
    *("smuggle-bare-lf-in-headers", "smuggle-cr-dot-cr", "smuggle-crlf-dot-lf", "smuggle-lf-dot-lf"),
    *("nul-refused", "data-empty", "data-dot-stuffing", "dsn-mail-ret-envid", "dsn-rcpt-notify"),
    *("order-all-recipients-refused", "pipe-all-recipients-bad", "pipe-bad-recipient-inside"),
]


@pytest.mark.parametrize("name", REPLAYED)
def test_recorded_dialogue_over_a_socket(tmp_path: Path, name: str) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            for turns in connections(name):
                client = await site.client()
                lost = False
                for turn in turns:
                    if lost:
                        break
                    client.send(b"".join(turn.sent))
                    lines = await lines_of(client, len(turn.lines))
                    recorded = [
                        line.replace("<HOST>", "mail.example.test").replace("<PEER>", PEER) for line in turn.lines
                    ]
                    assert [mask(line) for line in lines] == [mask(line) for line in recorded]
                    lost = turn.closed
                if lost:
                    assert await client.reply() == ""
                await client.close()

    run(scenario)


def mask(line: str) -> str:
    return line if "Message accepted" not in line else "S 250 2.0.0 | accepted"


async def lines_of(client: Client, count: int) -> list[str]:
    """As many reply lines as were recorded, in the transcripts' form."""
    data = b""
    while data.count(b"\r\n") < count:
        data += (await client.reply()).replace("|", "\r\n").encode("latin-1") + b"\r\n"
    return as_recorded(data)


def test_what_the_rules_refuse(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            client = await site.client()
            await client.say("EHLO client.example.net")
            assert (
                await client.say("MAIL FROM:<rejected@x.example>") == "550 5.7.1 <rejected@x.example>... Access denied"
            )
            assert await client.say("MAIL FROM:<|prog>") == "553 5.1.7 <|prog>... Invalid sender address"
            assert (await client.say("MAIL FROM:<a@example.net>")).startswith("250")
            assert await client.say("RCPT TO:<closed@example.org>") == (
                "550 5.2.1 <closed@example.org>... Mailbox disabled"
            )
            assert await client.say("RCPT TO:<deferred@example.org>") == (
                "450 4.2.1 <deferred@example.org>... come back later"
            )
            assert await client.say("RCPT TO:<nobody>") == "550 5.1.1 <nobody>... User unknown"
            assert await client.say("RCPT TO:<alice@localhost>") == "250 2.1.5 <alice@localhost>... Recipient ok"
            assert await client.say("RCPT TO:alice") == "250 2.1.5 <alice@localhost>... Recipient ok"
            refused = await client.text(b"Subject: cheap viagra here\r\n\r\nx\r\n")
            assert refused == "550 5.7.1 bad subject"
            assert site.entries() == []
            assert (await client.say("MAIL FROM:<a@example.net>")).startswith("250")
            await client.say("RCPT TO:<alice>")
            assert await client.text(b"A: b\r\n\r\n12\r\n") == "250 2.0.0 6AMBRj00000002 Message accepted for delivery"
            await client.close()
            assert site.sink.has(
                "ruleset=check_mail, arg1=<rejected@x.example>, relay=localhost [127.0.0.1], reject=550"
            )
            assert site.sink.has("ruleset=CheckSubject, arg1= cheap viagra here")

    run(scenario)


def test_discarded_and_quarantined_messages(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            client = await site.client()
            replies = await client.begin("<dropped@example.net>", "<nobody-there>")
            assert replies[-1] == "250 2.1.5 <nobody-there>... Recipient ok"
            assert (await client.text(MESSAGE)).startswith("250 2.0.0")
            assert site.entries() == []
            await client.begin("<held@example.net>")
            assert (await client.text(MESSAGE)).startswith("250 2.0.0")
            [entry] = site.entries()
            assert entry.envelope.quarantine == "looks odd"
            assert len(site.handoff) == 0
            await client.close()
            assert site.sink.has("discarded")
            assert site.sink.has("quarantine=looks odd")

    run(scenario)


def test_clients_the_site_does_not_like(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            refused = await site.client("127.0.0.66")
            assert await refused.say("EHLO x") == (
                "250-mail.example.test Hello [127.0.0.66], pleased to meet you|250 ENHANCEDSTATUSCODES"
            )
            assert await refused.say("MAIL FROM:<a@b>") == "550 5.7.1 Access denied"
            assert await refused.say("NOOP") == "250 2.0.0 OK"
            dropped = await site.client("127.0.0.67", greet=False)
            assert await dropped.reply() == "421 4.0.0 untagged answer"
            assert await dropped.reply() == ""
            later = await site.client("127.0.0.49")
            assert await later.say("MAIL FROM:<a@b>") == "450 4.3.0 Please try again later."
            proxy = await site.client("127.0.0.46")
            await proxy.say("NOOP")
            assert await proxy.say("EXPN x") == "502 5.7.0 Sorry, we do not allow this operation"
            assert await proxy.say("GET / HTTP/1.0") == "421 4.7.0 mail.example.test HTTP command [127.0.0.46]"
            quiet = await site.client("127.0.0.68")
            await quiet.begin("<a@example.net>", "<alice>")
            assert (await quiet.text(MESSAGE)).startswith("250 2.0.0")
            assert site.entries() == []
            for client in (refused, dropped, later, proxy, quiet):
                await client.close()

    run(scenario)


def test_a_client_that_must_log_in_and_wait_for_each_reply(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            client = await site.client("127.0.0.53")
            assert "PIPELINING" not in await client.say("EHLO x")
            assert await client.say("MAIL FROM:<a@example.net>") == "530 5.7.0 Authentication required"
            assert (await client.say("NOOP")).startswith("250")
            other = await site.client("127.0.0.54")
            assert "PIPELINING" in await other.say("EHLO x")
            assert (await other.say("MAIL FROM:<a@example.net>")).startswith("250")
            assert site.sink.has("srv_features: unknown feature zz")
            for each in (client, other):
                await each.close()

    run(scenario)


def test_greet_pause_catches_those_who_talk_first(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            eager = await site.client("127.0.0.50", greet=False)
            eager.send(b"EHLO x\r\n")
            assert await eager.reply() == "554 mail.example.test ESMTP not accepting messages"
            assert (await eager.reply()).endswith("ENHANCEDSTATUSCODES")
            assert await eager.say("MAIL FROM:<a@b>") == "550 5.0.0 Command rejected"
            patient = await site.client("127.0.0.51", greet=False)
            assert (await patient.reply()).startswith("220 mail.example.test ESMTP Sendmail")
            await eager.close()
            await patient.close()
            assert site.sink.has("rejecting commands from [127.0.0.50] due to pre-greeting traffic after 5 seconds")

    run(scenario)


def limited(settings: ReceiveSettings) -> ReceiveSettings:
    return replace(
        settings,
        limits=Limits(
            message_size=2000, header_size=300, recipients=2, bad_recipients=1, bad_recipients_close=3, noops=3
        ),
    )


def test_limits(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, limited) as site:
            client = await site.client()
            assert "|250-SIZE 2000|" in await client.say("EHLO x")
            assert await client.say("MAIL FROM:<a@b> SIZE=2001") == (
                "552 5.2.3 Message size exceeds fixed maximum message size (2000)"
            )
            replies = await client.begin("<a@b>", "<a@c>", "<b@c>", "<c@c>")
            assert replies[-1] == "452 4.5.3 Too many recipients"
            assert await client.text(b"x: y\r\n\r\n" + b"0123456789\r\n" * 200) == (
                "552 5.2.3 Message exceeds maximum fixed size (2000)"
            )
            await client.begin("<a@b>", "<a@c>")
            assert await client.text(b"X-Filler: 0123456789\r\n" * 20 + b"\r\nText.\r\n") == (
                "552 5.6.0 Headers too large (300 max)"
            )
            await client.begin("<a@b>", "<n1>", "<n2>")
            before = len(site.slept)
            assert (await client.say("RCPT TO:<n3>")).startswith("550 5.1.1")
            assert await client.say("RCPT TO:<friend@example.org>") == (
                "421 4.7.0 mail.example.test Too many bad recipients; closing connection"
            )
            assert site.slept[before:] == [1.0]
            assert site.entries() == []
            await client.close()

    run(scenario)


def test_noise_is_slowed_down(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, limited) as site:
            client = await site.client()
            for _ in range(4):
                assert await client.say("NOOP") == "250 2.0.0 OK"
            assert site.slept == [1.0, 2.0]
            await client.close()

    run(scenario)


def test_a_queue_that_cannot_take_it_is_a_temporary_failure(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            client = await site.client()
            await client.begin()
            with sqlite3.connect(next((tmp_path / "queue").glob("*.db")), isolation_level=None) as other:
                other.execute("BEGIN EXCLUSIVE")
                assert await client.text(MESSAGE) == "451 4.3.0 Cannot store the message; try again later"
                other.execute("ROLLBACK")
            other.close()
            await client.begin()
            assert (await client.text(MESSAGE)).startswith("250 2.0.0")
            assert len(site.entries()) == 1
            await client.close()

    run(scenario)


def test_large_bodies_stream_to_a_file(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            client = await site.client()
            await client.begin()
            line = b"0123456789" * 7 + b"\r\n"
            assert (await client.text(b"a: b\r\n\r\n" + line * 5000)).startswith("250 2.0.0")
            [entry] = site.entries()
            assert site.store.open_body(entry.envelope.id).read() == line * 5000
            await client.close()

    run(scenario)


def test_lost_and_silent_clients(tmp_path: Path) -> None:
    def hasty(settings: ReceiveSettings) -> ReceiveSettings:
        return replace(settings, timeouts=Timeouts(command=0.05, text=0.05))

    async def scenario() -> None:
        async with Site(tmp_path, hasty, level=20) as site:
            silent = await site.client()
            assert await silent.reply() == ""
            cut = await site.client()
            await cut.begin()
            await cut.say("DATA")
            cut.send(b"Subject: half a mess")
            assert await cut.reply() == "421 4.4.1 collect: relay=localhost, from=<a@example.net>, info=read timeout"
            assert await cut.reply() == ""
            await silent.close()
            await cut.close()
            assert site.entries() == []
        assert site.sink.has("timeout waiting for input from localhost during server cmd read")
        assert site.sink.has("collect: relay=localhost, from=<a@example.net>, info=read timeout")
        assert site.sink.has("localhost [127.0.0.1] did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA")
        assert site.sink.has("from=<a@example.net>, size=20, class=0, nrcpts=1")

    run(scenario)


@pytest.mark.parametrize("before", ["", "DATA"])
def test_a_drip_ends_some_time(tmp_path: Path, before: str) -> None:
    """Each byte comes in time, and the line or message as a whole does not."""

    def hasty(settings: ReceiveSettings) -> ReceiveSettings:
        return replace(settings, timeouts=Timeouts(command=0.2, text=0.2, least=0.4, rate=1000.0))

    async def scenario() -> None:
        async with Site(tmp_path, hasty) as site:
            client = await site.client()
            await client.begin()
            if before:
                await client.say(before)
            ended = asyncio.ensure_future(client.reply())
            while not ended.done():
                client.send(b"x")
                await asyncio.wait([ended], timeout=0.02)
            if before and ended.exception() is None:  # bytes on their way may cost the client the reply
                assert ended.result().startswith("421 4.4.1")
            await client.close()
            assert site.entries() == []
        assert site.sink.has("info=read timeout" if before else "timeout waiting for input from localhost")

    run(scenario)


def test_end_of_input_inside_a_message(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            client = await site.client()
            await client.begin()
            await client.say("DATA")
            client.send(b"Subject: x\r\n\r\npart of it\r\n")
            transport = client.stream._transport
            assert transport is not None
            transport.write_eof()
            assert (await client.reply()).startswith("421 4.4.1 collect: relay=localhost, from=<a@example.net>")
            assert await client.reply() == ""
            await client.close()
            assert site.entries() == []
            assert site.sink.has("collect: premature EOM: unexpected close")

    run(scenario)


def test_questions(tmp_path: Path) -> None:
    def with_help(settings: ReceiveSettings) -> ReceiveSettings:
        return replace(settings, help={"smtp": ("Topics: MAIL",), "mail": ("MAIL FROM:<sender>",)})

    async def scenario() -> None:
        async with Site(tmp_path, with_help) as site:
            client = await site.client()
            assert await client.say("VRFY alice") == "250 2.1.5 Alice Example <alice@mail.example.test>"
            assert await client.say("VRFY friend@example.org") == "252 2.1.5 <friend@example.org>"
            assert await client.say("VRFY nobody") == "550 5.1.1 nobody... User unknown"
            assert await client.say("EXPN bob") == "250 2.1.5 Bob Example <bob@mail.example.test>"
            assert await client.say("ETRN example.net") == "250 2.0.0 Queuing for node example.net started"
            assert await client.say("ETRN #none") == "459 4.5.4 Queue none unknown"
            assert site.queue_runs == ["example.net", "#none"]
            assert await client.say("HELP") == "214-2.0.0 Topics: MAIL|214 2.0.0 End of HELP info"
            assert await client.say("HELP Ma") == "214-2.0.0 MAIL FROM:<sender>|214 2.0.0 End of HELP info"
            assert await client.say("HELP nosuchtopic") == '504 5.3.0 HELP topic "nosuchtopi" unknown'
            assert await client.say("VERB") == "250 2.0.0 Verbose mode"
            await client.close()
            assert site.sink.has("localhost [127.0.0.1]: VRFY alice")

    run(scenario)


def test_privacy(tmp_path: Path) -> None:
    def private(settings: ReceiveSettings) -> ReceiveSettings:
        words = {"needmailhelo", "needvrfyhelo", "novrfy", "noexpn", "noetrn", "noreceipts"}
        return replace(settings, privacy=frozenset(words))

    async def scenario() -> None:
        async with Site(tmp_path, private) as site:
            client = await site.client()
            assert (await client.say("VRFY alice")).startswith("252 2.5.2 Cannot VRFY user")
            assert await client.say("MAIL FROM:<a@b>") == "503 5.0.0 Polite people say HELO first"
            offered = (await client.say("EHLO x")).split("|")
            assert not {"250-EXPN", "250-VERB", "250-DSN", "250-ETRN"} & set(offered)
            assert await client.say("ETRN x") == "502 5.7.0 Sorry, we do not allow this operation"
            assert (await client.say("MAIL FROM:<a@b> RET=FULL")).startswith("504 5.7.0")
            await client.close()

    run(scenario)


def test_no_helo_leaves_a_warning(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            client = await site.client()
            await client.say("MAIL FROM:<>")
            await client.say("RCPT TO:<alice>")
            await client.text(b"From x Thu Jan  4 10:11:12 2001\r\nX: y\r\n\r\nText.\r\n")
            [entry] = site.entries()
            warning = " mail.example.test: localhost [127.0.0.1] didn't use HELO protocol"
            assert HeaderField("X-Authentication-Warning", warning) in entry.envelope.headers
            assert entry.envelope.sender == "<>"
            fields = {field.name: field.value for field in entry.envelope.headers}
            assert fields["Date"].startswith(" Thu, 4 Jan 2001 10:11:12 ")
            assert "From" not in fields
            assert fields["Received"].startswith(" from localhost (localhost [127.0.0.1])")
            await client.close()

    run(scenario)


def test_a_bug_is_a_451_and_the_session_goes_on(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            client = await site.client()
            assert await client.say("ETRN broken") == "451 4.3.0 Internal error, please try again later (abababab)"
            assert await client.say("NOOP") == "250 2.0.0 OK"
            await client.close()
            assert site.sink.has("internal error abababab: ZeroDivisionError")

    run(scenario)


def test_an_error_of_the_system_is_not_taken_for_one_of_the_connection(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            client = await site.client()
            assert (await client.say("ETRN slow")).startswith("451 4.3.0 Internal error")
            assert await client.say("NOOP") == "250 2.0.0 OK"
            await client.close()
            assert not site.sink.has("timeout waiting for input")

    run(scenario)


def test_an_idle_client_is_told_when_the_server_goes(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            client = await site.client()
            await client.begin()
            await site.daemon.stop(0.01)
            assert await client.reply() == "421 4.3.2 mail.example.test Service closing transmission channel"
            await client.close()

    run(scenario)


def test_a_bug_at_the_end_of_a_message_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def bug(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        async with Site(tmp_path) as site:
            client = await site.client()
            await client.begin()
            with monkeypatch.context() as patched:
                patched.setattr("noctule.receive.draft.judge", bug)
                reply = await client.text(b"X: y\r\n\r\n" + b"text\r\n" * 20_000)
            assert reply.startswith("451 4.3.0 Internal error")
            assert not list((tmp_path / "queue" / "bodies-0").iterdir())
            assert len(await client.begin()) == 3
            assert (await client.text(b"X: y\r\n\r\nshort\r\n")).startswith("250")
            await client.close()

    run(scenario)


def test_no_more_connections_than_allowed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, lambda s: replace(s, limits=Limits(connections=1))) as site:
            first = await site.client()
            assert site.sink.has("rejecting connections on daemon MTA: 1 children, max 1")
            waiting = await site.client(greet=False)
            with pytest.raises(TimeoutError):
                await waiting.stream.read(0.05)
            await first.say("QUIT")
            assert (await waiting.reply()).startswith("220 ")
            await first.close()
            await waiting.close()

    run(scenario)


def test_commands_and_replies_are_logged_at_level_15(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, level=15) as site:
            client = await site.client()
            await client.say("NOOP")
            await client.close()
            assert site.sink.has("<-- NOOP")
            assert site.sink.has("--- 250 2.0.0 OK")

    run(scenario)


def test_check_other_answers_for_commands_that_do_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path) as site:
            client = await site.client()
            for command, reply in (
                ("NOOP", "250 2.0.0 OK"),
                ("NOOP spam x", "550 5.7.1 not so"),
                ("NOOP gone x", "250 2.0.0 OK"),
                ("NOOP nonsense x", "250 2.0.0 OK"),
                ("FOO spam x", "550 5.7.1 not so"),
                ("TURN spam x", "550 5.7.1 not so"),
                ("DATA spam x", "503 5.0.0 Need MAIL command"),
                ("RSET spam x", "250 2.0.0 Reset state"),
                ("FOO nonsense x", "421 4.7.0 enough"),
            ):
                assert await client.say(command) == reply
            assert await client.reply() == ""
            await client.close()

    run(scenario)
