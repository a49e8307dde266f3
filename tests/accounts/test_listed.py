from pathlib import Path

import pytest

from noctule.accounts import ListedAccounts
from noctule.files import SafetyError, SafetyPolicy, TooLargeError

ANYWHERE = SafetyPolicy.of(["ClassFileInUnsafeDirPath"])  # temporary directories are world-writable
PASSWD = "alice:x:2001:2001:Alice Example:/home/alice:/bin/sh\nbob:x:2002:2002::/home/bob:/usr/sbin/nologin\n"


@pytest.fixture
def passwd(tmp_path: Path) -> Path:
    path = tmp_path / "passwd"
    path.write_text(PASSWD + "alice:x:9:9:Another:/:/bin/sh\n")
    return path


def test_finds_by_name_and_number_and_nothing_else(passwd: Path) -> None:
    accounts = ListedAccounts.read(str(passwd), policy=ANYWHERE)
    alice = accounts.find("alice")
    assert alice is not None
    assert (alice.uid, alice.full_name, alice.home) == (2001, "Alice Example", "/home/alice")
    assert accounts.find_uid(2001) is alice
    assert accounts.find("ALICE") is None
    assert accounts.find_uid(0) is None


def test_programs_need_a_listed_shell(passwd: Path) -> None:
    accounts = ListedAccounts.read(str(passwd), policy=ANYWHERE, shells=frozenset({"/bin/sh"}))
    alice, bob = accounts.find("alice"), accounts.find("bob")
    assert alice is not None
    assert bob is not None
    assert accounts.may_run_programs(alice)
    assert not accounts.may_run_programs(bob)
    assert ListedAccounts.read(str(passwd), policy=ANYWHERE).may_run_programs(bob)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ListedAccounts.read(str(tmp_path / "none"))


def test_a_file_without_end_is_refused(passwd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("noctule.accounts.listed._MAX_FILE", 10)
    with pytest.raises(TooLargeError):
        ListedAccounts.read(str(passwd), policy=ANYWHERE)


def test_a_file_anybody_could_have_put_there_is_refused(passwd: Path) -> None:
    passwd.parent.chmod(0o777)
    with pytest.raises(SafetyError):
        ListedAccounts.read(str(passwd))
