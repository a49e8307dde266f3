"""Checks are asked with the macros a session has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assembly.examplesite import example
from noctule.assembly.reception import Peer, Reception, peer_at
from noctule.assembly.workbench import Bench, workbench
from noctule.rewrite.explain import decided_by
from noctule.rewrite.results import Accepted

STRANGER = Peer(address="192.0.2.1", name="mx.example.org")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with workbench(example(tmp_path_factory.mktemp("site"))) as made:
        yield made


def test_a_ruleset_that_is_not_there_accepts(bench: Bench) -> None:
    checked = Reception(bench, STRANGER).relay()
    assert (checked.defined, checked.arguments) == (False, ("mx.example.org", "192.0.2.1"))
    assert isinstance(checked.verdict, Accepted)


@pytest.mark.parametrize(
    ("peer", "recipient", "reply"),
    [
        (STRANGER, "joe@example.org", "550 5.7.1 <joe@example.org>... Relaying denied"),
        (STRANGER, "nobody@mail.example.test", "550 5.1.1 <nobody@mail.example.test>... User unknown"),
        (STRANGER, "bob@mail.example.test", "None"),
        (Peer(address="127.0.0.1", name="localhost"), "joe@example.org", "None"),
        (Peer(address="::1"), "joe@example.org", "None"),
        (Peer(), "joe@example.org", "None"),
    ],
)
def test_recipients_are_judged_by_who_sends(bench: Bench, peer: Peer, recipient: str, reply: str) -> None:
    reception = Reception(bench, peer)
    assert reception.mail("ann@example.net").reply is None
    assert str(reception.recipient(recipient).reply) == reply


@pytest.mark.parametrize(
    ("sender", "reply"),
    [
        ("bob", "553 5.5.4 <bob>... Domain name required for sender address"),
        ("joe", "550 5.1.1 <joe>... User unknown"),
    ],
)
def test_the_rule_behind_a_refusal_is_known(bench: Bench, sender: str, reply: str) -> None:
    checked = Reception(bench, STRANGER).mail(sender)
    assert str(checked.reply) == reply
    rule = decided_by(checked.steps)
    assert rule is not None
    line = Path(rule.rule.position.file).read_text().splitlines()[rule.rule.position.line - 1]
    assert reply.rpartition("... ")[2] in line


def test_macros_tell_of_sender_recipient_and_who_he_is(bench: Bench) -> None:
    reception = Reception(bench, Peer(address="192.0.2.1", auth="bob"))
    reception.mail("joe@example.org")
    reception.recipient("bob@mail.example.test")
    names = ("f", "mail_mailer", "mail_host", "rcpt_mailer", "rcpt_addr", "auth_authen", "auth_type", "client_name")
    assert [reception.scope.get(name) for name in names] == [
        "joe@example.org", "esmtp", "example.org", "local", "bob", "bob", "PLAIN", "[192.0.2.1]",
    ]  # fmt: skip


def test_clients_are_named_as_a_session_names_them(bench: Bench) -> None:
    found = peer_at(bench, "127.0.0.1")
    assert (found.name, found.resolve) == ("localhost", "OK")
    with pytest.raises(ValueError, match="not an IP address: here"):
        peer_at(bench, "here")
