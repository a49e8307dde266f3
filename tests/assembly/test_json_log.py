"""The log of a whole daemon as JSON."""

import asyncio
import json
import time
from pathlib import Path

from interop.noctuled import Noctule
from safety import attacks

CF = Path(__file__).parents[1] / "receive" / "data" / "small.cf"


def records(served: Noctule) -> list[dict[str, object]]:
    return [json.loads(line) for line in served.log.read_text().splitlines()]


def test_each_recipient_has_one_closing_record_and_lines_share_the_id(tmp_path: Path) -> None:
    options = [option for option in attacks.site_options(tmp_path) if not option.startswith("DeliveryMode")]
    with Noctule(CF, tmp_path, *options, "LogFormat=json", "LogLevel=15") as served:
        asyncio.run(attacks.normal_mail(served.port))
        end = time.monotonic() + 20
        while sum(record["event"] == "recipient_closed" for record in records(served)) < 2:
            assert time.monotonic() < end, served.log.read_text()
            time.sleep(0.02)
        served.stop()
        seen = records(served)
    ended = [record for record in seen if record["event"] == "recipient_closed"]
    closed = {record["to"]: record for record in ended if record["to"] != "postmaster"}  # who may hear of it in the end
    assert [record["to"] for record in ended][:2] == ["<alice@example.test>", "<sender@example.net>"]
    assert len(closed) + sum(record["to"] == "postmaster" for record in ended) == len(ended), "twice for one"
    for record in closed.values():
        assert record["outcome"] == "failed"
        own = [other for other in seen if other.get("id") == record["id"]]
        (delivery,) = [other for other in own if other["event"] == "delivery"]
        assert (delivery["to"], delivery["dsn"], delivery["stat"]) == ([record["to"]], record["dsn"], record["stat"])
        assert [other["event"] for other in own].count("done") == 1
    assert closed["<alice@example.test>"]["from"] == "<sender@example.net>"
