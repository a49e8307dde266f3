"""Directory against a real slapd, and against servers that are none."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
import uvloop

import slapdhost
from noctule.base.errors import TemporaryError
from noctule.directory import (
    Anonymous,
    Credentials,
    Directory,
    Sasl,
    Scope,
    Search,
    Settings,
    Simple,
    Tls,
    servers,
)

T = TypeVar("T")
PEOPLE = f"ou=people,{slapdhost.SUFFIX}"
ALICE = f"uid=alice,{PEOPLE}"
ALL = Search(base=PEOPLE, filter="(uid=*)", attributes=("uid",), scope=Scope.ONE)
PROXY = Sasl(mechanism="DIGEST-MD5", user=slapdhost.PROXY, password=slapdhost.PROXY_PASSWORD.encode())
LOOPS = [asyncio.new_event_loop, uvloop.new_event_loop]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[slapdhost.Directory]:
    with slapdhost.running(tmp_path_factory.mktemp("directory")) as host:
        yield host


def asked(
    uris: str,
    ask: Callable[[Directory], Awaitable[T]],
    *,
    loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop,
    settings: Settings | None = None,
) -> T:
    async def run() -> T:
        directory = Directory(replace(settings or Settings(servers=()), servers=servers(uris)))
        try:
            return await ask(directory)
        finally:
            directory.close()

    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(run())


async def names(directory: Directory) -> list[bytes]:
    return sorted(value for entry in (await directory.search(ALL)).entries for value in entry.values("UID"))


@pytest.mark.parametrize("loop", LOOPS)
def test_searches_on_either_loop(host: slapdhost.Directory, loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    assert asked(host.uri, names, loop=loop) == [b"alice", b"bob", b"carol"]
    assert asked(host.local_uri, names, loop=loop) == [b"alice", b"bob", b"carol"]
    trusting = Settings(servers=(), tls=Tls(authorities_file=str(host.ca_file)))
    assert asked(host.tls_uri, names, loop=loop, settings=trusting) == [b"alice", b"bob", b"carol"]
    assert asked(host.uri, names, loop=loop, settings=replace(trusting, start_tls=True)) == [b"alice", b"bob", b"carol"]


def test_a_stranger_s_certificate_is_refused(host: slapdhost.Directory) -> None:
    with pytest.raises(TemporaryError, match=r"ldaps://localhost:\d+: certificate: "):
        asked(host.tls_uri, names)
    assert asked(host.tls_uri, names, settings=Settings(servers=(), tls=Tls(verify=False)))


def test_an_entry_is_as_the_server_keeps_it(host: slapdhost.Directory) -> None:
    async def ask(directory: Directory) -> None:
        (entry,) = (await directory.search(Search(base=PEOPLE, filter="(uid=alice)"))).entries
        assert entry.name == ALICE
        assert entry.values("mail") == (b"alice@example.test",)
        assert entry.values("userPassword") == ()
        assert list(entry.attributes) == ["objectClass", "uid", "cn", "sn", "mail", "employeeNumber"]

    asked(host.uri, ask)


def test_limits_and_what_is_not_there(host: slapdhost.Directory) -> None:
    async def ask(directory: Directory) -> None:
        assert len((await directory.search(replace(ALL, size_limit=2))).entries) == 2
        assert len((await directory.search(replace(ALL, size_limit=3))).entries) == 3
        assert (await directory.search(replace(ALL, base=f"ou=nowhere,{slapdhost.SUFFIX}"))).entries == ()
        assert (await directory.search(replace(ALL, filter="(uid=zoe)"))).entries == ()
        (entry,) = (await directory.search(replace(ALL, filter="uid=bob", names_only=True))).entries
        assert entry.attributes == {"uid": ()}
        with pytest.raises(TemporaryError, match="34"):
            await directory.search(replace(ALL, base="not a name"))

    asked(host.uri, ask)


@pytest.mark.parametrize(
    ("credentials", "identity"),
    [
        (Anonymous(), ""),
        (Simple(ALICE, b"wonder land"), f"dn:{ALICE}"),
        *(
            (
                replace(PROXY, mechanism=mechanism, authorize_as="u:alice"),
                f"dn:{ALICE}",
            )
            for mechanism in ("DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN")
        ),
        (Sasl(mechanism="DIGEST-MD5", user="bob", password="bückling".encode()), f"dn:uid=bob,{PEOPLE}"),
        (Sasl(mechanism="CRAM-MD5", user="alice", password=b"wonder land"), f"dn:{ALICE}"),
        (Sasl(mechanism="EXTERNAL"), f"dn:uid=proxyuser,ou=agents,{slapdhost.SUFFIX}"),
        (Sasl(mechanism="EXTERNAL", authorize_as="u:bob"), f"dn:uid=bob,{PEOPLE}"),
    ],
    ids=lambda value: getattr(value, "mechanism", type(value).__name__),
)
def test_binds(host: slapdhost.Directory, credentials: Credentials, identity: str) -> None:
    async def ask(directory: Directory) -> str | None:
        return await directory.acting_as(credentials, lambda connection: connection.who_am_i())

    assert asked(host.local_uri, ask) == identity


def test_who_may_not_act_for_others_does_not(host: slapdhost.Directory) -> None:
    async def ask(directory: Directory) -> str | None:
        nobody = Sasl(mechanism="EXTERNAL", authorize_as="u:nobody")
        return await directory.acting_as(nobody, lambda connection: connection.who_am_i())

    assert asked(host.local_uri, ask) is None


@pytest.mark.parametrize(
    ("credentials", "reason"),
    [
        (replace(PROXY, password=b"wrong"), r"bind: invalid credentials \(49\)"),
        (replace(PROXY, mechanism="SCRAM-SHA-256", password=b"wrong"), r"bind: invalid credentials \(49\)"),
        (replace(PROXY, mechanism="MAGIC"), "no mechanism MAGIC"),
        (Simple("cn=nobody", b"x"), r"bind: invalid credentials \(49\)"),
    ],
)
def test_an_agent_that_cannot_bind_is_no_answer(
    host: slapdhost.Directory, credentials: Credentials, reason: str
) -> None:
    with pytest.raises(TemporaryError, match=reason):
        asked(host.uri, names, settings=Settings(servers=(), credentials=credentials))


def test_passwords_are_right_or_wrong(host: slapdhost.Directory) -> None:
    async def ask(directory: Directory) -> None:
        assert await directory.authenticates(Simple(ALICE, b"wonder land"))
        assert not await directory.authenticates(Simple(ALICE, b"wonderland"))
        assert not await directory.authenticates(Simple(ALICE, b""))
        assert not await directory.authenticates(Simple("", b""))
        assert not await directory.authenticates(Simple(f"uid=zoe,{PEOPLE}", b"wonder land"))
        assert await directory.authenticates(Simple(f"uid=bob,{PEOPLE}", "bückling".encode()))

    asked(host.uri, ask)


def test_a_connection_is_kept_and_replaced_when_it_was_cut(host: slapdhost.Directory) -> None:
    async def ask(directory: Directory) -> None:
        await names(directory)
        kept = directory._idle[:]
        assert await names(directory)
        assert directory._idle == kept
        kept[0]._writer.transport.abort()
        assert await names(directory) == [b"alice", b"bob", b"carol"]
        assert directory._idle != kept

    asked(host.uri, ask)


def referring(uri: str) -> str:
    """An entry below which somebody else knows."""
    return (
        f"dn: ou=far,{slapdhost.SUFFIX}\nobjectClass: referral\nobjectClass: extensibleObject\nou: far\nref: {uri}\n\n"
    )


FAR = Search(base=f"ou=far,{slapdhost.SUFFIX}", filter="(uid=b*)", attributes=("uid",))


async def how_many(directory: Directory) -> int:
    return len((await directory.search(FAR)).entries)


def test_referrals_are_followed_when_that_is_wanted(host: slapdhost.Directory, tmp_path: Path) -> None:
    with slapdhost.running(tmp_path, ldif=referring(f"{host.uri}/ou=people,{slapdhost.SUFFIX}??sub")) as near:
        assert asked(near.uri, how_many, settings=Settings(servers=(), referrals=True)) == 1
        with pytest.raises(TemporaryError, match=r"referral \(10\)"):
            asked(near.uri, how_many)


@pytest.mark.parametrize(
    ("where", "reason"),
    [("ldap://127.0.0.1:1/", "refused"), ("nonsense://x", "no LDAP URL"), ("itself", "too many referrals")],
)
def test_a_referral_that_leads_nowhere_is_no_answer(tmp_path: Path, where: str, reason: str) -> None:
    with slapdhost.running(tmp_path) as near:
        near.add(referring(f"{near.uri}/ou=far,{slapdhost.SUFFIX}??sub" if where == "itself" else where))
        with pytest.raises(TemporaryError, match=reason):
            asked(near.uri, how_many, settings=Settings(servers=(), referrals=True))


def test_many_questions_at_once_share_few_connections(host: slapdhost.Directory) -> None:
    async def ask(directory: Directory) -> int:
        answers = await asyncio.gather(*(names(directory) for _ in range(50)))
        assert answers == [[b"alice", b"bob", b"carol"]] * 50
        return len(directory._idle)

    assert asked(host.uri, ask) <= 8


def test_servers_are_asked_in_order(host: slapdhost.Directory) -> None:
    assert asked(f"ldap://127.0.0.1:1 {host.uri}", names) == [b"alice", b"bob", b"carol"]
    with pytest.raises(TemporaryError, match=r"127\.0\.0\.1:1: .*; ldapi:///no/such: "):
        asked("ldap://127.0.0.1:1 ldapi://%2fno%2fsuch", names)


@asynccontextmanager
async def saying(*answers: bytes) -> AsyncIterator[str]:
    """A server that answers whatever comes with these, one after the other, and then nothing."""
    done: list[asyncio.Task[None]] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await reader.read(1000)
            writer.write(answer)
        await reader.read()
        writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        done.append(asyncio.get_running_loop().create_task(talk(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield f"ldap://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await asyncio.gather(*done, return_exceptions=True)


BOUND = bytes.fromhex("300c02010161070a010004000400")


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ((b"HTTP/1.0 400 Bad Request\r\n\r\n",), "not an LDAP message"),
        ((b"\x30\x84\xff\xff\xff\xff",), "too long"),
        ((b"\x30\x80",), "indefinite"),
        ((b"\x30\x05\x02\x01\x01\x61\x05",), "cut off"),
        ((bytes.fromhex("300c02010961070a010004000400"),), "out of step"),
        ((bytes.fromhex("300c02010161070a013504000400"),), "bind: result \\(53\\)"),
        ((BOUND, bytes.fromhex("300c02010065070a010204000400")), "result \\(2\\)"),
        ((), "timed out"),
        ((BOUND,), "timed out"),
    ],
)
def test_servers_that_are_none(answers: tuple[bytes, ...], reason: str) -> None:
    async def run() -> None:
        async with saying(*answers) as uri:
            directory = Directory(Settings(servers=servers(uri), connect_timeout=0.3, timeout=0.6))
            with pytest.raises(TemporaryError, match=reason):
                await directory.search(ALL)
            directory.close()

    asyncio.run(run())


@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
def test_a_silent_server_blocks_nobody(scheme: str) -> None:
    async def run() -> int:
        ticks = 0
        with socket.create_server(("127.0.0.1", 0)) as silent:
            uri = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}"
            settings = Settings(servers=servers(uri), connect_timeout=0.2, tls=Tls(verify=False))
            question = asyncio.ensure_future(Directory(settings).search(ALL))
            before = time.process_time()
            while not question.done():
                await asyncio.sleep(0.01)
                ticks += 1
            assert time.process_time() - before < 0.15
            with pytest.raises(TemporaryError, match="timed out"):
                question.result()
        return ticks

    assert asyncio.run(run()) > 10
