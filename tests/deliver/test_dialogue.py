"""Driving the client's wire over a real connection."""

import asyncio

import pytest

from deliver.sink import Sink
from noctule import net
from noctule.deliver.dialogue import next_event
from noctule.smtp.client import Client, Phase, Ready, TlsAnswered

FAST = dict.fromkeys(Phase, 5.0)


def test_bytes_are_pumped_until_there_is_an_event() -> None:
    async def work() -> None:
        async with Sink(answers={"STARTTLS": ["454 4.3.3 not now"]}).serve() as sink:
            stream, client = await net.connect("127.0.0.1", sink.port, timeout=5), Client("us.example")
            assert isinstance(await next_event(client, stream, FAST), Ready)
            client.start_tls()
            answered = await next_event(client, stream, FAST)
            assert isinstance(answered, TlsAnswered) and answered.reply.code == 454
            stream.close()
            await stream.wait_closed(5)

    asyncio.run(work())


async def hear_out(stream: net.Stream) -> None:
    while await stream.read(5):
        continue


def test_a_server_that_says_nothing_takes_too_long() -> None:
    async def work() -> None:
        sock = net.bind("127.0.0.1", 0)
        listener = await net.listen(sock, hear_out)
        stream = await net.connect("127.0.0.1", sock.getsockname()[1], timeout=5)
        with pytest.raises(TimeoutError):
            await next_event(Client("us.example"), stream, dict.fromkeys(Phase, 0.01))
        stream.abort()
        await stream.wait_closed(5)
        await listener.close(5)

    asyncio.run(work())
