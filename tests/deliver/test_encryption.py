"""Delivery over TLS to a real server on a loopback socket, with the rules of a configuration."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from assembly.configurations import sound
from certificates import Authority, hashed
from deliver.sink import Sink
from deliver.support import Lines, batch, recipient, smtp_mailer
from noctule.assembly.parts import build_routing
from noctule.deliver import ClientEncryption, SmtpAgent, SmtpSettings
from noctule.deliver.wayout import WayOut, WaysOut
from noctule.mail.outcome import Deferred, Delivered, Failed, Outcome
from noctule.observe.log import Log
from noctule.resolve import HostsFile, Resolver, ResolverSettings
from noctule.smtp.client import Phase

REQUIRE = (  # an answer for each ${verify}, as a requirement in the access map makes it
    "Stls_server",
    "ROK\t$@ OK",
    "RSOFTWARE\t$#error $@ 4.7.0 $: 454 TLS handshake failed.",
    "RNONE\t$#error $@ 5.7.0 $: 554 other side does not support STARTTLS",
    "R$*\t$#error $@ 4.7.0 $: 454 authentication $1",
)
RULES_FOR_NOBODY = ("Stls_server", "R$*\t$@ OK")


class World:
    """Certificates, and servers that show them."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        self.path = hashed(folder / "hashed", self.authority.file)
        self.client = self.authority.issue("client", ("CN", "client.example"))
        self._servers = {
            "good": self.authority.issue("server", ("CN", "sink.example")),
            "stranger": Authority(folder / "other").issue("stranger"),
        }

    def server(self, name: str = "good") -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._servers[name].certificate, self._servers[name].key)
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_verify_locations(self.authority.file)
        return context

    def options(self) -> tuple[str, ...]:
        return (
            f"O CACertFile={self.authority.file}",
            f"O CACertPath={self.path}",
            f"O ClientCertFile={self.client.certificate}",
            f"O ClientKeyFile={self.client.key}",
            "O DontBlameSendmail=TrustStickyBit",
        )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("tls"))


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await scenario()

    asyncio.run(bounded())


async def deliver(
    world: World,
    root: Path,
    sink: Sink,
    *lines: str,
    users: tuple[str, ...] = ("b@example.net",),
    fallback: bool = False,
    policies: bool = False,
    ways: WaysOut = WaysOut(),  # noqa: B008 - frozen
) -> tuple[list[Outcome], list[str]]:
    """What becomes of one message for these users, and what the log says."""
    kept = Lines()
    log = Log(kept, 14)
    routing = build_routing(sound(root, *world.options(), *lines), log)
    encryption = ClientEncryption(
        routing.encryption, routing.addresses, routing.maps, log, fallback=fallback, policies=policies
    )
    resolver = Resolver(ResolverSettings(services=("files",)), hosts=HostsFile())
    settings = SmtpSettings(name="us.example", timeouts=dict.fromkeys(Phase, 5.0), connect=5.0, ways_out=ways)
    agent = SmtpAgent(settings, resolver, lambda _: False, encryption)
    try:
        to = [recipient(number, user) for number, user in enumerate(users)]
        return await agent.deliver(batch(smtp_mailer(sink.port), *to)), kept.lines
    finally:
        await agent.close()
        routing.maps.close()


def test_mail_goes_encrypted_where_that_is_offered(world: World, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Sink(tls=world.server()).serve() as sink:
            (outcome,), lines = await deliver(world, tmp_path, sink)
        assert isinstance(outcome, Delivered)
        assert [command.split()[0] for command in sink.commands][:3] == ["EHLO", "STARTTLS", "EHLO"]
        (started,) = [line for line in lines if line.startswith("STARTTLS=client, relay=")]
        assert started.startswith("STARTTLS=client, relay=[127.0.0.1], version=TLSv1.3, verify=OK, cipher=TLS_")
        assert any(line.startswith("STARTTLS=client, cert-subject=/CN=sink.example, cert-issuer=") for line in lines)

    run(scenario)


def test_the_way_out_may_be_one_without_tls(world: World, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Sink(tls=world.server()).serve() as sink:
            ways = WaysOut(by_family={"inet": WayOut(modifiers=frozenset("S"))})
            (outcome,), _ = await deliver(world, tmp_path, sink, ways=ways)
        assert isinstance(outcome, Delivered)
        assert [command.split()[0] for command in sink.commands][:2] == ["EHLO", "MAIL"]

    run(scenario)


def test_the_client_shows_its_certificate(world: World, tmp_path: Path) -> None:
    context = world.server()
    context.verify_mode = ssl.CERT_REQUIRED

    async def scenario() -> None:
        async with Sink(tls=context).serve() as sink:
            (outcome,), _ = await deliver(world, tmp_path, sink)
        assert isinstance(outcome, Delivered)

    run(scenario)


@pytest.mark.parametrize(
    ("server", "answer", "expected"),
    [
        ("good", "", Delivered),
        ("stranger", "", "454 4.7.0 authentication FAIL"),
        ("", "", "554 5.7.0 other side does not support STARTTLS"),
        ("good", "454 4.3.3 not now", "454 4.7.0 authentication TEMP"),
        ("good", "554 5.5.1 never", "554 5.7.0 other side does not support STARTTLS"),
        ("good", "354 what", "454 4.7.0 authentication PROTOCOL"),
    ],
)
def test_tls_server_decides(
    world: World, tmp_path: Path, server: str, answer: str, expected: type[Delivered] | str
) -> None:
    answers = {"STARTTLS": [answer]} if answer else {}

    async def scenario() -> None:
        async with Sink(tls=world.server(server) if server else None, answers=answers).serve() as sink:
            (outcome,), lines = await deliver(world, tmp_path, sink, *REQUIRE)
            await sink.left.wait()
            assert sink.commands[-1] == "QUIT"
        if isinstance(expected, str):
            assert isinstance(outcome, Deferred if expected.startswith("4") else Failed)
            assert outcome.reply == expected
            assert outcome.status == expected.split()[1]
            assert lines[-1].startswith("ruleset=tls_server, arg1=")
            assert lines[-1].endswith(f", relay=[127.0.0.1], reject={expected}")
            assert sum(command.startswith("EHLO") for command in sink.commands) == 1
        else:
            assert isinstance(outcome, expected)

    run(scenario)


@pytest.mark.parametrize("answer", ["", "220 2.0.0 ok, but\r\n250 then plain text", "421 4.3.0 bye"])
def test_what_breaks_the_connection_puts_the_message_off(world: World, tmp_path: Path, answer: str) -> None:
    async def scenario() -> None:
        async with Sink(tls=world.server(), answers={"STARTTLS": [answer]}).serve() as sink:
            (outcome,), _ = await deliver(world, tmp_path, sink)
        assert isinstance(outcome, Deferred)
        assert not sink.letters

    run(scenario)


@pytest.mark.parametrize("fallback", [False, True])
def test_a_failed_handshake_may_be_made_good_in_the_clear(world: World, tmp_path: Path, fallback: bool) -> None:
    async def scenario() -> None:
        async with Sink(tls=world.server(), answers={"STARTTLS": ["220 2.0.0 go on"]}).serve() as sink:
            (outcome,), lines = await deliver(world, tmp_path, sink, *RULES_FOR_NOBODY, fallback=fallback)
        assert isinstance(outcome, Delivered if fallback else Deferred)
        assert sink.connections == (2 if fallback else 1)
        assert len(sink.letters) == fallback
        assert any(line.startswith("STARTTLS=client, error: connect failed=-1, reason=") for line in lines)

    run(scenario)


@pytest.mark.parametrize(("flag", "fallback"), [("C", True), ("c", False)])
def test_a_session_may_want_it_otherwise(world: World, tmp_path: Path, flag: str, fallback: bool) -> None:
    rules = ("Stls_clt_features", f'R$*\t"Flags={flag}"')

    async def scenario() -> None:
        async with Sink(tls=world.server(), answers={"STARTTLS": ["220 2.0.0 go on"]}).serve() as sink:
            (outcome,), _ = await deliver(world, tmp_path, sink, *rules, fallback=not fallback)
        if fallback:
            assert isinstance(outcome, Delivered)
        else:
            assert isinstance(outcome, Deferred)
            assert (outcome.status, outcome.text) == ("4.7.0", "Deferred: 403 4.7.0 server not authenticated.")

    run(scenario)


def test_clt_features_can_forbid_it(world: World, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Sink(tls=world.server()).serve() as sink:
            (outcome,), _ = await deliver(world, tmp_path, sink, "Sclt_features", "R$*\t$# S")
        assert isinstance(outcome, Delivered)
        assert [command.split()[0] for command in sink.commands][:2] == ["EHLO", "MAIL"]

    run(scenario)


def test_a_certificate_of_the_session_that_cannot_be_read_is_not_shown(world: World, tmp_path: Path) -> None:
    rules = ("Stls_clt_features", 'R$*\t"CertFile=/none; KeyFile=/none"')

    async def scenario() -> None:
        async with Sink(tls=world.server()).serve() as sink:
            (outcome,), lines = await deliver(world, tmp_path, sink, *rules)
        assert isinstance(outcome, Delivered)
        assert "STARTTLS=client: file /none unsafe: No such file or directory" in lines
        assert any(line.startswith("STARTTLS=client, relay=[127.0.0.1], version=TLSv1.3, verify=OK") for line in lines)

    run(scenario)


@pytest.mark.parametrize(
    ("rules", "seen"),
    [
        ((), ["tls_clt_features=(null), {relay}", "tls_clt_features=empty, stat=0, {relay}"]),
        (("Stls_clt_features", 'R$*\t""'), ['tls_clt_features="", {relay}']),
        (
            ("Stls_clt_features", 'R$*\t"Foo=bar"'),
            [
                'tls_clt_features="Foo=bar", {relay}',
                "tls_clt_features=parsed, Foo=bar, {relay}",
                "tls_clt_features=unknown_option, opt=Foo, {relay}",
                "STARTTLS=client, get_tls_se_features=failed, ret=78",
            ],
        ),
        (
            ("Stls_clt_features", "R$*\t$#error $@ 4.7.1 $: 454 no"),
            [
                "rscheck(tls_clt_features)=failed, {relay}, errors=0",
                "tls_clt_features=empty, stat=75, {relay}",
                "STARTTLS=client, get_tls_se_features=failed, ret=75",
            ],
        ),
    ],
)
def test_what_the_log_says_of_tls_clt_features(
    world: World, tmp_path: Path, rules: tuple[str, ...], seen: list[str]
) -> None:
    async def scenario() -> None:
        async with Sink(tls=world.server()).serve() as sink:
            _, lines = await deliver(world, tmp_path, sink, *rules)
        relay = "relay=[127.0.0.1] [127.0.0.1]"
        assert lines[: len(seen)] == [line.format(relay=relay) for line in seen]

    run(scenario)


def test_what_the_log_says_of_a_stranger(world: World, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Sink(tls=world.server("stranger")).serve() as sink:
            _, lines = await deliver(world, tmp_path, sink)
        text = "depth=0 /CN=stranger, state=0, reason=unable to get local issuer certificate"
        start = lines.index("STARTTLS=client, start=ok")
        assert lines[start + 1] == f"STARTTLS: TLS cert verify: {text}"

    run(scenario)


def test_try_tls_can_forbid_it(world: World, tmp_path: Path) -> None:
    rules = ("Stry_tls", "R$*\t$#error $@ 5.7.1 $: 550 do not try TLS with $&{server_name} [$&{server_addr}]")

    async def scenario() -> None:
        async with Sink(tls=world.server()).serve() as sink:
            (outcome,), lines = await deliver(world, tmp_path, sink, *rules)
        assert isinstance(outcome, Delivered)
        assert not any(command.startswith("STARTTLS") for command in sink.commands)
        (line,) = lines
        assert line.startswith("ruleset=try_tls, arg1=[127.0.0.1], relay=[127.0.0.1], reject=550 5.7.1 do not try TLS")

    run(scenario)


def test_tls_rcpt_keeps_recipients_out_one_by_one(world: World, tmp_path: Path) -> None:
    rules = ("Stls_rcpt", "Rb@example.net\t$#error $@ 4.7.0 $: 454 CN $&{cn_subject} does not match", "R$*\t$@ OK")

    async def scenario() -> None:
        async with Sink(tls=world.server()).serve() as sink:
            users = ("a@example.net", "b@example.net", "c@example.net")
            outcomes, _ = await deliver(world, tmp_path, sink, *rules, users=users)
        assert [type(outcome) for outcome in outcomes] == [Delivered, Deferred, Delivered]
        assert outcomes[1].reply == "454 4.7.0 CN sink.example does not match"
        assert sink.letters[0].recipients == ["RCPT To:<a@example.net>", "RCPT To:<c@example.net>"]

    run(scenario)


@pytest.mark.parametrize("policies", [False, True])
def test_rules_learn_whose_policy_counts(world: World, tmp_path: Path, policies: bool) -> None:
    rules = [
        rule
        for name in ("tls_clt_features", "tls_server", "tls_rcpt")
        for rule in (f"S{name}", f"R$*\t$: $(seen {name} for $&{{rcpt_addr}} $)", 'R$*\t""')
    ]

    async def scenario() -> None:
        async with Sink(tls=world.server()).serve() as sink:
            users = ("a@one.example", "b@one.example")
            _, lines = await deliver(
                world, tmp_path, sink, "Kseen syslog -LNOTICE", *rules, users=users, policies=policies
            )
        told = [line.removeprefix("NOQUEUE: ") for line in lines if " for " in line]
        if policies:
            assert told == [
                "tls_clt_features for a@one.example",
                "tls_server for a@one.example",
                "tls_rcpt for a@one.example",
                "tls_rcpt for b@one.example",
            ]
        else:
            assert not any("@" in line for line in told)

    run(scenario)


@pytest.mark.parametrize(
    ("wishes", "seen"),
    [
        ('"CipherSuites=TLS_AES_128_GCM_SHA256"', "cipher=TLS_AES_128_GCM_SHA256, bits=128/128"),
        ('"Options=+SSL_OP_NO_TLSv1_3"', "version=TLSv1.2"),
        ('"foo=bar"', "tls_clt_features=unknown_option, opt=foo, relay=[127.0.0.1] [127.0.0.1]"),
    ],
)
def test_tls_clt_features_shape_the_session(world: World, tmp_path: Path, wishes: str, seen: str) -> None:
    async def scenario() -> None:
        async with Sink(tls=world.server()).serve() as sink:
            _, lines = await deliver(world, tmp_path, sink, "Stls_clt_features", f"R$*\t{wishes}")
        assert any(seen in line for line in lines), lines

    run(scenario)
