"""The servers that mail would be handed to are those, and in the order, that delivery tries."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assembly.configurations import configure, sound
from noctule.assembly.explaining import explain
from noctule.assembly.nexthop import NextHop, Server
from noctule.assembly.reception import Peer
from noctule.assembly.workbench import Bench, workbench
from resolve.server import Zone, serving

ZONE = """\
@ 60 IN SOA ns hostmaster 1 60 60 60 60
far 60 IN MX 20 second.far
far 60 IN MX 10 first.far
first.far 60 IN A 192.0.2.7
first.far 60 IN AAAA 2001:db8::7
plain 60 IN A 192.0.2.8
never 60 IN MX 0 .
last 60 IN A 192.0.2.9
"""
LAST = Server(name="last.example", addresses=("192.0.2.9",))


@pytest.fixture(scope="module", params=[(), ("O FallbackMXhost=last.example",)], ids=["", "fallback"])
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("site")
    with serving(Zone("example.", ZONE, broken={"sick.example"})) as port:
        lines = (f"O NameServer=127.0.0.1/{port}", "O ServiceSwitchFile=/nonexistent", *request.param)
        with workbench(sound(folder, *lines)) as made:
            yield made


def hop(bench: Bench, host: str) -> NextHop:
    found = explain(bench, f"joe@{host}", sender="ann@example.net", peer=Peer()).destination.next_hop
    assert found is not None
    return found


def has_fallback(bench: Bench) -> bool:
    return bool(bench.configuration.options.string("FallbackMXhost"))


def test_exchangers_come_best_first_with_their_addresses(bench: Bench) -> None:
    fallback = (LAST,) if has_fallback(bench) else ()
    assert hop(bench, "far.example").servers == (
        Server(name="first.far.example.", preference=10, addresses=("192.0.2.7", "2001:db8::7")),
        Server(name="second.far.example.", preference=20, problem="Host unknown"),
        *fallback,
    )


def test_a_host_without_mx_is_its_own(bench: Bench) -> None:
    assert hop(bench, "plain.example").servers[0] == Server(name="plain.example.", addresses=("192.0.2.8",))


def test_a_host_that_takes_no_mail(bench: Bench) -> None:
    found = hop(bench, "never.example")
    assert (found.problem, found.temporary) == ("Domain never.example does not accept mail (nullMX)", False)


def test_a_failing_name_server_is_not_an_unknown_host(bench: Bench) -> None:
    unknown, sick = hop(bench, "unknown.example"), hop(bench, "sick.example")
    assert (bool(unknown.problem), unknown.temporary) == (True, False)
    if has_fallback(bench):
        assert sick.servers == (LAST,)
    else:
        assert (sick.problem, sick.temporary) == (
            "Deferred: Name server: sick.example: host name lookup failure",
            True,
        )


def test_the_path_of_a_socket(tmp_path: Path) -> None:
    lmtp = "Mlmtp, P=[IPC], F=zmDFMuXa, A=FILE /run/lmtp"
    with workbench(configure(tmp_path, lmtp, "S0", "R$*\t$#lmtp $@ there $: $1")) as made:
        assert hop(made, "far.example") == NextHop(destination="/run/lmtp", socket="/run/lmtp")
