"""How connections leave this host: ClientPortOptions, one for each address family, and ConnectOnlyTo."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

INET, INET6 = "inet", "inet6"


def family_of(address: str) -> str:
    """Of a numeric address."""
    return INET6 if ":" in address else INET


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """What ClientPortOptions say of one family."""

    source: str | None = None  # Addr=: the local numeric address of connections
    modifiers: frozenset[str] = frozenset()

    @property
    def logs_in(self) -> bool:
        """Not with M=A."""
        return "A" not in self.modifiers

    @property
    def encrypts(self) -> bool:
        """Not with M=S."""
        return "S" not in self.modifiers

    @property
    def named_by_interface(self) -> bool:
        """With M=h the name of the local address is given in EHLO."""
        return "h" in self.modifiers


ANY_WAY = WayOut()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysOut:
    """By family.  `only_to` (ConnectOnlyTo) takes the place of every address of its family."""

    by_family: Mapping[str, WayOut] = field(default_factory=lambda: MappingProxyType({}))
    only_to: str = ""

    def to(self, address: str) -> WayOut:
        return self.by_family.get(family_of(address), ANY_WAY)

    def redirected(self, address: str) -> str:
        """Where a connection to a numeric address really goes."""
        return self.only_to if self.only_to and family_of(self.only_to) == family_of(address) else address


def interface_name(name: str, otherwise: str) -> str:
    """The name of a local address, if it is one to introduce ourselves with: qualified, and no address in brackets."""
    return name if "." in name and not name.startswith("[") else otherwise
