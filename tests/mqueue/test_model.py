from dataclasses import replace

from mqueue.samples import envelope
from noctule.mail.envelope import Recipient, RecipientState
from noctule.mqueue.model import Match, Selection, Stats, Update, is_finished


def test_an_update_changes_adds_and_leaves_alone() -> None:
    before = envelope("A", "<one@x>", "<two@x>", message="old", priority=5)
    delivered = replace(before.recipients[1], state=RecipientState.DELIVERED)
    added = Recipient(number=3, address="three", primary=False)
    after = Update(id="A", recipients=(delivered, added), attempts=1, warned=True).apply(before)
    assert after.recipients == (before.recipients[0], delivered, added)
    assert (after.attempts, after.warned, after.message, after.priority) == (1, True, "old", 5)
    assert Update(id="A", message="").apply(before).message == ""


def test_finished_means_nobody_is_queued() -> None:
    queued = Recipient(number=1, address="a")
    states = (RecipientState.DELIVERED, RecipientState.FAILED, RecipientState.EXPANDED)
    assert is_finished([replace(queued, state=state) for state in states])
    assert not is_finished([replace(queued, state=RecipientState.DELIVERED), queued])


def test_kinds_all_match_and_alternatives_any() -> None:
    message = envelope("6AMBRjgK030494", "<Bob@Example.net>", "<carol@example.org>")
    assert Selection().matches(message)
    assert Selection(ids=(Match("gK03"),), recipients=(Match("bob@EXAMPLE"),)).matches(message)
    assert not Selection(ids=(Match("gk03"),)).matches(message)
    assert Selection(senders=(Match("nobody"), Match("ALICE"))).matches(message)
    assert not Selection(senders=(Match("alice"),), recipients=(Match("dave"),)).matches(message)
    assert Selection(recipients=(Match("dave", negated=True),)).matches(message)
    assert not Selection(recipients=(Match("carol", negated=True),)).matches(message)


def test_only_recipients_still_queued_are_looked_at() -> None:
    message = envelope("A", "<a@x>", "<b@x>")
    gone = replace(message.recipients[0], state=RecipientState.DELIVERED)
    assert not Selection(recipients=(Match("a@x"),)).matches(replace(message, recipients=(gone, message.recipients[1])))


def test_quarantined_messages_are_selected_only_when_asked_for() -> None:
    message = envelope("A", quarantine="Bad subject")
    assert not Selection().matches(message)
    assert Selection(quarantined=True, reasons=(Match("bad"),)).matches(message)
    assert not Selection(quarantined=True, reasons=(Match("good"),)).matches(message)
    assert not Selection(quarantined=True).matches(envelope("A"))


def test_total_counts_everything() -> None:
    assert Stats(1, 2, 3, 4, 5).total == 15
