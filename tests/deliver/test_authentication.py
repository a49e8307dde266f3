"""What authinfo says; the exchanges themselves are tested between two daemons (tests/interop/test_login.py)."""

import pytest

from noctule.base.errors import TemporaryError
from noctule.deliver.authentication import read_identity


def test_every_field() -> None:
    tokens = ['"U:user"', '"I:name"', '"P=cGFzcw=="', '"R:realm"', '"M:plain DIGEST-MD5"']
    identity = read_identity(tokens)
    assert identity is not None
    who = identity.credentials
    assert (who.author, who.name, who.password, who.realm) == ("user", "name", "pass", "realm")
    assert identity.mechanisms == ("PLAIN", "DIGEST-MD5")


def test_one_name_is_enough() -> None:
    identity = read_identity(['"u:user"', '"P:with = and : inside"'])
    assert identity is not None and identity.credentials.name == "user"
    assert identity.credentials.password == "with = and : inside"
    assert identity.mechanisms == ()


@pytest.mark.parametrize("tokens", [[], ["no"], ['"P:alone"'], ['"X:what"'], ['"U"']])
def test_nobody(tokens: list[str]) -> None:
    assert read_identity(tokens) is None


def test_broken_base64_is_no_password() -> None:
    with pytest.raises(TemporaryError):
        read_identity(['"U:user"', '"P=!"'])
