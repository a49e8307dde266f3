import math
from dataclasses import replace

import pytest

from mqueue.samples import envelope
from noctule.mail.envelope import Deadline, Envelope, HeaderField, Recipient, RecipientState, Triple
from noctule.mqueue import schedule
from noctule.mqueue.schedule import RetryPolicy, TimeoutClass

HOUR, DAY = 3600.0, 86400.0


def tried(created: float, last: float, attempts: int = 1) -> object:
    return envelope("A", created=created, last_attempt=last, attempts=attempts)


def test_each_message_waits_an_interval() -> None:
    assert schedule.next_attempt(tried(0, 100), RetryPolicy(interval=900)) == 1000


def test_min_queue_age_is_kept() -> None:
    policy = RetryPolicy(interval=60, min_age=1800)
    assert schedule.next_attempt(tried(0, 100), policy) == 1900
    assert schedule.not_before(tried(0, 100), policy) == 1900


def test_max_queue_age_backs_off_to_its_limit() -> None:
    policy = RetryPolicy(interval=60, min_age=9999, max_age=3600)
    assert schedule.next_attempt(tried(1000, 1600), policy) == 1600 + 600
    assert schedule.next_attempt(tried(1000, 90_000), policy) == 90_000 + 3600


def test_a_message_never_tried_is_due_when_it_says() -> None:
    assert schedule.not_before(envelope("A", next_attempt=7.0), RetryPolicy(min_age=1800)) == 7.0


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, TimeoutClass.NORMAL),
        ({"precedence_class": 100}, TimeoutClass.URGENT),
        ({"precedence_class": -60}, TimeoutClass.NON_URGENT),
        ({"headers": (HeaderField("PRIORITY", " Urgent "),), "precedence_class": -60}, TimeoutClass.URGENT),
        ({"headers": (HeaderField("Priority", " 1"),), "precedence_class": -60}, TimeoutClass.NON_URGENT),
        ({"is_report": True, "precedence_class": 9}, TimeoutClass.DSN),
    ],
)
def test_timeout_class(fields: dict[str, object], expected: TimeoutClass) -> None:
    assert schedule.timeout_class(envelope("A", **fields)) is expected


def test_warning_once_and_giving_up() -> None:
    policy = RetryPolicy(warn={TimeoutClass.NORMAL: 4 * HOUR}, give_up={TimeoutClass.NORMAL: 2 * DAY})
    assert schedule.warn_at(envelope("A"), policy) == 1000 + 4 * HOUR
    assert schedule.warn_at(envelope("A", warned=True), policy) == math.inf
    assert schedule.warn_at(envelope("A", is_report=True), policy) == math.inf
    assert schedule.give_up_at(envelope("A"), policy) == 1000 + 2 * DAY
    assert schedule.give_up_at(envelope("A", is_report=True), policy) == 1000 + 5 * DAY
    assert schedule.give_up_at(envelope("A"), RetryPolicy(give_up={TimeoutClass.NORMAL: 0})) == 1000


def test_queue_only() -> None:
    assert not schedule.queue_only(7.9, 10**9, 8, 600_000)
    assert not schedule.queue_only(8, 600_000, 8, 600_000)
    assert schedule.queue_only(8, 600_001, 8, 600_000)
    assert schedule.queue_only(13, 100_001, 8, 600_000)


def test_priority_of_a_new_message() -> None:
    assert schedule.initial_priority(340, 0, 4, 1800, 30_000) == 120_340
    assert schedule.initial_priority(58, -60, 5, 1800, 30_000) == 258_058


def test_host_key_is_that_of_the_first_recipient_left() -> None:
    done = Recipient(number=1, address="<a@one.example>", state=RecipientState.DELIVERED)
    resolved = Recipient(number=2, address="<a@two.example>", triple=Triple("esmtp", "MX.Two.example.", "a"))
    assert schedule.host_key(envelope("A", recipients=(done, resolved))) == ".elpmaxe.owt.xm"
    assert schedule.host_key(envelope("A", "<b@Three.example>")) == "elpmaxe.eerht"
    assert schedule.host_key(envelope("A", recipients=(done,))) == ""


def test_shuffle_keeps_equal_hosts_together() -> None:
    alphabet = schedule.SHUFFLED[::-1]
    assert schedule.shuffle_key("a-b", alphabet) == schedule.shuffle_key("a-b", alphabet) != "a-b"


def test_a_message_with_a_deadline_is_looked_at_then() -> None:
    policy = RetryPolicy(interval=1000.0)
    waiting = Envelope(id="Q1", sender="<>", created=0.0, attempts=1, last_attempt=10.0, deadline=Deadline(500.0, True))
    assert schedule.next_attempt(waiting, policy) == 500.0
    assert schedule.next_attempt(replace(waiting, last_attempt=500.0), policy) == 1500.0
    kept = RetryPolicy(give_up={TimeoutClass.NORMAL: 300.0})
    assert schedule.give_up_at(waiting, policy) == 500.0
    assert schedule.give_up_at(waiting, kept) == 300.0
    assert schedule.give_up_at(replace(waiting, deadline=Deadline(100.0, False)), kept) == 300.0
    assert not schedule.is_expired(waiting, 499.0)
    assert schedule.is_expired(waiting, 500.0)
    assert not schedule.is_expired(replace(waiting, deadline=Deadline(500.0, False)), 501.0)
