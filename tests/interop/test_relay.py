"""The main job under the stock Debian configuration: nothing that was acknowledged is lost, whoever dies."""

import asyncio
import os
import re
import signal
from pathlib import Path

import pytest

import stockcf
from interop.noctuled import Noctule
from interop.traffic import Sink, send_many

MESSAGES = 600
KILLS = 3


def debian_cf(tmp_path: Path, sink: int) -> Path:
    """Debian's own sendmail.cf with a smart host on the sink's port, less what names Debian's accounts and files."""
    try:
        text = stockcf.stock_cf("debian").read_text()
    except stockcf.NoLibrary as reason:
        pytest.skip(str(reason))
    text = re.sub(r"^(O (TrustedUser|RunAsUser)=|F.*/etc/mail/).*\n", "", text, flags=re.MULTILINE)
    text = re.sub(
        r"^Kaccess hash (.*) /etc/mail/access$", rf"Kaccess text \1 {tmp_path}/access", text, flags=re.MULTILINE
    )
    text = text.replace("\nDS\n", "\nDSrelay:[127.0.0.1]\n").replace("A=TCP $h\n", f"A=TCP $h {sink}\n")
    configuration = tmp_path / "sendmail.cf"
    configuration.write_text(text)
    (tmp_path / "aliases").write_text("")
    (tmp_path / "access").write_text("GreetPause:127.0.0.1\t0\n")
    (tmp_path / "hosts").write_text("127.0.0.1 localhost\n127.0.0.2 example.org example.net\n")
    return configuration


def overrides(tmp_path: Path) -> tuple[str, ...]:
    return (
        f"AliasFile=stab:{tmp_path}/aliases",
        f"HostsFile={tmp_path}/hosts",
        "Workers=2",
        "DontBlameSendmail=safe",
        "MinQueueAge=0",
        "ConnectionRateThrottle=0",  # Debian has 15 a second
    )


async def relay_while_killing(daemon: Noctule, sink: Sink) -> set[int]:
    """Send all; kill -9 a worker after each quarter of the messages has come out."""

    async def kill() -> None:
        for part in range(1, KILLS + 1):
            await sink.wait_for(lambda due=part * MESSAGES // (KILLS + 1): len(sink.seen) >= due, 30)
            os.kill(daemon.workers()[part % 2], signal.SIGKILL)

    acknowledged, _ = await asyncio.gather(send_many(daemon.port, MESSAGES), kill())
    await sink.wait_for(lambda: acknowledged <= sink.seen.keys(), 30)
    return acknowledged


def test_nothing_is_lost_while_workers_are_killed(tmp_path):
    async def scenario() -> None:
        async with Sink(keep=False) as sink:
            with Noctule(debian_cf(tmp_path, sink.port), tmp_path, *overrides(tmp_path), interval="1s") as daemon:
                acknowledged = await relay_while_killing(daemon, sink)
                assert len(acknowledged) == MESSAGES
                assert acknowledged - sink.seen.keys() == set()
                assert daemon.log.read_text().count("ended with signal 9") == KILLS
                assert daemon.stop() == 0

    asyncio.run(scenario())


def test_a_stopped_daemon_finds_its_queue_again(tmp_path):
    async def scenario() -> None:
        configuration = debian_cf(tmp_path, 1)  # nothing listens there: everything is deferred
        daemon = Noctule(configuration, tmp_path, *overrides(tmp_path), interval="1s")
        with daemon:
            acknowledged = await send_many(daemon.port, 20, sessions=4)
        assert len(acknowledged) == 20
        async with Sink() as sink:
            debian_cf(tmp_path, sink.port)
            with daemon:
                assert await sink.wait_for(lambda: acknowledged <= sink.seen.keys(), 30)
            assert set(sink.seen.values()) == {1}

    asyncio.run(scenario())


def test_a_reload_loses_nothing_and_a_broken_file_changes_nothing(tmp_path):
    async def reload(daemon: Noctule, sink: Sink, configuration: Path) -> None:
        text = configuration.read_text()
        await sink.wait_for(lambda: len(sink.seen) >= 50, 30)
        os.kill(daemon.process.pid, signal.SIGHUP)
        await sink.wait_for(lambda: len(sink.seen) >= 150, 30)
        configuration.write_text(f"{text}\nnonsense\n")
        os.kill(daemon.process.pid, signal.SIGHUP)

    async def scenario() -> None:
        async with Sink(keep=False) as sink:
            configuration = debian_cf(tmp_path, sink.port)
            with Noctule(configuration, tmp_path, *overrides(tmp_path)) as daemon:
                acknowledged, _ = await asyncio.gather(send_many(daemon.port, 300), reload(daemon, sink, configuration))
                assert await sink.wait_for(lambda: acknowledged <= sink.seen.keys(), 30)
                assert len(acknowledged) == 300
                assert set(sink.seen.values()) == {1}
                daemon.stop()
            log = daemon.log.read_text()
            assert "configuration reloaded" in log
            assert "the old one stays" in log
            assert "unknown configuration line" in log

    asyncio.run(scenario())
