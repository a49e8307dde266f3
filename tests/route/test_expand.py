"""Expansion of envelopes: what the queue is to keep and what deliver is to attempt."""

import asyncio
import os
from pathlib import Path

import pytest

from noctule.mail.envelope import Controller, Envelope, Notify, Recipient, RecipientState, Triple
from noctule.mail.outcome import Deferred, Failed
from noctule.route import Expansion, NoteKind
from route.example import Site, open_site

SENDER = "<sender@example.net>"


def envelope(*addresses: str, **more: object) -> Envelope:
    recipients = tuple(
        Recipient(number=number, address=address, **more)  # type: ignore[arg-type]
        for number, address in enumerate(addresses, 1)
    )
    return Envelope(id="q1", sender=SENDER, recipients=recipients)


def expand(site: Site, message: Envelope) -> Expansion:
    return asyncio.run(site.router.expand(message, site.scope))


def live(expansion: Expansion) -> dict[str, Triple | None]:
    return {
        recipient.address: recipient.triple
        for recipient in expansion.recipients
        if recipient.state is RecipientState.QUEUED and recipient.number not in expansion.outcomes
    }


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return open_site(tmp_path)


def test_an_alias_is_replaced_by_its_members(site: Site) -> None:
    expansion = expand(site, envelope("<staff@mail.example.test>", "<friend@example.net>"))
    assert [(r.number, r.address, r.state.name, r.primary) for r in expansion.recipients] == [
        (1, "<staff@mail.example.test>", "EXPANDED", True),
        (2, "<friend@example.net>", "QUEUED", True),
        (3, "bob", "QUEUED", False),
        (4, "copy@example.net", "QUEUED", False),
        (5, "\\alice", "QUEUED", False),
    ]
    assert live(expansion) == {
        "<friend@example.net>": Triple("esmtp", "example.net", "friend@example.net"),
        "bob": Triple("local", "", "bob"),
        "copy@example.net": Triple("esmtp", "example.net", "copy@example.net"),
        "\\alice": Triple("local", "", "\\alice"),
    }
    assert not expansion.outcomes
    assert [(note.kind, note.name, note.text) for note in expansion.notes] == [
        (NoteKind.ALIAS, "<staff@mail.example.test>", "alice, bob"),
        (NoteKind.ALIAS, "alice", "\\alice, copy@example.net"),
    ]


def test_members_know_where_they_come_from(site: Site) -> None:
    expansion = expand(site, envelope("<nested@mail.example.test>", original="rfc822;list@o.example"))
    bob = next(recipient for recipient in expansion.recipients if recipient.address == "bob")
    assert (bob.alias_of, bob.final, bob.original) == (
        "staff",
        "RFC822; nested@mail.example.test",
        "rfc822;list@o.example",
    )


@pytest.mark.parametrize(
    ("address", "given", "member", "inherited"),
    [
        ("outside", Notify.SUCCESS, "friend@example.net", Notify.SUCCESS),
        ("staff", Notify.SUCCESS | Notify.FAILURE, "bob", Notify.FAILURE),
        ("staff", Notify.NEVER, "bob", Notify.NEVER),
        ("staff", None, "bob", None),
        ("owned", Notify.SUCCESS | Notify.FAILURE, "bob", None),
    ],
)
def test_notify_on_expansion(
    site: Site, address: str, given: Notify | None, member: str, inherited: Notify | None
) -> None:
    site.tables.aliases |= {"owned": "bob, carol", "owner-owned": "boss@example.net"}
    expansion = expand(site, envelope(address, notify=given))
    recipients = [*expansion.recipients, *(r for clone in expansion.clones for r in clone.envelope.recipients)]
    assert next(r for r in recipients if r.address == member).notify == inherited


def test_who_asked_hears_of_expansion(site: Site) -> None:
    site.tables.aliases |= {"owned": "bob, carol", "owner-owned": "boss@example.net"}
    expansion = expand(site, envelope("staff", "outside", "owned", "dave", notify=Notify.SUCCESS))
    assert expansion.expanded == (1,)
    assert expansion.given_to_lists == (3,)
    silent = expand(site, envelope("staff", "owned"))
    assert (silent.expanded, silent.given_to_lists) == ((), ())


@pytest.mark.parametrize(
    ("owner", "sender"),
    [
        ("boss@example.net", "boss@example.net"),
        ("carol", "carol"),
        ("boss@example.net, bob", "owner-owned"),
        ("|/bin/true", "owner-owned"),
        (":include:/x", "owner-owned"),
    ],
)
def test_a_list_with_an_owner_gets_an_envelope_of_its_own(site: Site, owner: str, sender: str) -> None:
    site.tables.aliases |= {"owned": "bob, friend@example.net, nobody-there", "owner-owned": owner}
    expansion = expand(site, envelope("owned", "dave"))
    assert [(r.address, r.state.name) for r in expansion.recipients] == [
        ("owned", "EXPANDED"),
        ("dave", "EXPANDED"),
        ("friend-of-dave@example.net", "QUEUED"),
    ]
    assert not expansion.outcomes
    (clone,) = expansion.clones
    assert clone.lists == (1,)
    assert (clone.envelope.id, clone.envelope.sender) == ("", sender)
    assert [(r.number, r.address, r.triple) for r in clone.envelope.recipients] == [
        (1, "nobody-there", None),
        (2, "friend@example.net", Triple("esmtp", "example.net", "friend@example.net")),
        (3, "bob", Triple("local", "", "bob")),
    ]
    again = expand(site, clone.envelope)
    assert {number: type(outcome) for number, outcome in again.outcomes.items()} == {1: Failed}
    assert NoteKind.OWNER in {note.kind for note in expansion.notes}


def test_owners_of_lists_answer_to_the_owner_of_owners(site: Site) -> None:
    site.tables.aliases |= {"owner-x": "bob", "x-request": "bob", "owner-owner": "postmaster"}
    for address in ("owner-x", "x-request"):
        (clone,) = expand(site, envelope(address)).clones
        assert clone.envelope.sender == "postmaster"


def test_failures_are_outcomes(site: Site) -> None:
    expansion = expand(site, envelope("brokenlist", "nofile", "refused", "loop-a", "deep1"))
    failed = {
        recipient.address: expansion.outcomes[recipient.number]
        for recipient in expansion.recipients
        if recipient.number in expansion.outcomes
    }
    missing = f":include:{site.folder}/lists/missing"
    assert failed == {
        "nobody-there": Failed(status="5.1.1", text="User unknown", reply="550 5.1.1 User unknown"),
        missing: Failed(status="5.2.4", text=f"Cannot open {site.folder}/lists/missing: No such file or directory"),
        "someone@refused.example": Failed(status="5.7.1", text="not carried"),
        "loop-a": Failed(status="5.4.6", text="aliasing/forwarding loop broken"),
        "deep7": Failed(status="5.4.6", text="aliasing/forwarding loop broken (7 aliases deep; 6 max)"),
    }
    nobody = next(r for r in expansion.recipients if r.address == "nobody-there")
    assert nobody.triple == Triple("local", "", "nobody-there")
    assert NoteKind.LOOP in {note.kind for note in expansion.notes}


def test_an_alias_database_that_is_away_delays(site: Site) -> None:
    site.tables.broken = {"bob"}
    expansion = expand(site, envelope("staff"))
    (number,) = expansion.outcomes
    assert isinstance(expansion.outcomes[number], Deferred)
    bob = next(r for r in expansion.recipients if r.number == number)
    assert (bob.address, bob.triple, bob.state) == ("bob", None, RecipientState.QUEUED)


def test_the_next_attempt_goes_on_where_this_one_stopped(site: Site) -> None:
    site.tables.broken = {"bob"}
    first = expand(site, envelope("staff"))
    site.tables.broken = set()
    site.tables.aliases["bob"] = "carol, dave"
    again = expand(site, Envelope(id="q1", sender=SENDER, recipients=first.recipients))
    assert not again.outcomes
    assert set(live(again)) == {"carol", "friend-of-dave@example.net", "copy@example.net", "\\alice"}


@pytest.mark.parametrize("address", ["erin", "f8", "staff", "toprog", "f2", "detail", "toinclude"])
def test_expanding_again_changes_nothing(site: Site, address: str) -> None:
    first = expand(site, envelope(address))
    again = expand(site, Envelope(id="q1", sender=SENDER, recipients=first.recipients))
    assert again.recipients == first.recipients
    assert again.outcomes == first.outcomes == {}


def test_who_has_the_mail_already_does_not_get_it_again(site: Site) -> None:
    delivered = Recipient(
        number=1, address="bob", triple=Triple("local", "", "bob"), state=RecipientState.DELIVERED, primary=False
    )
    message = Envelope(id="q1", sender=SENDER, recipients=(delivered, Recipient(number=2, address="staff")))
    assert set(live(expand(site, message))) == {"copy@example.net", "\\alice"}


def test_who_is_on_his_own_list_becomes_a_member_of_it(site: Site) -> None:
    expansion = expand(site, envelope("erin"))
    assert [(r.address, r.state.name, r.primary, r.alias_of) for r in expansion.recipients] == [
        ("erin", "EXPANDED", True, ""),
        ("erin", "QUEUED", False, "erin"),
        ("carol", "QUEUED", False, "erin"),
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="users with numbers of their own take root")
def test_programs_of_a_forward_run_for_its_user(site: Site) -> None:
    expansion = expand(site, envelope("f2", "toprog"))
    controllers = {r.address: r.controller for r in expansion.recipients if r.triple and r.triple.mailer == "prog"}
    assert controllers == {
        "|/bin/cat": Controller("f2", 2011, 2011, "f2"),
        '"|/bin/cat >/dev/null"': None,
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="users with numbers of their own take root")
def test_the_same_program_runs_once_for_each_user(site: Site) -> None:
    site.lay_out("forward/f1", "bob\n")
    site.lay_out("forward/f4", "|/bin/cat\n")
    expansion = expand(site, envelope("f2", "f4", "f2"))
    users = [r.controller.user for r in expansion.recipients if r.address == "|/bin/cat" and r.controller]
    assert users == ["f2", "f4"]


def test_nobody_names_programs_by_himself(site: Site) -> None:
    expansion = expand(site, envelope("|/bin/true", "/tmp/x", ":include:/etc/passwd"))
    assert [outcome.text for outcome in expansion.outcomes.values()] == [
        "Cannot mail directly to programs",
        "Cannot mail directly to files",
        "Cannot mail directly to :include:s",
    ]


def test_a_forward_others_could_write_is_not_used(site: Site) -> None:
    (site.folder / "forward" / "dave").chmod(0o666)
    expansion = expand(site, envelope("dave"))
    assert live(expansion) == {"dave": Triple("local", "", "dave")}
    (note,) = expansion.notes
    assert (note.kind, note.text) == (NoteKind.FORWARD_UNUSABLE, "Group writable file")


def test_a_sender_who_does_not_want_his_own_mail(tmp_path: Path) -> None:
    site = open_site(tmp_path, me_too=False)
    message = Envelope(id="q", sender="bob@mail.example.test", recipients=(Recipient(number=1, address="staff"),))
    assert set(live(expand(site, message))) == {"copy@example.net", "\\alice"}
    alone = Envelope(id="q", sender="bob@mail.example.test", recipients=(Recipient(number=1, address="bob"),))
    assert set(live(expand(site, alone))) == {"bob"}


def test_a_list_without_end_is_cut(tmp_path: Path) -> None:
    site = open_site(tmp_path, max_members=50)
    site.tables.aliases["huge"] = ", ".join(f"u{n}@example.net" for n in range(1000))
    expansion = expand(site, envelope("huge"))
    assert len(expansion.recipients) < 60
    assert [outcome.text for outcome in expansion.outcomes.values()] == ["more than 50 addresses"]


def test_remote_members_follow_a_changed_table(site: Site) -> None:
    member = Recipient(
        number=1, address="x@example.net", triple=Triple("esmtp", "old.example", "x@example.net"), primary=False
    )
    expansion = expand(site, Envelope(id="q", sender=SENDER, recipients=(member,)))
    assert live(expansion) == {"x@example.net": Triple("esmtp", "example.net", "x@example.net")}


def test_a_refusal_for_now_delays(site: Site) -> None:
    expansion = expand(site, envelope("later", "x@later.example"))
    assert {type(outcome) for outcome in expansion.outcomes.values()} == {Deferred}
    assert all(r.state is not RecipientState.FAILED for r in expansion.recipients)
