"""Mail from a command line into a real store."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule import net
from noctule.base.errors import UsageError
from noctule.mail.envelope import BodyType, Notify
from noctule.receive.caller import local_caller
from noctule.receive.session import Session
from noctule.receive.settings import Limits
from noctule.receive.submission import Submission, UnixText, quoted_name, submit
from receive.smallsite import Site, run


def convert(text: bytes, *, step: int = 0, ignore_dots: bool = False) -> bytes:
    unix = UnixText(ignore_dots=ignore_dots)
    size = step or len(text) or 1
    return b"".join(unix.feed(text[i : i + size]) for i in range(0, len(text), size)) + unix.finish()


@pytest.mark.parametrize("step", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("text", "wire", "with_dots"),
    [
        (b"", b"", b""),
        (b"a\nb", b"a\r\nb\r\n", b"a\r\nb\r\n"),
        (b"a\r\nb\r\n", b"a\r\nb\r\n", b"a\r\nb\r\n"),
        (b"a\n.\nb\n", b"a\r\n", b"a\r\n.\r\nb\r\n"),
        (b".\nb\n", b"", b".\r\nb\r\n"),
        (b"a\r\n.\r\nb\n", b"a\r\n", b"a\r\n.\r\nb\r\n"),
        (b"..\n.x\n", b"..\r\n.x\r\n", b"..\r\n.x\r\n"),
        (b"a\rb\n", b"a b\r\n", b"a b\r\n"),
        (b"a\n.", b"a\r\n.\r\n", b"a\r\n.\r\n"),
        (b"\n\nx", b"\r\n\r\nx\r\n", b"\r\n\r\nx\r\n"),
    ],
)
def test_unix_text(text: bytes, wire: bytes, with_dots: bytes, step: int) -> None:
    assert convert(text, step=step) == wire
    assert convert(text, step=step, ignore_dots=True) == with_dots


@given(st.lists(st.sampled_from([b"\r", b"\n", b".", b"a", b"\r\n"]), max_size=20), st.integers(1, 5), st.booleans())
def test_unix_text_is_canonical_however_it_is_cut(parts: list[bytes], step: int, ignore_dots: bool) -> None:
    text = b"".join(parts)
    whole = convert(text, ignore_dots=ignore_dots)
    assert convert(text, step=step, ignore_dots=ignore_dots) == whole
    assert whole.count(b"\r\n") == whole.count(b"\r") == whole.count(b"\n")
    assert not whole or whole.endswith(b"\r\n")


def at_site(tmp_path: Path, scenario: Callable[[Site], Awaitable[None]]) -> None:
    async def inside() -> None:
        async with Site(tmp_path) as site:
            await scenario(site)

    run(inside)


TEXT = [b"To: friend@example.org, bob\nCc: other@example.org\n", b"Bcc: bob (again), hidden@example.org\n\nText.\n"]


def test_recipients_from_the_header(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        done = await submit(Submission(user="alice", extract=True), TEXT, site.services, site.settings)
        [entry] = site.entries()
        e = entry.envelope
        assert (done.id, done.refused) == (e.id, ())
        assert e.sender == "alice"
        assert [r.address for r in e.recipients] == [
            *("friend@example.org", "bob", "other@example.org", "hidden@example.org"),
        ]
        fields = {f.name: f.value for f in e.headers}
        assert fields["From"] == " Alice Example <alice>"
        assert fields["Received"].startswith(" (from alice@localhost)\r\n\tby mail.example.test (8.17.1.9) id 6AMBR")
        assert "X-Authentication-Warning" not in fields
        assert e.macros["_"] == "alice@localhost"
        size = sum(map(len, TEXT))
        assert site.sink.has(f": from=alice, size={size}, class=0, nrcpts=4, msgid=<")
        assert site.sink.has("relay=alice@localhost")

    at_site(tmp_path, scenario)


def test_flags(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        submission = Submission(
            user="alice",
            recipients=("x@example.org,bob", "nobody-here"),
            sender="forged@example.net",
            full_name="The Boss",
            ignore_dots=True,
            body_type=BodyType.EIGHT_BIT_MIME,
            notify=Notify.NEVER,
            ret="HDRS",
            envid="e1",
            hops=3,
            protocol="UUCP",
            host="far",
        )
        done = await submit(submission, [b"Received: x\n\n.\nafter the dot\n"], site.services, site.settings)
        [entry] = site.entries()
        e = entry.envelope
        assert (e.sender, e.ret, e.envid, e.hops) == ("forged@example.net", "HDRS", "e1", 3)
        assert {r.notify for r in e.recipients} == {Notify.NEVER}
        assert [(address, refused.text) for address, refused in done.refused] == [("nobody-here", "User unknown")]
        fields = {f.name: f.value for f in e.headers}
        assert fields["From"] == " The Boss <forged@example.net>"
        assert fields["X-Authentication-Warning"] == (
            " mail.example.test: alice set sender to forged@example.net using -f"
        )
        assert e.macros["r"] == "UUCP"
        assert site.store.open_body(e.id).read() == b".\r\nafter the dot\r\n"

    at_site(tmp_path, scenario)


def test_queue_only_mail_waits_for_a_queue_run(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        settings = replace(site.settings, deliver_at_once=False)
        done = await submit(Submission(user="alice", recipients=("bob",)), [b"\n"], site.services, settings)
        assert await site.store.lease(0.0, 10) == []
        assert [e.id for e in await site.store.lease(math.inf, 10)] == [done.id]

    at_site(tmp_path, scenario)


def test_trusted_users_and_the_null_sender(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        submission = Submission(user="root", trusted=True, sender="<>", recipients=("bob",))
        await submit(submission, [b"\nx\n"], site.services, site.settings)
        [entry] = site.entries()
        assert entry.envelope.sender == "<>"
        fields = {f.name: f.value for f in entry.envelope.headers}
        assert fields["From"] == " MAILER-DAEMON"
        assert "X-Authentication-Warning" not in fields

    at_site(tmp_path, scenario)


def test_resent_recipients_take_the_place_of_the_others(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        text = [b"To: old@example.org\nResent-To: new@example.org\nResent-Bcc: bob\n\nx\n"]
        await submit(Submission(user="alice", extract=True), text, site.services, site.settings)
        [entry] = site.entries()
        assert [r.address for r in entry.envelope.recipients] == ["new@example.org", "bob"]

    at_site(tmp_path, scenario)


def test_what_is_not_taken(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        with pytest.raises(UsageError, match="Recipient names must be specified"):
            await submit(Submission(user="alice"), [b"x\n"], site.services, site.settings)
        with pytest.raises(UsageError, match="No recipient addresses found in header"):
            await submit(Submission(user="alice", extract=True), [b"A: b\n\nx\n"], site.services, site.settings)
        nobody = await submit(Submission(user="alice", recipients=("nobody",)), [b"x\n"], site.services, site.settings)
        assert (nobody.id, len(nobody.refused)) == ("", 1)
        spam = [b"Subject: viagra\n\nx\n"]
        refused = await submit(Submission(user="alice", recipients=("bob",)), spam, site.services, site.settings)
        assert refused.reply is not None
        assert str(refused.reply) == "550 5.7.1 bad subject"
        small = replace(site.settings, limits=Limits(message_size=10))
        large = await submit(Submission(user="alice", recipients=("bob",)), [b"x" * 50], site.services, small)
        assert large.reply is not None
        assert large.reply.code == 552
        assert site.entries() == []

    at_site(tmp_path, scenario)


def test_a_session_on_standard_input(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        (tmp_path / "in").write_bytes(b"MAIL FROM:<alice>\r\n")
        with (tmp_path / "in").open("rb") as source, (tmp_path / "out").open("wb") as sink:
            async with net.stdio(source.fileno(), sink.fileno()) as stream:
                await Session(stream, site.services, site.settings, local_caller("alice")).run()
        lines = (tmp_path / "out").read_bytes().split(b"\r\n")
        assert lines[0].startswith(b"220 mail.example.test ESMTP")
        assert lines[1] == b"250 2.1.0 <alice>... Sender ok"

    at_site(tmp_path, scenario)


def test_international_addresses_make_an_international_message(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        settings = replace(site.settings, smtputf8=True)
        for address in ("b@example.net", "fri\xc3\xa8nd@example.net"):
            await submit(Submission(user="alice", recipients=(address,)), [b"\n"], site.services, settings)
        assert [entry.envelope.smtputf8 for entry in site.entries()] == [False, True]

    at_site(tmp_path, scenario)


def test_unlabelled_8bit_data_is_not_taken_in_strict_mode(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        settings = replace(site.settings, refuse_unlabelled_8bit=True)
        text = [b"Subject: x\n\nh\xe9\n"]
        plain = Submission(user="alice", recipients=("bob",))
        done = await submit(plain, text, site.services, settings)
        assert done.reply is not None
        assert str(done.reply) == "554 5.6.1 Eight bit data not allowed"
        labelled = replace(plain, body_type=BodyType.EIGHT_BIT_MIME)
        assert (await submit(labelled, text, site.services, settings)).reply is None

    at_site(tmp_path, scenario)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (None, Notify.SUCCESS | Notify.FAILURE | Notify.DELAY),
        (Notify.FAILURE, Notify.SUCCESS | Notify.FAILURE),
        (Notify.NEVER, Notify.NEVER),
    ],
)
def test_return_receipt_to_may_ask_for_receipts(tmp_path: Path, asked: Notify | None, found: Notify) -> None:
    async def scenario(site: Site) -> None:
        settings = replace(site.settings, rrt_implies_dsn=True)
        mail = Submission(user="alice", recipients=("bob",), notify=asked)
        await submit(mail, [b"Return-Receipt-To: carol\n\n"], site.services, settings)
        [entry] = site.entries()
        assert [one.notify for one in entry.envelope.recipients] == [found]
        assert not any(field.name == "Return-Receipt-To" for field in entry.envelope.headers)

    at_site(tmp_path, scenario)


def test_recipients_that_are_refused_may_be_kept_for_the_report(tmp_path: Path) -> None:
    async def scenario(site: Site) -> None:
        mail = Submission(user="alice", recipients=("bob", "nobody-here"), keep_refused=True)
        done = await submit(mail, [b"\n"], site.services, site.settings)
        [entry] = site.entries()
        assert [(one.address, one.triple is None) for one in entry.envelope.recipients] == [
            ("bob", False),
            ("nobody-here", True),
        ]
        assert [address for address, _ in done.refused] == ["nobody-here"]

    at_site(tmp_path, scenario)


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("John Doe", "John Doe"),
        ("Doe, John", '"Doe, John"'),
        ('"Doe, John"', '"Doe, John"'),
        ('John "X" Doe', r'"John \"X\" Doe"'),
        ("", ""),
    ],
)
def test_a_name_that_is_no_phrase_is_quoted(name: str, phrase: str) -> None:
    assert quoted_name(name) == phrase
