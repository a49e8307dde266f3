"""BDAT sessions over loopback, into a real store."""

from dataclasses import replace
from pathlib import Path

from noctule.receive.settings import Limits, ReceiveSettings
from receive.smallsite import Site, run


def chunking(settings: ReceiveSettings) -> ReceiveSettings:
    return replace(settings, chunking=True, limits=Limits(message_size=100))


def test_chunks_become_one_message(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, chunking) as site:
            client = await site.client()
            assert "|250-CHUNKING|" in (await client.begin())[0]
            client.send(b"BDAT 14\r\nSubject: x\r\n\r\nBDAT 9 LAST\r\na\r\n.\r\nb\r\nQUIT\r\n")
            assert await client.reply() == "250 2.0.0 14 bytes received"
            assert (await client.reply()).startswith("250 2.0.0 6AMBRj00000001 Message accepted")
            assert (await client.reply()).startswith("221")
            [entry] = site.entries()
            [(_, body)] = await site.handoff.take(5)
            assert (body.read(), entry.envelope.body_size) == (b"a\r\n.\r\nb\r\n", 6)
            await client.close()

    run(scenario)


def test_too_large_a_chunk_is_read_and_refused_and_the_session_goes_on(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, chunking) as site:
            client = await site.client()
            await client.begin()
            client.send(b"BDAT 150\r\n" + b"x" * 148 + b"\r\nBDAT 6 LAST\r\nQUIT\r\n")
            assert (await client.reply()).startswith("552 5.2.3")
            assert (await client.reply()).startswith("503 5.0.0 Need MAIL")
            await client.begin()
            client.send(b"BDAT 4 LAST\r\n\r\nx\n")
            assert (await client.reply()).startswith("421 4.5.0 Bare linefeed")
            assert await client.reply() == ""
            assert site.entries() == []
            await client.close()

    run(scenario)
