"""A daemon that is given a site file: what Noctule's own defines and features do in it, and what SIGHUP does."""

import json
import os
import signal
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from interop.noctuled import Noctule
from interop.peers import wait_for

SITE = """\
divert(-1)
What stands here counts for nothing.
divert(0)dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mx.example.org')dnl
define(`confWORKERS', `2')dnl
define(`confQUEUE_STORE', `sqlite')dnl
define(`confLOG_FORMAT', `json')dnl
define(`confPRIVACY_FLAGS', `noexpn')dnl
undefine(`ALIAS_FILE')dnl
include(`greeting.m4')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`python_map', `rooms', `rooms:find', `-T<TMPF> -p {folder}')dnl
MAILER(`smtp')dnl
LOCAL_RULESETS
SLocal_check_rcpt
R$*	$: $>canonify $1
R$- < @ $+ > $*	$: < $(rooms $1 $: no $) > $1
R$+ < @ $+ > $*	$: < $(rooms $1 $: no $) > $1
R< no > $*	$# error $@ 5.1.1 $: "550 no such room"
R< $* <TMPF> > $*	$# error $@ 4.3.0 $: "451 ask again"
"""
ROOMS = """\
from noctule.maps.python import TemporaryError


def find(key: str, args: tuple[str, ...]) -> str | None:
    if key == "moving":
        raise TemporaryError("the plan is being changed")
    return {"alice": "a1"}.get(key)
"""
GREETING = "define(`confSMTP_LOGIN_MSG', `$j {word}')dnl\n"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Noctule]:
    tmp_path.chmod(0o755)
    (tmp_path / "site.mc").write_text(SITE.replace("{folder}", str(tmp_path)))
    (tmp_path / "greeting.m4").write_text(GREETING.format(word="first"))
    (tmp_path / "rooms.py").write_text(ROOMS)
    (tmp_path / "local-host-names").touch()
    options = ("DontBlameSendmail=TrustStickyBit", "HelpFile=/dev/null")
    with Noctule(tmp_path / "site.mc", tmp_path, *options) as noctule:
        yield noctule


def greeting(served: Noctule) -> str:
    with smtplib.SMTP() as client:
        return client.connect("127.0.0.1", served.port)[1].decode()


def reload(served: Noctule) -> None:
    assert served.process is not None
    os.kill(served.process.pid, signal.SIGHUP)


def test_own_defines_arrive_in_the_daemon(served: Noctule) -> None:
    assert len(served.workers()) == 2
    databases = [path for path in served.queue.rglob("*") if path.is_file() and path.read_bytes()[:6] == b"SQLite"]
    assert databases != []
    with smtplib.SMTP("127.0.0.1", served.port) as client:
        client.ehlo("client.example.net")
        client.mail("sender@example.net")
        replies = [client.rcpt(f"{user}@mx.example.org") for user in ("alice", "moving", "bob")]
    assert [(code, text.split()[0]) for code, text in replies[1:]] == [(451, b"4.3.0"), (550, b"5.1.1")]
    assert replies[0][0] != 451
    records = [json.loads(line) for line in served.log.read_text().splitlines()]
    assert any("no such room" in str(record) for record in records)


def test_a_reload_reads_the_site_file_and_what_it_includes_again(served: Noctule) -> None:
    assert "first" in greeting(served)
    (served.root / "greeting.m4").write_text(GREETING.format(word="second"))
    reload(served)
    wait_for(lambda: "second" in greeting(served), served.log.read_text)
    site = served.root / "site.mc"
    site.write_text(site.read_text().replace("accept_unresolvable_domains", "accept_unresolveable_domains"))
    reload(served)
    wait_for(lambda: "not reloaded" in served.log.read_text(), served.log.read_text)
    told = served.log.read_text()
    assert f"{site}:12: " in told
    assert "accept_unresolvable_domains" in told.partition("not reloaded")[2]  # the nearest name
    assert "second" in greeting(served)
