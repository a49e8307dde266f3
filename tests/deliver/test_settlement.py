import pytest

from deliver.support import envelope, recipient
from noctule.deliver.settlement import GIVEN_UP, settle_outcomes, softened
from noctule.dsn import Action
from noctule.mail.envelope import Deadline, Notify, RecipientState
from noctule.mail.outcome import Deferred, Delivered, Failed, Outcome
from noctule.mqueue.schedule import RetryPolicy, TimeoutClass
from noctule.symbols.mailers import Mailer

MAILERS = {"esmtp": Mailer(name="esmtp"), "local": Mailer(name="local", flags=frozenset("l"))}
POLICY = RetryPolicy(warn={TimeoutClass.NORMAL: 100.0}, give_up={TimeoutClass.NORMAL: 1000.0})
LATER = Deferred(status="4.2.1", text="Deferred: 450 4.2.1 later", reply="450 4.2.1 later", remote="mx.")
NEVER = Failed(status="5.1.1", text="User unknown")
DONE = Delivered(text="Sent (ok)")
RELAYED = Delivered(text="Sent (ok)", relayed=True)


@pytest.mark.parametrize(
    ("outcome", "mailer", "notify", "age", "state", "action"),
    [
        (DONE, "esmtp", None, 0, RecipientState.DELIVERED, None),
        (DONE, "esmtp", Notify.SUCCESS, 0, RecipientState.DELIVERED, None),  # the next host will report
        (RELAYED, "esmtp", Notify.SUCCESS, 0, RecipientState.DELIVERED, Action.RELAYED),
        (DONE, "local", Notify.SUCCESS, 0, RecipientState.DELIVERED, Action.DELIVERED),
        (DONE, "local", None, 0, RecipientState.DELIVERED, None),
        (NEVER, "esmtp", None, 0, RecipientState.FAILED, Action.FAILED),
        (NEVER, "esmtp", Notify.NEVER, 0, RecipientState.FAILED, None),
        (LATER, "esmtp", None, 99, RecipientState.QUEUED, None),
        (LATER, "esmtp", None, 100, RecipientState.QUEUED, Action.DELAYED),
        (LATER, "esmtp", Notify.FAILURE, 100, RecipientState.QUEUED, None),
        (LATER, "esmtp", None, 1000, RecipientState.FAILED, Action.FAILED),
    ],
)
def test_one_recipient(
    outcome: Outcome, mailer: str, notify: Notify | None, age: int, state: RecipientState, action: Action | None
) -> None:
    one = envelope(recipient(1, "b@x", mailer=mailer, notify=notify))
    got = settle_outcomes(one, {1: outcome}, MAILERS, POLICY, one.created + age)
    assert got.recipients[0].state is state
    assert [notice.action for notice in got.notices] == ([action] if action else [])
    assert got.deferred is (state is RecipientState.QUEUED)
    assert got.warned is (action is Action.DELAYED)


def test_giving_up_keeps_what_was_said_last() -> None:
    one = envelope(recipient(1, "b@x"))
    got = settle_outcomes(one, {1: LATER}, MAILERS, POLICY, one.created + 1000)
    (changed,) = got.recipients
    assert (changed.status, changed.message, changed.remote) == (GIVEN_UP, LATER.text, "mx.")


def test_a_warning_is_given_once() -> None:
    one = envelope(recipient(1, "b@x"), warned=True)
    assert not settle_outcomes(one, {1: LATER}, MAILERS, POLICY, one.created + 200).notices


def test_recipients_not_tried_wait_and_finished_ones_stay_finished() -> None:
    done = recipient(2, "c@x", state=RecipientState.DELIVERED, message="Sent")
    mail = envelope(recipient(1, "b@x"), done, recipient(3, "d@x"))
    got = settle_outcomes(mail, {3: DONE}, MAILERS, POLICY, mail.created)
    assert got.recipients[:2] == mail.recipients[:2]
    assert got.deferred and got.recipients[2].state is RecipientState.DELIVERED


def test_soft_bounces() -> None:
    assert softened(NEVER) == Deferred(status="4.1.1", text="Deferred: User unknown")


def test_a_deadline_returns_a_message_or_tells_of_it() -> None:
    for return_it, state, action in (
        (True, RecipientState.FAILED, Action.FAILED),
        (False, RecipientState.QUEUED, Action.DELAYED),
    ):
        one = envelope(recipient(1, "b@x"), deadline=Deadline(1050.0, return_it))
        before = settle_outcomes(one, {1: LATER}, MAILERS, POLICY, 1049.0)
        assert (before.deferred, before.notices) == (True, ())
        after = settle_outcomes(one, {1: LATER}, MAILERS, POLICY, 1050.0)
        assert (after.recipients[0].state, [notice.action for notice in after.notices]) == (state, [action])
        assert after.recipients[0].status == ("5.4.7" if return_it else LATER.status)
