"""Where connections come from and go to: ClientPortOptions and ConnectOnlyTo.

Seen with Sendmail 8.17 (`sendmail -v` to a server on loopback): Addr= and M= concern their family alone, an address of
the other family in ConnectOnlyTo changes nothing, and M=h takes no name without a dot.
"""

import asyncio
from pathlib import Path

import pytest

from deliver.sink import Sink
from deliver.support import batch, recipient, smtp_mailer
from noctule.deliver.settings import SmtpSettings
from noctule.deliver.smtp import SmtpAgent
from noctule.deliver.wayout import WayOut, WaysOut
from noctule.mail.outcome import Deferred, Delivered, Outcome
from noctule.resolve import HostsFile, Resolver, ResolverSettings


def send(ways: WaysOut, hosts: Path = Path("/etc/hosts")) -> tuple[Outcome, Sink]:
    """One message to a server on 127.0.0.1."""
    sink = Sink()

    async def work() -> Outcome:
        resolver = Resolver(ResolverSettings(services=("files",)), hosts=HostsFile(str(hosts)))
        settings = SmtpSettings(name="us.example", connect=5.0, ways_out=ways)
        agent = SmtpAgent(settings, resolver, is_me=lambda name: name == "us.example")
        async with sink.serve():
            outcomes = await agent.deliver(batch(smtp_mailer(sink.port), recipient(0, "b@example.net")))
            await agent.close()
        return outcomes[0]

    return asyncio.run(work()), sink


@pytest.mark.parametrize(
    ("family", "source", "seen"), [("inet", "127.0.0.5", "127.0.0.5"), ("inet6", "::1", "127.0.0.1")]
)
def test_connections_come_from_the_address_of_their_family(family: str, source: str, seen: str) -> None:
    outcome, sink = send(WaysOut(by_family={family: WayOut(source=source)}))
    assert isinstance(outcome, Delivered)
    assert sink.clients == [seen]


def test_an_address_that_is_not_ours_defers() -> None:
    outcome, sink = send(WaysOut(by_family={"inet": WayOut(source="192.0.2.1")}))
    assert isinstance(outcome, Deferred)
    assert sink.connections == 0


@pytest.mark.parametrize(("only", "delivered"), [("127.0.0.7", False), ("::1", True)])
def test_all_goes_to_one_address_of_the_same_family(only: str, delivered: bool) -> None:
    outcome, _ = send(WaysOut(only_to=only))
    assert isinstance(outcome, Delivered if delivered else Deferred)


@pytest.mark.parametrize(
    ("hosts", "name"),
    [("127.0.0.1 mail.example.com", "mail.example.com"), ("127.0.0.1 localhost", "us.example"), ("", "us.example")],
)
def test_the_interface_may_give_the_name(hosts: str, name: str, tmp_path: Path) -> None:
    file = tmp_path / "hosts"
    file.write_text(hosts)
    _, sink = send(WaysOut(by_family={"inet": WayOut(modifiers=frozenset("h"))}), file)
    assert sink.commands[0] == f"EHLO {name}"
