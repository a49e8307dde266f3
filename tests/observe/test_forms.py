"""The two forms say the same."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.mail.envelope import Envelope, Recipient, RecipientState, Triple
from noctule.observe.forms import JsonForm
from noctule.observe.log import Log
from observe.test_log import RECORDED, Lines, Q, said

MOMENT = 1795346865.25
SPELLED_OUT = {"STARTTLS", "AUTH"}  # keys whose value begins the line


def told(call: Callable[[Log], None], level: int = 99) -> list[dict[str, object]]:
    """The objects that are written."""
    lines = Lines()
    call(Log(lines, level, form=JsonForm(lambda: MOMENT, 4711)))
    return [json.loads(text) for _, text in lines.lines]


@pytest.mark.parametrize(("level", "priority", "line", "call"), RECORDED, ids=[r[2][:60] for r in RECORDED])
def test_every_fact_of_a_line_is_in_its_object(
    level: int, priority: int, line: str, call: Callable[[Log], None]
) -> None:
    (record,) = told(call, level)
    assert level == 0 or told(call, level - 1) == []
    assert (record["time"], record["pid"]) == ("2026-11-22T11:27:45.250Z", 4711)
    assert ("id" in record) == line.startswith("QID: ")
    head = {"time", "pid", "event", "priority", "id", "delay", "xdelay", "to", "args"}
    for key, fact in record.items():
        assert key in head or str(fact) in line, key


@pytest.mark.parametrize(("line", "call"), [(r[2], r[3]) for r in RECORDED if "=" in r[2]])
def test_every_key_of_a_line_is_in_its_object(line: str, call: Callable[[Log], None]) -> None:
    (record,) = told(call)
    pairs = [piece.partition("=")[::2] for piece in line.removeprefix("QID: ").split(", ")]
    plain = {k: v for k, v in pairs if k.isalpha() and k not in {"stat", "delay", "xdelay", "to"} and "(" not in v}
    assert {key: str(record[key]) for key in plain if key in record} == {k: plain[k] for k in plain if k in record}
    if record["event"] in {"received", "delivery", "tls_started", "authenticated"}:
        assert set(plain) <= set(record)


def test_a_recipient_is_closed_once_and_in_json_alone() -> None:
    envelope = Envelope(id=Q, sender="<a@b>", message_id="<1@b>", created=MOMENT - 2)
    recipient = Recipient(
        number=1,
        address="<c@d>",
        triple=Triple("esmtp", "d.", "c@d"),
        state=RecipientState.FAILED,
        status="5.1.1",
        message="User unknown",
        remote="mx.d",
    )
    (record,) = told(lambda log: log.recipient_closed(envelope, recipient, now=MOMENT))
    assert said(lambda log: log.recipient_closed(envelope, recipient, now=MOMENT)) == []
    del record["time"], record["pid"], record["priority"]
    assert record == {
        "event": "recipient_closed", "id": Q, "to": "<c@d>", "from": "<a@b>", "outcome": "failed", "msgid": "<1@b>",
        "delay": 2.0, "mailer": "esmtp", "relay": "mx.d", "dsn": "5.1.1", "stat": "User unknown",
    }  # fmt: skip


def test_who_gets_nothing_of_a_discarded_message_is_closed_too() -> None:
    recipients = tuple(Recipient(number=number, address=f"<{number}@d>") for number in (1, 2))
    envelope = Envelope(id=Q, sender="<a@b>", recipients=recipients, created=MOMENT)
    first, *closed = told(lambda log: log.discarded(envelope, now=MOMENT))
    assert first["event"] == "discarded"
    assert [(record["to"], record["outcome"]) for record in closed] == [("<1@d>", "discarded"), ("<2@d>", "discarded")]


@given(st.text(max_size=5000))
def test_no_value_breaks_an_object(text: str) -> None:
    (record,) = told(lambda log: log.user_error(Q, text))
    shown = record.get("text", "")
    assert shown == text or len(str(shown)) <= 2048
    assert record["id"] == Q


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1000, max_size=5000))
def test_the_pieces_of_a_long_line_make_the_whole(text: str) -> None:
    lines = [line for _, line in said(lambda log: log.command_received(Q, text))]
    pieces = [line.removeprefix(f"{Q}[{number}]: ").removesuffix(" ...") for number, line in enumerate(lines, 1)]
    assert "".join(pieces) == "<-- " + text.replace("\\", "\\\\") or " ..." in text
    assert all(len(line) <= 1000 for line in lines)
