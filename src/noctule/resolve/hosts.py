"""The hosts file (`/etc/hosts`): `address name alias...`, `#` begins a comment."""

import os
from collections.abc import Callable
from pathlib import Path

from noctule.base.text import words_of
from noctule.resolve.literals import is_address

_LOOK_AGAIN = 1.0  # seconds
_MAX_SIZE = 4 << 20  # bytes; lists for blocking advertisements reach some megabytes


class HostsFile:
    """Names and addresses of one hosts file, read again when it changes.  A missing file is an empty one.

    With a `clock`, a look at the file is good for a second.
    """

    def __init__(self, path: str = "/etc/hosts", clock: Callable[[], float] | None = None) -> None:
        self._path = path
        self._clock = clock
        self._looked = -_LOOK_AGAIN
        self._stamp: tuple[int, int, int] | None = None
        self._addresses: dict[str, list[str]] = {}
        self._names: dict[str, str] = {}
        self._canonical: dict[str, str] = {}

    def addresses(self, name: str) -> tuple[str, ...]:
        """The addresses of a name or alias, as listed; () for none.  Case and a final dot do not matter."""
        self._refresh()
        return tuple(self._addresses.get(_key(name), ()))

    def name(self, address: str) -> str | None:
        """The first name on the first line with this address."""
        self._refresh()
        return self._names.get(address)

    def names(self, address: str) -> tuple[str, ...]:
        """Every name of an address, the first one first; () for none."""
        first = self.name(address)
        if first is None:
            return ()
        others = (name for name, canonical in self._canonical.items() if canonical == first and name != _key(first))
        return (first, *others)

    def canonical(self, name: str) -> str | None:
        """Of the first line that has `name`: the first of its names with a dot, else the first."""
        self._refresh()
        return self._canonical.get(_key(name))

    def _refresh(self) -> None:
        if self._clock is not None:
            now = self._clock()
            if now - self._looked < _LOOK_AGAIN:
                return
            self._looked = now
        try:
            seen = os.stat(self._path)  # noqa: PTH116 - a path as given, asked for at every look-up
            stamp = (seen.st_mtime_ns, seen.st_ino, seen.st_size)
        except OSError:
            stamp = (0, 0, 0)
        if stamp != self._stamp:
            self._stamp = stamp
            self._read()

    def _read(self) -> None:
        self._addresses, self._names, self._canonical = {}, {}, {}
        try:
            with Path(self._path).open("rb") as file:
                text = file.read(_MAX_SIZE).decode("latin-1")
        except OSError:
            return
        for line in text.split("\n"):
            address, *names = words_of(line.partition("#")[0]) or [""]
            if not names or not is_address(address):
                continue
            self._names.setdefault(address, names[0])
            full = next((name for name in names if "." in name), names[0])
            for name in names:
                self._canonical.setdefault(_key(name), full)
                listed = self._addresses.setdefault(_key(name), [])
                if address not in listed:
                    listed.append(address)


def _key(name: str) -> str:
    return name.lower().removesuffix(".")
