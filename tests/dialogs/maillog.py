"""What a server logged during a case, and where that differs from what the real Sendmail logged.

`logged/NAME.txt` holds a case's recorded lines, each behind the first of the levels 9, 14, 15 and 20 (LogLevel) at
which it was seen; `record` makes them.  Order is not compared: deliveries run beside the session.
"""

import re
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from dialogs.transcript import Normaliser

LEVELS = (9, 14, 15, 20)
_ENVELOPE = re.compile(r"^.*?\w+\[\d+\]: ")
_CHANGING = (
    (re.compile(r"\b(x?delay)=(\d+\+)?\d\d:\d\d:\d\d"), r"\1=<T>"),
    (re.compile(r"after \d+ seconds"), "after <N> seconds"),
    (re.compile(r"\bpri=\d+"), "pri=<N>"),  # of the size with, or without, the fields that are added
    (re.compile(r"input too long: \d+"), "input too long: <N>"),
    (re.compile(r"(?<=Authentication-Warning: )\S+(?=: )"), "<HOST>"),  # without a name in DNS the short one
    (re.compile(r"(<-- AUTH \S+) .*", re.IGNORECASE), r"\1 ..."),  # docs/compatibility.md: responses are not shown
    (re.compile(r"SYSERR\(\w+\)"), "SYSERR(<USER>)"),
    (re.compile(r"(?<=--- 334 ).*"), "<CHALLENGE>"),
    (re.compile(r"(AUTH failure \([\w-]+\)): (.*?) \(-\d+\) SASL\(-\d+\): .*?: "), r"\1: \2: "),
    (re.compile(r"error:[0-9A-F]{8}:(.*?):[./\w]*:\d+:"), r"error:\1"),  # OpenSSL's, with a place in its source
)
_ITS_OWN = re.compile(  # of how the server works, not of what happened
    r"poststats: |gethostbyaddr\(|engine=|AUTH error: sasl_|STARTTLS(=\w+, (init=|Diffie)|: \w+ missing)"  # its start
    r"|STARTTLS=\w+, (info: fds|get_verify: |SSL_shutdown not)"  # of OpenSSL
    r"|<QID>: (Milter: no active filter$|low on space |SMTP outgoing connect on )"
    r"|\S+: --- (050 |\d.*\(hold\)$)"  # what it says to itself, or will say later
)
_TO = re.compile(r"(?<=: to=)(.+?)(?=, (?:ctladdr|delay)=)")
_PATIENCE, _BREATH = 1.5, 0.1  # seconds


class LogFile:
    """A log file that is being written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0

    def take(self) -> list[str]:
        """The lines that have come since the last time, without time, host and tag."""
        if not self._path.exists():
            return []
        data = self._path.read_bytes()
        self._read = min(self._read, len(data))  # the server may have begun a new one
        end = data.rfind(b"\n", self._read) + 1
        lines = data[self._read : max(end, self._read)].decode("ascii").splitlines()
        self._read = max(end, self._read)
        return [_ENVELOPE.sub("", line, count=1) for line in lines]

    def skip(self) -> None:
        """What has come, and what is about to, belongs to an earlier case."""
        time.sleep(_BREATH)
        while self.take():
            time.sleep(_BREATH)


def normalised(norm: Normaliser, lines: Iterable[str]) -> list[str]:
    """Lines with what changes from run to run replaced."""
    return [_comparable(text) for text in map(norm.text, lines) if not _ITS_OWN.match(text)]


def _comparable(text: str) -> str:
    for pattern, placeholder in _CHANGING:
        text = pattern.sub(placeholder, text)
    text = text.removesuffix(" (held)")  # said now
    return _TO.sub(lambda to: ",".join(sorted(to[1].split(","))), text)  # Sendmail names the last one first


def expected_lines(recorded: Path, level: int = LEVELS[-1]) -> list[str] | None:
    """What a server at this level is to log; None when nothing was recorded."""
    if not recorded.exists():
        return None
    rows = (line.split(" ", 1) for line in recorded.read_text().splitlines())
    return [_comparable(text) for first, text in rows if int(first) <= level and not _ITS_OWN.match(text)]


def settled(log: LogFile, norm: Normaliser, expected: list[str]) -> list[str]:
    """Lines as they come in, until they are those expected or nothing more is to be hoped for."""
    wanted, lines = Counter(expected), normalised(norm, log.take())
    end = time.monotonic() + _PATIENCE
    while Counter(lines) != wanted and time.monotonic() < end:
        time.sleep(0.02)
        lines += normalised(norm, log.take())
    return lines


def log_differences(expected: Iterable[str], got: Iterable[str]) -> list[str]:
    """Lines that are missing, and those that should not be there."""
    theirs, ours = Counter(expected), Counter(got)
    return [
        *(f"log      missing: {line}" for line in (theirs - ours).elements()),
        *(f"log      extra:   {line}" for line in (ours - theirs).elements()),
    ]
