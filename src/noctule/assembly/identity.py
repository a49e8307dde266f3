"""Who this machine is: `$j`, `$w`, `$m`, `$k` and the first members of class w.

The host's own name is looked up (hosts file first, as the system is set up); the first name with a dot is
the canonical one, every other one is also ours.
"""

import fcntl
import os
import socket
import struct
from dataclasses import dataclass

from noctule.resolve.literals import spelled
from noctule.symbols.classes import Classes
from noctule.symbols.macros import Macros

_SIOCGIFADDR = 0x8915


@dataclass(frozen=True, slots=True)
class Identity:
    """Names of this host.  `aliases` are in the order they were found, `[address]` forms last."""

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
        for name in dict.fromkeys((self.canonical, *self.aliases)):
            classes.add("w", name)


def of_this_host() -> Identity:
    """Ask the system.  Never fails: a host without a domain is known by its bare name."""
    hostname = socket.gethostname() or "localhost"
    listed, addresses = _listed(hostname)
    names = [hostname, *listed]
    canonical = next((name for name in names if "." in name), hostname)
    names += [f"[{spelled(address)}]" for address in addresses]
    return Identity(canonical, os.uname().nodename, tuple(dict.fromkeys(names)))


def _listed(hostname: str) -> tuple[list[str], list[str]]:
    """The names and addresses our own name stands for."""
    try:
        name, aliases, addresses = socket.gethostbyname_ex(hostname)
    except (OSError, UnicodeError):
        return [], []
    return [found for found in (name, *aliases) if found != "localhost"], addresses


def interface_addresses() -> tuple[str, ...]:
    """IPv4 addresses of this host's interfaces; those of IPv6 do not make names of ours, as in Sendmail on Linux."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", os.fsencode(name)[:15])
            try:
                answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, request)
            except OSError:
                continue  # an interface without an IPv4 address
            found.append(socket.inet_ntoa(answer[20:24]))
    return tuple(found)
