"""After an attempt: what the outcomes make of a message.  Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from noctule.dsn import Action, Notice, action_for, wanted
from noctule.mail.envelope import Envelope, Notify, Recipient, RecipientState
from noctule.mail.outcome import Deferred, Delivered, Failed, Outcome
from noctule.mqueue import schedule
from noctule.mqueue.schedule import RetryPolicy
from noctule.symbols.mailers import Mailer

GIVEN_UP = "4.4.7"
EXPIRED = "5.4.7"
DELIVERY_TIME_EXPIRED = Failed(status=EXPIRED, text="Delivery time expired")


@dataclass(frozen=True, slots=True)
class Settlement:
    """Recipients as they are now, and what the sender is to be told of.

    `retry_until` is when deferred recipients will be given up, 0 when none is left; `overdue` is the time limit a
    warning is about.
    """

    recipients: tuple[Recipient, ...]
    notices: tuple[Notice, ...]
    deferred: bool
    message: str
    warned: bool
    retry_until: float
    overdue: float


def settle_outcomes(
    envelope: Envelope,
    outcomes: Mapping[int, Outcome],
    mailers: Mapping[str, Mailer],
    policy: RetryPolicy,
    now: float,
) -> Settlement:
    """`outcomes` by recipient number; recipients still QUEUED without one were not tried and stay as they are."""
    give_up = schedule.give_up_at(envelope, policy)
    warn_at = schedule.warn_at(envelope, policy)
    warn = now >= warn_at
    recipients: list[Recipient] = []
    notices: list[Notice] = []
    waiting, message = False, ""
    for recipient in envelope.recipients:
        outcome = outcomes.get(recipient.number)
        if outcome is None or recipient.state is not RecipientState.QUEUED:
            recipients.append(recipient)
            waiting |= recipient.state is RecipientState.QUEUED
            continue
        if isinstance(outcome, Deferred) and now >= give_up:
            expired = schedule.is_expired(envelope, now)
            outcome = replace(given_up(outcome), status=EXPIRED) if expired else given_up(outcome)
        changed = _changed(recipient, outcome)
        recipients.append(changed)
        if isinstance(outcome, Deferred):
            waiting, message = True, outcome.text
        notice = _notice(changed, outcome, mailers, now)
        if notice is not None and (warn or notice.action is not Action.DELAYED) and wanted(notice):
            notices.append(notice)
    warned = envelope.warned or any(notice.action is Action.DELAYED for notice in notices)
    until = 0.0 if not waiting or math.isinf(give_up) else give_up
    overdue = warn_at - envelope.created if warn else 0.0
    return Settlement(tuple(recipients), tuple(notices), waiting, message, warned, until, overdue)


def given_up(outcome: Deferred) -> Failed:
    """A deferral that has lasted too long."""
    return Failed(
        status=GIVEN_UP,
        text=outcome.text,
        reply=outcome.reply,
        remote=outcome.remote,
        remote_address=outcome.remote_address,
    )


def softened(outcome: Failed) -> Deferred:
    """SoftBounce: nothing fails for good."""
    return Deferred(
        status="4" + outcome.status[1:],
        text=f"Deferred: {outcome.text}",
        reply=outcome.reply,
        remote=outcome.remote,
        remote_address=outcome.remote_address,
    )


_STATES = {
    Delivered: RecipientState.DELIVERED,
    Failed: RecipientState.FAILED,
    Deferred: RecipientState.QUEUED,
}


def _changed(recipient: Recipient, outcome: Outcome) -> Recipient:
    return replace(
        recipient, state=_STATES[type(outcome)], status=outcome.status, message=outcome.text, remote=outcome.remote
    )


def _notice(recipient: Recipient, outcome: Outcome, mailers: Mapping[str, Mailer], now: float) -> Notice | None:
    mailer = mailers.get(recipient.triple.mailer) if recipient.triple else None
    local = mailer is not None and mailer.is_local
    action = action_for(outcome, local=local)
    asked = recipient.notify is not None and Notify.SUCCESS in recipient.notify
    if isinstance(outcome, Delivered) and outcome.untimed and (action is None or not asked):
        action = Action.RELAYED_BY
        outcome = replace(outcome, remote="") if local else outcome
    return None if action is None else Notice(recipient=recipient, action=action, at=now, outcome=outcome)
