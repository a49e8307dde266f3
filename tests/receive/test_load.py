"""What a busy host does not do at once."""

from dataclasses import replace
from pathlib import Path

import pytest

from noctule.receive.daemon import SmtpDaemon
from noctule.receive.load import Loads
from noctule.receive.settings import ReceiveSettings
from receive.smallsite import Site, run


@pytest.mark.parametrize("load", [0, 3, 4, 100])
def test_zero_is_never(load: int) -> None:
    never = Loads()
    assert not (never.delays(load) or never.refuses(load) or never.only_queues(load, 10**9))


@pytest.mark.parametrize(
    ("load", "priority", "waits"),
    [(7, 10**9, False), (8, 600_000, False), (8, 600_001, True), (10, 200_000, False), (10, 200_001, True)],
)
def test_the_busier_the_host_the_more_has_to_wait(load: int, priority: int, waits: bool) -> None:
    assert Loads(queue=8).only_queues(load, priority) is waits


def busy(settings: ReceiveSettings) -> ReceiveSettings:
    return replace(settings, loads=Loads(delay=5, queue=8, refuse=12, queue_factor=30_000))


@pytest.mark.parametrize(("load", "delayed", "handed"), [(4, False, True), (7, True, True), (9, True, False)])
def test_commands_and_messages_wait(tmp_path: Path, load: int, delayed: bool, handed: bool) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, busy, load=load) as site:
            client = await site.client()
            await client.begin()
            await client.text(b"Subject: x\r\n\r\n")
            assert site.slept == ([1.0] * 5 if delayed else [])  # EHLO MAIL RCPT DATA and the dot
            assert len(site.entries()) == 1
            assert bool(len(site.handoff)) is handed
            await client.close()

    run(scenario)


def test_nobody_is_accepted_while_it_lasts(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, busy, load=12) as site:
            daemon: SmtpDaemon = site.daemon
            await daemon.heed_load()
            assert site.sink.has("rejecting connections on daemon MTA: load average: 12")
            site.busy = 11
            await daemon.heed_load()
            assert site.sink.has("accepting connections again for daemon MTA")
            client = await site.client()
            assert (await client.say("NOOP")).startswith("250")
            await client.close()

    run(scenario)
