"""Lines against those the real Sendmail wrote."""

import inspect
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.mail.envelope import Controller, Envelope, Recipient
from noctule.observe.log import Log
from noctule.observe.sinks import Priority

Q = "6AMBRjgK030494"
CLIENT = "client.example.com [127.0.0.9]"


class Lines:
    """Keeps what is written."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []

    def write(self, priority: int, text: str) -> None:
        self.lines.append((priority + 16, text))

    def reopen(self) -> None: ...

    def close(self) -> None: ...


def said(call: Callable[[Log], None], level: int = 99) -> list[tuple[int, str]]:
    lines = Lines()
    call(Log(lines, level))
    return lines.lines


def received(log: Log, **fields: object) -> None:
    given_ = {"sender": "<a@b.c>", "size": 0, "precedence_class": 0, "recipients": 0, "relay": "[127.0.0.99]"}
    log.message_received(Q, **(given_ | fields))  # type: ignore[arg-type]


def delivered(log: Log, **fields: object) -> None:
    given_ = {"recipients": ["<user2>"], "delay": 0.0, "priority": 30022, "stat": "Sent"}
    log.delivery(Q, **(given_ | fields))  # type: ignore[arg-type]


RELAY = {"mailer": "esmtp", "relay": "example.net.", "relay_address": "127.0.0.2", "priority": 120340}
RECORDED: list[tuple[int, int, str, Callable[[Log], None]]] = [
    # level, priority, line, call
    (
        5, 22,
        ("QID: from=<a@client.example.com>, size=15, class=0, nrcpts=4,"
        " msgid=<202611221127.6AMBRjgK030494@mail.example.test>, proto=ESMTP, daemon=MTA,"
        " relay=forged.example.com [127.0.0.10] (may be forged)"),
        lambda log: received(
            log, sender="<a@client.example.com>", size=15, recipients=4, protocol="ESMTP", daemon="MTA",
            message_id="<202611221127.6AMBRjgK030494@mail.example.test>",
            relay="forged.example.com [127.0.0.10] (may be forged)",
        ),
    ),
    (
        5, 22,
        ("QID: from=user1@mail.example.test, size=58, class=-60, nrcpts=5, msgid=<x>, bodytype=8BITMIME,"
        " relay=root@localhost"),
        lambda log: received(
            log, sender="user1@mail.example.test", size=58, precedence_class=-60, recipients=5, message_id="<x>",
            body_type="8BITMIME", relay="root@localhost",
        ),
    ),
    (
        5, 22, "QID: from=<a@b.c>, size=0, class=0, nrcpts=0, proto=ESMTP, daemon=MTA, relay=[127.0.0.99]",
        lambda log: received(log, protocol="ESMTP", daemon="MTA"),
    ),
    (
        8, 22,
        ("QID: to=<joe@example.net>, delay=00:00:01, xdelay=00:00:00, mailer=esmtp, pri=120340,"
        " relay=example.net. [127.0.0.2], dsn=2.0.0, stat=Sent (Ok: queued as SINK123)"),
        lambda log: delivered(
            log, recipients=["<joe@example.net>"], delay=1, xdelay=0.2, dsn="2.0.0",
            stat="Sent (Ok: queued as SINK123)", **RELAY,
        ),
    ),
    (
        9, 22,
        ("QID: to=<temp@example.net>, delay=00:00:01, xdelay=00:00:00, mailer=esmtp, pri=120340,"
        " relay=example.net. [127.0.0.2], dsn=4.2.1, reply=450 4.2.1 try later, stat=Deferred: 450 4.2.1 try later"),
        lambda log: delivered(
            log, recipients=["<temp@example.net>"], delay=1, xdelay=0, dsn="4.2.1", reply="450 4.2.1 try later",
            stat="Deferred: 450 4.2.1 try later", **RELAY,
        ),
    ),
    (
        7, 22,
        ("QID: to=postmaster, delay=00:00:00, mailer=local, pri=90349, dsn=5.1.1, reply=550 5.1.1 User unknown,"
        " stat=User unknown"),
        lambda log: delivered(
            log, recipients=["postmaster"], mailer="local", priority=90349, dsn="5.1.1", stat="User unknown",
            reply="550 5.1.1 User unknown",
        ),
    ),
    (
        8, 22,
        ('QID: to="|/usr/local/bin/prg", ctladdr=prg (1/0), delay=00:00:00, xdelay=00:00:00, mailer=prog, pri=240039,'
        " dsn=2.0.0, stat=Sent"),
        lambda log: delivered(
            log, recipients=['"|/usr/local/bin/prg"'], controller=Controller("bin", 1, 0, "prg"), xdelay=0,
            mailer="prog", priority=240039, dsn="2.0.0",
        ),
    ),
    (
        9, 22, "QID: to=user2, delay=00:00:00, mailer=local, pri=258058, stat=queued",
        lambda log: delivered(log, recipients=["user2"], mailer="local", priority=258058, stat="queued"),
    ),
    (
        9, 22,
        "QID: to=<user2>, delay=00:00:00, mailer=local, pri=30022, quarantine=why not, stat=quarantined",
        lambda log: delivered(log, mailer="local", quarantine="why not", relay="x", stat="quarantined"),
    ),
    (9, 22, "QID: to=<user2>, delay=00:00:00, pri=30022, stat=bad subject",
     lambda log: delivered(log, stat="bad subject")),
    (
        9, 22,
        ("QID: to=<a@client.example.com>, delay=00:01:39, xdelay=00:00:00, mailer=esmtp, pri=121364,"
        " relay=client.example.com., dsn=4.4.1, stat=Deferred: Connection refused by client.example.com."),
        lambda log: delivered(
            log, recipients=["<a@client.example.com>"], delay=99, xdelay=0, mailer="esmtp", priority=121364,
            relay="client.example.com.", dsn="4.4.1", stat="Deferred: Connection refused by client.example.com.",
        ),
    ),
    (10, 22, "QID: done; delay=00:00:00, ntries=1", lambda log: log.done(Q, delay=0, attempts=1)),
    (5, 22, "QID: discarded", lambda log: log.discarded(Envelope(id=Q, sender=""), now=0.0)),
    (5, 22, "QID: NEWQID: clone: owner=user2", lambda log: log.cloned(Q, clone="NEWQID", owner="user2")),
    (6, 22, "QID: NEWQID: DSN: User unknown", lambda log: log.dsn_created(Q, report="NEWQID", text="User unknown")),
    (
        6, 22, "QID: NEWQID: return to sender: User unknown",
        lambda log: log.dsn_created(Q, report="NEWQID", text="User unknown", kind="return to sender"),
    ),
    (4, 21, "QID: Saved message in /var/lib/sendmail/dead.letter",
     lambda log: log.saved(Q, file="/var/lib/sendmail/dead.letter")),
    (
        11, 22, "QID: alias list => user1, user2, user3@self.example",
        lambda log: log.alias_expanded(Q, name="list", members="user1, user2, user3@self.example"),
    ),
    (
        4, 21, "QID: <nosuch@mail.example.test>... User unknown",
        lambda log: log.user_error(Q, "<nosuch@mail.example.test>... User unknown"),
    ),
    (
        4, 21,
        ("QID: ruleset=check_rcpt, arg1=<user1>, relay=client.example.com [127.0.0.9],"
        " reject=550 5.7.1 <user1>... go away"),
        lambda log: log.ruleset_rejected(
            Q, ruleset="check_rcpt", args=("<user1>",), relay=CLIENT, reply="550 5.7.1 <user1>... go away"
        ),
    ),
    (
        4, 21,
        ("ruleset=check_relay, arg1=client.example.com, arg2=127.0.0.9, relay=client.example.com [127.0.0.9],"
        " reject=550 5.7.1 no thanks"),
        lambda log: log.ruleset_rejected(
            "", ruleset="check_relay", args=("client.example.com", "127.0.0.9"), relay=CLIENT,
            reply="550 5.7.1 no thanks",
        ),
    ),
    (
        4, 21, "QID: ruleset=check_mail, arg1=<disc@x>, relay=root@localhost, discard",
        lambda log: log.ruleset_discarded(Q, ruleset="check_mail", args=("<disc@x>",), relay="root@localhost"),
    ),
    (
        4, 21, "QID: ruleset=check_rcpt, arg1=<user2+rq>, relay=root@localhost, quarantine=rcpt quarantine",
        lambda log: log.ruleset_quarantined(
            Q, ruleset="check_rcpt", args=("<user2+rq>",), relay="root@localhost", reason="rcpt quarantine"
        ),
    ),
    (
        10, 21, "QID: Warning: truncated header 'X-Long' before check with 'CheckLong' len=303 max=255",
        lambda log: log.long_field_checked(Q, field="X-Long", ruleset="CheckLong", length=303, limit=255),
    ),
    (
        6, 22, "QID: client.example.com [127.0.0.9] did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA",
        lambda log: log.did_not_issue(Q, client=CLIENT, daemon="MTA"),
    ),
    (
        2, 21, "QID: lost input channel from [127.0.0.77] to MTA after mail",
        lambda log: log.lost_input(Q, client="[127.0.0.77]", daemon="MTA", command="mail", in_mail=True),
    ),
    (
        20, 21, "QID: lost input channel from [127.0.0.77] to MTA after startup",
        lambda log: log.lost_input(Q, client="[127.0.0.77]", daemon="MTA", command="startup", in_mail=False),
    ),
    (
        2, 21, "QID: timeout waiting for input from client.example.com during server cmd read",
        lambda log: log.input_timeout(Q, client="client.example.com", during="server cmd read"),
    ),
    (
        1, 21,
        ("QID: collect: relay=[127.0.0.51], from=<a@b>, info=Bare linefeed (LF) not allowed, where=body,"
        " status=tempfail"),
        lambda log: log.message_refused(
            Q, relay="[127.0.0.51]", sender="<a@b>", reason="Bare linefeed (LF) not allowed", where="body"
        ),
    ),
    (
        0, 22,
        "QID: rejecting commands from [127.0.0.49] [127.0.0.49] due to pre-greeting traffic after 0 seconds",
        lambda log: log.pregreeting_traffic(Q, client="[127.0.0.49] [127.0.0.49]", seconds=0.4),
    ),
    (
        0, 22, "QID: rejecting server DATA from [127.0.0.50] [127.0.0.50] due to traffic before response",
        lambda log: log.traffic_before_response(Q, client="[127.0.0.50] [127.0.0.50]", command="DATA"),
    ),
    (
        5, 19, "ERROR: srv_features=tempfail, relay=[127.0.0.48], access temporarily disabled",
        lambda log: log.features_unavailable(client="[127.0.0.48]"),
    ),
    (6, 22, "QID: client.example.com [127.0.0.9]: VRFY user1",
     lambda log: log.address_asked(Q, client=CLIENT, command="VRFY user1")),
    (10, 22, "NOQUEUE: connect from client.example.com [127.0.0.9]", lambda log: log.connected(client=CLIENT)),
    (12, 22, "QID: SMTP outgoing connect on localhost", lambda log: log.connecting(Q, host="localhost")),
    (
        9, 22,
        ("STARTTLS=server, relay=localhost [127.0.0.1], version=TLSv1.3, verify=NO, cipher=TLS_AES_256_GCM_SHA384,"
        " bits=256/256"),
        lambda log: log.tls_started(
            side="server", relay="localhost [127.0.0.1]", version="TLSv1.3", verify="NO",
            cipher="TLS_AES_256_GCM_SHA384", bits="256/256",
        ),
    ),
    (
        9, 22, "AUTH=server, relay=localhost [127.0.0.1], authid=joe, mech=PLAIN, bits=0",
        lambda log: log.authenticated(relay="localhost [127.0.0.1]", user="joe", mechanism="PLAIN"),
    ),
    (
        9, 20, "QID: AUTH failure (PLAIN): authentication failure, user=joe, relay=localhost [127.0.0.1]",
        lambda log: log.authentication_failed(
            Q, relay="localhost [127.0.0.1]", user="joe", mechanism="PLAIN", reason="authentication failure"
        ),
    ),
    (
        0, 22, "starting daemon (8.17.1.9): SMTP+queueing@00:15:00",
        lambda log: log.starting_daemon(version="8.17.1.9", does="SMTP+queueing@00:15:00"),
    ),
    (10, 22, "started as: /usr/sbin/sendmail -bd", lambda log: log.started_as("/usr/sbin/sendmail -bd")),
    (10, 22, "NOQUEUE: stopping daemon, reason=signal", lambda log: log.stopping_daemon(reason="signal")),
    (
        8, 21, "alias database /etc/mail/aliases rebuilt by root",
        lambda log: log.aliases_rebuilt(file="/etc/mail/aliases", user="root"),
    ),
    (
        8, 22, "/etc/mail/aliases: 13 aliases, longest 32 bytes, 229 bytes total",
        lambda log: log.aliases_counted(file="/etc/mail/aliases", count=13, longest=32, total=229),
    ),
    (
        1, 18, "QID: SYSERR(root): [127.0.0.3] config error: mail loops back to me (MX problem?)",
        lambda log: log.system_error(
            Q, user="root", text="[127.0.0.3] config error: mail loops back to me (MX problem?)"
        ),
    ),
    (11, 22, "QID: forward ann => bob, carol", lambda log: log.forward_expanded(Q, name="ann", members="bob, carol")),
    (0, 22, "QID: unquarantine", lambda log: log.quarantine_changed(Q, reason="")),
    (
        0, 17, "QID: Truncated long MIME Content-Type header (possible attack)",
        lambda log: log.field_cut(Q, "Content-Type"),
    ),
    (
        14, 22, "STARTTLS: x509 cert verify: depth=1 /CN=ca, state=0, reason=self-signed certificate",
        lambda log: log.tls_checked(what="x509", depth=1, subject="/CN=ca", state=0, reason="self-signed certificate"),
    ),
    (
        15, 22, "STARTTLS: x509 cert verify: depth=0 /CN=mx, state=1, reason=ok",
        lambda log: log.tls_checked(what="x509", depth=0, subject="/CN=mx", state=1, reason="ok"),
    ),
    (0, 19, "AUTH error: no such back end", lambda log: log.authentication_unavailable("no such back end")),
    (
        6, 20, 'QID: AUTH decode64 error [1 for "..."], relay=localhost [127.0.0.1]',
        lambda log: log.authentication_undecodable(Q, relay="localhost [127.0.0.1]"),
    ),
    (
        5, 21, "connection from 192.0.2.1 refused: not a proxy of ours",
        lambda log: log.proxy_refused(client="192.0.2.1", reason="not a proxy of ours"),
    ),
    (
        1, 18, 'QID: "wiz" command from localhost [127.0.0.1] (127.0.0.1)',
        lambda log: log.probe(Q, client="localhost [127.0.0.1]", address="127.0.0.1", command="wiz"),
    ),
    (15, 22, "QID: <-- MAIL FROM:<user1>", lambda log: log.command_received(Q, "MAIL FROM:<user1>")),
    (
        15, 22, "QID: --- 250 2.1.0 <user1>... Sender ok",
        lambda log: log.reply_sent(Q, "250 2.1.0 <user1>... Sender ok"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("level", "priority", "line", "call"), RECORDED, ids=[r[2][:60] for r in RECORDED])
def test_a_line_and_the_level_it_appears_at(level: int, priority: int, line: str, call: Callable[[Log], None]) -> None:
    assert said(call, level) == [(priority, line.replace("QID", Q, 1) if line.startswith("QID") else line)]
    assert level == 0 or said(call, level - 1) == []


def test_a_message_cut_off_takes_two_lines() -> None:
    lines = said(lambda log: log.premature_end(Q, relay="client.example.com", sender="<a@client.example.com>"), 2)
    assert lines == [
        (20, f"{Q}: collect: premature EOM: unexpected close"),
        (21, f"{Q}: collect: relay=client.example.com, from=<a@client.example.com>, info=unexpected close"),
    ]


def test_many_recipients_take_several_lines_with_all_keys() -> None:
    addresses = [f"abcdefghijklmnop-user{n}@[127.0.0.96]" for n in range(99, 9, -1)]
    lines = said(
        lambda log: delivered(
            log, recipients=addresses, xdelay=0, mailer="esmtp", priority=2700018, relay="[127.0.0.96]",
            relay_address="127.0.0.96", dsn="4.4.1", stat="Deferred: Connection refused by [127.0.0.96]",
        )
    )  # fmt: skip
    assert len(lines) == 5
    rest = (
        ", delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=2700018, relay=[127.0.0.96] [127.0.0.96], dsn=4.4.1,"
        " stat=Deferred: Connection refused by [127.0.0.96]"
    )
    assert all(text.endswith(f", [more]{rest}") for _, text in lines[:-1])
    assert lines[0][1].startswith(f"{Q}: to=abcdefghijklmnop-user99@[127.0.0.96],abcdefghijklmnop-user98@")
    assert lines[-1][1].endswith(f"user10@[127.0.0.96]{rest}")
    assert "[more]" not in lines[-1][1]


def test_limits() -> None:
    ((_, text),) = said(lambda log: received(log, sender="s" * 500, message_id="m" * 500))
    assert text.startswith(f"{Q}: from={'s' * 200}, size=0,")
    assert f", msgid={'m' * 100}, relay=" in text
    ((_, text),) = said(
        lambda log: delivered(
            log, controller=Controller("u", 0, 0, "s" * 180), reply="r" * 400, stat="t" * 400, dsn="5.0.0"
        )
    )
    assert f", ctladdr={'s' * 40}...{'s' * 40} (0/0), " in text
    assert f", reply={'r' * 100}...{'r' * 100}, stat={'t' * 100}...{'t' * 100}" in text


def test_a_bug_is_said_without_values() -> None:
    def call(log: Log) -> None:
        try:
            raise ValueError("no\nsuch\nthing")
        except ValueError as error:
            log.internal_error(Q, trace="0011aabb", error=error)

    ((priority, text),) = said(call, 0)
    assert priority == 18
    assert text.startswith(f"{Q}: SYSERR: internal error 0011aabb: ValueError: no\\nsuch\\nthing at test_log.py:")


EVENTS = [
    (name, inspect.signature(function))
    for name, function in inspect.getmembers(Log, inspect.isfunction)
    if not name.startswith("_")
]
RECIPIENTS = st.builds(Recipient, number=st.just(1), address=st.text(max_size=300), message=st.text(max_size=300))
ENVELOPES = st.builds(Envelope, id=st.text(max_size=20), sender=st.text(max_size=300))
nasty = st.text(max_size=300) | st.sampled_from(["a\r\nb", "x\x00y", "\n<22>Jan  1 00:00:00 sendmail[1]: forged"])


@pytest.mark.parametrize(("name", "signature"), EVENTS, ids=[name for name, _ in EVENTS])
@given(data=st.data())
def test_nothing_breaks_a_line(name: str, signature: inspect.Signature, data: st.DataObject) -> None:
    makers: dict[object, st.SearchStrategy[object]] = {
        str: nasty,
        int: st.integers(0, 2**63),
        int | None: st.none() | st.integers(0, 2**63),
        float: st.floats(0, 1e9),
        bool: st.booleans(),
        "Sequence": st.lists(nasty, max_size=30),
        Priority: st.sampled_from(Priority),
    }
    arguments: dict[str, object] = {}
    for parameter in list(signature.parameters.values())[1:]:
        kind = parameter.annotation
        if kind in (Envelope, Recipient):
            arguments[parameter.name] = data.draw(ENVELOPES if kind is Envelope else RECIPIENTS)
        elif "Controller" in str(kind):
            arguments[parameter.name] = data.draw(
                st.none() | st.builds(Controller, nasty, st.just(1), st.just(2), nasty)
            )
        elif "float" in str(kind):
            arguments[parameter.name] = data.draw(makers[float])
        elif "Sequence" in str(kind):
            arguments[parameter.name] = data.draw(makers["Sequence"])
        elif kind is BaseException:
            arguments[parameter.name] = ValueError(data.draw(nasty))
        else:
            arguments[parameter.name] = data.draw(makers[kind])
    lines = said(lambda log: getattr(log, name)(**arguments))
    assert all(text.isascii() and text.isprintable() and len(text) <= 1024 for _, text in lines)


def test_a_listener_hears_of_deliveries_at_every_level() -> None:
    heard: list[tuple[tuple[str, ...], str]] = []

    def call(log: Log) -> None:
        log.told = lambda who, stat: heard.append((tuple(who), stat))
        log.delivery("3AMK0000000001", recipients=["bob", "ann"], delay=1.0, priority=1, dsn="2.0.0", stat="Sent")

    assert said(call, 0) == []
    assert heard == [(("bob", "ann"), "Sent")]
