"""check_compat before a delivery: who is let through, refused, put off, dropped (dialogue rules-compat-each)."""

import asyncio

from deliver.support import Lines, batch, recipient, smtp_mailer
from noctule.deliver.batch import Batch
from noctule.deliver.compat import CompatChecked
from noctule.mail.outcome import Deferred, Delivered, Failed, Outcome
from noctule.observe.log import Log
from rewrite import rig
from rewrite.asking import Tables

RULES = """V10/Berkeley
O OperatorChars=.:%@!^/[]+
Scheck_compat
R$* $| <late@$*>	$#error $@ 4.7.1 $: "450 later"
R$* $| <lost@$*>	$#discard $: discard
R<a@$*> $| <never@$*>	$#error $@ 5.7.2 $: "550 they do not go together"
"""


class Taking:
    """An agent that takes everything, and remembers for whom."""

    def __init__(self) -> None:
        self.users: list[str] = []

    async def deliver(self, batch: Batch) -> list[Outcome]:
        self.users += batch.users
        return [Delivered(text=f"Sent ({user})") for user in batch.users]


def delivered(*users: str, sender: str = "<a@example.org>") -> tuple[list[Outcome], list[str], list[str]]:
    """The outcomes, who was delivered to, the log."""
    agent, lines = Taking(), Lines()
    addresses = rig.open_session(RULES, rig.DATA / "stock").addresses
    checked = CompatChecked(agent, addresses, Tables(), Log(lines, level=9))
    given = batch(smtp_mailer(25), *(recipient(n, f"{user}@x.example") for n, user in enumerate(users)), sender=sender)
    return asyncio.run(checked.deliver(given)), agent.users, lines.lines


def test_only_those_that_go_together_are_delivered_to() -> None:
    outcomes, users, log = delivered("one", "never", "late", "lost", "two")
    assert users == ["one@x.example", "two@x.example"]
    kinds = [(type(outcome), outcome.status) for outcome in outcomes]
    assert kinds == [
        (Delivered, "2.0.0"), (Failed, "5.7.2"), (Deferred, "4.7.1"), (Delivered, "2.0.0"), (Delivered, "2.0.0"),
    ]  # fmt: skip
    assert outcomes[1].reply == "550 5.7.2 <never@x.example>... they do not go together"
    assert [outcome.text for outcome in (outcomes[0], outcomes[3], outcomes[4])] == [
        "Sent (one@x.example)",
        "discarded",
        "Sent (two@x.example)",
    ]
    assert [line.partition("arg1=")[2].partition(", relay")[0] for line in log] == [
        "<a@example.org>, arg2=<never@x.example>",
        "<a@example.org>, arg2=<late@x.example>",
        "<a@example.org>, arg2=<lost@x.example>",
    ]


def test_nobody_is_bothered_when_nobody_is_left() -> None:
    outcomes, users, _ = delivered("never")
    assert (users, outcomes[0].status) == ([], "5.7.2")


def test_the_sender_counts() -> None:
    assert delivered("never", sender="<b@example.org>")[1] == ["never@x.example"]
