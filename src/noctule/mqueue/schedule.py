"""When to try again, to warn, to give up, and in which order.  Pure: every time is passed in, in seconds.

Class of a message for Timeout.queuewarn and Timeout.queuereturn: delivery reports are `dsn`; else the Priority field
decides (urgent, normal, non-urgent); else its precedence (above 0 urgent, below 0 non-urgent).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from noctule.base.text import BLANKS, ascii_lower
from noctule.mail.envelope import Envelope, RecipientState

_DAY = 86400.0
_HOST_BYTES = "-.0123456789_abcdefghijklmnopqrstuvwxyz"


class TimeoutClass(Enum):
    """The last word of Timeout.queuewarn.X and Timeout.queuereturn.X."""

    NORMAL = "normal"
    URGENT = "urgent"
    NON_URGENT = "non-urgent"
    DSN = "dsn"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How long messages wait.  Seconds; 0 switches a rule off, except in `give_up`, where it means at once."""

    interval: float = 0.0  # of queue runs: -q15m; 0: there are none
    min_age: float = 0.0  # MinQueueAge
    max_age: float = 0.0  # MaxQueueAge; when set it replaces MinQueueAge
    warn: Mapping[TimeoutClass, float] = field(default_factory=lambda: MappingProxyType({}))
    give_up: Mapping[TimeoutClass, float] = field(default_factory=lambda: MappingProxyType({}))  # default 5 days


def not_before(envelope: Envelope, policy: RetryPolicy) -> float:
    """The earliest time at which a queue run may try this message again."""
    if not envelope.attempts:
        return envelope.next_attempt
    if policy.max_age:
        age = max(0.0, envelope.last_attempt - envelope.created)
        return envelope.last_attempt + min(age, policy.max_age)
    return envelope.last_attempt + policy.min_age


def next_attempt(envelope: Envelope, policy: RetryPolicy) -> float:
    """When to try a message again that has just been tried (`last_attempt`, `attempts` already say so).

    Sendmail looks at all messages once in an interval; here each message waits an interval of its own, which
    comes to the same rate without the rush.
    """
    due = max(envelope.last_attempt + policy.interval, not_before(envelope, policy))
    deadline = envelope.deadline
    return min(due, deadline.at) if deadline is not None and deadline.at > envelope.last_attempt else due


def timeout_class(envelope: Envelope) -> TimeoutClass:
    """Which of the queue timeouts apply."""
    if envelope.is_report:
        return TimeoutClass.DSN
    for header in envelope.headers:
        if ascii_lower(header.name) == "priority":
            word = ascii_lower(header.value.strip(BLANKS))
            if word in {"normal", "urgent", "non-urgent"}:
                return TimeoutClass(word)
    if envelope.precedence_class:
        return TimeoutClass.URGENT if envelope.precedence_class > 0 else TimeoutClass.NON_URGENT
    return TimeoutClass.NORMAL


def warn_at(envelope: Envelope, policy: RetryPolicy) -> float:
    """When a delay warning is owed; infinity when never or already sent."""
    wait = policy.warn.get(timeout_class(envelope), 0.0)
    deadline = envelope.deadline
    told = deadline.at if deadline is not None and not deadline.return_it else math.inf
    return math.inf if envelope.warned else min(envelope.created + wait if wait else math.inf, told)


def give_up_at(envelope: Envelope, policy: RetryPolicy) -> float:
    """When a deferral becomes a failure."""
    give_up = envelope.created + policy.give_up.get(timeout_class(envelope), 5 * _DAY)
    deadline = envelope.deadline
    return min(give_up, deadline.at) if deadline is not None and deadline.return_it else give_up


def is_expired(envelope: Envelope, now: float) -> bool:
    """Whether its sender wants it back by now (BY= with mode R)."""
    return envelope.deadline is not None and envelope.deadline.return_it and now >= envelope.deadline.at


def queue_only(load: float, priority: int, queue_la: float, queue_factor: float) -> bool:
    """QueueLA: whether at this load average a message of this priority has to wait for a queue run."""
    return load >= queue_la and priority > queue_factor / (load - queue_la + 1)


def initial_priority(
    size: int, precedence_class: int, recipients: int, class_factor: int, recipient_factor: int
) -> int:
    """Priority of a new message; each later attempt adds RetryFactor.  Lower is better."""
    return size - precedence_class * class_factor + recipients * recipient_factor


def host_key(envelope: Envelope) -> str:
    """The host of the first recipient as QueueSortOrder=host sorts it: lower case, spelled backwards."""
    for recipient in envelope.recipients:
        if recipient.state is RecipientState.QUEUED:
            host = recipient.triple.host if recipient.triple else recipient.address.rstrip(">").rpartition("@")[2]
            return ascii_lower(host)[::-1]
    return ""


def shuffle_key(host: str, alphabet: str) -> str:
    """A host key under another order of letters: QueueSortOrder=shuffle.  `alphabet` is a shuffled SHUFFLED."""
    return host.translate(str.maketrans(_HOST_BYTES, alphabet))


SHUFFLED = _HOST_BYTES
