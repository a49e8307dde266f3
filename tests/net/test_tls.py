"""TLS between two of our own streams over loopback; what OpenSSL's checks make of certificates."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvloop

from certificates import Authority, Pair
from noctule import net
from noctule.net.contexts import ContextSettings, build_context
from noctule.net.tls import Handshake, TlsContext, TlsError, Verified

NO_TLS_1_3 = 1 << 29  # SSL_OP_NO_TLSv1_3
OPTIONS = {"TLSv1.2": NO_TLS_1_3, "TLSv1.3": 0}


@dataclass(frozen=True)
class World:
    """Certificates of one authority, and one of another."""

    authority: Path
    server: Pair
    client: Pair
    stranger: Pair


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("tls")
    ours, other = Authority(folder / "ours"), Authority(folder / "other", ("CN", "Other"))
    return World(
        authority=ours.file,
        server=ours.issue("server", ("O", "Example"), ("CN", "mail.example.com")),
        client=ours.issue("client", ("CN", "client.example.com")),
        stranger=other.issue("stranger"),
    )


def read(path: str, *, private: bool = False) -> bytes:
    return Path(path).read_bytes()


def say(text: str, level: int, *, problem: bool = True) -> None:
    assert not problem, text


def context(world: World, pair: Pair | None, *, server: bool, asks: bool = True, options: int = 0) -> TlsContext:
    pairs = ((str(pair.certificate), str(pair.key)),) if pair else ()
    settings = ContextSettings(pairs=pairs, ca_file=str(world.authority), asks=asks, options=options)
    made = build_context(settings, server=server, read=read, say=say)
    assert made is not None
    return made


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await scenario()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(bounded())


class TlsServer:
    """Shakes hands with everybody, echoes what they say, and keeps what became of them."""

    def __init__(self, context: TlsContext, timeout: float = 5.0) -> None:
        self._context = context
        self._timeout = timeout
        self.outcomes: asyncio.Queue[Handshake | OSError] = asyncio.Queue()

    async def __aenter__(self) -> "TlsServer":
        sock = net.bind("127.0.0.1", 0, backlog=100)
        self.listener = await net.listen(sock, self._serve)
        self.port = int(sock.getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.listener.close(0)

    async def _serve(self, stream: net.Stream) -> None:
        try:
            await self.outcomes.put(await stream.start_tls(self._context, self._timeout))
        except OSError as error:
            await self.outcomes.put(error)
            return
        while data := await stream.read(5):
            stream.write(data)
            await stream.drain(5)

    async def connect(self) -> net.Stream:
        return await net.connect("127.0.0.1", self.port, timeout=5)


@pytest.mark.parametrize("version", OPTIONS)
def test_both_sides_agree_on_what_stands(world: World, version: str) -> None:
    async def scenario() -> None:
        async with TlsServer(context(world, world.server, server=True, options=OPTIONS[version])) as server:
            stream = await server.connect()
            assert stream.tls is None
            ours = await stream.start_tls(context(world, world.client, server=False), 5, server_name="mail.example.com")
            theirs = await server.outcomes.get()
            assert isinstance(theirs, Handshake)
            assert stream.tls is ours
            assert (ours.version, ours.cipher, ours.bits) == (theirs.version, theirs.cipher, theirs.bits)
            assert ours.version == version
            assert ours.bits >= 128
            assert ours.verified is theirs.verified is Verified.OK
            assert theirs.certificate is not None and theirs.certificate.subject == "/CN=client.example.com"
            assert ours.certificate is not None and ours.certificate.subject == "/O=Example/CN=mail.example.com"
            assert theirs.server_name == "mail.example.com"
            binding = "tls-exporter" if version == "TLSv1.3" else "tls-unique"
            assert list(ours.bindings) == [binding]
            assert ours.bindings == theirs.bindings
            assert len(ours.bindings[binding]) >= 12
            stream.close()

    run(scenario)


@pytest.mark.parametrize("size", [1, 70_000, 1_000_000])
def test_bytes_come_through_unchanged(world: World, size: int) -> None:
    sent = bytes(number * 7 % 251 for number in range(size))

    async def scenario() -> None:
        async with TlsServer(context(world, world.server, server=True)) as server:
            stream = await server.connect()
            await stream.start_tls(context(world, None, server=False), 5)
            stream.write(sent)
            back = b""
            while len(back) < size:
                back += await stream.read(5)
            assert back == sent
            stream.close()
            assert await stream.read(5) == b""

    run(scenario)


@pytest.mark.parametrize(
    ("shown", "asks", "expected", "problem"),
    [
        ("client", True, Verified.OK, ""),
        ("client", False, Verified.NOT, ""),
        (None, True, Verified.NO, ""),
        ("stranger", True, Verified.FAIL, "unable to get local issuer certificate"),
    ],
)
def test_a_bad_certificate_does_not_break_the_handshake(
    world: World, shown: str | None, asks: bool, expected: Verified, problem: str
) -> None:
    pair = getattr(world, shown) if shown else None

    async def scenario() -> None:
        async with TlsServer(context(world, world.server, server=True, asks=asks)) as server:
            stream = await server.connect()
            await stream.start_tls(context(world, pair, server=False), 5)
            outcome = await server.outcomes.get()
            assert isinstance(outcome, Handshake)
            assert outcome.verified is expected
            assert outcome.problem == problem
            stream.write(b"still here")
            assert await stream.read(5) == b"still here"
            stream.close()

    run(scenario)


@pytest.mark.parametrize(
    ("lists", "needs", "verified", "told"),
    [
        ("ours", False, Verified.FAIL, ["X509 certificate revoked", "TLS certificate revoked"]),
        ("other", False, Verified.OK, ["X509 unable to get certificate CRL", "TLS ok"]),
        ("other", True, Verified.FAIL, ["X509 unable to get certificate CRL", "TLS unable to get certificate CRL"]),
        ("", False, Verified.OK, ["TLS ok"]),
    ],
)
def test_lists_of_revoked_certificates(
    tmp_path: Path, lists: str, needs: bool, verified: Verified, told: list[str]
) -> None:
    ours, other = Authority(tmp_path / "ours"), Authority(tmp_path / "other", ("CN", "Other"))
    pair = ours.issue("client")
    files = {"ours": ours.revoke(pair), "other": other.revoke(), "": ""}
    server = ours.issue("server")
    settings = ContextSettings(
        pairs=((str(server.certificate), str(server.key)),),
        ca_file=str(ours.file),
        crl_file=str(files[lists]),
        needs_lists=needs,
    )
    made = build_context(settings, server=True, read=read, say=say)
    assert made is not None

    async def scenario() -> None:
        async with TlsServer(made) as server:
            stream = await server.connect()
            await stream.start_tls(context(World(ours.file, pair, pair, pair), pair, server=False), 5)
            outcome = await server.outcomes.get()
            assert isinstance(outcome, Handshake)
            assert outcome.verified is verified
            assert [f"{check['what']} {check['reason']}" for check in outcome.checks()] == told
            stream.close()

    run(scenario)


def broken() -> Iterator[tuple[str, bytes]]:
    hello = b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + bytes(range(32))
    yield "plain text", b"NOOP\r\nMAIL FROM:<a@b.example>\r\n"
    yield "nothing", b""
    yield "half a hello", hello
    yield "a hello of nonsense", hello + b"\xff" * 165
    yield "an alert", b"\x15\x03\x01\x00\x02\x02\x28"
    yield "a huge record", b"\x16\x03\x01\xff\xff" + b"\0" * 70_000
    yield "zeros", b"\0" * 5000


@pytest.mark.parametrize(("name", "data"), list(broken()), ids=[name for name, _ in broken()])
def test_a_broken_handshake_ends_with_an_error(world: World, name: str, data: bytes) -> None:
    async def scenario() -> None:
        async with TlsServer(context(world, world.server, server=True)) as server:
            stream = await server.connect()
            stream.write(data)
            stream.close()
            outcome = await server.outcomes.get()
            assert isinstance(outcome, TlsError | ConnectionError)
            assert str(outcome)

    run(scenario)


def test_a_thousand_broken_handshakes_leave_nothing_and_hold_up_nobody(world: World) -> None:
    inputs = [data for _, data in broken()]

    async def scenario() -> None:
        async with TlsServer(context(world, world.server, server=True)) as server:
            stalled = [await server.connect() for _ in range(20)]
            for number in range(1000):
                sock = socket.create_connection(("127.0.0.1", server.port))
                sock.sendall(inputs[number % len(inputs)])
                if number % 2:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # end with a reset
                sock.close()
                assert isinstance(await server.outcomes.get(), OSError)
            good = await server.connect()
            await good.start_tls(context(world, None, server=False), 5)
            assert isinstance(await server.outcomes.get(), Handshake)
            assert server.listener.connections == len(stalled) + 1
            for stream in (*stalled, good):
                stream.abort()

    run(scenario)


def test_a_handshake_that_stalls_times_out(world: World) -> None:
    async def scenario() -> None:
        async with TlsServer(context(world, world.server, server=True), timeout=0.01) as server:
            stream = await server.connect()
            assert isinstance(await server.outcomes.get(), TimeoutError)
            stream.abort()

    run(scenario)


@pytest.mark.parametrize("shown", ["client", "stranger"])
def test_a_resumed_session_keeps_its_verdict(world: World, shown: str) -> None:
    pair = getattr(world, shown)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.maximum_version = ssl.TLSVersion.TLSv1_2  # its tickets are there when the handshake ends
    client.load_cert_chain(pair.certificate, pair.key)

    def connect(port: int, session: ssl.SSLSession | None) -> ssl.SSLSession | None:
        with socket.create_connection(("127.0.0.1", port), 5) as sock, client.wrap_socket(sock, session=session) as own:
            assert own.session_reused is (session is not None)
            own.sendall(b"x")
            assert own.recv(1) == b"x"
            return own.session

    async def scenario() -> None:
        async with TlsServer(context(world, world.server, server=True)) as server:
            session = await asyncio.to_thread(connect, server.port, None)
            first = await server.outcomes.get()
            await asyncio.to_thread(connect, server.port, session)
            again = await server.outcomes.get()
            assert isinstance(first, Handshake) and isinstance(again, Handshake)
            assert again.verified is first.verified is (Verified.OK if shown == "client" else Verified.FAIL)
            assert again.bindings["tls-unique"] != first.bindings["tls-unique"]

    run(scenario)


def test_garbage_after_the_handshake_is_an_error_and_not_input(world: World) -> None:
    async def scenario() -> None:
        async with TlsServer(context(world, world.server, server=True)) as server:
            stream = await server.connect()
            await stream.start_tls(context(world, None, server=False), 5)
            assert stream._transport is not None
            stream._transport.write(b"MAIL FROM:<a@b.example>\r\n" * 10)
            with pytest.raises(ConnectionError):
                while await stream.read(5):
                    pytest.fail("the server made something of it")

    run(scenario)


def test_a_connection_cut_off_inside_tls_is_an_end(world: World) -> None:
    async def scenario() -> None:
        async with TlsServer(context(world, world.server, server=True)) as server:
            stream = await server.connect()
            await stream.start_tls(context(world, None, server=False), 5)
            stream.abort()
            await server.outcomes.get()
            await server.listener.close(5)
            assert server.listener.connections == 0

    run(scenario)
