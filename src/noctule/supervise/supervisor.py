"""Starts workers, watches them, and does as the signals say.

SIGHUP reloads: the new configuration is read first; if it is broken the old one stays and the log says why.  Then one
worker after the other is drained and replaced, so that somebody always accepts.  SIGTERM and SIGINT drain all and stop.
A worker that dies is replaced; its queue shard is found again by its successor.  A worker that cannot be built from the
configuration (a file that it names is unsafe, say) before any was ready ends the start, and after a reload brings the
old configuration back.
"""

import contextlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, Protocol

from noctule.base.errors import ConfigurationError, NoctuleError, UsageError
from noctule.supervise.backoff import restart_delay
from noctule.supervise.control import ControlSocket
from noctule.supervise.manager import ServiceManager

DRAIN_LIMIT = 30.0  # seconds a worker has to finish its sessions before it is killed
_CONTROL_LINE = 4096  # bytes
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR1)


class Site(Protocol):
    """What the supervisor needs of a loaded configuration (assembly.Site has it)."""

    @property
    def workers(self) -> int: ...
    @property
    def control_path(self) -> Path: ...
    def work(self, slot: int, control: socket.socket) -> None:
        """Be worker number `slot`: write a line to `control` when ready, return when drained.  In a child process."""
        ...

    def reopen_log(self) -> None: ...
    def note(self, text: str) -> None:
        """A line for the log."""
        ...


@dataclass(slots=True)
class _Slot:
    """One worker's place: who is in it, and how long its latest occupants lived."""

    number: int
    pid: int = 0
    control: socket.socket | None = None
    started: float = 0.0
    start_at: float = 0.0
    kill_at: float | None = None
    site: Site | None = None  # the configuration that it runs
    lifetimes: list[float] = field(default_factory=list)


class Supervisor:
    """The parent of the process tree; `run` returns the exit status."""

    def __init__(self, site: Site, reload: Callable[[], Site], manager: ServiceManager | None = None) -> None:
        self._site = site
        self._reload = reload
        self._manager = manager or ServiceManager()
        self._slots = [_Slot(number) for number in range(site.workers)]
        self._status = os.EX_OK
        self._previous: Site | None = None
        self._proven = False  # a worker of this configuration has been ready
        self._stopping = False
        self._selector = selectors.DefaultSelector()
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._control: ControlSocket | None = None

    def run(self) -> int:
        self._catch_signals()
        self._control = ControlSocket(self._site.control_path, self._selector, self._request)
        try:
            while not (self._stopping and not any(slot.pid for slot in self._slots)):
                self._start_due()
                self._wait()
            return self._status
        finally:
            self._control.close()
            self._release_signals()

    def _catch_signals(self) -> None:
        for end in (self._wake_reader, self._wake_writer):
            end.setblocking(False)
        signal.set_wakeup_fd(self._wake_writer.fileno(), warn_on_full_buffer=False)
        for number in _SIGNALS:
            signal.signal(number, lambda *_: None)
        self._selector.register(self._wake_reader, selectors.EVENT_READ, self._signals)

    def _release_signals(self) -> None:
        signal.set_wakeup_fd(-1)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        self._selector.close()
        self._wake_reader.close()
        self._wake_writer.close()

    def _wait(self) -> None:
        now = time.monotonic()
        moments = [slot.start_at for slot in self._slots if not slot.pid and not self._stopping]
        moments += [slot.kill_at for slot in self._slots if slot.pid and slot.kill_at is not None]
        timeout = max(0.0, min(moments) - now) if moments else None
        for key, _ in self._selector.select(timeout):
            key.data()
        now = time.monotonic()
        for slot in self._slots:
            if slot.pid and slot.kill_at is not None and slot.kill_at <= now:
                self._signal(slot, signal.SIGKILL)
                slot.kill_at = now + DRAIN_LIMIT

    def _signals(self) -> None:
        with contextlib.suppress(BlockingIOError):
            for number in self._wake_reader.recv(4096):
                match number:
                    case signal.SIGTERM | signal.SIGINT:
                        self._stop()
                    case signal.SIGHUP:
                        self._load_again()
                    case signal.SIGUSR1:
                        self._site.reopen_log()
                        self._tell_all({"do": "reopen-log"})
                    case _:
                        self._reap()

    def _start_due(self) -> None:
        now = time.monotonic()
        for slot in self._slots:
            if not slot.pid and not self._stopping and slot.start_at <= now:
                self._start(slot)

    def _start(self, slot: _Slot) -> None:
        slot.started = time.monotonic()
        try:
            slot.pid, control = self._fork(slot.number)
        except OSError as error:  # no more processes or descriptors, now
            self._site.note(f"cannot start worker {slot.number}: {error.strerror}")
            slot.lifetimes = [*slot.lifetimes[-9:], 0.0]
            slot.start_at = slot.started + restart_delay(slot.lifetimes)
            return
        slot.control, slot.site, slot.kill_at = control, self._site, None
        self._selector.register(control, selectors.EVENT_READ, lambda: self._heard(slot))

    def _fork(self, number: int) -> tuple[int, socket.socket]:
        """A new worker's process id, and our end of its control socket."""
        ours, theirs = socket.socketpair()
        sys.stdout.flush()
        sys.stderr.flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # none may reach the child before it forgot our handlers
        try:
            pid = os.fork()
            if pid == 0:
                ours.close()
                self._be_worker(number, theirs)
        except OSError:
            ours.close()
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            theirs.close()
        ours.setblocking(False)
        return pid, ours

    def _be_worker(self, number: int, control: socket.socket) -> NoReturn:
        status = os.EX_SOFTWARE
        try:
            if self._control is not None:
                self._control.forget()
            for slot in self._slots:
                if slot.control is not None:
                    slot.control.close()
            self._release_signals()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            self._site.work(number, control)
            status = os.EX_OK
        except ConfigurationError as error:
            status = os.EX_CONFIG
            sys.stderr.write(f"{error}\n")
            sys.stderr.flush()
            self._site.note(f"worker {number} cannot start: {error}")
        except Exception as error:
            self._site.note(f"worker {number} failed: {type(error).__name__}: {error}")
        finally:
            os._exit(status)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for slot in self._slots:
                if slot.pid == pid:
                    self._ended(slot, status)

    def _ended(self, slot: _Slot, status: int) -> None:
        now = time.monotonic()
        code = os.waitstatus_to_exitcode(status)
        expected = slot.kill_at is not None
        if slot.control is not None:
            self._selector.unregister(slot.control)
            slot.control.close()
        slot.pid, slot.control, slot.kill_at = 0, None, None
        if expected:
            slot.lifetimes.clear()
        elif code == os.EX_CONFIG and not self._proven:
            self._refused()
        else:
            slot.lifetimes = [*slot.lifetimes[-9:], now - slot.started]
            how = f"signal {-code}" if code < 0 else f"status {code}"
            self._site.note(f"worker {slot.number} ended with {how}, starting another")
        slot.start_at = now + restart_delay(slot.lifetimes)

    def _heard(self, slot: _Slot) -> None:
        """A worker is ready, so the next may be replaced; or its end of the socket is gone, and it soon is too."""
        control = slot.control
        if control is None:
            return
        try:
            said = control.recv(_CONTROL_LINE)
        except OSError:
            said = b""
        if said and slot.site is self._site:
            if not self._proven:
                self._manager.ready()
            self._proven = True
            self._replace_next()
        elif not said:
            self._selector.unregister(control)
            control.close()
            slot.control = None

    def _refused(self) -> None:
        """No worker can be built from the new configuration."""
        if self._previous is not None:
            self._site, self._previous, self._proven = self._previous, None, True
            self._site.note("the configuration of before is back")
            self._manager.ready()
        elif not self._stopping:
            self._status = os.EX_CONFIG
            self._stop()

    def _stop(self) -> None:
        self._stopping = True
        self._manager.stopping()
        for slot in self._slots:
            self._drain(slot)

    def _drain(self, slot: _Slot) -> None:
        if slot.pid and slot.kill_at is None:
            slot.kill_at = time.monotonic() + DRAIN_LIMIT
            self._signal(slot, signal.SIGTERM)

    def _load_again(self) -> None:
        self._manager.reloading()
        try:
            site = self._reload()
            workers = site.workers
        except Exception as error:  # whatever is wrong with the new one, mail goes on under the old one
            why = str(error) if isinstance(error, NoctuleError | OSError) else f"{type(error).__name__}: {error}"
            self._site.note(f"configuration not reloaded, the old one stays: {why}")
            self._manager.ready()
            return
        self._site, self._previous = site, self._site
        self._proven = False
        self._site.note("configuration reloaded")
        while len(self._slots) < workers:
            self._slots.append(_Slot(len(self._slots)))
        self._replace_next()

    def _replace_next(self) -> None:
        """Drain one worker of another configuration, unless one is being drained."""
        if self._stopping or any(slot.pid and slot.kill_at is not None for slot in self._slots):
            return
        for slot in self._slots:
            if slot.pid and slot.site is not self._site:
                self._drain(slot)
                return

    def _signal(self, slot: _Slot, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(slot.pid, number)

    def _tell_all(self, request: dict[str, object]) -> None:
        line = json.dumps(request).encode() + b"\n"
        for slot in self._slots:
            if slot.control is not None:
                with contextlib.suppress(OSError):
                    slot.control.send(line)

    def _request(self, request: dict[str, object]) -> dict[str, object]:
        match request["do"]:
            case "status":
                return {"workers": [slot.pid for slot in self._slots], "stopping": self._stopping}
            case "run-queue" | "look":
                self._tell_all(request)
                return {}
            case "reload":
                self._load_again()
                return {}
            case "stop":
                self._stop()
                return {}
            case other:
                raise UsageError(f"unknown request {other!r}")
