"""Files that hold addresses: `:include:` lists and `.forward`."""

import errno
from dataclasses import dataclass
from typing import Protocol

from noctule.accounts import Account
from noctule.base.text import from_bytes
from noctule.files import Purpose, SafetyError, SafetyPolicy, read_addresses

MAX_FILE = 2 << 20  # bytes
_TRANSIENT = frozenset(
    {errno.EAGAIN, errno.EINTR, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE, errno.ETIMEDOUT}
)


def is_transient(error: OSError | SafetyError) -> bool:
    """May the same attempt succeed later, with nobody doing anything about the file?"""
    return isinstance(error, OSError) and error.errno in _TRANSIENT


@dataclass(frozen=True, slots=True)
class AddressFile:
    """Contents of such a file, and its owner.  Unless `trusted` it must not name programs and files."""

    text: str
    uid: int
    gid: int
    trusted: bool


class AddressFiles(Protocol):
    """Whoever can read them.

    Both raise OSError and files.SafetyError for a file that cannot or must not be read, and TemporaryError when trying
    again later may help.
    """

    async def include(self, path: str, owner: Account | None) -> AddressFile:
        """A list named by an alias, or by the `.forward` of `owner`."""
        ...

    async def forward(self, path: str, owner: Account) -> AddressFile:
        """A `.forward` of `owner`: FileNotFoundError when there is none."""
        ...


class DirectFiles:
    """Reads with the rights of this process.

    A `.forward` must belong to its user or to root, and nobody else may have put it there.
    """

    def __init__(self, policy: SafetyPolicy) -> None:
        self._policy = policy

    async def include(self, path: str, owner: Account | None) -> AddressFile:  # noqa: ARG002 - for readers that become him
        return self._read(path, Purpose.INCLUDE)

    async def forward(self, path: str, owner: Account) -> AddressFile:
        return self._read(path, Purpose.FORWARD, owner.uid)

    def _read(self, path: str, purpose: Purpose, owner: int | None = None) -> AddressFile:
        found = read_addresses(path, purpose, self._policy, limit=MAX_FILE, owner=owner)
        return AddressFile(from_bytes(found.text), found.uid, found.gid, found.trusted)
