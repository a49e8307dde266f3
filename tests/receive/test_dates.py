import os
import time
from collections.abc import Iterator

import pytest

from noctule.receive import dates

MOMENT = 1795346865  # Sun, 22 Nov 2026 11:27:45 UTC


@pytest.fixture
def zone() -> Iterator[None]:
    before = os.environ.get("TZ")
    yield
    os.environ.pop("TZ", None)
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()
    dates._message_date.cache_clear()
    dates._unix_date.cache_clear()


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("UTC0", "Sun, 22 Nov 2026 11:27:45 GMT"),
        ("CET-1", "Sun, 22 Nov 2026 12:27:45 +0100 (CET)"),
        ("NST3:30", "Sun, 22 Nov 2026 07:57:45 -0330 (NST)"),
    ],
)
def test_message_date(zone: None, name: str, date: str) -> None:
    os.environ["TZ"] = name
    time.tzset()
    dates._message_date.cache_clear()
    assert dates.message_date(MOMENT + 0.9) == date


def test_macros(zone: None) -> None:
    os.environ["TZ"] = "UTC0"
    time.tzset()
    for cached in (dates._message_date, dates._unix_date):
        cached.cache_clear()
    assert dates.date_macros(MOMENT) == {
        "a": "Sun, 22 Nov 2026 11:27:45 GMT",
        "b": "Sun, 22 Nov 2026 11:27:45 GMT",
        "d": "Sun Nov 22 11:27:45 2026",
        "t": "202611221127",
        "time": "1795346865",
    }
    assert dates.date_of_from_line("From a@b Thu Jan  4 10:11:12 2001") == "Thu, 4 Jan 2001 10:11:12 GMT"


@pytest.mark.parametrize("line", ["From a@b", "From Thu", "From x Thu Foo  4 10:11:12 2001", "From x Thu Jan 99 1 2"])
def test_a_mailbox_line_without_a_date(line: str) -> None:
    assert dates.date_of_from_line(line) is None
