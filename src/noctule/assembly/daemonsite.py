"""One configuration as a running daemon sees it: sockets bound, workers to be started."""

import contextlib
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from noctule.accounts.guesses import Guesses
from noctule.assembly.checking import include_map_errors
from noctule.assembly.logs import LogTarget, open_log
from noctule.assembly.queues import queue_directories
from noctule.assembly.reading import Request, read_configuration
from noctule.assembly.settings import helper_policy, run_as
from noctule.assembly.tables import open_tables
from noctule.base.errors import ConfigurationError
from noctule.config import Configuration, DaemonPort
from noctule.maps import Environment
from noctule.mqueue.reading import shards
from noctule.net.listen import bind, bind_unix
from noctule.observe.log import Log
from noctule.receive.settings import Daemon
from noctule.symbols.expand import expand

_SMTP = 25


@dataclass(frozen=True, slots=True)
class Bound:
    """A daemon and its socket."""

    daemon: Daemon
    port: DaemonPort
    sock: socket.socket


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonRequest:
    """What the command line says about a daemon."""

    configuration: Request
    log: LogTarget
    queue_interval: float = 0.0  # -q30m, seconds; 0.0: no queue runs


@dataclass(slots=True, kw_only=True)
class Site:
    """Implements supervise.Site."""

    request: DaemonRequest
    configuration: Configuration
    directory: Path
    bound: list[Bound] = field(default_factory=list)
    log: Log
    guesses: Guesses

    @property
    def workers(self) -> int:
        """Option Workers, or one for each core; never fewer than there are shards with mail in them."""
        wanted = self.configuration.options.integer("Workers") or len(os.sched_getaffinity(0))
        numbers = [int(shard) for shard in shards(self.directory) if shard.isdecimal()]
        return max(wanted, *(number + 1 for number in numbers)) if numbers else wanted

    @property
    def control_path(self) -> Path:
        return self.directory / "control"

    def work(self, slot: int, control: socket.socket) -> None:
        """Be a worker until drained."""
        from noctule.assembly.worker import work

        work(self, slot, control)

    def reopen_log(self) -> None:
        self.log.reopen()
        _give_log(self.request.log, self.configuration)

    def note(self, text: str) -> None:
        self.log.supervised(text)

    def write_pid_file(self, command: str) -> None:
        """PidFile: our process id, and how we were called.  Nobody else may write it, whatever the umask."""
        path = expand(self.configuration.options.string("PidFile"), self.configuration.macros)
        if not path:
            return
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
            with open(descriptor, "w") as file:  # noqa: PTH123
                file.write(f"{os.getpid()}\n{command}\n")
        except OSError as error:
            self.note(f"unable to write pid to {path}: {error.strerror}")

    def remove_pid_file(self) -> None:
        path = expand(self.configuration.options.string("PidFile"), self.configuration.macros)
        with contextlib.suppress(OSError):
            Path(path).unlink()


def load_site(request: DaemonRequest, former: Site | None = None) -> Site:
    """Read the configuration, bind what it wants to listen on, taking over the sockets of a former site.

    Raises ConfigurationError with all errors of the file; then nothing was bound.
    """
    configuration = read_configuration(request.configuration)
    with contextlib.closing(open_tables(configuration, Environment())) as tables:
        include_map_errors(configuration, tables.errors)
    if configuration.errors:
        raise ConfigurationError("\n".join(str(error) for error in configuration.errors))
    helper_policy(configuration)
    run_as(configuration.options)
    directory = queue_directories(configuration.options)[0]
    _make_queue(directory, configuration)
    log = former.log if former is not None else open_log(configuration, request.log)
    log.level = configuration.options.integer("LogLevel")
    _give_log(request.log, configuration)
    taken = {bound.daemon: bound.sock for bound in former.bound} if former is not None else {}
    bound = _bind_all(configuration, taken)
    guesses = former.guesses if former is not None else Guesses(time.monotonic)
    return Site(
        request=request, configuration=configuration, directory=directory, bound=bound, log=log, guesses=guesses
    )


def _make_queue(directory: Path, configuration: Configuration) -> None:
    """The queue directory has to be there, ours and closed to others."""
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        identity = run_as(configuration.options)
        if identity is not None and os.geteuid() == 0:
            os.chown(directory, *identity)
    except OSError as error:
        raise ConfigurationError(f"cannot chdir({directory}): {error.strerror}") from None


def _give_log(target: LogTarget, configuration: Configuration) -> None:
    """A log file has to be writable for workers that are not root."""
    identity = run_as(configuration.options)
    if identity is not None and target.file not in ("", "-") and os.geteuid() == 0:
        os.chown(target.file, *identity, follow_symlinks=False)


def _bind_all(configuration: Configuration, taken: Mapping[Daemon, socket.socket]) -> list[Bound]:
    ports = configuration.options.ports("DaemonPortOptions") or (DaemonPort(),)
    daemons = [_daemon(port, number) for number, port in enumerate(ports)]
    bound: list[Bound] = []
    for daemon, port in zip(daemons, ports, strict=True):
        sock = taken.get(daemon)
        if sock is None:
            try:
                sock = _bind(daemon, port.listen)
            except OSError as error:
                if daemon.has("O"):
                    continue
                for other in bound:
                    if other.daemon not in taken:
                        other.sock.close()
                text = f"opendaemonsocket: daemon {daemon.name}: cannot bind: {error.strerror or error}"
                raise ConfigurationError(text) from None
        bound.append(Bound(daemon, port, sock))
    for daemon, sock in taken.items():
        if all(other.daemon != daemon for other in bound):
            sock.close()
    return bound


def _daemon(port: DaemonPort, number: int) -> Daemon:
    """A DaemonPortOptions line with its defaults filled in.  Raises ConfigurationError for an unknown service."""
    return Daemon(
        name=port.name or f"Daemon{number}",
        flags=port.flags,
        family=port.family,
        address=port.address,
        port=_port_number(port.port),
    )


def _port_number(text: str) -> int:
    if not text:
        return _SMTP
    if text.isdecimal():
        return int(text)
    try:
        return socket.getservbyname(text, "tcp")
    except OSError:
        raise ConfigurationError(f'service "{text}" unknown') from None


def _bind(daemon: Daemon, backlog: int) -> socket.socket:
    if daemon.family == "unix":
        return bind_unix(daemon.address, backlog=backlog)
    any_address = "::" if daemon.family == "inet6" else "0.0.0.0"  # noqa: S104 - what an absent Addr= means
    address = daemon.address.removeprefix("IPv6:").strip("[]") or any_address
    return bind(_numeric(address, daemon.family), daemon.port, backlog=backlog)


def _numeric(address: str, family: str) -> str:
    """Addr= may be a name."""
    wanted = socket.AF_INET6 if family == "inet6" else socket.AF_INET
    return str(socket.getaddrinfo(address, None, wanted, socket.SOCK_STREAM)[0][4][0])
