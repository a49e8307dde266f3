"""Which servers to try for one destination, in which order: a pure plan.

The driver asks `next_step`, does it, and says by the matching `report_…` how it went, until a connection stands or the
plan gives up.  Outcomes are remembered, and the one that counts is what GiveUp carries: a temporary one if there was
any.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from noctule.mail.outcome import Deferred, Failed, Outcome
from noctule.resolve.mx import MailExchanger, NullMx, with_fallback, without_loops
from noctule.resolve.results import Found, NotFound, Result, Temporary

MAX_HOSTS = 100  # of one destination, after MX expansion
MAX_CONNECTS = 50  # in one attempt


@dataclass(frozen=True, slots=True)
class AskExchangers:
    """Look up the mail exchangers of a domain, and `report_exchangers`."""

    domain: str


@dataclass(frozen=True, slots=True)
class AskAddresses:
    """Look up the addresses of a host, and `report_addresses`."""

    host: str


@dataclass(frozen=True, slots=True)
class Connect:
    """Connect and greet, and `report_failure` if that does not work."""

    host: str
    address: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Nobody is left to try."""

    outcome: Outcome


Step = AskExchangers | AskAddresses | Connect | GiveUp


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSettings:
    """The options that decide whom to try.  `is_me` is given names without final dot."""

    is_me: Callable[[str], bool]
    fallback_mx: str = ""
    fallback_smart_host: str = ""
    try_null_mx_list: bool = False


class Plan:
    """The servers for `destination`: a host, or several joined by colons, each tried in turn.

    Without `use_mx` (F=0), and for a host in brackets, the host itself is meant, not its exchangers.
    """

    def __init__(self, destination: str, settings: PlanSettings, *, use_mx: bool = True) -> None:
        self._settings = settings
        self._use_mx = use_mx
        self._domains = deque(split_hosts(destination))
        self._hosts: deque[str] = deque()
        self._addresses: deque[str] = deque()
        self._host = ""
        self._asked = ""
        self._worst: Outcome | None = None
        self._connects = 0
        self._fallback_tried = False

    def next_step(self) -> Step:
        if self._addresses and self._connects < MAX_CONNECTS:
            self._connects += 1
            return Connect(self._host, self._addresses.popleft())
        if self._hosts and self._connects < MAX_CONNECTS:
            self._host = self._hosts.popleft()
            return AskAddresses(self._host)
        if self._domains:
            self._asked = self._domains.popleft()
            if self._use_mx and not self._asked.startswith("["):
                return AskExchangers(self._asked)
            self._host = self._asked
            return AskAddresses(self._asked)
        if isinstance(self._worst, Failed) and self._worst.status == "5.1.2" and self._take_fallback():
            return self.next_step()
        return GiveUp(self._worst or Failed(status="5.1.2", text="Host unknown"))

    def report_exchangers(self, result: Result[tuple[MailExchanger, ...]] | NullMx) -> None:
        match result:
            case Found(exchangers):
                self._take_exchangers(exchangers)
            case NullMx():
                text = f"Domain {self._asked.rstrip('.')} does not accept mail (nullMX)"
                self._remember(Failed(status="5.1.10", text=text, reply=f"556 5.1.10 {text}"))
            case failure:
                self._no_such_host(self._asked, failure)
                if self._settings.fallback_mx and isinstance(failure, Temporary):
                    self._hosts.append(self._settings.fallback_mx)

    def report_addresses(self, result: Result[tuple[str, ...]]) -> None:
        match result:
            case Found(addresses):
                self._addresses.extend(addresses)
            case failure:
                self._no_such_host(self._host, failure)

    def report_failure(self, outcome: Outcome) -> None:
        """The server of the latest Connect could not be reached or did not want us: the next one is tried."""
        self._remember(outcome)

    def _take_exchangers(self, exchangers: tuple[MailExchanger, ...]) -> None:
        better, ourselves = without_loops(exchangers, self._settings.is_me)
        chosen = with_fallback(better, "" if ourselves and not better else self._settings.fallback_mx)
        self._hosts.extend([exchanger.name for exchanger in chosen][:MAX_HOSTS])
        if ourselves is not None and not better:
            if self._settings.try_null_mx_list and not self._settings.is_me(self._asked.rstrip(".")):
                self._hosts.append(self._asked)
            else:
                self._remember(loops_back(ourselves))

    def _no_such_host(self, host: str, failure: NotFound | Temporary) -> None:
        if isinstance(failure, Temporary):
            text = f"Deferred: Name server: {host}: host name lookup failure"
            self._remember(Deferred(status="4.4.3", text=text))
        else:
            text = f"Host unknown (Name server: {host}: host not found)"
            self._remember(Failed(status="5.1.2", text=text, reply=f"550 5.1.2 {text}"))

    def _take_fallback(self) -> bool:
        if self._fallback_tried or not self._settings.fallback_smart_host:
            return False
        self._fallback_tried = True
        self._worst = None
        self._domains.extend(split_hosts(self._settings.fallback_smart_host))
        return True

    def _remember(self, outcome: Outcome) -> None:
        """The latest temporary outcome, or else the latest."""
        if not isinstance(self._worst, Deferred) or isinstance(outcome, Deferred):
            self._worst = outcome


def loops_back(host: str) -> Failed:
    """We are the best exchanger, or a server greets us with our own name."""
    return Failed(
        status="5.3.5",
        text="Local configuration error",
        reply=f"554 5.3.5 {host.rstrip('.')} config error: mail loops back to me (MX problem?)",
        remote=host,
    )


def split_hosts(destination: str) -> list[str]:
    """`a:[192.0.2.1]:[IPv6:2001:db8::1]` at its colons, those in brackets apart."""
    hosts, depth, start = [], 0, 0
    for index, character in enumerate(destination):
        depth += (character == "[") - (character == "]")
        if character == ":" and depth == 0:
            hosts.append(destination[start:index])
            start = index + 1
    hosts.append(destination[start:])
    return [host for host in hosts if host][:MAX_HOSTS]
