import errno
import os
import pwd

import pytest

from noctule.accounts import SystemAccounts
from noctule.accounts import system as module
from noctule.base.errors import TemporaryError


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_user_running_this() -> None:
    mine = pwd.getpwuid(os.getuid())
    accounts = SystemAccounts(Clock())
    account = accounts.find(mine.pw_name)
    assert account is not None
    assert (account.name, account.uid, account.home) == (mine.pw_name, mine.pw_uid, mine.pw_dir)
    assert accounts.find_uid(mine.pw_uid) == account


@pytest.mark.parametrize("name", ["", "no-such-user-here", "a:b", "x\0y", "n\nl", "y" * 5000, "caf\xe9"])
def test_not_found(name: str) -> None:
    assert SystemAccounts(Clock()).find(name) is None


def test_a_number_nobody_has() -> None:
    assert SystemAccounts(Clock()).find_uid(2**31 - 7) is None


def test_answers_are_remembered_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(module, "_by_name", lambda name: asked.append(name))
    clock = Clock()
    accounts = SystemAccounts(clock, lifetime=10, capacity=2)
    accounts.find("a")
    accounts.find("a")
    assert asked == ["a"]
    clock.now += 10
    accounts.find("a")
    assert asked == ["a", "a"]
    accounts.find("b")
    accounts.find("c")
    accounts.find("a")
    assert asked == ["a", "a", "b", "c", "a"]


@pytest.mark.parametrize("failure", [errno.EIO, errno.EMFILE, errno.EAGAIN])
def test_a_failing_directory_is_not_an_unknown_user(monkeypatch: pytest.MonkeyPatch, failure: int) -> None:
    class Library:
        def getpwnam_r(self, *_: object) -> int:
            return failure

        getpwuid_r = getpwnam_r

    monkeypatch.setattr(module.ctypes, "CDLL", lambda _: Library())
    accounts = SystemAccounts(Clock())
    for _ in range(2):  # and it is not remembered as one either
        with pytest.raises(TemporaryError):
            accounts.find("no-such-user-here")
        with pytest.raises(TemporaryError):
            accounts.find_uid(2**31 - 7)


def test_program_rights_come_from_the_listed_shells() -> None:
    mine = pwd.getpwuid(os.getuid())
    account = SystemAccounts(Clock()).find(mine.pw_name)
    assert account is not None
    assert SystemAccounts(Clock(), shells=frozenset({account.shell})).may_run_programs(account)
    assert not SystemAccounts(Clock(), shells=frozenset({"/none"})).may_run_programs(account)
