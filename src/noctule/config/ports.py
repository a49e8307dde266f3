"""DaemonPortOptions and ClientPortOptions: `Name=MTA, Port=smtp, M=Ea`."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from noctule.base.text import BLANKS, words_of
from noctule.config.c_numbers import leading_integer
from noctule.config.complaints import Complaints

FAMILIES = {"inet": "inet", "inet6": "inet6", "unix": "unix", "local": "unix"}
FAMILY_NUMBERS = {"unix": 1, "inet": 2, "inet6": 10}
DELIVERY_MODES = ("i", "b", "q", "d", "")
_EITHER_CASE = frozenset("AFILMNPS")


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonPort:
    """One listener, or for clients the way out of one address family.

    A load average or child limit of None means that of the whole daemon; `filters` likewise.
    """

    name: str = ""
    family: str = "inet"  # inet, inet6 or unix
    address: str = ""  # "" for any; a path for unix
    port: str = ""  # number or service name; "" for smtp
    modifiers: str = ""  # letters as they were written
    listen: int = 10
    children: int | None = None
    delivery_mode: str = ""
    delay_la: int | None = None
    queue_la: int | None = None
    refuse_la: int | None = None
    receive_size: int = 0
    send_size: int = 0
    filters: tuple[str, ...] | None = None
    behind: tuple[str, ...] = ()  # networks of the proxies that begin with a PROXY header; Noctule's own

    @property
    def flags(self) -> str:
        """`${daemon_flags}`: letters with blanks between them, upper-case ones doubled."""
        return modifier_flags(self.modifiers)


def modifier_flags(letters: str) -> str:
    """`Ea` to `EE a`."""
    return " ".join(letter * 2 if letter.isupper() else letter for letter in letters if letter not in BLANKS)


def parse_port(text: str, say: Complaints) -> DaemonPort:
    """Read one value.  Only the first letter of a key counts; a field without `=` says nothing."""
    fields: dict[str, Any] = {}
    for piece in text.split(","):
        key, equals, value = piece.strip(BLANKS).partition("=")
        if equals:
            fields |= _field(key.rstrip(BLANKS), value.strip(BLANKS), say)
    return replace(DaemonPort(), **fields)


def _field(key: str, value: str, say: Complaints) -> dict[str, Any]:
    letter = key[:1]
    if letter.upper() in _EITHER_CASE:
        letter = letter.upper()
    if letter == "F":
        if value.lower() in FAMILIES:
            return {"family": FAMILIES[value.lower()]}
        say.error(f"Unknown address family {value} in Family=option")
    elif letter == "D":
        if value[:1] in DELIVERY_MODES:
            return {"delivery_mode": value[:1]}
        say.error(f"Unknown delivery mode {value[:1]}")
    elif letter == "B":
        return {"behind": _networks(value, say)}
    elif letter in _FIELDS:
        name, convert = _FIELDS[letter]
        return {name: convert(value)}
    else:
        say.error(f'PortOptions parameter "{key}={value}" unknown')
    return {}


def _networks(value: str, say: Complaints) -> tuple[str, ...]:
    found = []
    for text in filter(None, map(str.strip, value.split(";"))):
        try:
            found.append(str(ipaddress.ip_network(text)))
        except ValueError:
            say.error(f"Behind=: {text} is no address or network")
    return tuple(found)


def _filters(value: str) -> tuple[str, ...]:
    return tuple(name.strip(BLANKS) for name in value.split(";") if name.strip(BLANKS))


_FIELDS: dict[str, tuple[str, Callable[[str], object]]] = {
    "A": ("address", str),
    "I": ("filters", _filters),
    "L": ("listen", leading_integer),
    "M": ("modifiers", lambda value: "".join(words_of(value))),
    "N": ("name", str),
    "P": ("port", str),
    "R": ("receive_size", leading_integer),
    "S": ("send_size", leading_integer),
    "c": ("children", leading_integer),
    "d": ("delay_la", leading_integer),
    "q": ("queue_la", leading_integer),
    "r": ("refuse_la", leading_integer),
}
