"""The page of an explanation: what a tree tells in hundreds of lines, in a few."""

from collections.abc import Iterator

import pytest

from assembly.configurations import configure
from noctule.assembly.explaining import explain
from noctule.assembly.reception import Peer
from noctule.assembly.workbench import Bench, workbench
from noctule.commands.summary import MAX_ENDS, MAX_KEYS, summary

CLIENT = Peer(address="192.0.2.1")
LINES = (
    "O DontBlameSendmail=MapInUnsafeDirPath",
    "Kset macro",
    "Scheck_mail",
    "R$*\t$: $(set {Seen} $@ $1 $) $(known nobody $: $1 $)",
    "Scheck_rcpt",
    "R$* many $*\t$: $1 many $2 " + " ".join(f"$(known key{n} $: $)" for n in range(MAX_KEYS + 3)),
    "R$* sick $*\t$#error $@ 4.7.1 $: 451 later",
    "R$* known $*\t$: $(known joe $)",
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "known").write_text("joe\tOK\n")
    (folder / "aliases").write_text(f"list: {', '.join(f'u{n}@[192.0.2.{n}]' for n in range(MAX_ENDS + 1))}\n")
    lines = (*LINES, f"Kknown text -k0 -v1 {folder}/known", f"O AliasFile=stab:{folder}/aliases")
    with workbench(configure(folder, *lines)) as made:
        yield made


def lines(bench: Bench, address: str) -> list[str]:
    found = explain(bench, address, sender="ann@example.net", peer=CLIENT)
    return list(summary(found, silent=frozenset({"set"}), colours=False))


def test_what_was_found_is_told_one_by_one(bench: Bench) -> None:
    assert f"{'':15}known joe → OK" in lines(bench, "known@[192.0.2.9]")


def test_what_was_not_found_is_told_together(bench: Bench) -> None:
    told = lines(bench, "many@[192.0.2.9]")
    assert f"{'':15}known has no {', '.join(f'key{n}' for n in range(MAX_KEYS))} and 3 more" in told


def test_maps_that_keep_nothing_are_left_out(bench: Bench) -> None:
    assert not any("{Seen}" in line for line in lines(bench, "known@[192.0.2.9]"))


def test_a_refusal_for_now_is_told_as_such(bench: Bench) -> None:
    told = lines(bench, "sick@[192.0.2.9]")
    assert told[1] == "mail is refused for now at check_rcpt: 451 4.7.1 later"


def test_an_acceptance_that_no_rule_gave(bench: Bench) -> None:
    told = lines(bench, "known@[192.0.2.9]")
    assert told[told.index("  check_mail   accepts") + 1] == f"{'':15}no rule refuses it"


def test_a_long_list_has_a_line_for_each_end(bench: Bench) -> None:
    told = lines(bench, "list")
    assert told[1].endswith("; and 1 more")
    assert f"{'':15}u0@[192.0.2.0]: esmtp [192.0.2.0] u0@[192.0.2.0]" in told
    assert not any(line.startswith("  next hop") for line in told)
