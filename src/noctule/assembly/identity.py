"""Who this machine is: `$j`, `$w`, `$m`, `$k` and the first members of class w.

The host's own name is looked up (hosts file first, as the system is set up); the first name with a dot is
the canonical one, every other one is also ours.
"""

import fcntl
import ipaddress
import os
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from noctule.symbols.classes import Classes
from noctule.symbols.macros import Macros

_SIOCGIFADDR = 0x8915
_IF_INET6 = Path("/proc/net/if_inet6")


@dataclass(frozen=True, slots=True)
class Identity:
    """Names of this host.  `aliases` are in the order they were found."""

    canonical: str
    node: str
    aliases: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        return self.canonical.partition(".")[0]

    @property
    def domain(self) -> str:
        return self.canonical.partition(".")[2]

    def define(self, macros: Macros, classes: Classes) -> None:
        """Set the macros and class members that stand before a configuration is read."""
        macros.set("j", self.canonical)
        macros.set("w", self.short)
        macros.set("k", self.node)
        if self.domain:
            macros.set("m", self.domain)
        classes.add("k", self.node)
        for name in dict.fromkeys((self.canonical, self.short, *self.aliases)):
            classes.add("w", name)


def of_this_host() -> Identity:
    """Ask the system.  Never fails: a host without a domain is known by its bare name."""
    hostname = socket.gethostname() or "localhost"
    names = [hostname, *_names_of(hostname)]
    canonical = next((name for name in names if "." in name), hostname)
    return Identity(canonical, os.uname().nodename, tuple(dict.fromkeys(names)))


def _names_of(hostname: str) -> list[str]:
    try:
        name, aliases, _ = socket.gethostbyname_ex(hostname)
    except (OSError, UnicodeError):
        return []
    return [found for found in (name, *aliases) if found != "localhost"]


def literal(address: str) -> str:
    """An address as it stands between the brackets of a domain literal, IPv6 spelled out in full."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return str(parsed)
    return "IPv6:" + ":".join(f"{int(group, 16):x}" for group in parsed.exploded.split(":"))


def interface_addresses() -> tuple[str, ...]:
    """IP addresses of this host's interfaces, IPv4 first."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", os.fsencode(name)[:15])
            try:
                answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, request)
            except OSError:
                continue  # an interface without an IPv4 address
            found.append(socket.inet_ntoa(answer[20:24]))
    if _IF_INET6.exists():
        for line in _IF_INET6.read_text().splitlines():
            address = ipaddress.IPv6Address(bytes.fromhex(line.split()[0]))
            if not address.is_link_local:
                found.append(str(address))
    return tuple(found)
