import asyncio
from collections.abc import Iterator

import pytest

import slapdhost
from noctule.accounts.ldapbind import LdapBindBackEnd
from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.sasl.login import Login


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[slapdhost.Directory]:
    with slapdhost.running(tmp_path_factory.mktemp("directory")) as host:
        yield host


def verified(host: slapdhost.Directory, user: str, password: str, **more: str) -> bool:
    values = {
        "ldap_servers": host.tls_uri,
        "ldap_search_base": f"ou=people,{slapdhost.SUFFIX}",
        "ldap_tls_cacert_file": str(host.ca_file),
    }

    async def run() -> bool:
        back_end = LdapBindBackEnd.configured(values | more)
        try:
            assert await back_end.secret(Login(user, "example.test")) is None
            return await back_end.verify(Login(user, "example.test"), password.encode())
        finally:
            await back_end.close()

    return asyncio.run(run())


def test_passwords_are_right_or_wrong(host: slapdhost.Directory) -> None:
    for user, password in slapdhost.PASSWORDS.items():
        assert verified(host, user, password), user
        assert not verified(host, user, password + "x")
        assert not verified(host, user, "")
    assert not verified(host, "zoe", "wonder land")


@pytest.mark.parametrize("user", ["*", "a*", "alice)(uid=*", "", "\0", "alice\\", "x" * 20_000])
def test_a_name_is_never_more_than_a_name(host: slapdhost.Directory, user: str) -> None:
    try:
        assert not verified(host, user, "wonder land")
    except TemporaryError as error:
        assert "filter too long" in str(error)


@pytest.mark.parametrize(
    ("template", "user"),
    [
        ("(mail=%u)", "alice@example.test"),
        ("(mail=%U@%d)", "alice"),
        ("(&(objectClass=inetOrgPerson)(mail=%U@%r))", "alice@example.test"),
        ("(|(uid=%u)(cn=100%%))", "alice"),
    ],
)
def test_filters(host: slapdhost.Directory, template: str, user: str) -> None:
    assert verified(host, user, "wonder land", ldap_filter=template)


def test_two_entries_are_none(host: slapdhost.Directory) -> None:
    assert not verified(host, "alice", "wonder land", ldap_filter="(|(uid=%u)(uid=bob))")


def test_the_search_may_need_a_bind(host: slapdhost.Directory) -> None:
    agent = {"ldap_bind_dn": slapdhost.ADMIN, "ldap_bind_pw": slapdhost.ADMIN_PASSWORD}
    assert verified(host, "alice", "wonder land", **agent)
    with pytest.raises(TemporaryError, match=r"ldap ldaps://localhost:\d+: .*invalid credentials"):
        verified(host, "alice", "wonder land", **agent | {"ldap_bind_pw": "wrong"})


def test_a_directory_that_is_away_is_no_answer(host: slapdhost.Directory) -> None:
    with pytest.raises(TemporaryError, match=r"ldap ldap://127\.0\.0\.1:1: "):
        verified(host, "alice", "wonder land", ldap_servers="ldap://127.0.0.1:1")


def test_scopes(host: slapdhost.Directory) -> None:
    assert verified(host, "alice", "wonder land", ldap_scope="one")
    assert not verified(host, "alice", "wonder land", ldap_scope="base")
    with pytest.raises(ConfigurationError, match="ldap_scope: deep"):
        verified(host, "alice", "wonder land", ldap_scope="deep")
