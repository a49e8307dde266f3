"""A filter that is not there is missed as Sendmail misses one (recorded by filters_oracle.py)."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from noctule.receive.filters import WithoutFilter
from receive.filters_oracle import DATA, FLAGS
from receive.smallsite import Site, run

RECORDED: dict[str, list[tuple[str, str]]] = json.loads(DATA.read_text())


def as_said(reply: str) -> str:
    """Without the greeting's own text and the client's name."""
    return re.sub(r"^(220 ).*|(?<=Hello ).*?(?=,)", r"\1", reply.rpartition("|")[2])


@pytest.mark.parametrize("flag", FLAGS)
def test_a_session_without_a_filter(tmp_path: Path, flag: str) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, lambda s: replace(s, without_filter=WithoutFilter(flag))) as site:
            client = await site.client(greet=False)
            for command, reply in RECORDED[flag]:
                said = await client.say(command) if command else await client.reply()
                assert (command, as_said(said)) == (command, as_said(reply))
            assert await client.reply() == ""
            await client.close()
            assert site.entries() == []

    run(scenario)


@pytest.mark.parametrize(
    ("without", "fate"),
    [
        (WithoutFilter.DEFER, "temp failing commands"),
        (WithoutFilter.REFUSE, "rejecting commands"),
        (WithoutFilter.CLOSE, "closing connection"),
    ],
)
def test_the_log_tells_why(tmp_path: Path, without: WithoutFilter, fate: str) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, lambda s: replace(s, without_filter=without)) as site:
            client = await site.client()
            await client.close()
        assert any(line.endswith(f": Milter: initialization failed, {fate}") for line in site.sink.lines)

    run(scenario)


def test_commands_that_are_put_off_are_logged(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, lambda s: replace(s, without_filter=WithoutFilter.DEFER)) as site:
            client = await site.client()
            await client.say("MAIL FROM: <a@b.example> SIZE=10")
            await client.say("EXPN  bob")
            await client.close()
        told = [line.partition(": SMTP ")[2] for line in site.sink.lines if "tempfailed" in line]
        assert [text.partition(" from ")[0] for text in told] == [
            "MAIL command (<a@b.example> SIZE=10)",
            "EXPN command (bob)",
        ]
        assert all(text.endswith(" tempfailed (due to previous checks)") for text in told)

    run(scenario)
