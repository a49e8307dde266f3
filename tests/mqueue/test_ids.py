import calendar
import re

from noctule.mqueue.ids import QueueIds

MOMENT = calendar.timegm((2026, 11, 22, 11, 27, 45))


def test_the_form_is_sendmails() -> None:
    ids = QueueIds(lambda: MOMENT, 30494, 42 * 60 + 19)
    assert ids.next() == "6AMBRjgK030494"


def test_a_long_process_id_makes_a_longer_id() -> None:
    assert QueueIds(lambda: MOMENT, 1234567, 0).next().endswith("1234567")


def test_no_id_comes_twice_in_a_rush() -> None:
    ids = QueueIds(lambda: MOMENT, 1, 3599)
    made = [ids.next() for _ in range(20_000)]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch(r"[0-9A-Za-z]{8}000001", id_) for id_ in made)


def test_no_id_comes_twice_when_the_clock_goes_back() -> None:
    now = MOMENT
    ids = QueueIds(lambda: now, 1, 7)
    made = []
    for now in (MOMENT, MOMENT + 5, MOMENT, MOMENT + 5, MOMENT + 6):  # noqa: B007 - the clock reads it
        made += [ids.next() for _ in range(3000)]
    assert len(set(made)) == len(made)
