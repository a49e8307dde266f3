"""How long clients are waited for.  The clock is a list of the times at which it is asked."""

import pytest

from noctule.receive.patience import Patience
from noctule.receive.settings import Timeouts

TIMEOUTS = Timeouts(command=100.0, text=200.0, least=50.0, rate=10.0)


def patience(*times: float, timeouts: Timeouts = TIMEOUTS) -> Patience:
    clock = iter(times)
    return Patience(timeouts, lambda: next(clock))


def test_between_commands_there_is_no_whole() -> None:
    waits = patience()
    assert [waits.next_read(in_text=False, line_begun=False) for _ in range(3)] == [100.0] * 3


def test_a_command_line_as_a_whole_has_the_time_of_one_read() -> None:
    waits = patience(10.0, 70.0, 109.0, 110.0)
    assert [waits.next_read(in_text=False, line_begun=True) for _ in range(3)] == [100.0, 40.0, 1.0]
    with pytest.raises(TimeoutError):
        waits.next_read(in_text=False, line_begun=True)


def test_every_line_begins_anew() -> None:
    waits = patience(10.0, 500.0)
    assert waits.next_read(in_text=False, line_begun=True) == 100.0
    assert waits.next_read(in_text=False, line_begun=False) == 100.0
    assert waits.next_read(in_text=False, line_begun=True) == 100.0


def test_short_timeouts_leave_a_whole_line_the_least_time() -> None:
    waits = patience(0.0, 49.0, 50.0, timeouts=Timeouts(command=2.0, least=50.0))
    assert [waits.next_read(in_text=False, line_begun=True) for _ in range(2)] == [2.0, 1.0]
    with pytest.raises(TimeoutError):
        waits.next_read(in_text=False, line_begun=True)


def test_a_message_has_the_more_time_the_more_has_come() -> None:
    waits = patience(0.0, 199.0, 200.0, 500.0)
    assert waits.next_read(in_text=True, line_begun=False) == 200.0
    waits.took(100)
    assert waits.next_read(in_text=True, line_begun=False) == 11.0
    waits.took(2900)
    assert waits.next_read(in_text=True, line_begun=False) == 200.0
    with pytest.raises(TimeoutError):
        waits.next_read(in_text=True, line_begun=False)


def test_what_comes_at_the_rate_is_never_too_slow() -> None:
    waits = patience(*range(0, 10_000, 5))
    for _ in range(2000):
        assert waits.next_read(in_text=True, line_begun=False) > 0
        waits.took(50)


def test_the_next_message_has_its_own_time() -> None:
    waits = patience(0.0, 1000.0)
    assert waits.next_read(in_text=True, line_begun=False) == 200.0
    waits.took(5)
    assert waits.next_read(in_text=False, line_begun=False) == 100.0
    assert waits.next_read(in_text=True, line_begun=False) == 200.0
