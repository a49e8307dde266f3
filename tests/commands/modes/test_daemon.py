"""Daemons as they are started: `noctule serve` and `sendmail -bD` and -bd."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assembly.configurations import write_cf
from noctule.commands.modes.daemon import _does
from noctule.supervise.control import ask

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (0.0, "SMTP"),
        (1800.0, "SMTP+queueing@00:30:00"),
        (93784.0, "SMTP+queueing@1+02:03:04"),
    ],
)
def test_what_a_daemon_does(interval: float, text: str) -> None:
    assert _does(interval) == text


class Site:
    """A configuration that listens on a unix socket, so that no port is guessed; its pid file is a FIFO to wait on."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.socket = root / "smtp"
        self.pid_file = root / "pid"
        os.mkfifo(self.pid_file)
        self.fifo = os.open(self.pid_file, os.O_RDWR | os.O_NONBLOCK)
        self.cf = write_cf(
            root,
            f"O DaemonPortOptions=Name=MTA, Family=unix, Addr={self.socket}",
            f"O PidFile={self.pid_file}",
            "O Workers=1",
        )

    def started(self) -> tuple[int, str]:
        """Wait for the pid file: the process number, and the command."""
        ready, _, _ = select.select([self.fifo], [], [], 30)
        assert ready, "no daemon within 30 seconds"
        pid, command = os.read(self.fifo, 65536).decode().splitlines()
        return int(pid), command

    def greeting(self) -> bytes:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(30)
            client.connect(str(self.socket))
            return client.recv(1000)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    os.close(made.fifo)


@contextlib.contextmanager
def running(*command: object) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([str(word) for word in command], stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def test_serving_in_the_foreground(site: Site) -> None:
    log = site.root / "log"
    with running(BIN / "noctule", "serve", "--config", site.cf, "--log", log, "-q", "30m") as process:
        pid, command = site.started()
        assert pid == process.pid
        assert " serve --config " in command
        assert site.greeting().startswith(b"220 host.example.com ESMTP ")
        assert (site.root / "queue" / "control").is_socket()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        assert process.returncode == 0
    text = log.read_text()
    assert "SMTP+queueing@00:30:00" in text
    assert "noctule" in text
    assert not site.pid_file.exists()


def test_sendmail_in_the_foreground_and_a_queue_run_through_it(site: Site) -> None:
    with running(BIN / "sendmail", "-bD", f"-C{site.cf}", "-OLogLevel=0") as process:
        assert site.started()[0] == process.pid
        assert site.greeting().startswith(b"220 ")
        done = subprocess.run([BIN / "sendmail", f"-C{site.cf}", "-q"], capture_output=True, timeout=60)
        assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 0)
        assert ask(site.root / "queue" / "control", {"do": "no such thing"})["ok"] is False


def test_sendmail_in_the_background(site: Site) -> None:
    done = subprocess.run([BIN / "sendmail", "-bd", f"-C{site.cf}", "-OLogLevel=0"], timeout=60, capture_output=True)
    pid, _ = site.started()
    watched = os.pidfd_open(pid)
    try:
        assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 0)
        assert os.getsid(pid) != os.getsid(0)
        assert site.greeting().startswith(b"220 ")
    finally:
        os.kill(pid, signal.SIGTERM)
        ready, _, _ = select.select([watched], [], [], 60)
        os.close(watched)
    assert ready, "the daemon did not end"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("O NoSuchOption=1", b"line 10: readcf: unknown option name NoSuchOption\n"),
        ("Kbroken hash", b"line 10: No file name for hash map broken\n"),
        ("O RunAsUser=no-such-user", b"unknown user no-such-user\n"),
        ("O DaemonPortOptions=Family=unix, Addr=/nonexistent/a/b", b"cannot bind: No such file or directory\n"),
    ],
)
def test_a_broken_configuration_does_not_start(tmp_path: Path, line: str, words: bytes) -> None:
    cf = write_cf(tmp_path, line)
    for command in (["noctule", "serve", "--config", cf], ["sendmail", "-bD", f"-C{cf}"]):
        done = subprocess.run([BIN / command[0], *command[1:]], capture_output=True, timeout=60)
        assert done.stderr.endswith(words)
        assert done.returncode == 78
