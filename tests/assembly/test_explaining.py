"""Everything that becomes of an address is in its explanation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assembly.examplesite import HOST, example
from noctule.assembly.explaining import Destination, Explanation, explain
from noctule.assembly.nexthop import NextHop, Server
from noctule.assembly.reception import Peer
from noctule.assembly.workbench import Bench, workbench
from noctule.rewrite.explain import Recorder, decided_by

STRANGER = Peer(address="192.0.2.1")
HERE = Peer(address="127.0.0.1", name="localhost")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("site")
    configuration = example(folder)
    (folder / "aliases").write_text("root: bob, joe@[192.0.2.9]\npostmaster: root\nowner-root: ann@example.net\n")
    (folder / "users").write_text("bob\n")
    with workbench(configuration) as made:
        yield made


def told(bench: Bench, address: str, *, sender: str = "ann@example.net", peer: Peer = HERE) -> Explanation:
    return explain(bench, address, sender=sender, peer=peer)


def forms(destination: Destination) -> dict[str, str]:
    return {form.place: form.after for form in destination.forms}


def test_a_remote_address_has_a_next_hop_and_four_forms(bench: Bench) -> None:
    end = told(bench, "Joe@[192.0.2.9]", sender="bob").destination
    assert (end.canonical, end.refused, end.members) == ("Joe<@[192.0.2.9]>", "", ())
    assert end.triple is not None
    assert (end.triple.mailer, end.triple.host, end.triple.user) == ("esmtp", "[192.0.2.9]", "Joe@[192.0.2.9]")
    literal = Server(name="[192.0.2.9]", addresses=("192.0.2.9",))
    assert end.next_hop == NextHop(destination="[192.0.2.9]", servers=(literal,))
    assert forms(end) == {
        "envelope sender": f"bob@{HOST}",
        "envelope recipient": "Joe@[192.0.2.9]",
        "header sender": f"bob@{HOST}",
        "header recipient": "Joe@[192.0.2.9]",
    }


def test_aliases_are_followed_to_their_ends(bench: Bench) -> None:
    top = told(bench, "postmaster").destination
    assert top.through == "alias postmaster: root"
    (root,) = top.members
    assert root.through == "alias root: bob, joe@[192.0.2.9]"
    ends = {member.address: member for member in root.members}
    assert set(ends) == {"bob", "joe@[192.0.2.9]"}
    assert ends["bob"].triple is not None
    assert ends["bob"].triple.mailer == "local"
    assert ends["bob"].next_hop is None


def test_members_of_a_list_with_an_owner_get_his_sender(bench: Bench) -> None:
    root = told(bench, "root", sender="joe@example.org").destination
    assert {forms(member)["envelope sender"] for member in root.members} == {"ann@example.net"}


def test_a_refusal_comes_with_the_rule(bench: Bench) -> None:
    checks = told(bench, "joe@example.org", peer=STRANGER).checks
    assert [(check.ruleset, check.reply is None) for check in checks] == [
        ("check_relay", True),
        ("check_mail", True),
        ("check_rcpt", False),
    ]
    rule = decided_by(checks[-1].steps)
    assert rule is not None
    position = rule.rule.position
    assert "Relaying denied" in Path(position.file).read_text().splitlines()[position.line - 1]


def test_an_address_nobody_has_leads_nowhere(bench: Bench) -> None:
    end = told(bench, f"nobody@{HOST}").destination
    assert (end.refused, end.forms, end.next_hop) == ("550 5.1.1 User unknown", (), None)


def test_the_steps_are_those_of_the_pipeline(bench: Bench) -> None:
    end = told(bench, "joe@example.org").destination
    recorder = Recorder()
    scope = bench.configuration.macros.child()
    bench.routing.addresses.parse("joe@example.org", scope, bench.asks, trace=recorder)
    assert list(end.steps) == recorder.steps


def test_without_a_sender_it_is_the_postmaster(bench: Bench) -> None:
    assert told(bench, "bob", sender="").sender == f"postmaster@{HOST}"


def test_standard_input_is_not_asked_about_its_connection(bench: Bench) -> None:
    found = told(bench, "bob", peer=Peer())
    assert [check.ruleset for check in found.checks] == ["check_mail", "check_rcpt"]
