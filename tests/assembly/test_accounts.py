"""MailboxDatabase: who has an account."""

from pathlib import Path

import pytest

from noctule.accounts import SystemAccounts
from noctule.assembly.parts import open_accounts
from noctule.base.errors import ConfigurationError
from noctule.files import Relaxation, SafetyPolicy

ANYWHERE = SafetyPolicy(frozenset({Relaxation.CLASS_FILE_IN_UNSAFE_DIR_PATH}))


def test_accounts_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "users").write_text("alice:x:2001:2001:Alice Example:/nonexistent:/bin/sh\n")
    accounts = open_accounts(f"file:{tmp_path}/users", ANYWHERE)
    alice = accounts.find("alice")
    assert alice is not None and (alice.uid, alice.full_name) == (2001, "Alice Example")
    assert accounts.find("root") is None


def test_accounts_of_the_system() -> None:
    assert isinstance(open_accounts("pw", SafetyPolicy()), SystemAccounts)


def test_a_file_that_cannot_be_used_is_said_when_starting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="MailboxDatabase: cannot use"):
        open_accounts(f"file:{tmp_path}/none", ANYWHERE)
