"""Logging in to a server on a loopback socket, with the rules of a configuration."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

import tokenhost
from assembly.configurations import sound
from deliver.sink import KEYWORDS, Sink
from deliver.support import Lines, batch, recipient, smtp_mailer
from noctule.assembly.authentication import login_settings
from noctule.assembly.parts import build_routing
from noctule.deliver import ClientAuthentication, ClientEncryption, SmtpAgent, SmtpSettings
from noctule.deliver.wayout import WayOut, WaysOut
from noctule.mail.outcome import Deferred, Delivered, Outcome
from noctule.observe.log import Log
from noctule.resolve import HostsFile, Resolver, ResolverSettings
from noctule.smtp.client import Phase

PASSWORD = "open sesame"
MECHANISMS = "O AuthMechanisms=EXTERNAL SCRAM-SHA-256 CRAM-MD5 PLAIN LOGIN XOAUTH2"
JOE = ("Sauthinfo", f'R$*\t$# "U:joe" "P:{PASSWORD}"')


def coded(text: str) -> str:
    return base64.b64encode(text.encode("latin-1")).decode("ascii")


PLAIN = f"AUTH PLAIN {coded(f'{chr(0)}joe{chr(0)}{PASSWORD}')}"
TEMPORARY = "AUTH=client, relay=[127.0.0.1], temporary failure, connection abort"


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await scenario()

    asyncio.run(bounded())


def offering(mechanisms: str, **answers: str | list[str]) -> Sink:
    """A server with AUTH; of `answers` the names are those of commands, `_` for blanks."""
    given = {name.replace("_", " "): [a] if isinstance(a, str) else a for name, a in answers.items()}
    return Sink(keywords=(*KEYWORDS, f"AUTH {mechanisms}"), answers=given)


async def deliver(
    root: Path,
    port: int,
    *lines: str,
    messages: int = 1,
    host: str = "127.0.0.1",
    to: str = "b@example.net",
    modifiers: str = "",
    senders: tuple[str, ...] = (),
) -> tuple[list[Outcome], list[str]]:
    """What becomes of messages to a server, and what the log says at its highest level.

    `host` is an address, or a name in the file `hosts` below `root`.
    """
    host = host if host[-1].isalpha() else f"[{host}]"
    kept = Lines()
    log = Log(kept, 99)
    configuration = sound(root, MECHANISMS, *lines)
    routing = build_routing(configuration, log)
    encryption = ClientEncryption(routing.encryption, routing.addresses, routing.maps, log)
    login = login_settings(configuration.options, log)
    authentication = ClientAuthentication(routing.addresses, routing.maps, log, login)
    ways = WaysOut(by_family={"inet": WayOut(modifiers=frozenset(modifiers))})
    resolver = Resolver(ResolverSettings(services=("files",)), hosts=HostsFile(str(root / "hosts")))
    settings = SmtpSettings(name="us.example", timeouts=dict.fromkeys(Phase, 5.0), connect=5.0, ways_out=ways)
    agent = SmtpAgent(settings, resolver, lambda _: False, encryption, authentication)
    outcomes: list[Outcome] = []
    try:
        for number in range(len(senders) or messages):
            whom = recipient(number, to, host=host)
            sender = senders[number] if senders else "a@example.org"
            mail = batch(smtp_mailer(port), whom, host=host, auth="a@example.org", sender=f"<{sender}>")
            mail.scope.set("f", sender)
            outcomes += await agent.deliver(mail)
    finally:
        await agent.close()
        routing.maps.close()
    assert not any(PASSWORD in line or coded(PASSWORD) in line for line in kept.lines)
    return outcomes, [line for line in kept.lines if line.startswith("AUTH")]


def commands(sink: Sink) -> list[str]:
    """Those between EHLO and QUIT."""
    return [command for command in sink.commands if not command.startswith(("EHLO", "QUIT", "RCPT", "DATA"))]


def test_it_logs_in_once_for_a_connection(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with offering("PLAIN LOGIN", AUTH="235 2.7.0 ok").serve() as sink:
            outcomes, log = await deliver(tmp_path, sink.port, *JOE, messages=2)
        assert [type(outcome) for outcome in outcomes] == [Delivered, Delivered]
        assert [line.split()[0] for line in commands(sink)] == ["AUTH", "MAIL", "MAIL"]
        assert commands(sink)[0] == PLAIN
        assert log == ["AUTH=client, relay=[127.0.0.1], mech=PLAIN, bits=0"]

    run(scenario)


@pytest.mark.parametrize(
    ("senders", "sent"),
    [
        (("a@example.org", "b@example.org", "b@example.org"), "a MAIL b MAIL MAIL"),
        (("a@example.org", "c@elsewhere.example", "a@example.org"), "a MAIL - MAIL a MAIL"),
    ],
)
def test_a_connection_is_not_for_those_who_would_log_in_as_another(
    tmp_path: Path, senders: tuple[str, ...], sent: str
) -> None:
    rules = (
        "Sauthinfo",
        "R$*\t$: $&f",
        f'Rb@example.org\t$# "U:b" "P:{PASSWORD}"',
        f'Ra@example.org\t$# "U:a" "P:{PASSWORD}"',
        "R$*\t$@ no",
    )

    async def scenario() -> None:
        async with offering("PLAIN", AUTH=["235 2.7.0 ok"] * 3).serve() as sink:
            outcomes, _ = await deliver(tmp_path, sink.port, *rules, senders=senders)
        assert {type(outcome) for outcome in outcomes} == {Delivered}
        seen: list[str] = []
        for line in sink.commands:
            if line.startswith("EHLO"):
                seen.append("-")
            elif line.startswith("AUTH"):
                seen[-1] = base64.b64decode(line.split()[2])[1:2].decode()
            elif line.startswith("MAIL"):
                seen.append("MAIL")
        assert " ".join(seen) == sent

    run(scenario)


def test_the_way_out_may_be_one_without_logging_in(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with offering("PLAIN LOGIN").serve() as sink:
            (outcome,), log = await deliver(tmp_path, sink.port, *JOE, modifiers="A")
        assert isinstance(outcome, Delivered)
        assert [line.split()[0] for line in commands(sink)] == ["MAIL"]
        assert not log

    run(scenario)


def test_the_ruleset_hears_name_and_address(tmp_path: Path) -> None:
    rules = (
        "Sauthinfo",
        "R[127.0.0.1] $| 127.0.0.1\t$: <$&{server_name}> <$&{server_addr}>",
        f'R<[127.0.0.1]> <127.0.0.1>\t$# "U:joe" "P:{PASSWORD}" "M:PLAIN"',
    )

    async def scenario() -> None:
        async with offering("CRAM-MD5 PLAIN", AUTH="235 2.7.0 ok").serve() as sink:
            await deliver(tmp_path, sink.port, *rules)
        assert commands(sink)[0] == PLAIN

    run(scenario)


@pytest.mark.parametrize(
    "rules",
    [
        (),
        ("Sauthinfo", "R$*\t$@ no"),
        ("Sauthinfo", 'R$*\t$# "joe" "open" "sesame"'),
    ],
)
def test_nobody_in_particular_does_not_log_in(tmp_path: Path, rules: tuple[str, ...]) -> None:
    async def scenario() -> None:
        async with offering("PLAIN").serve() as sink:
            (outcome,), log = await deliver(tmp_path, sink.port, *rules)
        assert isinstance(outcome, Delivered)
        assert [line.split()[0] for line in commands(sink)] == ["MAIL"]
        failed = ["AUTH=client, relay=[127.0.0.1] [127.0.0.1], authinfo failed"]
        assert log == (failed if "sesame" in "".join(rules) else [])

    run(scenario)


def test_no_offer_no_question(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Sink().serve() as sink:
            (outcome,), _ = await deliver(tmp_path, sink.port, "Sauthinfo", "R$*\t$#temp")
        assert isinstance(outcome, Delivered)

    run(scenario)


def test_challenges_are_answered(tmp_path: Path) -> None:
    answers: dict[str, str | list[str]] = {
        "AUTH_LOGIN": f"334 {coded('Username:')}",
        coded("joe"): f"334 {coded('Password:')}",
        coded(PASSWORD): "235 2.7.0 ok",
    }

    async def scenario() -> None:
        async with offering("LOGIN", **answers).serve() as sink:
            (outcome,), log = await deliver(tmp_path, sink.port, *JOE)
        assert isinstance(outcome, Delivered)
        assert commands(sink)[:3] == ["AUTH LOGIN", coded("joe"), coded(PASSWORD)]
        assert log == ["AUTH=client, relay=[127.0.0.1], mech=LOGIN, bits=0"]

    run(scenario)


def test_the_next_mechanism_is_tried_after_a_refusal(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with offering("PLAIN CRAM-MD5", AUTH=["504 5.5.4 not that", "235 2.7.0 ok"]).serve() as sink:
            (outcome,), log = await deliver(tmp_path, sink.port, *JOE)
        assert isinstance(outcome, Delivered)
        assert commands(sink)[:2] == ["AUTH CRAM-MD5", PLAIN]
        assert log == ["AUTH=client, relay=[127.0.0.1], mech=PLAIN, bits=0"]

    run(scenario)


@pytest.mark.parametrize("reply", ["535 5.7.8 bad password", "454 4.7.0 come back"])
def test_a_failed_login_keeps_the_mail_back(tmp_path: Path, reply: str) -> None:
    async def scenario() -> None:
        async with offering("PLAIN", AUTH=reply).serve() as sink:
            (outcome,), log = await deliver(tmp_path, sink.port, *JOE)
            await sink.left.wait()
        assert isinstance(outcome, Deferred)
        assert (outcome.status, outcome.text, outcome.reply) == ("4.7.0", f"Deferred: {reply}", reply)
        assert log == [TEMPORARY]
        assert sink.commands[-1] == "QUIT"
        assert not sink.letters

    run(scenario)


@pytest.mark.parametrize(
    ("rules", "answer", "reply"),
    [
        (JOE, "421 4.7.0 go away", "421 4.7.0 go away"),
        (("Sauthinfo", "R$*\t$#temp"), "", ""),
        (("O DefaultAuthInfo=/nonexistent",), "", ""),
        (("Sauthinfo", 'R$*\t$# "U:joe" "F:/nonexistent"'), "", ""),
        (("Sauthinfo", 'R$*\t$# "U:joe" "P:x" "M:LOGIN"'), "", ""),
    ],
)
def test_what_cannot_be_now(tmp_path: Path, rules: tuple[str, ...], answer: str, reply: str) -> None:
    async def scenario() -> None:
        async with offering("PLAIN", AUTH=answer).serve() as sink:
            (outcome,), log = await deliver(tmp_path, sink.port, *rules)
        assert isinstance(outcome, Deferred)
        assert (outcome.status, outcome.reply) == ("4.3.0", reply)
        assert outcome.text == "Deferred: Temporary AUTH failure"
        assert log[-1] == TEMPORARY

    run(scenario)


@pytest.mark.parametrize("options", ["p", "A p"])
def test_no_plain_password_in_the_clear_where_that_is_forbidden(tmp_path: Path, options: str) -> None:
    async def scenario() -> None:
        async with offering("PLAIN LOGIN").serve() as sink:
            (outcome,), log = await deliver(tmp_path, sink.port, f"O AuthOptions={options}", *JOE)
        assert isinstance(outcome, Deferred)
        assert log == ["AUTH=client, available mechanisms=PLAIN LOGIN do not fulfill requirements", TEMPORARY]

    run(scenario)


@pytest.mark.parametrize(
    ("mechanism", "answer", "problem"),
    [
        ("CRAM-MD5", "334 !", "a challenge that is no base64"),
        ("SCRAM-SHA-256", f"334 {coded('r=theirs,s=c2FsdA==,i=4096')}", "the server changed the nonce"),
        ("SCRAM-SHA-256", "235 2.7.0 who needs proofs", "attributes missing or out of order"),
    ],
)
def test_a_false_server_gets_nothing_more(tmp_path: Path, mechanism: str, answer: str, problem: str) -> None:
    async def scenario() -> None:
        async with offering(f"{mechanism} PLAIN", AUTH=answer).serve() as sink:
            (outcome,), log = await deliver(tmp_path, sink.port, *JOE)
            await sink.left.wait()
        assert isinstance(outcome, Deferred)
        assert outcome.text == f"Deferred: AUTH {mechanism}: {problem}"
        assert len(commands(sink)) == 1
        assert log == [TEMPORARY]

    run(scenario)


def test_a_server_that_hangs_up(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with offering("PLAIN", AUTH="").serve() as sink:
            (outcome,), _ = await deliver(tmp_path, sink.port, *JOE)
        assert isinstance(outcome, Deferred)
        assert outcome.status == "4.4.2"

    run(scenario)


def test_a_long_token_comes_from_a_file_and_waits_for_its_turn(tmp_path: Path) -> None:
    token = "t" * 2000
    file = tmp_path / "token"
    file.write_text(f"{token}\n")
    file.chmod(0o600)
    message = coded(f"user=joe\x01auth=Bearer {token}\x01\x01")

    async def scenario() -> None:
        answers: dict[str, str | list[str]] = {"AUTH": "334 ", message: "235 2.7.0 ok"}
        async with offering("XOAUTH2 PLAIN", **answers).serve() as sink:
            rules = ("Sauthinfo", f'R$*\t$# "U:joe" "F:{file}" "M:XOAUTH2"', "O DontBlameSendmail=TrustStickyBit")
            (outcome,), _ = await deliver(tmp_path, sink.port, *rules)
        assert isinstance(outcome, Delivered)
        assert commands(sink)[:2] == ["AUTH XOAUTH2", message]

    run(scenario)


def test_an_access_token_is_asked_for_and_a_refused_one_is_forgotten(tmp_path: Path) -> None:
    grant = tmp_path / "grant"

    async def scenario(host: tokenhost.Host) -> None:
        lines = {"token_url": f"{host.url}/token", "client_id": tokenhost.ID, "client_secret": tokenhost.SECRET}
        lines |= {"refresh_token": "old", "ca_file": str(host.authority)}
        grant.write_text("".join(f"{key}: {value}\n" for key, value in lines.items()))
        grant.chmod(0o600)
        message = coded("user=joe\x01auth=Bearer good\x01\x01")
        answers: dict[str, str | list[str]] = {f"AUTH XOAUTH2 {message}": ["235 2.7.0 ok", "535 5.7.8 expired"]}
        async with offering("XOAUTH2 PLAIN", **answers).serve() as sink:
            rules = ("Sauthinfo", f'R$*\t$# "U:joe" "T:{grant}" "M:XOAUTH2"', "O DontBlameSendmail=TrustStickyBit")
            (first,), log = await deliver(tmp_path, sink.port, *rules)
            assert isinstance(first, Delivered), (first, log)
            (second,), log = await deliver(tmp_path, sink.port, *rules)
            assert isinstance(second, Deferred)
            assert second.text == "Deferred: 535 5.7.8 expired"
            host.refreshed.clear()
            (third,), log = await deliver(tmp_path, sink.port, *rules)
            assert isinstance(third, Deferred)
            assert third.text == "Deferred: Temporary AUTH failure"
            revoked = "status 400 invalid_grant Token has been expired or revoked."
            assert log[0] == f"AUTH=client, error: no access token: {host.url}/token: {revoked}"
            assert tokenhost.SECRET not in "".join(log) and "old" not in "".join(log)

    host = tokenhost.Host(refreshed={"old": (200, b'{"access_token": "good", "expires_in": 3600}')})
    with tokenhost.running(tmp_path / "certs", host):
        run(lambda: scenario(host))


@pytest.mark.parametrize(
    ("option", "rules", "shown"),
    [("", (), True), ("O AuthOptions=A", (), False), ("O AuthOptions=A", JOE, True)],
)
def test_auth_of_mail(tmp_path: Path, option: str, rules: tuple[str, ...], shown: bool) -> None:
    async def scenario() -> None:
        async with offering("PLAIN", AUTH="235 2.7.0 ok").serve() as sink:
            await deliver(tmp_path, sink.port, option, *rules)
        assert sink.letters[0].sender.endswith(" AUTH=a@example.org") is shown

    run(scenario)


def test_default_auth_info(tmp_path: Path) -> None:
    file = tmp_path / "default-auth-info"
    file.write_text(f"joe\nadm\n{PASSWORD}\n")
    file.chmod(0o600)
    options = (f"O DefaultAuthInfo={file}", "O DontBlameSendmail=TrustStickyBit")

    async def scenario() -> None:
        async with offering("PLAIN", AUTH=["235 2.7.0 ok"]).serve() as sink:
            (outcome,), _ = await deliver(tmp_path, sink.port, *options)
            assert isinstance(outcome, Delivered)
            assert commands(sink)[0] == f"AUTH PLAIN {coded(f'joe{chr(0)}adm{chr(0)}{PASSWORD}')}"
            await deliver(tmp_path, sink.port, *options, "Sauthinfo", "R$*\t$@ no")
            assert len([line for line in sink.commands if line.startswith("AUTH")]) == 1
            file.chmod(0o640)
            (outcome,), log = await deliver(tmp_path, sink.port, *options)
            assert isinstance(outcome, Deferred)
            assert log == [f"AUTH=client, error: can't open {file}: Group readable file", TEMPORARY]
            file.chmod(0o600)
            file.write_text("joe\nadm\n")
            (outcome,), log = await deliver(tmp_path, sink.port, *options)
            assert isinstance(outcome, Delivered)
            assert log == [f"AUTH=client, error: can't read password from {file}"]

    run(scenario)
