"""The resolver against a real server on loopback."""

import asyncio
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from noctule.base.debug import Debug
from noctule.resolve import (
    Client,
    ClientVerdict,
    Found,
    HostsFile,
    MailExchanger,
    NotFound,
    NullMx,
    Resolver,
    ResolverSettings,
    Temporary,
)
from resolve.server import Zone, serving

T = TypeVar("T")
ZONE = """
@ 300 IN SOA ns.example. root.example. 1 3600 600 86400 120
@ 300 IN NS ns.example.
one.example. 300 IN MX 10 mail.one.example.
mail.one.example. 300 IN A 192.0.2.1
mail.one.example. 300 IN AAAA 2001:db8::1
balancer.example. 300 IN MX 10 mail.one.example.
two.example. 300 IN MX 20 b.two.example.
two.example. 300 IN MX 20 c.two.example.
two.example. 300 IN MX 10 a.two.example.
two.example. 300 IN MX 30 d.two.example.
null.example. 300 IN MX 0 .
bare.example. 300 IN A 192.0.2.2
six.example. 300 IN AAAA 2001:db8::6
text.example. 300 IN TXT "a \\"b\\"" "c"
alias.example. 300 IN CNAME mail.one.example.
aliased-mx.example. 300 IN CNAME one.example.
short.example. 1 IN A 192.0.2.3
1.2.0.192.in-addr.arpa.example. 300 IN PTR wrong.place.
big.example. 300 IN TXT {big}
host.sub.example. 300 IN A 192.0.2.8
""".format(big=" ".join(f'"{i:03}{"x" * 200}"' for i in range(20)))
REVERSE = """
@ 300 IN SOA ns.example. root.example. 1 3600 600 86400 120
1.2.0.192.in-addr.arpa. 300 IN PTR mail.one.example.
2.2.0.192.in-addr.arpa. 300 IN PTR mail.one.example.
3.2.0.192.in-addr.arpa. 300 IN PTR broken.example.
4.2.0.192.in-addr.arpa. 300 IN PTR nowhere.example.
4.2.0.192.in-addr.arpa. 300 IN PTR also.nowhere.example.
5.2.0.192.in-addr.arpa. 300 IN PTR nowhere.example.
5.2.0.192.in-addr.arpa. 300 IN PTR five.example.
1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 300 IN PTR mail.one.example.
mail.one.example. 300 IN A 192.0.2.1
mail.one.example. 300 IN AAAA 2001:db8::1
five.example. 300 IN A 192.0.2.5
"""
HOSTS = """
127.0.0.1 localhost localhost.localdomain
192.0.2.50 listed.example listed   # a comment
192.0.2.51 Listed.example
::1 localhost
not-an-address nothing
192.0.2.52
"""


class Now:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture(scope="module")
def zone() -> Iterator[tuple[Zone, int]]:
    broken = {"broken.example", "balancer.example/AAAA"}
    made = Zone("example.", ZONE, broken=broken, silent={"silent.example"})
    with serving(made) as port:
        yield made, port


@pytest.fixture(scope="module")
def reverse() -> Iterator[int]:
    with serving(Zone(".", REVERSE, broken={"broken.example", "9.2.0.192.in-addr.arpa"})) as port:
        yield port


@pytest.fixture
def hosts(tmp_path: Path) -> HostsFile:
    (tmp_path / "hosts").write_text(HOSTS)
    return HostsFile(str(tmp_path / "hosts"))


def settings(port: int, **more: object) -> ResolverSettings:
    values = {"nameservers": ("127.0.0.1",), "port": port, "search": (), "try_timeout": 0.2, "tries": 2} | more
    return ResolverSettings(**values)  # type: ignore[arg-type]


def asked(port: int, hosts: HostsFile, ask: Callable[[Resolver], Awaitable[T]], **more: object) -> T:
    async def run() -> T:
        return await ask(Resolver(settings(port, **more), hosts=hosts, clock=Now(), random=random.Random(1).random))

    return asyncio.run(run())


def test_addresses(zone: tuple[Zone, int], hosts: HostsFile) -> None:
    def of(host: str, **more: object) -> object:
        return asked(zone[1], hosts, lambda resolver: resolver.addresses(host), **more)

    assert of("mail.one.example") == Found(("192.0.2.1", "2001:db8::1"))
    assert of("mail.one.example.") == Found(("192.0.2.1", "2001:db8::1"))
    assert of("MAIL.one.Example") == Found(("192.0.2.1", "2001:db8::1"))
    assert of("mail.one.example", ipv6=False) == Found(("192.0.2.1",))
    assert of("six.example", ipv6=False) == NotFound("no data")
    assert of("alias.example") == Found(("192.0.2.1", "2001:db8::1"))
    assert of("nowhere.example") == NotFound("Host unknown")
    assert of("text.example") == NotFound("no data")
    assert of("broken.example") == Temporary("Name server failure")
    assert of("silent.example") == Temporary("Name server timeout")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.9", "192.0.2.9"),
        ("[192.0.2.9]", "192.0.2.9"),
        ("[IPv6:2001:db8::9]", "2001:db8::9"),
        ("[ipv6:2001:DB8:0::9]", "2001:db8::9"),
        ("::1", "::1"),
    ],
)
def test_addresses_of_literals_ask_nobody(zone: tuple[Zone, int], hosts: HostsFile, host: str, address: str) -> None:
    zone[0].asked.clear()
    assert asked(zone[1], hosts, lambda resolver: resolver.addresses(host)) == Found((address,))
    assert zone[0].asked == []


@pytest.mark.parametrize("host", ["a..b", ".", "", "x" * 64, ".".join(["x" * 60] * 6), "\xe9.example", "a b", "\u2603"])
def test_what_is_no_host_name_is_not_found(zone: tuple[Zone, int], hosts: HostsFile, host: str) -> None:
    assert isinstance(asked(zone[1], hosts, lambda resolver: resolver.addresses(host)), NotFound)


def test_the_hosts_file_comes_first(zone: tuple[Zone, int], hosts: HostsFile) -> None:
    def of(host: str, **more: object) -> object:
        return asked(zone[1], hosts, lambda resolver: resolver.addresses(host), **more)

    assert of("listed.example") == Found(("192.0.2.50", "192.0.2.51"))
    assert of("LISTED") == Found(("192.0.2.50",))
    assert of("localhost") == Found(("127.0.0.1", "::1"))
    assert of("localhost", ipv6=False) == Found(("127.0.0.1",))
    assert of("listed.example", services=("dns",)) == NotFound("Host unknown")
    assert of("bare.example", services=("files",)) == NotFound("Host unknown")
    assert of("broken.example", services=("files",)) == NotFound("Host unknown")


def test_mail_exchangers(zone: tuple[Zone, int], hosts: HostsFile) -> None:
    def of(domain: str, **more: object) -> object:
        return asked(zone[1], hosts, lambda resolver: resolver.mail_exchangers(domain), **more)

    assert of("one.example") == Found((MailExchanger("mail.one.example.", 10),))
    assert of("aliased-mx.example") == Found((MailExchanger("mail.one.example.", 10),))
    assert of("bare.example") == Found((MailExchanger("bare.example."),))
    assert of("six.example") == Found((MailExchanger("six.example."),))
    assert of("Listed") == Found((MailExchanger("listed.example."),))
    assert of("broken.example") == Temporary("Name server failure")
    assert of("null.example") == NullMx()
    assert of("nowhere.example") == NotFound("Host unknown")
    assert of("text.example") == NotFound("no data")
    assert of("broken.example") == Temporary("Name server failure")
    assert of("[mail.one.example]") == Found((MailExchanger("mail.one.example."),))
    assert of("[192.0.2.1]") == Found((MailExchanger("[192.0.2.1]"),))
    assert of("one.example", services=("files",)) == NotFound("Host unknown")
    assert of("listed", services=("files",)) == Found((MailExchanger("listed.example."),))
    alone = asked(zone[1], hosts, lambda r: r.mail_exchangers("listed", asking_dns=True), services=("files",))
    assert alone == NotFound("Host unknown")


def test_debug_levels_tell_what_sendmail_tells(zone: tuple[Zone, int], hosts: HostsFile) -> None:
    told: list[str] = []

    async def run() -> None:
        resolver = Resolver(settings(zone[1]), hosts=hosts, clock=Now(), debug=Debug("8.2", told.append))
        for domain in ("one.example", "nowhere.example", "broken.example", "bare.example"):
            await resolver.mail_exchangers(domain)
        await resolver.canonical("bare.example")

    asyncio.run(run())
    assert told == [
        "getmxrr(one.example, droplocalhost=0, flags=2, port=-1)\n",
        "getmxrr(nowhere.example, droplocalhost=0, flags=2, port=-1)\n",
        "getmxrr: res_search(nowhere.example) failed, h_errno=1\n",
        "getmxrr(broken.example, droplocalhost=0, flags=2, port=-1)\n",
        "getmxrr: res_search(broken.example) failed, h_errno=2\n",
        "getmxrr(bare.example, droplocalhost=0, flags=2, port=-1)\n",
        "getmxrr: res_search(bare.example) failed, h_errno=4\n",
        "dns_getcanonname(bare.example, trymx=1)\n",
    ]


def test_exchangers_of_one_preference_take_turns(zone: tuple[Zone, int], hosts: HostsFile) -> None:
    async def run() -> set[tuple[str, ...]]:
        resolver = Resolver(settings(zone[1]), hosts=hosts, clock=Now(), random=random.Random(1).random)
        orders = set()
        for _ in range(30):
            found = await resolver.mail_exchangers("two.example")
            assert isinstance(found, Found)
            orders.add(tuple(exchanger.name.partition(".")[0] for exchanger in found.value))
        return orders

    assert asyncio.run(run()) == {("a", "b", "c", "d"), ("a", "c", "b", "d")}


def test_large_answers_come_by_tcp(zone: tuple[Zone, int], hosts: HostsFile) -> None:
    found = asked(zone[1], hosts, lambda resolver: resolver.records("big.example", "TXT"))
    assert isinstance(found, Found)
    assert len(found.value[0]) > 4000


def test_answers_are_remembered_for_their_time(zone: tuple[Zone, int], hosts: HostsFile) -> None:
    now = Now()

    async def run() -> list[int]:
        resolver = Resolver(settings(zone[1], ipv6=False), hosts=hosts, clock=now)
        counts = []
        for moment, host in (
            (0.0, "short.example"),
            (0.9, "SHORT.example"),
            (1.1, "short.example"),
            (2.0, "nowhere.example"),
            (121.0, "nowhere.example"),
            (123.0, "nowhere.example"),
            (124.0, "broken.example"),
            (124.0, "broken.example"),
        ):
            now.time = 1000.0 + moment
            zone[0].asked.clear()
            await resolver.addresses(host)
            counts.append(len(zone[0].asked))
        return counts

    assert asyncio.run(run()) == [1, 0, 1, 1, 0, 1, 1, 1]


def test_the_same_question_is_not_under_way_twice(zone: tuple[Zone, int], hosts: HostsFile) -> None:
    zone[0].asked.clear()

    async def run() -> None:
        resolver = Resolver(settings(zone[1], ipv6=False), hosts=hosts, clock=Now())
        impatient = asyncio.ensure_future(resolver.addresses("bare.example"))
        others = [asyncio.ensure_future(resolver.addresses("bare.example")) for _ in range(20)]
        await asyncio.sleep(0)
        impatient.cancel()
        assert await asyncio.gather(*others) == [Found(("192.0.2.2",))] * 20

    asyncio.run(run())
    assert zone[0].asked == [("bare.example", "A")]


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", Client("mail.one.example", ClientVerdict.OK, "mail.one.example")),
        ("2001:db8::1", Client("mail.one.example", ClientVerdict.OK, "mail.one.example")),
        ("192.0.2.2", Client("mail.one.example", ClientVerdict.FORGED, "mail.one.example")),
        ("192.0.2.3", Client("[192.0.2.3]", ClientVerdict.TEMP, "broken.example")),
        ("192.0.2.5", Client("five.example", ClientVerdict.OK, "five.example")),
        ("192.0.2.7", Client("[192.0.2.7]", ClientVerdict.FAIL)),
        ("192.0.2.9", Client("[192.0.2.9]", ClientVerdict.TEMP)),
        ("2001:db8::7", Client("[IPv6:2001:db8:0:0:0:0:0:7]", ClientVerdict.FAIL)),
        ("127.0.0.1", Client("localhost", ClientVerdict.OK, "localhost")),
        ("192.0.2.51", Client("Listed.example", ClientVerdict.OK, "Listed.example")),
    ],
)
def test_clients(reverse: int, hosts: HostsFile, address: str, client: Client) -> None:
    assert asked(reverse, hosts, lambda resolver: resolver.client(address)) == client


def test_a_forged_client_keeps_the_name_it_claims(reverse: int, hosts: HostsFile) -> None:
    client = asked(reverse, hosts, lambda resolver: resolver.client("192.0.2.4"))
    assert client.verdict is ClientVerdict.FORGED
    assert client.name in {"nowhere.example", "also.nowhere.example"}


def test_canonical_names(zone: tuple[Zone, int], reverse: int, hosts: HostsFile) -> None:
    def of(host: str, port: int = zone[1], **more: object) -> object:
        return asked(port, hosts, lambda resolver: resolver.canonical(host), **more)

    assert of("one.example") == Found("one.example")
    assert of("ONE.Example") == Found("ONE.Example")
    assert of("alias.example") == Found("mail.one.example")
    assert of("alias.example", follow_cname=False) == Found("alias.example")
    assert of("null.example") == Found("null.example")
    assert of("text.example") == NotFound("Host unknown")
    assert of("nowhere.example") == NotFound("Host unknown")
    assert of("broken.example") == Temporary("Name server failure")
    assert of("mail", search=("other.example", "one.example")) == Found("mail.one.example")
    assert of("host.sub", search=("example",)) == Found("host.sub.example")
    assert of("host.sub.", search=("example",)) == NotFound("Host unknown")
    assert of("listed") == Found("listed.example")
    assert of("localhost") == of("localhost.localdomain") == Found("localhost.localdomain")
    assert of("[192.0.2.1]", reverse) == of("[192.0.2.1].more", reverse) == Found("mail.one.example")
    assert of("[192.0.2.1", reverse) == of("x[192.0.2.1]", reverse) == NotFound("Host unknown")
    assert of("[127.0.0.1]", reverse) == Found("localhost")
    assert of("[192.0.2.9]", reverse) == Temporary("Name server failure")


def test_servers_that_fail_when_asked_for_aaaa(zone: tuple[Zone, int], hosts: HostsFile) -> None:
    port = zone[1]
    assert asked(port, hosts, lambda r: r.addresses("balancer.example.")) == Temporary("Name server failure")
    tolerant = asked(port, hosts, lambda r: r.addresses("balancer.example."), tolerate_broken_aaaa=True)
    assert tolerant == NotFound("no data")
    assert isinstance(asked(port, hosts, lambda r: r.canonical("balancer.example.")), Found)
    assert asked(
        port, hosts, lambda r: r.canonical("balancer.example."), tolerate_broken_aaaa=True, wildcard_mx=True
    ) == NotFound("Host unknown")


def test_by_tcp_only(zone: tuple[Zone, int], hosts: HostsFile) -> None:
    assert isinstance(asked(zone[1], hosts, lambda r: r.records("balancer.example.", "MX"), tcp=True), Found)


def test_nobody_listening_is_a_temporary_failure(hosts: HostsFile) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert isinstance(asked(port, hosts, lambda resolver: resolver.addresses("one.example")), Temporary)


def test_a_server_that_is_not_there_is_not_asked_again_for_a_second(hosts: HostsFile) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
    now = Now()

    async def run() -> tuple[bool, bool]:
        resolver = Resolver(settings(port), hosts=hosts, clock=now)
        assert isinstance(await resolver.addresses("bare.example"), Temporary)
        assert await resolver.addresses("no..name") == NotFound("not a host name")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.bind(("127.0.0.1", port))
            server.setblocking(False)
            return await is_asked(resolver, server, 0.5), await is_asked(resolver, server, 0.5)

    async def is_asked(resolver: Resolver, server: socket.socket, later: float) -> bool:
        now.time += later
        assert isinstance(await resolver.addresses("bare.example"), Temporary)
        try:
            return bool(server.recv(512))
        except BlockingIOError:
            return False

    assert asyncio.run(run()) == (False, True)


@pytest.mark.skipif(shutil.which("unbound") is None, reason="unbound is not installed")
def test_a_real_server(tmp_path: Path, hosts: HostsFile) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    local = [
        line.replace(" 300 IN ", " IN ")
        for line in ZONE.splitlines()
        if line.startswith(("one.", "mail.", "null.", "alias.", "bare."))
    ]
    (tmp_path / "unbound.conf").write_text(
        f"server:\n interface: 127.0.0.1\n port: {port}\n do-daemonize: no\n username: ''\n chroot: ''\n"
        f" directory: '{tmp_path}'\n pidfile: ''\n use-syslog: no\n logfile: '{tmp_path}/log'\n"
        " module-config: 'iterator'\n local-zone: example. static\n"
        + "".join(f" local-data: '{line}'\n" for line in local)
        + "remote-control:\n control-enable: no\n"
    )
    server = subprocess.Popen(["unbound", "-d", "-c", str(tmp_path / "unbound.conf")], stderr=subprocess.DEVNULL)
    try:

        async def run() -> None:
            resolver = Resolver(settings(port, try_timeout=0.5, tries=1), hosts=hosts, clock=time.monotonic)
            for _ in range(400):  # nobody answers at once until it listens
                if isinstance(await resolver.addresses("bare.example"), Found):
                    break
                assert server.poll() is None, (tmp_path / "log").read_text()
                await asyncio.sleep(0.05)
            assert await resolver.addresses("mail.one.example") == Found(("192.0.2.1", "2001:db8::1"))
            assert await resolver.mail_exchangers("one.example") == Found((MailExchanger("mail.one.example.", 10),))
            assert await resolver.mail_exchangers("null.example") == NullMx()
            assert await resolver.mail_exchangers("nowhere.example") == NotFound("Host unknown")
            assert await resolver.mail_exchangers("bare.example") == Found((MailExchanger("bare.example."),))

        asyncio.run(run())
    finally:
        server.terminate()
        server.wait(10)
