"""TLS in sessions of a small site: what is offered, forgotten, logged, and what rules are told."""

from dataclasses import replace
from pathlib import Path

import pytest

from certificates import Authority, hashed
from noctule.net import ContextSettings, TlsContext, build_context
from noctule.receive.settings import Daemon
from receive.smallsite import Client, Site, run


def context(settings: ContextSettings, *, server: bool) -> TlsContext:
    made = build_context(
        settings,
        server=server,
        read=lambda path, *, private=False: Path(path).read_bytes(),
        say=lambda text, level, *, problem=True: None,
    )
    assert made is not None
    return made


class World:
    """A server's TLS, and that of its clients."""

    def __init__(self, folder: Path) -> None:
        authority = Authority(folder)
        pair = authority.issue("server", ("CN", "mail.example.test"))
        path = hashed(folder / "hashed", authority.file)
        self._settings = ContextSettings(pairs=((str(pair.certificate), str(pair.key)),), ca_path=str(path))
        self._pairs = {
            "good": authority.issue("good", ("O", "A (b)"), ("CN", "client.example")),
            "stranger": Authority(folder / "other").issue("stranger"),
        }
        self._kept: dict[bool, TlsContext] = {}

    def server(self, wishes: str = "", *, asks: bool | None = None, relay: str = "") -> TlsContext | None:
        asks = asks is not False
        if asks not in self._kept:
            self._kept[asks] = context(replace(self._settings, asks=asks), server=True)
        return self._kept[asks]

    def client(self, name: str = "") -> TlsContext:
        pairs = ((str(self._pairs[name].certificate), str(self._pairs[name].key)),) if name else ()
        return context(ContextSettings(pairs=pairs), server=False)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("tls"))


class TlsSite(Site):
    """A site that has TLS."""

    def __init__(self, folder: Path, world: World, flags: str = "AA", privacy: frozenset[str] = frozenset()) -> None:
        daemon = Daemon(name="MTA", flags=flags)
        super().__init__(folder, lambda s: replace(s, daemon=daemon, privacy=privacy), level=14)
        self._world = world
        self._clients: list[Client] = []

    async def __aenter__(self) -> "TlsSite":
        await super().__aenter__()
        self.daemon.services = replace(self.services, encryption=self._world)
        return self

    async def __aexit__(self, *ending: object) -> None:
        for client in self._clients:
            client.stream.abort()
        await super().__aexit__(None, None, None)

    async def client(self, source: str = "127.0.0.1", *, greet: bool = True) -> Client:
        self._clients.append(await super().client(source, greet=greet))
        return self._clients[-1]

    async def secure(self, name: str = "", source: str = "127.0.0.1") -> Client:
        """A client after its handshake."""
        client = await self.client(source)
        assert await client.say("STARTTLS") == "220 2.0.0 Ready to start TLS"
        await client.stream.start_tls(self._world.client(name), 5)
        return client


def test_it_is_offered_until_it_stands(tmp_path: Path, world: World) -> None:
    async def scenario() -> None:
        async with TlsSite(tmp_path, world) as site:
            plain = await site.client()
            assert "250-STARTTLS|" in await plain.say("EHLO client.example")
            client = await site.secure()
            assert "STARTTLS" not in await client.say("EHLO client.example")
            assert await client.say("STARTTLS") == "454 4.3.3 TLS not available after start"

    run(scenario)


def test_a_port_with_the_letter_s_in_capitals_has_none(tmp_path: Path, world: World) -> None:
    async def scenario() -> None:
        async with TlsSite(tmp_path, world, "SS") as site:
            client = await site.client()
            assert "STARTTLS" not in await client.say("EHLO client.example")
            assert await client.say("STARTTLS") == "503 5.5.0 TLS not available"

    run(scenario)


def test_srv_features_may_withhold_it_or_not_ask_for_a_certificate(tmp_path: Path, world: World) -> None:
    async def scenario() -> None:
        async with TlsSite(tmp_path, world) as site:
            client = await site.client("127.0.0.55")
            assert "STARTTLS" not in await client.say("EHLO client.example")
            assert await client.say("STARTTLS") == "503 5.5.0 TLS not available"
            unasked = await site.secure("good", "127.0.0.56")
            await unasked.say("NOOP")
            assert site.sink.has("relay=[127.0.0.56], version=TLSv1.3, verify=NOT, ")

    run(scenario)


def test_where_it_is_refused(tmp_path: Path, world: World) -> None:
    async def scenario() -> None:
        async with TlsSite(tmp_path, world) as site:
            client = await site.client()
            assert await client.say("STARTTLS now") == "501 5.5.2 Syntax error (no parameters allowed)"
            await client.begin()
            assert await client.say("STARTTLS") == "503 5.5.0 TLS not permitted during a mail transaction"

    run(scenario)


def test_what_was_said_before_is_forgotten(tmp_path: Path, world: World) -> None:
    async def scenario() -> None:
        async with TlsSite(tmp_path, world, privacy=frozenset({"needmailhelo"})) as site:
            client = await site.client()
            await client.say("EHLO client.example")
            await client.say("STARTTLS")
            await client.stream.start_tls(world.client(), 5)
            assert (await client.say("MAIL FROM:<a@example.net>")).startswith("503")
            await client.say("EHLO client.example")
            assert (await client.say("MAIL FROM:<a@example.net>")).startswith("250")

    run(scenario)


@pytest.mark.parametrize(
    "behind", [b"RSET\r\nMAIL FROM:<injected@example.net>\r\n", b"MAIL FROM:<inj", b"\x16\x03\x01"]
)
def test_plain_text_behind_the_command_is_never_run(tmp_path: Path, world: World, behind: bytes) -> None:
    async def scenario() -> None:
        async with TlsSite(tmp_path, world) as site:
            client = await site.client()
            await client.say("EHLO client.example")
            client.send(b"STARTTLS\r\n" + behind)
            assert (await client.reply()).startswith("220 2.0.0")
            await client.stream.start_tls(world.client(), 5)
            assert (await client.say("RCPT TO:<b@example.net>")).startswith("503 5.0.0 Need MAIL")
            assert not site.sink.has("injected")

    run(scenario)


@pytest.mark.parametrize(
    ("shown", "verify", "subject"),
    [("", "NO", ""), ("good", "OK", "/O=A+20+28b+29/CN=client.example"), ("stranger", "FAIL", "/CN=stranger")],
)
def test_what_the_log_says(tmp_path: Path, world: World, shown: str, verify: str, subject: str) -> None:
    async def scenario() -> None:
        async with TlsSite(tmp_path, world) as site:
            client = await site.secure(shown)
            await client.say("NOOP")
            cipher = client.stream.tls
            assert cipher is not None
            facts = f"version=TLSv1.3, verify={verify}, cipher={cipher.cipher}, bits={cipher.bits}/{cipher.bits}"
            assert f"STARTTLS=server, relay=localhost [127.0.0.1], {facts}" in site.sink.lines
            assert site.sink.has(f"STARTTLS=server, cert-subject={subject}, cert-issuer=")

    run(scenario)


def test_a_port_that_begins_with_tls(tmp_path: Path, world: World) -> None:
    async def scenario() -> None:
        async with TlsSite(tmp_path, world, "s") as site:
            client = await site.client(greet=False)
            await client.stream.start_tls(world.client(), 5)
            assert (await client.reply()).startswith("220 ")
            assert "STARTTLS" not in await client.say("EHLO client.example")
            assert (await client.say("MAIL FROM:<a@example.net>")).startswith("250")

    run(scenario)


def test_a_port_that_begins_with_tls_and_has_none(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Site(tmp_path, lambda s: replace(s, daemon=Daemon(name="MTA", flags="s"))) as site:
            client = await site.client(greet=False)
            assert await client.reply() == ""
            await client.close()
            assert site.sink.has("smtps: TLS not available, exiting")

    run(scenario)


def test_a_handshake_that_fails_ends_the_connection_and_is_logged(tmp_path: Path, world: World) -> None:
    async def scenario() -> None:
        async with TlsSite(tmp_path, world) as site:
            client = await site.client()
            await client.say("STARTTLS")
            client.send(b"NOOP\r\nMAIL FROM:<a@example.net>\r\n")
            while await client.stream.read(5):
                continue
            failed = [line for line in site.sink.lines if "accept failed" in line]
            assert failed[0].startswith("STARTTLS=server, error: accept failed=-1, reason=")
            assert failed[0].endswith(", SSL_error=1, errno=0, retry=-1, relay=localhost [127.0.0.1]")

    run(scenario)
