"""Where log lines go.  Nothing here ever waits for a reader: mail goes on when nobody takes the log.

A sink made with `later` (an event loop's `call_later`) collects lines and writes them once for each turn of the loop;
without it, it writes at once.  What cannot be written after `BACKLOG` lines have piled up is dropped and counted, and
the count is logged when writing works again.
"""

import os
import socket
import time
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Protocol

BACKLOG = 10_000  # lines
_RETRY = 0.05  # seconds
_LAST_WAIT = 0.2  # seconds
_MAIL = 2 << 3  # facility
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Later = Callable[[float, Callable[[], None]], object]


class Priority(IntEnum):
    """Syslog priorities, as <syslog.h> numbers them."""

    ALERT = 1
    CRIT = 2
    ERR = 3
    WARNING = 4
    NOTICE = 5
    INFO = 6
    DEBUG = 7


class Sink(Protocol):
    """Takes finished lines: printable ASCII."""

    def write(self, priority: int, text: str) -> None: ...

    def reopen(self) -> None:
        """Open what is behind it again (SIGHUP: the file may have been moved away)."""
        ...

    def close(self) -> None:
        """Write what can be written now, and end."""
        ...


class _Timestamps:
    """`Nov 22 11:27:45`, made once a second."""

    __slots__ = ("_clock", "_second", "_stamp")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._second = -1
        self._stamp = ""

    def now(self) -> str:
        second = int(self._clock())
        if second != self._second:
            t = time.localtime(second)
            self._second = second
            self._stamp = f"{_MONTHS[t.tm_mon - 1]} {t.tm_mday:2d} {t.tm_hour:02d}:{t.tm_min:02d}:{t.tm_sec:02d}"
        return self._stamp


class _Buffered:
    """Lines on their way: what all sinks have in common."""

    def __init__(self, later: Later | None) -> None:
        self._later = later
        self._lines: deque[bytes] = deque()
        self._scheduled = False
        self.dropped = 0  # lines lost and not yet reported

    def _add(self, line: bytes) -> None:
        if len(self._lines) >= BACKLOG:
            self.dropped += 1
            return
        self._lines.append(line)
        if self._later is None:
            self.flush()
        elif not self._scheduled:
            self._scheduled = True
            self._later(0.0, self.flush)

    def flush(self) -> None:
        """Write what can be written without waiting."""
        self._scheduled = False
        if self._lines and not self._send() and self._later is not None:
            self._scheduled = True
            self._later(_RETRY, self.flush)

    def _send(self) -> bool:
        """Write from `_lines`.  False: something is left and may be tried again."""
        raise NotImplementedError


class SyslogSink(_Buffered):
    """The local syslog socket: a datagram for each line, facility mail."""

    def __init__(
        self,
        path: str = "/dev/log",
        *,
        tag: str = "sendmail",
        pid: int,
        clock: Callable[[], float],
        later: Later | None = None,
    ) -> None:
        super().__init__(later)
        self._path = path
        self._tag = f"{tag}[{pid}]"
        self._times = _Timestamps(clock)
        self._socket: socket.socket | None = None

    def write(self, priority: int, text: str) -> None:
        self._add(f"<{_MAIL | priority}>{self._times.now()} {self._tag}: {text}".encode("ascii", "replace"))

    def _send(self) -> bool:
        if self._socket is None and not self._connect():
            return False
        assert self._socket is not None
        lines = self._lines
        try:
            while lines:
                self._socket.send(lines[0])
                lines.popleft()
                if self.dropped:
                    self._report_dropped()
        except (BlockingIOError, TimeoutError):
            return False
        except OSError:  # the syslog daemon was restarted
            self.reopen()
            return False
        return True

    def _connect(self) -> bool:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        try:
            connection.connect(self._path)
        except OSError:
            connection.close()
            return False
        self._socket = connection
        return True

    def _report_dropped(self) -> None:
        count, self.dropped = self.dropped, 0
        self.write(Priority.WARNING, f"{count} log lines lost")

    def reopen(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def close(self) -> None:
        """Gives a slow syslog daemon a moment."""
        if self._socket is not None:
            self._socket.settimeout(_LAST_WAIT)
        self.flush()
        self.reopen()
        self._lines.clear()


class StreamSink(_Buffered):
    """Lines to a file descriptor, such as that of standard error.  `bare`: nothing is put before them."""

    def __init__(
        self,
        descriptor: int,
        *,
        tag: str = "sendmail",
        pid: int,
        later: Later | None = None,
        bare: bool = False,
    ) -> None:
        super().__init__(later)
        self._descriptor = descriptor
        self._tag = f"{tag}[{pid}]"
        self._bare = bare

    def write(self, priority: int, text: str) -> None:
        del priority
        self._add(f"{'' if self._bare else self._start()}{text}\n".encode("ascii", "replace"))

    def _start(self) -> str:
        return f"{self._tag}: "

    def _send(self) -> bool:
        data = b"".join(self._lines)
        self._lines.clear()
        try:
            written = os.write(self._descriptor, data)
        except BlockingIOError:
            written = 0
        except OSError:
            self.dropped += data.count(b"\n")
            return True
        if written < len(data):
            self._lines.append(data[written:])
        return not self._lines

    def reopen(self) -> None:
        """A descriptor that was given stays."""

    def close(self) -> None:
        self.flush()


class BothSinks:
    """Lines to two places."""

    def __init__(self, one: Sink, other: Sink) -> None:
        self._sinks = (one, other)

    def write(self, priority: int, text: str) -> None:
        for sink in self._sinks:
            sink.write(priority, text)

    def reopen(self) -> None:
        for sink in self._sinks:
            sink.reopen()

    def close(self) -> None:
        for sink in self._sinks:
            sink.close()


class FileSink(StreamSink):
    """Lines appended to a file as a syslog daemon writes them: time, host, tag, text."""

    def __init__(
        self,
        path: Path,
        *,
        host: str,
        tag: str = "sendmail",
        pid: int,
        clock: Callable[[], float],
        later: Later | None = None,
        bare: bool = False,
    ) -> None:
        """Raises OSError."""
        super().__init__(self._open(path), tag=tag, pid=pid, later=later, bare=bare)
        self._path = path
        self._host = host
        self._times = _Timestamps(clock)

    @staticmethod
    def _open(path: Path) -> int:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640)

    def _start(self) -> str:
        return f"{self._times.now()} {self._host} {self._tag}: "

    def reopen(self) -> None:
        self.flush()
        descriptor = self._open(self._path)
        os.close(self._descriptor)
        self._descriptor = descriptor

    def close(self) -> None:
        self.flush()
        os.close(self._descriptor)
