import pytest

from noctule.dsn import Action, Kind, Notice, action_for, addressee, kind_of, wanted
from noctule.mail.envelope import Envelope, Notify, Recipient
from noctule.mail.outcome import Deferred, Delivered, Failed, Outcome


def notice(action: Action, notify: Notify | None = None) -> Notice:
    return Notice(recipient=Recipient(number=1, address="a@b", notify=notify), action=action, at=0.0)


@pytest.mark.parametrize(
    ("outcome", "local", "action"),
    [
        (Failed(), True, Action.FAILED),
        (Failed(), False, Action.FAILED),
        (Deferred(), False, Action.DELAYED),
        (Delivered(), True, Action.DELIVERED),
        (Delivered(relayed=True), False, Action.RELAYED),
        (Delivered(), False, None),
    ],
)
def test_action_of_an_outcome(outcome: Outcome, local: bool, action: Action | None) -> None:
    assert action_for(outcome, local=local) is action


@pytest.mark.parametrize(
    ("notify", "heard"),
    [
        (None, {Action.FAILED, Action.DELAYED, Action.RELAYED_BY}),
        (Notify.NEVER, set()),
        (Notify.FAILURE, {Action.FAILED, Action.RELAYED_BY}),
        (Notify.DELAY, {Action.DELAYED, Action.RELAYED_BY}),
        (
            Notify.SUCCESS,
            {Action.DELIVERED, Action.RELAYED, Action.RELAYED_BY, Action.EXPANDED, Action.GIVEN_TO_LIST},
        ),
        (Notify.SUCCESS | Notify.FAILURE | Notify.DELAY, set(Action)),
    ],
)
def test_notify_decides_what_is_heard_of(notify: Notify | None, heard: set[Action]) -> None:
    assert {action for action in Action if wanted(notice(action, notify))} == heard


def test_one_failure_makes_a_bounce() -> None:
    assert kind_of((notice(Action.DELIVERED), notice(Action.DELAYED), notice(Action.FAILED))) is Kind.FAILURE
    assert kind_of((notice(Action.DELIVERED), notice(Action.DELAYED))) is Kind.WARNING
    assert kind_of((notice(Action.DELIVERED),)) is Kind.RECEIPT


def test_reports_go_to_the_sender() -> None:
    assert addressee(Envelope(id="x", sender="<a@b>"), Kind.WARNING, "postmaster") == ("<a@b>", Kind.WARNING)


@pytest.mark.parametrize("envelope", [Envelope(id="x", sender="<>"), Envelope(id="x", sender="<a@b>", is_report=True)])
def test_a_report_is_never_bounced_to_where_it_came_from(envelope: Envelope) -> None:
    assert addressee(envelope, Kind.FAILURE, "postmaster") == ("postmaster", Kind.POSTMASTER)
    assert addressee(envelope, Kind.FAILURE, "") is None
    assert addressee(envelope, Kind.WARNING, "postmaster") is None
    assert addressee(envelope, Kind.RECEIPT, "postmaster") is None


@pytest.mark.parametrize(("address", "alias_of"), [("postmaster", ""), ("root@x", "postmaster")])
def test_a_report_to_the_double_bounce_address_is_reported_to_nobody(address: str, alias_of: str) -> None:
    to = Recipient(number=1, address=address, alias_of=alias_of)
    double = Envelope(id="x", sender="<>", is_report=True, recipients=(to,))
    assert addressee(double, Kind.FAILURE, "postmaster") is None
