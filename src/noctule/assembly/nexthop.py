"""Which servers mail for a host would be handed to, in the order they are tried; nobody is connected to."""

from dataclasses import dataclass, replace

from noctule.assembly.workbench import Bench
from noctule.deliver.plan import AskAddresses, AskExchangers, Connect, GiveUp, Plan, PlanSettings
from noctule.mail.outcome import Deferred, Outcome
from noctule.resolve import Found, MailExchanger, NotFound, Temporary
from noctule.resolve.resolver import Resolver

_UNTRIED = Deferred(status="4.4.1", text="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A host to connect to; `preference` is that of its MX record, None without one.

    `problem` says why it has no address.
    """

    name: str
    preference: int | None = None
    addresses: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextHop:
    """Where a network mailer connects to: servers, or the path of a socket.

    `problem`: what becomes of the mail when none of the servers has an address, "" when one has; `temporary`: it stays
    in the queue then.
    """

    destination: str
    servers: tuple[Server, ...] = ()
    socket: str = ""
    problem: str = ""
    temporary: bool = False


def next_hop(bench: Bench, settings: PlanSettings, words: list[str], *, use_mx: bool) -> NextHop | None:
    """What the words of A= come to; None when they name no host."""
    match words:
        case ["FILE", path]:
            return NextHop(destination=path, socket=path)
        case ["TCP", host, *_]:
            return bench.wait(_Walk(bench.routing.resolver, Plan(host, settings, use_mx=use_mx)).walk(host))
        case _:
            return None


class _Walk:
    """Does what a plan says, but for connecting: every server is taken for one that does not answer."""

    def __init__(self, resolver: Resolver, plan: Plan) -> None:
        self._resolver = resolver
        self._plan = plan
        self._preferences: dict[str, int] = {}
        self._servers: list[Server] = []

    async def walk(self, host: str) -> NextHop:
        while True:
            match self._plan.next_step():
                case AskExchangers(domain):
                    await self._ask_exchangers(domain)
                case AskAddresses(name):
                    await self._ask_addresses(name)
                case Connect():
                    self._plan.report_failure(_UNTRIED)
                case GiveUp(outcome):
                    return self._result(host, outcome)

    def _result(self, host: str, outcome: Outcome) -> NextHop:
        servers = tuple(self._servers)
        if any(server.addresses for server in servers):
            return NextHop(destination=host, servers=servers)
        return NextHop(destination=host, servers=servers, problem=outcome.text, temporary=isinstance(outcome, Deferred))

    async def _ask_exchangers(self, domain: str) -> None:
        result = await self._resolver.mail_exchangers(domain)
        if isinstance(result, Found):
            itself = MailExchanger(f"{domain.rstrip('.')}.")  # what a host without MX records is
            self._preferences = {each.name: each.preference for each in result.value if each != itself}
        self._plan.report_exchangers(result)

    async def _ask_addresses(self, name: str) -> None:
        result = await self._resolver.addresses(name)
        server = Server(name=name, preference=self._preferences.get(name))
        match result:
            case Found(addresses):
                server = replace(server, addresses=addresses)
            case NotFound(reason):
                server = replace(server, problem=reason or "not found")
            case Temporary(reason):
                server = replace(server, problem=f"cannot be looked up now: {reason}".rstrip(": "))
        self._servers.append(server)
        self._plan.report_addresses(result)
