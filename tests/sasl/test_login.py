"""Names and realms."""

import pytest

from noctule.sasl.login import Login, ScramKeys, Secret


@pytest.mark.parametrize(
    ("given", "name", "realm"),
    [
        ("alice", "alice", "example.org"),
        ("alice@example.net", "alice", "example.net"),
        ("a@b@example.net", "a@b", "example.net"),
        ("@alice", "@alice", "example.org"),
        ("", "", "example.org"),
    ],
)
def test_a_name_may_bring_its_realm(given: str, name: str, realm: str) -> None:
    login = Login(given, "example.org")
    assert (login.name, login.realm) == (name, realm)


def test_secrets_do_not_show() -> None:
    keys = ScramKeys(salt=b"salt", iterations=4096, stored_key=b"stored!", server_key=b"server!")
    shown = repr(Secret(password=b"wonderland", scram={"sha256": keys}))
    assert "wonderland" not in shown and "!" not in shown
