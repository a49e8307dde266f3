"""`sendmail -bs` as an administrator types it to see what his site says."""

import os
import subprocess
import sys
from pathlib import Path

from commands.modes.test_submit import RUN

CF = Path(__file__).parents[2] / "receive" / "data" / "small.cf"
TALK = b"EHLO client.example.net\r\nAUTH PLAIN AGpvZQBzZWNyZXQ=\r\nMAIL FROM:<a@example.net>\r\nRSET\r\nQUIT\r\n"


def spoken(folder: Path, *flags: str, talk: bytes = TALK) -> tuple[list[str], str]:
    """The lines of its replies, and what it wrote to standard error."""
    (folder / "queue").mkdir(mode=0o700, exist_ok=True)
    command = [sys.executable, "-c", RUN, f"-C{CF}", f"-OQueueDirectory={folder / 'queue'}", *flags, "-bs", "-Am"]
    read, write = os.pipe()  # a line at a time: a client that talks ahead of EHLO's answer is refused
    with subprocess.Popen(command, stdin=read, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        os.close(read)
        assert process.stdout is not None
        assert process.stderr is not None
        said = [process.stdout.readline().decode()]
        for line in talk.splitlines(keepends=True):
            os.write(write, line)
            said.append(process.stdout.readline().decode())
            while said[-1][3:4] == "-":
                said.append(process.stdout.readline().decode())
        os.close(write)
        return [line.rstrip("\r\n") for line in said], process.stderr.read().decode()


def test_the_banner_is_the_sites_own_and_ehlo_lists_size(tmp_path: Path) -> None:
    said, shown = spoken(tmp_path, "-OSmtpGreetingMessage=mail.example.test ready", "-OMaxMessageSize=15000000")
    assert said[0] == "220 mail.example.test ESMTP ready"
    assert "250-SIZE 15000000" in said
    assert shown == ""


def test_a_log_level_that_was_asked_for_is_shown(tmp_path: Path) -> None:
    _, shown = spoken(tmp_path, "-OLogLevel=14")
    assert ": NOQUEUE: connect from " in shown
    assert "<-- " not in shown


def test_the_conversation_is_shown_without_what_must_stay_secret(tmp_path: Path) -> None:
    said, shown = spoken(tmp_path, "-OLogLevel=15")
    assert ": <-- EHLO client.example.net\n" in shown
    assert f": --- {said[-1]}\n" in shown
    assert ": <-- AUTH PLAIN ...\n" in shown
    assert "AGpvZQBzZWNyZXQ=" not in shown


def test_a_client_behind_a_socket_sees_no_log(tmp_path: Path) -> None:
    """inetd gives the connection as all three descriptors."""
    import socket

    (tmp_path / "queue").mkdir(mode=0o700)
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-c", RUN, f"-C{CF}", f"-OQueueDirectory={tmp_path / 'queue'}", "-OLogLevel=15", "-bs"]
    with ours, subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs):
        theirs.close()
        ours.sendall(b"QUIT\r\n")
        heard = b""
        while data := ours.recv(4096):
            heard += data
    assert [line[:3] for line in heard.splitlines()] == [b"220", b"221"]
