"""The resolver: hosts file and DNS, with a cache, three kinds of answer, and no exception for what DNS says."""

import asyncio
import functools
import random as random_module
import time
from collections.abc import Callable

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
from dns.rdtypes.ANY.MX import MX

from noctule.base.debug import Debug, Topic
from noctule.base.international import to_a_labels
from noctule.resolve.cache import TtlCache
from noctule.resolve.clients import Client, ClientVerdict
from noctule.resolve.hosts import HostsFile
from noctule.resolve.literals import address_literal, is_address, reverse_name, spelled
from noctule.resolve.mx import MailExchanger, NullMx, ordered
from noctule.resolve.results import Found, NotFound, Result, Temporary
from noctule.resolve.settings import ConnectedBackend, ResolverSettings, stub_resolver

_BACKEND = ConnectedBackend()
_MAX_PTR_NAMES = 10  # names of one address that are confirmed: a client must not make us ask for ever
_NO_NAME = (UnicodeError, ValueError, dns.exception.SyntaxError, dns.name.LabelTooLong, dns.name.NameTooLong)
_UNKNOWN = "Host unknown"
_UNREACHABLE = Temporary("Name server failure")
_UNREACHABLE_TIME = 1.0  # seconds for which servers that are not there are not asked again (RFC 2308 7.2, RFC 9520 3.2)


class Resolver:
    """Answers for one event loop at a time.  Names may carry a final dot; those returned by DNS do."""

    def __init__(
        self,
        settings: ResolverSettings | None = None,
        *,
        hosts: HostsFile | None = None,
        stub: dns.asyncresolver.Resolver | None = None,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = random_module.random,
        debug: Debug | None = None,
    ) -> None:
        self._settings = settings or ResolverSettings()
        self._hosts = hosts or HostsFile()
        self._stub = stub or stub_resolver(self._settings)
        self._random = random
        self._debug = debug or Debug()
        self._clock = clock
        self._unreachable_until = float("-inf")
        self._cache: TtlCache[tuple[str, str], Result[dns.resolver.Answer]] = TtlCache(self._settings.cache_size, clock)
        self._asking: dict[tuple[str, str], asyncio.Task[Result[dns.resolver.Answer]]] = {}

    async def records(self, name: str, kind: str) -> Result[tuple[str, ...]]:
        """The records of one type (`TXT`, `MX`, ...) of an absolute name, in presentation form."""
        match await self._ask(name, kind):
            case Found(answer):
                return Found(tuple(record.to_text() for record in answer.rrset or ()))
            case other:
                return other

    async def addresses(self, host: str) -> Result[tuple[str, ...]]:
        """IPv4 then IPv6 addresses of a host, an address literal, or an address."""
        literal = host if is_address(host) else address_literal(host)
        if literal is not None:
            return Found((literal,))
        outcome: Result[tuple[str, ...]] = NotFound(_UNKNOWN)
        for service in self._settings.services:
            if service == "files" and (listed := self._listed_addresses(host)):
                return Found(listed)
            if service == "dns":
                outcome = await self._dns_addresses(host)
                if isinstance(outcome, Found):
                    return outcome
        return outcome

    async def mail_exchangers(
        self, domain: str, *, asking_dns: bool = False
    ) -> Result[tuple[MailExchanger, ...]] | NullMx:
        """Where mail for `domain` goes, best first, equal ones shuffled.

        `[host]` and address literals have no MX: the host itself.  A domain with an address but no MX is its own
        exchanger.  NotFound only if the domain has neither.  With `asking_dns` the hosts file does not count where DNS
        is not asked or does not answer.
        """
        self._debug.say(Topic.RESOLVER, 2, f"getmxrr({domain}, droplocalhost=0, flags=2, port=-1)")
        if domain.startswith("[") and domain.endswith("]"):
            return Found((MailExchanger(domain if address_literal(domain) else _dotted(domain[1:-1])),))
        if "dns" not in self._settings.services:
            return NotFound(_UNKNOWN) if asking_dns else await self._own_exchanger(domain)
        match await self._ask(domain, "MX"):
            case Found(answer):
                return self._exchangers(answer)
            case NotFound(reason):
                self._tell_no_exchanger(domain, 1 if reason == _UNKNOWN else 4)
                return await self._own_exchanger(domain)
            case Temporary() as failure:
                self._tell_no_exchanger(domain, 2)
                listed = not asking_dns and self._listed_addresses(domain)
                return await self._own_exchanger(domain) if listed else failure

    def _tell_no_exchanger(self, domain: str, h_errno: int) -> None:
        self._debug.say(Topic.RESOLVER, 1, f"getmxrr: res_search({domain}) failed, h_errno={h_errno}")

    async def names(self, address: str) -> Result[tuple[str, ...]]:
        """The names of an address: of the hosts file, or its PTR records."""
        outcome: Result[tuple[str, ...]] = NotFound("no name")
        for service in self._settings.services:
            if service == "files" and (name := self._hosts.name(address)) is not None:
                return Found((name,))
            if service == "dns" and (reverse := reverse_name(address)) is not None:
                outcome = await self.records(reverse, "PTR")
                if isinstance(outcome, Found):
                    return outcome
        return outcome

    def spelled(self, address: str) -> str:
        """An address in the spelling the configuration wants."""
        return spelled(address, compressed=self._settings.compressed_ipv6)

    async def client(self, address: str) -> Client:
        """Name a client and confirm the name by looking it up: a name that does not lead back is forged."""
        bracketed = f"[{self.spelled(address)}]"
        match await self.names(address):
            case NotFound():
                return Client(bracketed, ClientVerdict.FAIL)
            case Temporary():
                return Client(bracketed, ClientVerdict.TEMP)
            case Found(names):
                return await self._confirmed(address, bracketed, names[:_MAX_PTR_NAMES])

    async def canonical(self, host: str) -> Result[str]:
        """The full name of a host, without final dot: search domains applied, CNAMEs followed, `[address]` reversed.

        What follows the bracket does not count.
        """
        literal = address_literal(host[: host.find("]") + 1])
        if literal is None and host.startswith("[") and "]" not in host:
            return NotFound(_UNKNOWN)
        if literal is not None:
            named = await self.names(literal)
            return Found(named.value[0].removesuffix(".")) if isinstance(named, Found) else named
        outcome: Result[str] = NotFound(_UNKNOWN)
        for service in self._settings.services:
            if service == "files" and (name := self._hosts.canonical(host)) is not None:
                domain = self._settings.domain
                return Found(name if "." in name or not domain else f"{name}.{domain}")
            if service == "dns":
                outcome = await self._dns_canonical(host)
                if isinstance(outcome, Found):
                    return outcome
        return outcome

    async def _confirmed(self, address: str, bracketed: str, names: tuple[str, ...]) -> Client:
        first = names[0].removesuffix(".")
        unsure = False
        for name in names:
            match await self.addresses(name):
                case Found(addresses) if address in addresses:
                    plain = name.removesuffix(".")
                    return Client(plain, ClientVerdict.OK, plain)
                case Temporary():
                    unsure = True
                case _:
                    pass
        if unsure:
            return Client(bracketed, ClientVerdict.TEMP, first)
        return Client(first, ClientVerdict.FORGED, first)

    def _listed_addresses(self, host: str) -> tuple[str, ...]:
        if "files" not in self._settings.services:
            return ()
        listed = self._hosts.addresses(host)
        return listed if self._settings.ipv6 else tuple(address for address in listed if ":" not in address)

    async def _dns_addresses(self, host: str) -> Result[tuple[str, ...]]:
        kinds = ("A", "AAAA") if self._settings.ipv6 else ("A",)
        answers = await asyncio.gather(*(self.records(host, kind) for kind in kinds))
        addresses = tuple(a for answer in answers if isinstance(answer, Found) for a in answer.value)
        if addresses:
            return Found(addresses)
        believed = answers[:1] if self._settings.tolerate_broken_aaaa else answers
        for answer in believed:
            if isinstance(answer, Temporary):
                return answer
        return answers[0]

    def _exchangers(self, answer: dns.resolver.Answer) -> Result[tuple[MailExchanger, ...]] | NullMx:
        records = [record for record in answer.rrset or () if isinstance(record, MX)]
        if len(records) == 1 and records[0].exchange == dns.name.root:
            return NullMx()
        return Found(ordered([MailExchanger(r.exchange.to_text(), r.preference) for r in records], self._random))

    async def _own_exchanger(self, domain: str) -> Result[tuple[MailExchanger, ...]]:
        match await self.addresses(domain):
            case Found():
                listed = self._hosts.canonical(domain) if self._listed_addresses(domain) else None
                return Found((MailExchanger(_dotted(listed or domain)),))
            case other:
                return other

    async def _dns_canonical(self, host: str) -> Result[str]:
        self._debug.say(Topic.RESOLVER, 2, f"dns_getcanonname({host}, trymx={int(not self._settings.wildcard_mx)})")
        unsure: Temporary | None = None
        for candidate in self._candidates(host):
            for kind in ("A", "AAAA") if self._settings.wildcard_mx else ("A", "AAAA", "MX"):
                match await self._ask(candidate, kind):
                    case Found(answer):
                        aliased = self._settings.follow_cname and answer.canonical_name != answer.qname
                        name = answer.canonical_name.to_text() if aliased else candidate  # in the case it was given
                        return Found(name.removesuffix("."))
                    case Temporary() as failure if kind != "AAAA" or not self._settings.tolerate_broken_aaaa:
                        unsure = unsure or failure
                    case _:
                        pass
        return unsure or NotFound(_UNKNOWN)

    def _candidates(self, host: str) -> list[str]:
        """What to look a host name up as.  A single label is completed by the search list and never asked for alone."""
        if host.endswith("."):
            return [host]
        searched = [f"{host}.{domain.to_text(omit_final_dot=True)}" for domain in self._stub.search]
        return [host, *searched] if "." in host else searched

    async def _ask(self, name: str, kind: str) -> Result[dns.resolver.Answer]:
        """One question, from the cache if it is there; the same question is never under way twice."""
        key = ((to_a_labels(name) or name).lower().removesuffix("."), kind)
        known = self._cache.get(key)
        if known is not None:
            return known
        if self._clock() < self._unreachable_until and _is_host_name(name):
            return _UNREACHABLE
        task = self._asking.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._query(key))
            self._asking[key] = task
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(task)

    async def _query(self, key: tuple[str, str]) -> Result[dns.resolver.Answer]:
        name, kind = key
        ttl = self._settings.negative_ttl
        result: Result[dns.resolver.Answer]
        try:
            answer = await self._stub.resolve(
                _absolute(name), kind, tcp=self._settings.tcp, search=False, backend=_BACKEND
            )
        except (dns.resolver.NXDOMAIN, dns.resolver.YXDOMAIN) as error:
            result, ttl = NotFound(_UNKNOWN), _negative_ttl(error, ttl)
        except dns.resolver.NoAnswer as error:
            result, ttl = NotFound("no data"), _negative_ttl(error, ttl)
        except _NO_NAME:
            result = NotFound("not a host name")
        except (dns.exception.DNSException, OSError) as error:
            if _is_unreachable(error):
                self._unreachable_until = self._clock() + _UNREACHABLE_TIME
                return _UNREACHABLE
            return Temporary(
                "Name server timeout" if isinstance(error, dns.exception.Timeout) else "Name server failure"
            )
        else:
            result, ttl = Found(answer), answer.rrset.ttl if answer.rrset is not None else 0
        self._cache.put(key, result, min(ttl, self._settings.max_ttl))
        return result


def _is_unreachable(error: Exception) -> bool:
    """Whether no server could be asked at all: nothing to do with the question."""
    if isinstance(error, dns.resolver.NoNameservers):
        failures = [failure for _server, _tcp, _port, failure, _response in error.kwargs["errors"]]
        return bool(failures) and all(isinstance(failure, ConnectionRefusedError) for failure in failures)
    return isinstance(error, ConnectionRefusedError)


def _dotted(name: str) -> str:
    return name if name.endswith(".") else f"{name}."


@functools.lru_cache(maxsize=1024)
def _absolute(name: str) -> dns.name.Name:
    """A name as it stands, byte by byte: whether it makes sense is for the name server to say."""
    labels = name.removesuffix(".").split(".") if name not in ("", ".") else []
    return dns.name.Name([*(label.encode("latin-1") for label in labels), b""])


def _is_host_name(name: str) -> bool:
    """Whether there is a question to send."""
    try:
        _absolute(name)
    except _NO_NAME:
        return False
    return True


def _negative_ttl(
    error: dns.resolver.NXDOMAIN | dns.resolver.NoAnswer | dns.resolver.YXDOMAIN, default: float
) -> float:
    """How long "no" may be believed: the smaller of the SOA's TTL and its minimum (RFC 2308 5)."""
    responses = error.kwargs.get("responses") or {}
    for message in [*responses.values(), error.kwargs.get("response")]:
        for rrset in message.authority if message is not None else ():
            if rrset.rdtype == dns.rdatatype.SOA:
                return float(min(rrset.ttl, rrset[0].minimum))
    return default
