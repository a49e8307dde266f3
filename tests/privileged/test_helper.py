"""The real helper process, real files, real programs."""

import asyncio
import contextlib
import errno
import mailbox
import os
import pwd
import resource
import socket
import stat
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from noctule.base.errors import ProtocolError, TemporaryError
from noctule.privileged import Answer, AppendFile, Client, Identity, Maildir, Policy, ReadFile, RunProgram, start
from noctule.privileged.client import text_descriptor
from noctule.privileged.protocol import Frames, Request, encode_request
from noctule.privileged.server import Server

NOBODY = Identity("nobody", pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
ME = Identity(pwd.getpwuid(os.getuid()).pw_name, os.getuid(), os.getgid())
USER = NOBODY if os.getuid() == 0 else ME
POLICY = Policy(default_user=USER)
as_root = pytest.mark.skipif(os.getuid() != 0, reason="needs root")


@pytest.fixture
def place(public: Path) -> Path:
    """A directory the user owns."""
    place = public / "place"
    place.mkdir(mode=0o755)
    os.chown(place, USER.uid, USER.gid)
    return place


@contextlib.asynccontextmanager
async def helper(policy: Policy = POLICY) -> AsyncIterator[Client]:
    process, sock = start(policy)
    client = Client(sock)
    try:
        yield client
    finally:
        await client.close()
        assert await asyncio.to_thread(process.wait, 10) == 0


def ask(request: Request, text: bytes = b"", policy: Policy = POLICY) -> Answer:
    async def run() -> Answer:
        async with helper(policy) as client:
            return await give(client, request, text)

    return asyncio.run(run())


async def give(client: Client, request: Request, text: bytes) -> Answer:
    descriptor = text_descriptor([text])
    try:
        return await client.ask(request, descriptor)
    finally:
        os.close(descriptor)


def program(path: str, *argv: str, **more: object) -> RunProgram:
    return RunProgram(path=path, argv=(path, *argv), identity=USER, **more)  # type: ignore[arg-type]


def test_a_program_gets_the_text_and_its_output_comes_back() -> None:
    assert ask(program("/bin/cat"), b"Subject: x\n\nbody\n") == Answer(0, "", "Subject: x\n\nbody\n")


def test_the_environment_is_what_was_asked_for_and_nothing_else() -> None:
    got = ask(program("/usr/bin/env", environment=(("AGENT", "sendmail"), ("TZ", "UTC"))))
    assert sorted(got.output.split()) == ["AGENT=sendmail", "TZ=UTC"]


def test_no_shell_looks_at_the_arguments() -> None:
    assert ask(program("/bin/echo", "$(id)", ";", "`id`")).output == "$(id) ; `id`\n"


def test_nothing_of_the_helper_is_open_in_the_program() -> None:
    assert ask(program("/bin/ls", "/proc/self/fd")).output.split() == ["0", "1", "2", "3"]  # 3 is ls reading


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ("exit 67", Answer(67)),
        ("kill -9 $$", Answer(75, "died with signal 9", "", 9)),
        ("yes | head -c 100000; exit 75", Answer(75, "", "y\n" * 20)),
        ("exec sleep 60 >/dev/null 2>&1 & exit 0", Answer(0)),
    ],
)
def test_how_a_program_ends(script: str, answer: Answer) -> None:
    assert ask(program("/bin/sh", "-c", script, max_output=40)) == answer


def test_a_program_that_hangs_is_ended() -> None:
    assert ask(program("/bin/sh", "-c", "echo begun; sleep 60; true", timeout=0.3)) == Answer(
        75, "timeout waiting for program", "begun\n"
    )


def test_programs_are_ended_and_answered_for(place: Path) -> None:
    async def run() -> None:
        async with helper() as client:
            started = place / "started"
            os.mkfifo(started)
            os.chown(started, USER.uid, USER.gid)
            script = f"trap '' TERM; echo > {started}; sleep 60"
            running = asyncio.create_task(give(client, program("/bin/sh", "-c", script), b""))
            await asyncio.to_thread(started.read_bytes)
            await client.stop_programs()
            assert await running == Answer(75, "died with signal 9", "", 9)
            later = await give(client, program("/bin/true"), b"")
            assert (later.exit, later.text) == (75, f"cannot start a delivery: {os.strerror(errno.ESHUTDOWN)}")
            assert (await give(client, AppendFile(path=str(place / "file"), identity=USER), b"x")).exit == 0

    asyncio.run(run())


def test_a_program_that_is_not_there_is_a_temporary_trouble() -> None:
    assert ask(program("/no/such/program")) == Answer(71, "No such file or directory")


def test_the_first_directory_that_can_be_entered(tmp_path: Path) -> None:
    assert ask(program("/bin/pwd", directories=("/no/such", "/usr", "/"))).output == "/usr\n"


@as_root
def test_the_user_is_left_for_good() -> None:
    got = ask(program("/usr/bin/id"))
    assert f"uid={NOBODY.uid}(nobody)" in got.output and "0(root)" not in got.output


@as_root
@pytest.mark.parametrize("identity", [Identity("root", 0, 0), Identity("root", NOBODY.uid, 0), Identity("", 0, 5)])
def test_root_is_given_to_no_program_that_is_not_listed(identity: Identity) -> None:
    request = RunProgram(path="/usr/bin/id", argv=("id",), identity=identity)
    assert "0(root)" not in ask(request).output


@as_root
def test_another_users_name_does_not_lend_his_groups() -> None:
    request = RunProgram(path="/usr/bin/id", argv=("id", "-G"), identity=Identity("root", NOBODY.uid, NOBODY.gid))
    assert ask(request).output.split() == [str(NOBODY.gid)]


@as_root
def test_a_listed_program_runs_as_root() -> None:
    policy = Policy(default_user=USER, root_programs=frozenset({"/usr/bin/id"}))
    request = RunProgram(path="/usr/bin/id", argv=("id", "-u"), identity=Identity("root", 0, 0))
    assert ask(request, policy=policy).output == "0\n"


@as_root
def test_chroot() -> None:
    got = ask(program("/bin/cat", "/etc/passwd", root="/proc/self/fdinfo"))
    assert got.exit == 71  # nothing to run in there


def test_a_mailbox_is_made_private_and_appended_to(place: Path) -> None:
    box = place / "box"
    request = AppendFile(path=str(box), identity=USER, mailbox=True)
    for i in range(2):
        assert ask(request, b"From a@b Thu Jan  1 00:00:00 1970\nSubject: %d\n\nx\n\n" % i) == Answer(0)
    assert stat.S_IMODE(box.stat().st_mode) == 0o600 and box.stat().st_uid == USER.uid
    messages = mailbox.mbox(box)
    assert [m["Subject"] for m in messages] == ["0", "1"]
    messages.close()
    assert [p.name for p in place.iterdir()] == ["box"]


def test_concurrent_writers_do_not_mix(place: Path) -> None:
    async def run() -> list[Answer]:
        request = AppendFile(path=str(place / "box"), identity=USER, mailbox=True)
        async with helper() as client:
            texts = [b"From x\nSubject: %d\n\n%b\n\n" % (i, b"%d" % (i % 10) * 200_000) for i in range(12)]
            return await asyncio.gather(*(give(client, request, text) for text in texts))

    assert {answer.exit for answer in asyncio.run(run())} == {0}
    messages = mailbox.mbox(place / "box")
    assert sorted(int(m["Subject"]) for m in messages) == list(range(12))
    assert all(len(set(m.get_payload().strip())) == 1 for m in messages)
    messages.close()


@pytest.mark.parametrize("mailbox_", [True, False])
def test_links_are_not_followed(place: Path, mailbox_: bool) -> None:
    target = place / "target"
    target.write_bytes(b"kept")
    target.chmod(0o666)
    (place / "soft").symlink_to(target)
    for name in ("soft", "hard"):
        if name == "hard":
            (place / "hard").hardlink_to(target)
        assert ask(AppendFile(path=str(place / name), identity=USER, mailbox=mailbox_), b"x").exit == 73
    assert target.read_bytes() == b"kept"


def test_only_regular_files(place: Path) -> None:
    os.mkfifo(place / "fifo")
    (place / "fifo").chmod(0o666)
    (place / "dir").mkdir()
    assert ask(AppendFile(path=str(place / "fifo"), identity=USER), b"x").exit == 73
    assert ask(AppendFile(path=str(place / "dir"), identity=USER), b"x").exit == 73
    assert ask(AppendFile(path="/dev/null", identity=USER), b"x").exit == 0


def test_a_locked_mailbox_is_temporary(place: Path) -> None:
    (place / "box.lock").touch()
    got = ask(AppendFile(path=str(place / "box"), identity=USER, mailbox=True, timeout=0.1), b"x")
    assert got == Answer(75, "mailbox is locked")


@as_root
def test_a_full_disk_leaves_the_mailbox_as_it_was(place: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("cannot mount")
    try:
        place.chmod(0o777)
        request = AppendFile(path=str(place / "box"), identity=USER, mailbox=True)
        assert ask(request, b"first\n\n").exit == 0
        assert ask(request, b"x" * 200_000) == Answer(71, "No space left on device")
        assert (place / "box").read_bytes() == b"first\n\n"
    finally:
        subprocess.run(["umount", place], check=True)


def test_maildir(place: Path) -> None:
    request = Maildir(path=str(place / "Maildir"), identity=USER, name="1.2.host")
    assert ask(request, b"Subject: x\n\n") == Answer(0)
    assert (place / "Maildir/new/1.2.host").read_bytes() == b"Subject: x\n\n"
    assert not list((place / "Maildir/tmp").iterdir())
    assert ask(Maildir(path=str(place / "Maildir"), identity=USER, name="../x"), b"").exit == 73


def test_reading_a_forward_file(place: Path) -> None:
    (place / ".forward").write_text("bob\n")
    # the directories above are the test runner's: what matters here is who reads
    policy = Policy(default_user=USER, relaxations=("ForwardFileInUnsafeDirPath",))
    whose = place.joinpath(".forward").stat()
    assert ask(ReadFile(path=str(place / ".forward"), identity=USER), policy=policy) == Answer(
        0, "", "bob\n", uid=whose.st_uid, gid=whose.st_gid
    )
    assert ask(ReadFile(path=str(place / ".none"), identity=USER), policy=policy) == Answer(
        66, "No such file or directory", errno=errno.ENOENT
    )
    (place / ".forward").chmod(0o646)
    assert ask(ReadFile(path=str(place / ".forward"), identity=USER), policy=policy) == Answer(
        77, "World writable file"
    )
    if os.getuid() == 0:
        (place / ".forward").chmod(0o600)
        assert ask(ReadFile(path=str(place / ".forward"), identity=USER), policy=policy).exit == 66  # root's own


@pytest.mark.parametrize("path", ["relative", "/a/../etc/passwd", ""])
def test_paths_that_are_refused(path: str) -> None:
    assert ask(AppendFile(path=path, identity=USER), b"x").exit == 77


def test_outside_of_safe_file_environment(place: Path) -> None:
    policy = Policy(default_user=USER, safe_file_environment=str(place))
    assert ask(AppendFile(path="/var/tmp/x", identity=USER), b"x", policy).exit == 77
    assert ask(AppendFile(path=str(place / "x"), identity=USER), b"x", policy).exit == 0


def test_many_requests_at_a_time_with_few_jobs() -> None:
    async def run() -> list[Answer]:
        async with helper(Policy(default_user=USER, max_jobs=3)) as client:
            return await asyncio.gather(*(give(client, program("/bin/cat"), b"%d" % i) for i in range(20)))

    assert [answer.output for answer in asyncio.run(run())] == [str(i) for i in range(20)]


def test_a_helper_that_died_is_a_temporary_error() -> None:
    async def run() -> None:
        process, sock = start(POLICY)
        client = Client(sock)
        asking = asyncio.create_task(give(client, program("/bin/sleep", "60"), b""))
        assert (await give(client, program("/bin/cat"), b"x")).exit == 0
        process.kill()
        with pytest.raises(TemporaryError):
            await asking
        with pytest.raises(TemporaryError):
            await give(client, program("/bin/cat"), b"x")
        await client.close()
        process.wait()

    asyncio.run(run())


def test_a_peer_out_of_step_ends_the_helper() -> None:
    process, sock = start(POLICY)
    with sock:
        sock.sendall(b"\x00\x00\x00\x02[]")
        assert sock.recv(100) == b""
    assert process.wait(10) == 1


def test_a_machine_without_room_for_a_process_is_a_temporary_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room() -> int:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    ours, theirs = socket.socketpair()
    with ours, theirs, Path("/dev/null").open("rb") as text:
        socket.send_fds(ours, [encode_request(7, program("/bin/true"))], [text.fileno()])
        ours.shutdown(socket.SHUT_WR)
        monkeypatch.setattr(os, "fork", no_room)
        server = Server(theirs, POLICY)
        before = set(Path("/proc/self/fd").iterdir())
        server.serve()
        assert set(Path("/proc/self/fd").iterdir()) == before
        (answer,) = Frames().feed(ours.recv(65536))
        assert (answer["id"], answer["exit"]) == (7, 75)


def test_a_request_whose_text_was_lost_on_the_way_ends_the_helper() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    ours, theirs = socket.socketpair()
    with ours, theirs, Path("/dev/null").open("rb") as text:
        socket.send_fds(ours, [encode_request(7, program("/bin/true"))], [text.fileno()])
        server = Server(theirs, POLICY)
        lowest_free = os.dup(0)
        os.close(lowest_free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))
        try:
            with pytest.raises(ProtocolError, match="descriptor"):
                server.serve()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_it_is_known_when_the_helper_is_gone() -> None:
    async def run() -> None:
        process, sock = start(POLICY)
        client = Client(sock)
        process.kill()
        async with asyncio.timeout(10):
            await client.wait_ended()
        await client.close()
        await asyncio.to_thread(process.wait, 10)

    asyncio.run(run())
