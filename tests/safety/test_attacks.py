"""A real daemon under every attack of `attacks`, with small numbers; `bench/hostile` has the large ones."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from interop.noctuled import Noctule
from safety import attacks

CF = Path(__file__).parents[1] / "receive" / "data" / "small.cf"
TEXT_LIMIT = 1_000_000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Noctule]:
    folder = tmp_path_factory.mktemp("attacked")
    with Noctule(CF, folder, *attacks.site_options(folder), f"MaxMessageSize={TEXT_LIMIT}", "Timeout.command=2s",
                 "Timeout.datablock=2s") as daemon:  # fmt: skip
        yield daemon


def survives(served: Noctule, attack: Callable[[], Awaitable[object]]) -> object:
    """What the attack brought; the same workers are alive behind it, and take mail at once."""
    before = served.workers()

    async def scenario() -> object:
        async with asyncio.timeout(60):
            result = await attack()
            assert await attacks.normal_mail(served.port) < 5
            return result

    result = asyncio.run(scenario())
    assert served.workers() == before
    assert "internal error" not in served.log.read_text()
    return result


@pytest.mark.parametrize("name", attacks.FOREIGN)
def test_another_protocol(served: Noctule, name: str) -> None:
    survives(served, lambda: attacks.foreign(served.port, attacks.FOREIGN[name]))


def test_a_command_without_an_end(served: Noctule) -> None:
    before = attacks.resident(served.workers())
    survives(served, lambda: attacks.endless(served.port, 20_000_000, in_text=False))
    assert "SMTP violation, input too long" in served.log.read_text()
    assert attacks.resident(served.workers()) - before < 20_000


@pytest.mark.parametrize("in_header", [True, False])
def test_a_line_of_text_without_an_end(served: Noctule, in_header: bool) -> None:
    before = attacks.resident(served.workers())
    answer = survives(served, lambda: attacks.endless(served.port, 50_000_000, in_text=True, in_header=in_header))
    assert isinstance(answer, bytes)
    assert answer.startswith(b"552")
    assert attacks.resident(served.workers()) - before < 20_000


def test_many_recipients(served: Noctule) -> None:
    result = survives(served, lambda: attacks.many_recipients(served.port, 1000))
    assert isinstance(result, tuple)
    assert (result[0], result[1][:3]) == (1000, b"250")


@pytest.mark.parametrize("in_text", [True, False])
def test_who_falls_silent_is_cut_off(served: Noctule, in_text: bool) -> None:
    survives(served, lambda: attacks.silent(served.port, in_text=in_text))
    said = "info=read timeout" if in_text else "timeout waiting for input from"
    assert said in served.log.read_text()


def test_a_hundred_slow_clients_hold_nobody_up(served: Noctule) -> None:
    async def slow() -> None:
        drips = [attacks.dripped(served.port, in_text=bool(n % 2), step=0.05, bytes_=20) for n in range(100)]
        slow = asyncio.gather(*drips)
        assert await attacks.normal_mail(served.port) < 5
        answers = await slow
        assert {answer[:3] for answer in answers} == {b"500", b"250"}

    survives(served, slow)


def test_clients_that_go_away_at_every_stage(served: Noctule) -> None:
    survives(served, lambda: attacks.half_open(served.port, 80))
    assert "Traceback" not in served.log.read_text()


def test_many_idle_clients_beside_normal_work(served: Noctule) -> None:
    async def crowd() -> float:
        async with attacks.idle_clients(served.port, 100):
            return await attacks.normal_mail(served.port)

    survives(served, crowd)
