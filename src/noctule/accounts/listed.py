"""Accounts from a file of their own: sites whose mail users have no login, examples, tests."""

from collections.abc import Iterable

from noctule.accounts.account import Account, parse_passwd
from noctule.accounts.shells import may_run_programs
from noctule.base.text import from_bytes
from noctule.files import Purpose, SafetyPolicy, open_for_reading, read_bounded, rules_for

_MAX_FILE = 64 << 20
_STRICT = SafetyPolicy()


class ListedAccounts:
    """Exactly the accounts it was given; of several with one name the first counts."""

    def __init__(self, accounts: Iterable[Account], *, shells: frozenset[str] | None = None) -> None:
        """`shells` is a set as `read_shells` gives it; None trusts every account with programs."""
        self._shells = shells
        self._by_name: dict[str, Account] = {}
        self._by_uid: dict[int, Account] = {}
        for account in accounts:
            self._by_name.setdefault(account.name, account)
            self._by_uid.setdefault(account.uid, account)

    @classmethod
    def read(
        cls, path: str, *, policy: SafetyPolicy = _STRICT, shells: frozenset[str] | None = None
    ) -> "ListedAccounts":
        """From a file in the format of passwd(5), trusted as a class file is.

        Raises OSError, files.SafetyError, files.TooLargeError.
        """
        with open_for_reading(path, rules_for(Purpose.CLASS, policy)) as file:
            lines = from_bytes(read_bounded(file, _MAX_FILE)).split("\n")
        return cls(parse_passwd(lines), shells=shells)

    def find(self, name: str) -> Account | None:
        return self._by_name.get(name)

    def find_uid(self, uid: int) -> Account | None:
        return self._by_uid.get(uid)

    async def look_up(self, name: str) -> Account | None:
        return self.find(name)

    async def look_up_uid(self, uid: int) -> Account | None:
        return self.find_uid(uid)

    def may_run_programs(self, account: Account) -> bool:
        return self._shells is None or may_run_programs(account.shell, self._shells)
