"""Accounts of the system: getpwnam(3) and getpwuid(3), remembered for a short while.

The name service behind them may be a directory that is slow or down, and the C library offers no way but to wait for
it.  `look_up` lets a thread do so (`net.aside`).
"""

import ctypes
import errno
import pwd
from collections.abc import Callable
from typing import TypeVar

from noctule.accounts.account import MAX_NAME, Account
from noctule.accounts.shells import may_run_programs, read_shells
from noctule.base.errors import TemporaryError
from noctule.base.text import to_bytes
from noctule.net.aside import Aside

# What getpwnam_r(3) returns for "no such user" on one system or another; any other number is a failure.
_NOT_FOUND = frozenset({0, errno.ENOENT, errno.ESRCH, errno.EBADF, errno.EPERM})
_STRUCT_PASSWD = 512  # more than any system's struct passwd: its fields are not looked at
_STRINGS = 1 << 16

K = TypeVar("K", str, int)


class SystemAccounts:
    """The password database, through whatever the system's name service asks.

    At most `capacity` answers are remembered, each for `lifetime` seconds of `clock`, so that a burst of mail for one
    name asks once.  Failures are not remembered.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        lifetime: float = 10.0,
        capacity: int = 10_000,
        shells: frozenset[str] | None = None,
    ) -> None:
        """`shells` as read_shells() gives it; None reads /etc/shells at the first question."""
        self._clock = clock
        self._lifetime = lifetime
        self._capacity = capacity
        self._shells = shells
        self._known: dict[str | int, tuple[float, Account | None]] = {}
        self._aside: Aside[Account | None] = Aside()

    def find(self, name: str) -> Account | None:
        return self._found(name, _by_name) if _possible(name) else None

    def find_uid(self, uid: int) -> Account | None:
        return self._found(uid, _by_uid)

    async def look_up(self, name: str) -> Account | None:
        return await self._looked_up(name, _by_name) if _possible(name) else None

    async def look_up_uid(self, uid: int) -> Account | None:
        return await self._looked_up(uid, _by_uid)

    def may_run_programs(self, account: Account) -> bool:
        if self._shells is None:
            self._shells = read_shells()
        return may_run_programs(account.shell, self._shells)

    def _found(self, key: K, ask: Callable[[K], Account | None]) -> Account | None:
        known = self._remembered(key)
        return known[1] if known is not None else self._remember(key, ask(key))

    async def _looked_up(self, key: K, ask: Callable[[K], Account | None]) -> Account | None:
        known = self._remembered(key)
        if known is not None:
            return known[1]
        try:
            return self._remember(key, await self._aside.ask(ask, key))
        except TimeoutError as error:
            raise TemporaryError(f"cannot look up user {key}: no answer") from error

    def _remembered(self, key: str | int) -> tuple[float, Account | None] | None:
        known = self._known.get(key)
        return known if known is not None and 0 <= self._clock() - known[0] < self._lifetime else None

    def _remember(self, key: str | int, account: Account | None) -> Account | None:
        self._known.pop(key, None)
        while len(self._known) >= self._capacity:
            del self._known[next(iter(self._known))]
        self._known[key] = (self._clock(), account)
        return account


def _possible(name: str) -> bool:
    return bool(name) and len(name) <= MAX_NAME and not set("\0:\n") & set(name)


def _by_name(name: str) -> Account | None:
    # The database's text is in the file system's encoding; ours is one character a byte.
    spelled = to_bytes(name).decode("utf-8", "surrogateescape")
    try:
        return _account(pwd.getpwnam(spelled))
    except (KeyError, OSError) as error:
        _raise_if_failed("getpwnam_r", to_bytes(name), name, error)
        return None


def _by_uid(uid: int) -> Account | None:
    try:
        return _account(pwd.getpwuid(uid))
    except (KeyError, OSError) as error:
        _raise_if_failed("getpwuid_r", ctypes.c_uint32(uid), str(uid), error)
        return None


def _account(entry: pwd.struct_passwd) -> Account:
    def text(value: str) -> str:
        return value.encode("utf-8", "surrogateescape").decode("latin-1")

    return Account(
        name=text(entry.pw_name),
        uid=entry.pw_uid,
        gid=entry.pw_gid,
        gecos=text(entry.pw_gecos),
        home=text(entry.pw_dir),
        shell=text(entry.pw_shell),
    )


def _raise_if_failed(function: str, key: bytes | ctypes.c_uint32, shown: str, cause: Exception) -> None:
    """Tell "no such user" from "the directory server is down": Python's pwd module says KeyError for both.

    Asks once more through getpwnam_r(3) or getpwuid_r(3), whose return value says which.
    """
    if isinstance(cause, OSError):
        raise TemporaryError(f"cannot look up user {shown}: {cause}") from cause
    failure = getattr(ctypes.CDLL(None), function)(
        key,
        ctypes.create_string_buffer(_STRUCT_PASSWD),
        ctypes.create_string_buffer(_STRINGS),
        ctypes.c_size_t(_STRINGS),
        ctypes.byref(ctypes.c_void_p()),
    )
    if failure not in _NOT_FOUND:
        reason = errno.errorcode.get(failure, str(failure))
        raise TemporaryError(f"cannot look up user {shown}: {reason}")
