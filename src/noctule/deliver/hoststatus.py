"""What is known of other hosts, kept in a directory that all workers and commands share (HostStatusDirectory).

One small file for each host in the layout of Sendmail, `com./example./mx` for `mx.example.com`: a line for each fact,
its letter in front.  It is a cache: what is damaged or missing is not known, and nothing waits for the disk.
"""

import contextlib
import errno
import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from noctule.deliver.verdict import Remote, from_error
from noctule.mail.outcome import Deferred
from noctule.mail.reply import Reply
from noctule.mail.status import TEXT_OF_EXIT, Exit

_MAX_FILE = 4096  # bytes
_FRESH = 1.0  # seconds for which what is known to be well is not written again
_REMEMBERED = 1000  # hosts
_LOCKS = ".locks"
_HEADING = " -------------- Hostname --------------- How long ago ---------Results---------"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the last attempt at a host went; `updated` is in seconds since the epoch."""

    updated: int
    number: int = 0  # errno
    exit: int = Exit.OK
    dsn: str = ""
    reply: str = ""

    @property
    def text(self) -> str:
        """The result, in words."""
        if self.number:
            return f"{TEXT_OF_EXIT[Exit.TEMPFAIL]}: {os.strerror(self.number)}"
        return self.reply or ("OK" if self.exit == Exit.OK else TEXT_OF_EXIT[Exit.TEMPFAIL])


class HostStatus:
    """`believed` are the seconds for which a failure keeps others from trying (Timeout.hoststatus)."""

    def __init__(self, directory: Path, believed: float, clock: Callable[[], float] = time.time) -> None:
        self._directory = directory
        self._believed = believed
        self._clock = clock
        self._written: dict[str, float] = {}

    def failure(self, remote: Remote) -> Deferred | None:
        """Why it need not be tried now."""
        status = read(self._path(remote.name))
        if status is None or status.exit == Exit.OK or self._clock() - status.updated >= self._believed:
            return None
        if status.number:
            return from_error(OSError(status.number, os.strerror(status.number)), remote)
        text = f"Deferred: {status.reply}" if status.reply else "Deferred"
        return Deferred(
            status=status.dsn or "4.0.0",
            text=text,
            reply=status.reply,
            remote=remote.name,
            remote_address=remote.address,
        )

    def well(self, remote: Remote, reply: Reply) -> None:
        """It took a message, or answered for one recipient."""
        now = self._clock()
        if now - self._written.get(remote.name, 0.0) < _FRESH:
            return
        if len(self._written) >= _REMEMBERED:
            self._written.clear()
        self._written[remote.name] = now
        self._write(remote, Status(updated=int(now), dsn=reply.enhanced, reply=str(reply) if reply.positive else ""))

    def broke(self, remote: Remote, error: OSError) -> None:
        """No connection could be made, or it was lost."""
        number = error.errno or (errno.ETIMEDOUT if isinstance(error, TimeoutError) else errno.ECONNRESET)
        self._failed(remote, Status(updated=int(self._clock()), number=number, exit=Exit.TEMPFAIL, dsn="4.4.1"))

    def refused(self, remote: Remote, reply: Reply) -> None:
        """It takes no mail now."""
        status = Status(updated=int(self._clock()), exit=Exit.TEMPFAIL, dsn=reply.enhanced, reply=str(reply))
        self._failed(remote, status)

    def lock(self, remote: Remote) -> int | None:
        """A descriptor to close, while which is open no other process may talk to the host; None: another one does.

        Raises OSError.
        """
        folder = self._directory / _LOCKS
        folder.mkdir(mode=0o755, exist_ok=True)
        name = "".join(_labels(remote.name))
        descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def _failed(self, remote: Remote, status: Status) -> None:
        self._written.pop(remote.name, None)
        self._write(remote, status)

    def _path(self, host: str) -> Path:
        return self._directory.joinpath(*_labels(host))

    def _write(self, remote: Remote, status: Status) -> None:
        path = self._path(remote.name)
        lines = ["V0", f"E{status.number}", "H0", f"S{int(status.exit)}"]
        lines += [f"D{status.dsn}"] if status.dsn else []
        lines += [f"R{status.reply[:500]}"] if status.reply else []
        lines += [f"U{status.updated}", "."]
        new = path.with_name(f".{secrets.token_hex(6)}")
        with contextlib.suppress(OSError):
            path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            new.write_text("\n".join(lines) + "\n", "latin-1", "replace")
            new.replace(path)


def _labels(host: str) -> list[str]:
    """`mx.example.com` as `com.`, `example.`, `mx`; no name leads out of the directory or hides in it."""
    labels = [label[:63] for label in host.strip("[]").rstrip(".").lower().replace("/", "_").split(".") if label][-30:]
    *upper, last = reversed(labels or ["_"])
    return [*[f"{label}." for label in upper], last]


def read(path: Path) -> Status | None:
    """None: nothing is known, or what stands there makes no sense."""
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_FILE).decode("latin-1")
        facts = {line[:1]: line[1:] for line in text.split("\n")}
        if "." not in facts:
            return None
        return Status(
            updated=int(facts["U"]),
            number=int(facts.get("E", 0)),
            exit=int(facts.get("S", 0)),
            dsn=facts.get("D", ""),
            reply=facts.get("R", ""),
        )
    except (OSError, ValueError, KeyError):
        return None


def hosts(directory: Path) -> Iterator[tuple[str, Path, Status]]:
    """All that is known, by host."""
    for folder, names, files in os.walk(directory):
        names[:] = sorted(name for name in names if name != _LOCKS)
        upper = [name.rstrip(".") for name in Path(folder).relative_to(directory).parts]
        for name in sorted(files):
            path = Path(folder) / name
            if not name.startswith(".") and (status := read(path)) is not None:
                yield ".".join([name, *reversed(upper)]), path, status


def listing(directory: Path, now: float) -> Iterator[str]:
    """The lines of `hoststat`; none without hosts."""
    for number, (host, _, status) in enumerate(hosts(directory)):
        if not number:
            yield _HEADING
        ago = max(0, int(now) - status.updated)
        span = f"{ago // 86400}+" if ago >= 86400 else ""
        span += f"{ago // 3600 % 24:02}:{ago // 60 % 60:02}:{ago % 60:02}"
        yield f" {host[:39]:<39} {span:>12} {_printable(status.text)[:25]}"


def purge(directory: Path, now: float, believed: float) -> None:
    """Forget what nobody believes any more, and folders without hosts.  Raises OSError."""
    for _, path, status in list(hosts(directory)):
        if now - status.updated >= believed:
            path.unlink(missing_ok=True)
    for folder, _, _ in os.walk(directory, topdown=False):
        if Path(folder) not in (directory, directory / _LOCKS):
            with contextlib.suppress(OSError):  # not empty
                Path(folder).rmdir()


def _printable(text: str) -> str:
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in text)
