"""Files that hold addresses: `:include:` lists and `.forward`."""

import errno
import os
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from noctule.accounts import Account
from noctule.base.text import from_bytes
from noctule.files import Purpose, SafetyError, SafetyPolicy, TooLargeError, open_for_reading, read_bounded, rules_for

MAX_FILE = 4 << 20
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
        return self._read(path, Purpose.INCLUDE, Purpose.INCLUDE_PROGRAMS, None)

    async def forward(self, path: str, owner: Account) -> AddressFile:
        return self._read(path, Purpose.FORWARD, Purpose.FORWARD_PROGRAMS, owner)

    def _read(self, path: str, purpose: Purpose, programs: Purpose, owner: Account | None) -> AddressFile:
        with open_for_reading(path, rules_for(purpose, self._policy)) as file:
            found = os.fstat(file.fileno())
            if owner is not None and found.st_uid not in {0, owner.uid}:
                raise SafetyError(path, "Owned by somebody else")
            try:
                text = from_bytes(read_bounded(file, MAX_FILE))
            except TooLargeError as error:
                raise SafetyError(path, str(error)) from None
        return AddressFile(text, found.st_uid, found.st_gid, self._trusted(path, programs))

    def _trusted(self, path: str, programs: Purpose) -> bool:
        try:
            checked: BinaryIO = open_for_reading(path, rules_for(programs, self._policy))
        except (SafetyError, OSError):
            return False
        checked.close()
        return True
