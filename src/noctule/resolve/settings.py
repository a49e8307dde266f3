"""How to ask DNS."""

import re
from dataclasses import dataclass

import dns.asyncbackend
import dns.asyncresolver
import dns.name
import dns.resolver

_MAX_SIZE = 65536
_OPTIONS_LINE = re.compile(r"^options[ \t]+(.*)$", re.MULTILINE)
_OPTION = re.compile(r"\b(timeout|attempts):(\d{1,4})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolverSettings:
    """Empty `nameservers`: those of /etc/resolv.conf.  Times in seconds."""

    nameservers: tuple[str, ...] = ()
    port: int = 53
    search: tuple[str, ...] | None = None  # None: as /etc/resolv.conf says
    try_timeout: float = 0.0  # Timeout.resolver.retrans: of one question to one server; 0: as /etc/resolv.conf says
    tries: int = 0  # Timeout.resolver.retry; 0 likewise
    ipv6: bool = True  # ask for AAAA
    tolerate_broken_aaaa: bool = False  # servers that fail when asked for AAAA have none: WorkAroundBrokenAAAA
    wildcard_mx: bool = False  # an MX record does not make a name canonical: HasWildcardMX
    tcp: bool = False  # ask by TCP only: usevc
    follow_cname: bool = True  # canonical names: false is DontExpandCnames
    domain: str = ""  # $m: completes names without a dot that the hosts file has
    services: tuple[str, ...] = ("files", "dns")  # the service switch of `hosts`
    compressed_ipv6: bool = False  # UseCompressedIPv6Addresses
    cache_size: int = 10_000
    max_ttl: float = 86_400.0
    negative_ttl: float = 60.0  # when the answer has no SOA to say


def stub_resolver(settings: ResolverSettings) -> dns.asyncresolver.Resolver:
    """A dnspython resolver for these settings.  Without /etc/resolv.conf it asks 127.0.0.1, as the C library does."""
    try:
        resolver = dns.asyncresolver.Resolver(configure=not settings.nameservers)
    except dns.resolver.NoResolverConfiguration:
        resolver = dns.asyncresolver.Resolver(configure=False)
    if settings.nameservers or not resolver.nameservers:
        resolver.nameservers = list(settings.nameservers) or ["127.0.0.1"]
    resolver.port = settings.port
    if settings.search is not None:
        resolver.search = [dns.name.from_text(domain) for domain in settings.search]
    timeout, tries = _system_patience()
    resolver.timeout = settings.try_timeout or timeout
    resolver.lifetime = resolver.timeout * (settings.tries or tries) * max(1, len(resolver.nameservers))
    resolver.retry_servfail = False
    return resolver


def _system_patience(path: str = "/etc/resolv.conf") -> tuple[float, int]:
    """`options timeout:N attempts:N`, or what resolv.conf(5) says stands for them: 5 seconds, 2 attempts."""
    try:
        with open(path, encoding="latin-1") as file:  # noqa: PTH123
            text = file.read(_MAX_SIZE)
    except OSError:
        text = ""
    options = dict(_OPTION.findall(" ".join(_OPTIONS_LINE.findall(text))))
    return float(min(int(options.get("timeout", 5)), 30)) or 5.0, min(int(options.get("attempts", 2)), 5) or 2


class ConnectedBackend(type(dns.asyncbackend.get_backend("asyncio"))):  # type: ignore[misc]
    """dnspython's asyncio, asking through connected sockets.

    A server that is not there is then known at once instead of after the time limit, and the kernel drops answers
    from anybody but the server.
    """

    def datagram_connection_required(self) -> bool:
        return True
