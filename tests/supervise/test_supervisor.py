"""The real process tree, forked by a small program; workers tell a FIFO what they do, so nobody has to sleep."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from noctule.supervise.control import ask

PROGRAM = """
import json, os, signal, sys
from pathlib import Path
from noctule.base.errors import ConfigurationError
from noctule.supervise.manager import ServiceManager
from noctule.supervise.supervisor import Supervisor

root = Path(sys.argv[1])
fork = os.fork

def fork_if_there_is_room():
    if (root / "full").exists():
        (root / "full").unlink()
        raise BlockingIOError(11, "Resource temporarily unavailable")
    return fork()

os.fork = fork_if_there_is_room

def tell(text):
    with open(root / "fifo", "w") as out:
        out.write(text + "\\n")

class Site:
    control_path = root / "ctl"
    def __init__(self, name):
        self.name = name
        self.workers = 2
    def work(self, slot, control):
        if self.name == "refused":
            raise ConfigurationError("unsafe file")
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        tell(f"start {self.name} {slot} {os.getpid()}")
        control.send(b"ready\\n")
        signal.sigwait([signal.SIGTERM])
        tell(f"drained {self.name} {slot} {os.getpid()}")
    def reopen_log(self):
        pass
    def note(self, text):
        tell(f"note {text}")

def reload():
    name = (root / "site").read_text()
    if name == "broken":
        raise ConfigurationError("bad line")
    if name == "bug":
        raise ZeroDivisionError("division by zero")
    return Site(name)

sys.exit(Supervisor(reload(), reload, ServiceManager(str(root / "manager"))).run())
"""


class Tree:
    def __init__(self, root: Path, site: str = "one") -> None:
        (root / "site").write_text(site)
        os.mkfifo(root / "fifo")
        self.root = root
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.settimeout(30)
        self.manager.bind(str(root / "manager"))
        self.process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(root)], start_new_session=True)
        self.pending: list[list[str]] = []
        self.fifo = os.open(root / "fifo", os.O_RDWR)
        self.buffer = b""

    def next(self, kind: str) -> list[str]:
        """The words of the next line of that kind, keeping the others for later."""
        while True:
            for i, words in enumerate(self.pending):
                if words[0] == kind:
                    return self.pending.pop(i)
            self.buffer += os.read(self.fifo, 4096)
            *lines, rest = self.buffer.split(b"\n")
            self.buffer = rest
            self.pending += [line.decode().split() for line in lines]

    def starts(self) -> dict[str, int]:
        found = [self.next("start") for _ in range(2)]
        return {words[2]: int(words[3]) for words in found}


@pytest.fixture
def tree(tmp_path):
    tree = Tree(tmp_path)
    yield tree
    with contextlib.suppress(ProcessLookupError):
        os.killpg(tree.process.pid, signal.SIGKILL)  # the workers with it
    tree.process.wait()
    tree.manager.close()
    os.close(tree.fifo)


def test_a_killed_worker_is_back_in_its_slot_within_a_second(tree: Tree):
    first = tree.starts()
    killed = time.monotonic()
    os.kill(first["1"], signal.SIGKILL)
    words = tree.next("start")
    assert words[2] == "1" and int(words[3]) != first["1"]
    assert time.monotonic() - killed < 1
    assert "signal 9" in " ".join(tree.next("note"))


def test_a_machine_without_room_for_a_process_is_asked_again(tree: Tree):
    first = tree.starts()
    (tree.root / "full").touch()
    os.kill(first["1"], signal.SIGKILL)
    tree.next("note")
    assert "cannot start worker 1: Resource temporarily unavailable" in " ".join(tree.next("note"))
    assert tree.next("start")[2] == "1"
    tree.process.send_signal(signal.SIGTERM)
    assert tree.process.wait() == 0


def test_sigterm_drains_every_worker_and_ends_with_0(tree: Tree):
    tree.starts()
    tree.process.send_signal(signal.SIGTERM)
    assert {tree.next("drained")[2] for _ in range(2)} == {"0", "1"}
    assert tree.process.wait() == 0
    assert not (tree.root / "ctl").exists()


def test_sighup_replaces_the_workers_one_after_the_other(tree: Tree):
    tree.starts()
    (tree.root / "site").write_text("two")
    tree.process.send_signal(signal.SIGHUP)
    assert tree.next("drained")[2] == "0"
    assert tree.next("start")[1:3] == ["two", "0"]
    assert tree.next("drained")[2] == "1"
    assert tree.next("start")[1:3] == ["two", "1"]


@pytest.mark.parametrize(("site", "why"), [("broken", "bad line"), ("bug", "ZeroDivisionError: division by zero")])
def test_a_broken_configuration_keeps_the_old_one(tree: Tree, site: str, why: str):
    pids = tree.starts()
    (tree.root / "site").write_text(site)
    tree.process.send_signal(signal.SIGHUP)
    assert f"old one stays: {why}" in " ".join(tree.next("note"))
    status = ask(tree.root / "ctl", {"do": "status"})
    assert status["workers"] == [pids["0"], pids["1"]]


def test_a_configuration_that_workers_refuse_ends_the_start(tmp_path: Path):
    tree = Tree(tmp_path, "refused")
    assert tree.process.wait(20) == os.EX_CONFIG
    assert tree.next("note")[3:] == ["cannot", "start:", "unsafe", "file"]
    tree.manager.close()
    os.close(tree.fifo)


def test_a_configuration_that_workers_refuse_brings_the_old_one_back(tree: Tree):
    before = tree.starts()
    (tree.root / "site").write_text("refused")
    tree.process.send_signal(signal.SIGHUP)
    assert tree.next("drained")[1:3] == ["one", "0"]
    while "back" not in tree.next("note"):
        pass
    assert tree.next("start")[1:3] == ["one", "0"]
    assert set(ask(tree.root / "ctl", {"do": "status"})["workers"]) - set(before.values()) != set()


def test_an_unknown_request_is_an_answer_not_an_end(tree: Tree):
    tree.starts()
    assert ask(tree.root / "ctl", {"do": "dance"})["ok"] is False
    assert tree.process.poll() is None


def test_the_service_manager_hears_of_everything(tree):
    assert tree.manager.recv(200) == b"READY=1"
    for site in ("two", "broken", "refused"):
        (tree.root / "site").write_text(site)
        tree.process.send_signal(signal.SIGHUP)
        assert tree.manager.recv(200).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
        assert tree.manager.recv(200) == b"READY=1"
    tree.process.send_signal(signal.SIGTERM)
    assert tree.manager.recv(200) == b"STOPPING=1"
    assert tree.process.wait(30) == 0
