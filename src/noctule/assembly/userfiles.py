"""`.forward` files and lists, read through the privileged helper as the user they belong to."""

import errno
import os
from typing import Protocol

from noctule.accounts import Account
from noctule.base.errors import TemporaryError
from noctule.files import SafetyError
from noctule.privileged import Answer, Identity, ReadFile
from noctule.route.addressfiles import MAX_FILE, AddressFile

_ABSENT = (FileNotFoundError, NotADirectoryError)
_REFUSED = frozenset({69, 77})  # EX_UNAVAILABLE, EX_NOPERM


class Helper(Protocol):
    """What is asked of the privileged helper."""

    async def ask(self, request: ReadFile) -> Answer: ...


class UsersFiles:
    """Implements route.AddressFiles.

    A list is read as the user whose `.forward` names it; one that an alias names as DefaultUser, as Sendmail does: it
    need not be readable for all, but for him.
    """

    def __init__(self, helper: Helper, default_user: Identity) -> None:
        self._helper = helper
        self._default_user = default_user

    async def include(self, path: str, owner: Account | None) -> AddressFile:
        return await self._read(path, "include", self._default_user if owner is None else _identity(owner))

    async def forward(self, path: str, owner: Account) -> AddressFile:
        try:
            os.stat(path)  # noqa: PTH116 - most users have none, and a look costs less than a process
        except _ABSENT:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path) from None
        except OSError:
            pass  # his directory is closed to us, but not to him
        return await self._read(path, "forward", _identity(owner))

    async def _read(self, path: str, purpose: str, identity: Identity) -> AddressFile:
        answer = await self._helper.ask(ReadFile(path=path, identity=identity, purpose=purpose, limit=MAX_FILE))
        if answer.errno:
            raise OSError(answer.errno, answer.text, path)
        if answer.exit in _REFUSED:
            raise SafetyError(path, answer.text)
        if answer.exit:
            raise TemporaryError(f"{path}: {answer.text}")
        return AddressFile(answer.output, answer.uid, answer.gid, answer.trusted)


def _identity(account: Account) -> Identity:
    return Identity(account.name, account.uid, account.gid)
