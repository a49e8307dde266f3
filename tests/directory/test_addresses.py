from dataclasses import replace

import pytest

from noctule.base.errors import ConfigurationError
from noctule.directory import Scope, Search, Server, hosts, searched, servers
from noctule.directory.addresses import referred


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ldap://a.example", [Server("ldap", "a.example", 389)]),
        ("LDAPS://a.example/", [Server("ldaps", "a.example", 636)]),
        ("ldap://a:1389 ldaps://b:1636,ldap://[::1]:77", [
            Server("ldap", "a", 1389), Server("ldaps", "b", 1636), Server("ldap", "::1", 77)]),
        ("ldap:///", [Server("ldap", "localhost", 389)]),
        ("ldapi://%2Frun%2Fx.sock", [Server("ldapi", "/run/x.sock")]),
        ("ldapi:///", [Server("ldapi", "/var/run/slapd/ldapi")]),
        ("", []),
    ],
)  # fmt: skip
def test_servers(text: str, expected: list[Server]) -> None:
    assert list(servers(text)) == expected
    assert list(servers(" ".join(map(str, servers(text.replace("ldapi:", "ldap:")))))) or not expected


@pytest.mark.parametrize("text", ["a.example", "http://a", "ldap://a:99999", "ldap://a b", "ldap://a@b", "ldap://:1"])
def test_what_is_no_server(text: str) -> None:
    with pytest.raises(ConfigurationError):
        servers(text)


def test_hosts_may_have_ports() -> None:
    assert hosts("a b:1389", 3389) == (Server("ldap", "a", 3389), Server("ldap", "b", 1389))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ldap:///", Search(base="", scope=Scope.BASE)),
        ("ldap://h/dc=a,dc=b??sub", Search(base="dc=a,dc=b", scope=Scope.SUB)),
        ("ldaps:///ou=x%20y?mail,cn?one?(uid=a%3fb)", Search(
            base="ou=x y", scope=Scope.ONE, filter="(uid=a?b)", attributes=("mail", "cn"))),
        ("ldapi:///dc=a????ext", Search(base="dc=a", scope=Scope.BASE)),
    ],
)  # fmt: skip
def test_urls_name_searches(url: str, expected: Search) -> None:
    assert searched(url) == expected


def test_what_a_referral_leaves_out_stays() -> None:
    search = Search(base="dc=a", scope=Scope.ONE, filter="(uid=b)", attributes=("mail",), size_limit=3)
    there = Server("ldap", "h", 389)
    assert referred("ldap://h", search) == (there, search)
    assert referred("ldap://h/dc=b", search) == (there, replace(search, base="dc=b"))
    assert referred("ldap://h/dc=b??sub", search) == (there, replace(search, base="dc=b", scope=Scope.SUB))
    assert referred("ldap://h/???(a=b)", search) == (there, replace(search, filter="(a=b)"))
    with pytest.raises(ConfigurationError):
        referred("http://h", search)


@pytest.mark.parametrize("url", ["", "dc=a", "http:///dc=a", "ldap:///dc=a??deep"])
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(ConfigurationError):
        searched(url)
