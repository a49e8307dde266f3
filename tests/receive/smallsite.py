"""A small site that receives mail for the tests: real rules, real store, real sockets."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import uvloop

from noctule import net
from noctule.accounts import Account, ListedAccounts
from noctule.assembly.parts import Routing, build_routing
from noctule.assembly.reading import Request, read_configuration
from noctule.assembly.settings import receive_settings
from noctule.mqueue.handoff import Handoff
from noctule.mqueue.model import Entry
from noctule.mqueue.sqlite import SqliteStore
from noctule.observe.log import Log
from noctule.receive.daemon import SmtpDaemon
from noctule.receive.services import Services
from noctule.receive.settings import Daemon, ReceiveSettings
from noctule.receive.throttle import Throttle
from noctule.resolve import HostsFile, Resolver, ResolverSettings

DATA = Path(__file__).parent / "data"
NOW = 1795346865.0
HOSTS = "127.0.0.1 localhost\n127.0.0.2 outside.example.com\n"
USERS = ("alice", "bob")


class Lines:
    """A log sink that keeps what it is given."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, priority: int, text: str) -> None:
        self.lines.append(text)

    def reopen(self) -> None: ...

    def close(self) -> None: ...

    def has(self, part: str) -> bool:
        return any(part in line for line in self.lines)


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await scenario()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(bounded())


class Site:
    """`async with Site(tmp_path) as site`: a listening daemon; `change` adapts its settings."""

    def __init__(
        self,
        folder: Path,
        change: Callable[[ReceiveSettings], ReceiveSettings] = lambda s: s,
        *,
        level: int = 12,
        load: int = 0,
    ) -> None:
        self.folder = folder
        self.sink = Lines()
        self._level = level
        self._change = change
        self.slept: list[float] = []
        self.busy = load
        self.queue_runs: list[str] = []

    async def __aenter__(self) -> "Site":
        (self.folder / "hosts").write_text(HOSTS)
        log = Log(self.sink, self._level)
        configuration = read_configuration(Request(path=str(DATA / "small.cf"), mode="d"))
        assert not configuration.errors, configuration.errors
        users = (
            Account(name=name, uid=2000 + n, gid=2000, gecos=f"{name.title()} Example", home="/nonexistent")
            for n, name in enumerate(USERS)
        )
        self.routing: Routing = build_routing(configuration, log, ListedAccounts(users))
        numbers = itertools.count(1)
        self.store = SqliteStore(self.folder / "queue", ids=lambda: f"6AMBRj{next(numbers):08d}", busy_timeout=0.1)
        self.handoff = Handoff(10)
        self.services = Services(
            addresses=self.routing.addresses,
            maps=self.routing.maps,
            macros=configuration.macros,
            router=self.routing.router,
            store=self.store,
            log=log,
            names=Resolver(ResolverSettings(services=("files",)), hosts=HostsFile(str(self.folder / "hosts"))),
            throttle=Throttle(lambda: NOW),
            clock=lambda: NOW,
            load=lambda: self.busy,
            random=lambda count: b"\xab" * count,
            accounts=self.routing.accounts,
            handoff=self.handoff,
            run_queue=self._run_queue,
            sleep=self._sleep,
        )
        daemon = Daemon(name="MTA", flags="AA")
        settings = replace(receive_settings(configuration, daemon), privacy=frozenset({"authwarnings"}))
        self.settings = self._change(settings)
        self.daemon = SmtpDaemon(self.services, self.settings)
        sock = net.bind("127.0.0.1", 0)
        self.port = int(sock.getsockname()[1])
        await self.daemon.start(sock)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.daemon.stop(0)
        self.store.close()

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def _run_queue(self, node: str) -> bool:
        if node == "broken":
            raise ZeroDivisionError
        if node == "slow":
            raise TimeoutError
        self.queue_runs.append(node)
        return not node.startswith("#")

    async def client(self, source: str = "127.0.0.1", *, greet: bool = True) -> "Client":
        client = Client(await net.connect("127.0.0.1", self.port, timeout=5, source=source))
        if greet:
            await client.reply()
        return client

    def entries(self) -> list[Entry]:
        return list(self.store.find())


class Client:
    """A client that reads reply by reply."""

    def __init__(self, stream: net.Stream) -> None:
        self.stream = stream
        self._buffer = b""

    def send(self, data: bytes) -> None:
        self.stream.write(data)

    async def reply(self) -> str:
        """One reply with its lines joined by `|`; "" when the server has closed."""
        lines = []
        while True:
            while b"\r\n" not in self._buffer:
                data = await self.stream.read(5)
                if not data:
                    return "|".join(lines)
                self._buffer += data
            line, _, self._buffer = self._buffer.partition(b"\r\n")
            lines.append(line.decode("latin-1"))
            if line[3:4] != b"-":
                return "|".join(lines)

    async def say(self, line: str) -> str:
        self.send(line.encode("latin-1") + b"\r\n")
        return await self.reply()

    async def begin(self, sender: str = "<a@example.net>", *recipients: str) -> list[str]:
        replies = [await self.say("EHLO client.example.net"), await self.say(f"MAIL FROM:{sender}")]
        return replies + [await self.say(f"RCPT TO:{r}") for r in recipients or ("<friend@example.org>",)]

    async def text(self, text: bytes) -> str:
        assert (await self.say("DATA")).startswith("354")
        self.send(text + b".\r\n")
        return await self.reply()

    async def close(self) -> None:
        self.stream.close()
        await self.stream.wait_closed(5)
