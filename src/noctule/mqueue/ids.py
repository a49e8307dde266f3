"""Queue ids in Sendmail's form.

Eight characters of time and sequence (year from 1900 modulo 60, month from 0, day, hour, minute, second, two of
sequence, all UTC), then the process id in at least six digits: `6AMBRjgK030494`.
"""

import time
from collections.abc import Callable

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
_BASE = len(_DIGITS)
_PER_SECOND = _BASE * _BASE


class QueueIds:
    """Makes ids that this process makes only once, however fast and whatever the clock does.

    `start` is where the sequence begins, 0 to 3599, chosen at random by the caller: a process that gets the number of
    one that has just died must not repeat its ids.
    """

    __slots__ = ("_clock", "_left", "_pid", "_second", "_sequence", "_stamp")

    def __init__(self, clock: Callable[[], float], pid: int, start: int) -> None:
        self._clock = clock
        self._pid = f"{pid:06d}"
        self._sequence = start % _PER_SECOND
        self._second = 0  # the latest second used
        self._left = 0  # ids left in it
        self._stamp = ""

    def next(self) -> str:
        now = int(self._clock())
        if now > self._second:
            self._enter(now)
        elif not self._left:  # more than 3600 in one second, or the clock was set back: run ahead of it
            self._enter(self._second + 1)
        self._left -= 1
        self._sequence = (self._sequence + 1) % _PER_SECOND
        high, low = divmod(self._sequence, _BASE)
        return f"{self._stamp}{_DIGITS[high]}{_DIGITS[low]}{self._pid}"

    def _enter(self, second: int) -> None:
        self._second, self._left = second, _PER_SECOND
        t = time.gmtime(second)
        fields = ((t.tm_year - 1900) % _BASE, t.tm_mon - 1, t.tm_mday, t.tm_hour, t.tm_min, min(t.tm_sec, 59))
        self._stamp = "".join(_DIGITS[field] for field in fields)
