"""Programs, files and mailboxes through the real helper; procmail when there is one."""

import asyncio
import contextlib
import mailbox
import os
import pwd
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from deliver.support import batch, macro, recipient
from noctule.deliver.local import LocalAgent, User, argument_vector, plain_user
from noctule.deliver.settings import LocalSettings
from noctule.mail.envelope import Controller, Recipient
from noctule.mail.outcome import Deferred, Delivered, Failed, Outcome
from noctule.privileged import Answer, Client, Identity, Policy, start
from noctule.privileged.protocol import Request
from noctule.symbols.macros import Macros
from noctule.symbols.mailers import Mailer

NOBODY = pwd.getpwnam("nobody")
USER = Identity("nobody", NOBODY.pw_uid, NOBODY.pw_gid) if os.getuid() == 0 else Identity("", os.getuid(), os.getgid())


@pytest.fixture
def home(public: Path) -> Path:
    home = public / "home"
    home.mkdir(mode=0o755)
    os.chown(home, USER.uid, USER.gid)
    return home


def found_in(known: dict[str, User]) -> Callable[[str], Awaitable[User | None]]:
    async def find(name: str) -> User | None:
        return known.get(name)

    return find


@contextlib.asynccontextmanager
async def agent(home: str = "/") -> AsyncIterator[LocalAgent]:
    process, sock = start(Policy(default_user=USER))
    client = Client(sock)
    known = {"alice": User(USER, home)}
    settings = LocalSettings(unix_from_line=f"From {macro('g')}  {macro('d')}")
    try:
        yield LocalAgent(client, settings, USER, found_in(known), host="h", clock=lambda: 0.0)
    finally:
        await client.close()
        await asyncio.to_thread(process.wait, 10)


def deliver(
    mailer: Mailer, *recipients: Recipient, home: Path | None = None, body: bytes = b"body\r\n"
) -> list[Outcome]:
    async def run() -> list[Outcome]:
        async with agent(str(home or "/")) as local:
            return await local.deliver(batch(mailer, *recipients, body=body, host=""))

    return asyncio.run(run())


def program(*argv: str, flags: str = "lsn", **more: object) -> Mailer:
    return Mailer(name=str(more.pop("name", "local")), path=argv[0], argv=argv, flags=frozenset(flags), **more)  # type: ignore[arg-type]


def test_a_program_gets_the_message(home: Path) -> None:
    mailer = program("/bin/sh", "-c", f"cat > {home}/$0", macro("u"), flags="lsn")
    assert deliver(mailer, recipient(1, "alice")) == [Delivered(text="Sent")]
    assert (home / "alice").read_text() == "Subject: hello\nFrom: a@example.org\n\nbody\n"


def test_prog_runs_the_command_of_an_alias_without_its_bar_and_quotes(home: Path) -> None:
    mailer = program(
        "/bin/sh", "-c", macro("u"), flags="lsDFMoqeu9n", name="prog", directories=f"{macro('z')}:{home}:/"
    )
    one = recipient(1, f'"|cat > {home}/out"', mailer="prog", controller=Controller("alice", USER.uid, USER.gid, "x"))
    assert deliver(mailer, one) == [Delivered(text="Sent")]
    assert (home / "out").exists()


def test_one_call_for_all_recipients_with_f_m(home: Path) -> None:
    mailer = program("/bin/sh", "-c", f'cat >/dev/null; echo "$@" >> {home}/out', "x", macro("u"), flags="lmn")
    assert deliver(mailer, recipient(1, "alice"), recipient(2, "bob")) == [Delivered(text="Sent")] * 2
    assert (home / "out").read_text() == "alice bob\n"
    mailer = program("/bin/sh", "-c", f'cat >/dev/null; echo "$@" >> {home}/out', "x", macro("u"), flags="ln")
    deliver(mailer, recipient(1, "alice"), recipient(2, "bob"))
    assert (home / "out").read_text() == "alice bob\nalice\nbob\n"


@pytest.mark.parametrize(
    ("script", "kind", "text"),
    [
        ("exit 67", Failed, "User unknown"),
        ("exit 75", Deferred, "Deferred"),
        ("kill -15 $$", Deferred, "Deferred: /bin/sh: died with signal 15"),
        ("echo 550 5.2.2 over quota; exit 73", Failed, "Can't create output"),
    ],
)
def test_how_a_program_ends(script: str, kind: type[Outcome], text: str) -> None:
    (outcome,) = deliver(program("/bin/sh", "-c", script), recipient(1, "alice"))
    assert isinstance(outcome, kind) and outcome.text == text
    assert "quota" not in script or outcome.reply == "550 5.2.2 over quota"


def test_a_program_that_reads_nothing_still_succeeds() -> None:
    assert deliver(program("/bin/true"), recipient(1, "alice"), body=b"x\r\n" * 500_000) == [Delivered(text="Sent")]


def test_a_mailbox(home: Path) -> None:
    mailer = Mailer(name="local", path="[MBOX]", argv=("MBOX", f"{home}/{macro('u')}"), flags=frozenset("lw"))
    for _ in range(2):
        assert deliver(mailer, recipient(1, "alice"), body=b"From x\r\nb\r\n") == [Delivered(text="Sent")]
    box = mailbox.mbox(home / "alice")
    assert [m.get_payload() for m in box] == [">From x\nb\n"] * 2
    assert {m.get_from()[:15] for m in box} == {"a@example.org  "}
    box.close()


def test_a_maildir_in_the_users_home(home: Path) -> None:
    mailer = Mailer(name="local", path="[MAILDIR]", argv=("MAILDIR", f"{macro('z')}/Maildir"), flags=frozenset("lw"))
    assert deliver(mailer, recipient(1, "alice"), home=home) == [Delivered(text="Sent")]
    (letter,) = (home / "Maildir/new").iterdir()
    assert letter.read_text().startswith("Subject: hello\n")


def test_a_file_of_an_alias(home: Path) -> None:
    mailer = Mailer(name="*file*", path="[FILE]", argv=("FILE", macro("u")), flags=frozenset("lsDFMPEou"))
    target = f'"{home}/archive"'
    assert deliver(mailer, recipient(1, target, mailer="*file*")) == [Delivered(text="Sent")]
    assert (home / "archive").read_text().startswith("From a@example.org  ")
    (outcome,) = deliver(mailer, recipient(1, f"{home}/no/such/place", mailer="*file*"))
    assert isinstance(outcome, Failed) and outcome.text == "Can't create output"
    assert deliver(mailer, recipient(1, "/dev/null", mailer="*file*")) == [Delivered(text="Sent")]


@pytest.mark.skipif(not shutil.which("procmail"), reason="no procmail here")
def test_procmail_delivers(home: Path) -> None:
    (home / "rc").write_text(f"LOCKFILE={home}/lock\nDEFAULT={home}/inbox\n:0\n* ^Subject: hello\n{home}/matched\n")
    (home / "rc").chmod(0o644)
    path = shutil.which("procmail") or ""
    mailer = Mailer(
        name="procmail",
        path=path,
        argv=("procmail", "-Y", "-m", str(home / "rc"), macro("f"), macro("u")),
        flags=frozenset("DFMhun"),
    )
    assert deliver(mailer, recipient(1, "alice")) == [Delivered(text="Sent")]
    assert "Subject: hello" in (home / "matched").read_text()


def test_a_helper_that_is_gone_defers() -> None:
    async def run() -> Outcome:
        process, sock = start(Policy(default_user=USER))
        client = Client(sock)
        process.kill()
        process.wait()
        local = LocalAgent(client, LocalSettings(), USER, found_in({}), host="h", clock=lambda: 0.0)
        (outcome,) = await local.deliver(batch(program("/bin/true"), recipient(1, "alice")))
        await client.close()
        return outcome

    assert isinstance(asyncio.run(run()), Deferred)


def test_arguments() -> None:
    scope = Macros(None, {"g": "a@b", "h": "host"})
    mailer = program("mail", "-h", macro("h"), "--", f"to:{macro('u')}", flags="fmsB")
    assert argument_vector(mailer, ["x", '\\"y z"'], scope) == [
        "mail", "-f", "a@b", "-h", "host", "--", "to:x", "to:y z"
    ]  # fmt: skip
    assert argument_vector(program("mail", "-d", macro("u"), flags="r"), ["q"], scope) == [
        "mail",
        "-r",
        "a@b",
        "-d",
        "q",
    ]


@pytest.mark.parametrize(
    ("user", "plain"), [("a", "a"), ('"|prog a"', "|prog a"), ("\\a", "a"), ('"a\\"b"', 'a"b'), ('"', '"'), ("", "")]
)
def test_plain_users(user: str, plain: str) -> None:
    assert plain_user(user) == plain


def test_the_helper_is_not_asked_for_more_than_it_does_at_once() -> None:
    class Counting:
        now = most = 0

        async def ask(self, request: Request, text: int | None = None) -> Answer:
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0)
            self.now -= 1
            return Answer(0)

    async def run() -> None:
        helper = Counting()
        local = LocalAgent(helper, LocalSettings(), USER, found_in({}), host="h", clock=lambda: 0.0)
        letter = batch(program("/bin/true"), recipient(1, "alice"), host="")
        await asyncio.gather(*(local.deliver(letter) for _ in range(100)))
        assert helper.most == 48

    asyncio.run(run())
