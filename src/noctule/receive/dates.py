"""Dates as Sendmail writes them.  All take seconds since the epoch; local time unless said otherwise."""

import time
from functools import lru_cache

from noctule.base.text import words_of

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def message_date(now: float) -> str:
    """`$b` and `Date:`: `Sun, 22 Nov 2026 11:27:45 GMT`, elsewhere `... +0100 (CET)`."""
    return _message_date(int(now))


@lru_cache(maxsize=8)
def _message_date(now: int) -> str:
    t = time.localtime(now)
    zone = "GMT"
    if t.tm_gmtoff:
        minutes = abs(t.tm_gmtoff) // 60
        zone = f"{'+' if t.tm_gmtoff > 0 else '-'}{minutes // 60:02}{minutes % 60:02} ({t.tm_zone})"
    clock = f"{t.tm_hour:02}:{t.tm_min:02}:{t.tm_sec:02}"
    return f"{_DAYS[t.tm_wday]}, {t.tm_mday} {_MONTHS[t.tm_mon - 1]} {t.tm_year} {clock} {zone}"


@lru_cache(maxsize=8)
def _unix_date(now: int) -> str:
    t = time.localtime(now)
    clock = f"{t.tm_hour:02}:{t.tm_min:02}:{t.tm_sec:02}"
    return f"{_DAYS[t.tm_wday]} {_MONTHS[t.tm_mon - 1]} {t.tm_mday:2} {clock} {t.tm_year}"


@lru_cache(maxsize=8)
def _stamp(now: int) -> str:
    return time.strftime("%Y%m%d%H%M", time.gmtime(now))


def date_macros(now: float) -> dict[str, str]:
    """The macros that hold the time: b, d, t and {time}; a is the date of a message that has none."""
    seconds = int(now)
    date = _message_date(seconds)
    return {"a": date, "b": date, "d": _unix_date(seconds), "t": _stamp(seconds), "time": str(seconds)}


def date_of_from_line(line: str) -> str | None:
    """The date at the end of `From someone Thu Jan  4 10:11:12 2001`, written as in `Date:`."""
    words = words_of(line)
    for at, word in enumerate(words):
        if word in _DAYS:
            try:
                parsed = time.strptime(" ".join(words[at : at + 5]), "%a %b %d %H:%M:%S %Y")
                return message_date(time.mktime(parsed))
            except (ValueError, OverflowError):
                continue
    return None
