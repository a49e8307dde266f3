import errno
from pathlib import Path

import pytest

from noctule.deliver.verdict import Remote, from_error, from_exit, from_reply, lost
from noctule.mail.outcome import Deferred, Delivered, Failed
from noctule.mail.reply import Reply
from noctule.smtp.client import Phase

DATA = Path(__file__).parent / "data" / "replies.tsv"
ROWS = [line.split("\t") for line in DATA.read_text().splitlines() if not line.startswith("#")]
REMOTE = Remote("mx.example.net.", "192.0.2.1")


@pytest.mark.parametrize(("stage", "code", "status", "line", "stat"), ROWS, ids=[f"{r[0]}-{r[1]}" for r in ROWS])
def test_replies_are_read_as_sendmail_reads_them(stage: str, code: str, status: str, line: str, stat: str) -> None:
    phase = Phase.RCPT if stage == "plain" else Phase[stage]
    reply = Reply.parse(int(code), [line[4:]])
    outcome = from_reply(reply, phase, REMOTE, enhanced=stage != "plain")
    assert isinstance(outcome, Deferred if code[0] == "4" else Failed)
    assert (outcome.text, outcome.reply) == (stat, line)
    if stage != "DATA" and code != "421":  # there Sendmail shows 5.0.0 and 4.0.0 and drops what the server said
        assert outcome.status == status


def test_success() -> None:
    said = Reply(250, "2.0.0", ("Ok: queued as X1",))
    got = from_reply(said, Phase.FINAL, REMOTE, enhanced=True, relayed=True)
    assert got == Delivered(
        text="Sent (Ok: queued as X1)",
        reply="250 2.0.0 Ok: queued as X1",
        remote="mx.example.net.",
        remote_address="192.0.2.1",
        relayed=True,
    )
    assert from_reply(said, Phase.FINAL, REMOTE, enhanced=False).text == "Sent (2.0.0 Ok: queued as X1)"
    assert from_reply(Reply(250), Phase.FINAL, REMOTE, enhanced=False).text == "Sent"


@pytest.mark.parametrize(
    ("error", "host", "text", "status"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "mx.", "Deferred: Connection refused by mx.", "4.4.1"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "[::1]", "Deferred: Connection refused by [::1]", "4.4.1"),
        (TimeoutError(), "mx", "Deferred: Connection timed out with mx.", "4.4.1"),
        (ConnectionResetError("gone"), "mx.", "Deferred: Connection reset by mx.", "4.4.2"),
        (OSError(errno.EHOSTUNREACH, "x"), "mx.", "Deferred: No route to host", "4.4.1"),
        (OSError(errno.EMFILE, "Too many open files"), "mx.", "Deferred: Too many open files", "4.4.0"),
    ],
)
def test_network_errors(error: OSError, host: str, text: str, status: str) -> None:
    got = from_error(error, Remote(host, "192.0.2.1"))
    assert (got.text, got.status, got.remote_address) == (text, status, "192.0.2.1")


def test_a_lost_connection_after_the_final_dot_says_that_it_may_mean_two_copies() -> None:
    assert "twice" in lost(Phase.FINAL, REMOTE).text
    assert lost(Phase.RCPT, REMOTE).text == "Deferred: Connection reset by mx.example.net."
    assert lost(Phase.RCPT, REMOTE, "not a reply").status == "4.5.0"


@pytest.mark.parametrize(
    ("code", "output", "kind", "status", "text", "reply"),
    [
        (0, "noise", Delivered, "2.0.0", "Sent", ""),
        (67, "", Failed, "5.1.1", "User unknown", "550 5.1.1 User unknown"),
        (69, "550 5.7.1 no\nmore", Failed, "5.0.0", "Service unavailable", "550 5.7.1 no"),
        (75, "", Deferred, "4.0.0", "Deferred", ""),
        (71, "disk", Deferred, "4.0.0", "Deferred: Operating system error", "disk"),
        (1, "trouble", Failed, "5.3.5", "unknown mailer error 1", "trouble"),
    ],
)
def test_exit_codes(code: int, output: str, kind: type, status: str, text: str, reply: str) -> None:
    got = from_exit(code, output)
    assert isinstance(got, kind)
    assert (got.text, got.reply) == (text, reply)
    assert got.status == status or code == 1
