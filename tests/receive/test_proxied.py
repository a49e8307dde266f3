"""A daemon behind a proxy, over loopback."""

import contextlib
import ipaddress
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from noctule.receive.settings import ReceiveSettings
from receive.smallsite import Site, run

HEADER = b"PROXY TCP4 127.0.0.2 192.0.2.25 40000 25\r\n"


def behind(network: str) -> Callable[[ReceiveSettings], ReceiveSettings]:
    def change(settings: ReceiveSettings) -> ReceiveSettings:
        return replace(settings, behind=(ipaddress.ip_network(network),))

    return change


@pytest.mark.parametrize("cut", [0, 1, 17, len(HEADER)])
def test_the_client_is_the_one_the_proxy_names(tmp_path: Path, cut: int) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, behind("127.0.0.0/8")) as site:
            client = await site.client(greet=False)
            client.send(HEADER[:cut])
            client.send(HEADER[cut:])
            assert (await client.reply()).startswith("220")
            assert "Hello outside.example.com [127.0.0.2], pleased" in await client.say("EHLO c.example")
            await client.say("MAIL FROM:<a@example.net>")
            await client.say("RCPT TO:<friend@example.org>")
            await client.text(b"Subject: x\r\n\r\n")
            [entry] = site.entries()
            assert entry.envelope.macros["_"] == "outside.example.com [127.0.0.2]"
            assert entry.envelope.macros["if_addr"] == "192.0.2.25"
            assert site.sink.has("relay=outside.example.com [127.0.0.2]")
            await client.close()

    run(scenario)


def test_a_connection_of_the_proxys_own_is_its_own(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, behind("127.0.0.1")) as site:
            client = await site.client(greet=False)
            client.send(b"PROXY UNKNOWN\r\n")
            assert (await client.reply()).startswith("220")
            assert "Hello localhost [127.0.0.1]" in await client.say("HELO c.example")
            await client.close()

    run(scenario)


@pytest.mark.parametrize(
    ("network", "data", "reason"),
    [
        ("127.0.0.1", b"EHLO c.example\r\n", "no PROXY header"),
        ("127.0.0.1", b"PROXY TCP4 a b c d\r\n", "PROXY header not understood"),
        ("192.0.2.0/24", HEADER, "not a proxy of ours"),
    ],
)
def test_nobody_else_can_say_who_he_is(tmp_path: Path, network: str, data: bytes, reason: str) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, behind(network)) as site:
            client = await site.client(greet=False)
            client.send(data)
            with contextlib.suppress(ConnectionError):
                assert await client.reply() == ""
            assert site.sink.has(f"refused: {reason}")
            await client.close()

    run(scenario)
