"""Guessing of passwords, slowed and limited for each client and each account, by all processes together.

The table is memory shared by the workers: they inherit it from the supervisor.  A row holds a digest of who failed, how
often, and when last; counts halve every `HALF_LIFE`.  Rows live in sets of four; a newcomer takes the place of
the least guilty in its set, so that a flood of made-up names pushes out itself and never the count of who is attacked.
Writes are not locked: two workers that count one guess at the same instant may count it once.
"""

import hashlib
import ipaddress
import math
import mmap
import struct
from collections.abc import Callable
from dataclasses import dataclass

from noctule.base.text import words_of

HALF_LIFE = 600.0  # seconds


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures are free, then each costs twice the seconds of the one before, until nothing is looked at."""

    free: int
    most: int


CLIENT = Limit(5, 30)
ACCOUNT = Limit(10, 100)
MAX_DELAY = 15.0  # seconds before a guess is looked at
_WAYS = 4
_SETS = 8192
_ROW = struct.Struct("=Qdd")  # digest, count, time of the count
_SIZE = _ROW.size * _WAYS * _SETS


class Guesses:
    """`clock` gives seconds, the same in all processes; `memory` is shared with them."""

    def __init__(self, clock: Callable[[], float], memory: mmap.mmap | None = None) -> None:
        self._clock = clock
        self.memory = memory if memory is not None else mmap.mmap(-1, _SIZE)

    def begin(self, client: str, account: str) -> float | None:
        """A guess is about to be made.  Seconds to wait before it, or None: it must not be made now.

        It counts as wrong until `forgive` says otherwise, so that many at once are not free.
        """
        keys = (("client", _network(client), CLIENT), ("account", _plain(account), ACCOUNT))
        counted = [(self._count(kind, who), limit) for kind, who, limit in keys]
        if any(count >= limit.most for count, limit in counted):
            return None
        for kind, who, _ in keys:
            self._add(kind, who)
        return max(_delay(count, limit) for count, limit in counted)

    def forgive(self, client: str, account: str) -> None:
        """The last guess was right, or nobody could tell.

        What the client did wrong before stays: he may have one account of his own.
        """
        self._add("client", _network(client), -1.0)
        self._add("account", _plain(account), -1.0)

    def _count(self, kind: str, who: str) -> float:
        digest, offsets = _place(kind, who)
        for known, count, last in (_ROW.unpack_from(self.memory, offset) for offset in offsets):
            if known == digest:
                return self._faded(count, last)
        return 0.0

    def _add(self, kind: str, who: str, amount: float = 1.0) -> None:
        if not who:
            return
        digest, offsets = _place(kind, who)
        least, where = float("inf"), offsets[0]
        for offset in offsets:
            known, count, last = _ROW.unpack_from(self.memory, offset)
            faded = self._faded(count, last)
            if known == digest:
                _ROW.pack_into(self.memory, offset, digest, max(0.0, faded + amount), self._clock())
                return
            if faded < least:
                least, where = faded, offset
        if amount > 0:
            _ROW.pack_into(self.memory, where, digest, amount, self._clock())

    def _faded(self, count: float, last: float) -> float:
        halvings: float = max(0.0, self._clock() - last) / HALF_LIFE
        return count * math.pow(0.5, halvings)


def _delay(count: float, limit: Limit) -> float:
    return min(math.pow(2.0, count - limit.free), MAX_DELAY) if count >= limit.free else 0.0


def _network(client: str) -> str:
    """Whom a client stands for: with IPv6 he has a whole network of addresses.

    This host is "", which is not counted: behind it may be everybody who uses its webmail.
    """
    try:
        address = ipaddress.ip_address(client.removeprefix("IPv6:"))
    except ValueError:
        return ""
    if address.is_loopback:
        return ""
    return client if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


def _plain(account: str) -> str:
    """A name as those back ends see it to which case and blanks do not matter: no spelling has guesses of its own."""
    return " ".join(words_of(account.lower()))


def _place(kind: str, who: str) -> tuple[int, list[int]]:
    """The digest of a row, never 0, and the offsets where it may be."""
    digest = int.from_bytes(hashlib.blake2b(f"{kind} {who}".encode("latin-1"), digest_size=8).digest(), "big") | 1
    first = (digest >> 1) % _SETS * _WAYS
    return digest, [(first + way) * _ROW.size for way in range(_WAYS)]
