"""Names to next hops: DNS and the hosts file behind one face, with answers of three kinds.

Called by: maps (host, dns, bestmx), receive (who is the client), deliver (where does it go), assembly, commands.
May import: base.  RFC 1034, 1035, 5321 5.1, 7505.

`Resolver` asks (through dnspython) and remembers; `mx` is pure and decides the order of exchangers.  "Not found" and
"could not find out" are different types, so that a caller cannot take one for the other.
"""

from noctule.resolve.clients import Client, ClientVerdict
from noctule.resolve.hosts import HostsFile
from noctule.resolve.literals import address_literal, is_address, reverse_name, spelled
from noctule.resolve.mx import MailExchanger, NullMx, ordered, with_fallback, without_loops
from noctule.resolve.resolver import Resolver
from noctule.resolve.results import Found, NotFound, Result, Temporary
from noctule.resolve.settings import ResolverSettings, stub_resolver

__all__ = [
    "Client",
    "ClientVerdict",
    "Found",
    "HostsFile",
    "MailExchanger",
    "NotFound",
    "NullMx",
    "Resolver",
    "ResolverSettings",
    "Result",
    "Temporary",
    "address_literal",
    "is_address",
    "ordered",
    "reverse_name",
    "spelled",
    "stub_resolver",
    "with_fallback",
    "without_loops",
]
