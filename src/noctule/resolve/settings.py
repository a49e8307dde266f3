"""How to ask DNS."""

from dataclasses import dataclass

import dns.asyncresolver
import dns.name
import dns.resolver


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolverSettings:
    """Empty `nameservers`: those of /etc/resolv.conf.  Times in seconds."""

    nameservers: tuple[str, ...] = ()
    port: int = 53
    search: tuple[str, ...] | None = None  # None: as /etc/resolv.conf says
    try_timeout: float = 5.0  # Timeout.resolver.retrans: of one question to one server
    tries: int = 4  # Timeout.resolver.retry
    ipv6: bool = True  # ask for AAAA
    follow_cname: bool = True  # canonical names: false is DontExpandCnames
    services: tuple[str, ...] = ("files", "dns")  # the service switch of `hosts`
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
    resolver.timeout = settings.try_timeout
    resolver.lifetime = settings.try_timeout * settings.tries
    resolver.retry_servfail = False
    return resolver
