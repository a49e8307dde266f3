"""One configuration, the server that runs it, and the sinks it relays to."""

import functools
import getpass
import os
import random
import shlex
import shutil
import socket
import subprocess
import time
from pathlib import Path

from dialogs.cases import Case
from dialogs.differences import message_count
from dialogs.player import CommandLink, Link, Player, TcpLink
from dialogs.sinks import PORTS, Sinks
from dialogs.transcript import Normaliser, messages_shown

HOST = "mail.example.test"
DEFAULT_USER = 1  # whom deliveries to files and programs are made for
_MARKS = ("@ESMTP@", "@PLAIN@", "@LMTP@", "@SEVEN@", "@UTF8@", "@DEAD@")
_START, _STOP = 60.0, 20.0  # seconds


def free_ports(count: int) -> int:
    """The first of so many consecutive ports of loopback that nobody uses, below those the system hands out."""
    for _ in range(100):
        first = random.randrange(12000, 30000 - count)
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise OSError(f"no {count} free ports in a row")


class NotServingError(Exception):
    """The server did not begin to listen."""


class Site:
    """Serves one configuration, as a context.  `launcher` is a command (see README.md); `data` holds configs/.

    `seen_from` is the root directory of the server.
    """

    def __init__(
        self, config: str, *, launcher: list[str], data: Path, work: Path, seen_from: Path = Path("/")
    ) -> None:
        self.folder = work / config
        self._view = Path("/") / self.folder.relative_to(seen_from)
        self._sources = (data / "configs" / "common", data / "configs" / config)
        self._launcher = launcher
        self._port = free_ports(2 + PORTS)
        self._sinks = Sinks(self._port + 2)
        self._variables = {
            "DIALOG_CONFIG": config,
            "DIALOG_WORK": str(self.folder),
            "DIALOG_VIEW": str(self._view),
            "DIALOG_PORT": str(self._port),
            "DIALOG_SINKS": str(self._sinks.base),
            "DIALOG_OPTIONS": "",
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._left = False  # there is something in the queue

    def __enter__(self) -> "Site":
        self._sinks.__enter__()
        self._lay_out()
        self._serve()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._sinks.__exit__()

    @property
    def log(self) -> str:
        """What the server printed."""
        path = self.folder.with_suffix(".log")
        return path.read_text(errors="replace") if path.exists() else ""

    def _serve(self) -> None:
        with self.folder.with_suffix(".log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._launcher, "serve"],
                env=os.environ | self._variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + _START
        while not _listening(self._port):
            if self._process.poll() is not None or time.monotonic() > end:
                raise NotServingError(f"nothing serves {self.folder.name}:\n{self.log[-4000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_STOP)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def ready_for(self, case: Case) -> None:
        """Begin anew if a case before has left something in the queue, or the server had other options."""
        others = case.options != self._variables["DIALOG_OPTIONS"]
        self._variables["DIALOG_OPTIONS"] = case.options
        if self._left or case.fresh or others:
            self.stop()
            if self._left or case.fresh:
                self._empty()
            self._serve()
        self._left = False

    def play(self, case: Case, expected: list[str] | None) -> list[str]:
        """The whole transcript: the dialogue, what came out, the queue and files if the case wants them shown.

        Without something to expect it waits until nothing more comes out.
        """
        norm = self.normaliser(case)
        self._sinks.take()
        player = Player(case, functools.partial(self._connect, case), norm, self._flush, self._command)
        lines = player.play()
        count = None if expected is None else message_count(expected)
        if case.head.get("deliver") != "no" and (count != 0 or player.sent_text or "settle" in case.head):
            self._sinks.settle(count)
        lines += messages_shown(norm, self._sinks.take())
        if case.lists_queue:
            queued = self._queue()
            self._left = bool(queued)
            lines += ["== queue", *(f"q {norm.text(line)}" for line in queued)]
        for path in case.head.get("show", "").split():
            lines += [f"== file {path}", *self._file(norm, path)]
        assert self._process is not None
        if self._process.poll() is not None:
            lines.append("X server ended")
        return lines

    def normaliser(self, case: Case) -> Normaliser:
        """What makes the lines of two runs of a case comparable."""
        over_stdio = case.head.get("via") == "bs"
        ports = range(self._port, self._port + 2 + PORTS)
        return Normaliser(HOST, str(self._view), ports, getpass.getuser() if over_stdio else "")

    def _connect(self, case: Case, source: str, target: str) -> Link:
        match case.head.get("via"):
            case "bs":
                variables = [f"{name}={value}" for name, value in self._variables.items()]
                return CommandLink(shlex.join(["env", *variables, *self._launcher, "bs"]))
            case "msa":
                return TcpLink(self._port + 1, source, target)
            case _:
                return TcpLink(self._port, source, target)

    def _lay_out(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        marks = {"@DIR@": self._view, "@PORT@": self._port, "@MSA@": self._port + 1}
        marks |= {mark: self._sinks.base + number for number, mark in enumerate(_MARKS)}
        for source in self._sources:
            for path in source.rglob("*"):
                target = self.folder / path.relative_to(source)
                if path.is_dir():
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                text = path.read_text()
                for mark, value in marks.items():
                    text = text.replace(mark, str(value))
                target.write_text(text)
        self._empty()

    def _empty(self) -> None:
        """The folders that a server writes into, with nothing in them."""
        for name in ("mqueue", "spool", "out"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            (self.folder / name).mkdir()
        if os.geteuid() == 0:
            os.chown(self.folder / "out", DEFAULT_USER, DEFAULT_USER)

    def _command(self, arguments: list[str], text: bytes) -> tuple[bytes, int]:
        """What sendmail prints with these arguments (@DIR@: the folder), and the status it ends with."""
        command = [*self._launcher, "run", *(word.replace("@DIR@", str(self._view)) for word in arguments)]
        done = subprocess.run(
            command,
            env=os.environ | self._variables,
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
        return done.stdout, done.returncode

    def _run(self, verb: str) -> str:
        environment = os.environ | self._variables
        done = subprocess.run([*self._launcher, verb], env=environment, capture_output=True, text=True, timeout=60)
        return done.stdout

    def _queue(self) -> list[str]:
        return sorted(self._run("queue").splitlines())

    def _flush(self) -> None:
        self._run("flush")

    def _file(self, norm: Normaliser, path: str) -> list[str]:
        try:
            data = (self.folder / path).read_bytes()
        except OSError:
            return ["f (no file)"]
        return [f"f {norm.line(line)}" for line in data.split(b"\n")]


def _listening(port: int) -> bool:
    """Reads the kernel's table, so that no connection is made."""
    rows = (row.split() for row in Path("/proc/net/tcp").read_text().splitlines())
    return any(row[3] == "0A" and row[1].endswith(f":{port:04X}") for row in rows if len(row) > 3)
