"""ldapdb against a real slapd with SASL proxy authorisation, configured as for Cyrus SASL."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import uvloop

import slapdhost
from noctule.accounts.ldapdb import LdapdbBackEnd
from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.sasl.login import Login

T = TypeVar("T")
REALM = "example.test"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[slapdhost.Directory]:
    with slapdhost.running(tmp_path_factory.mktemp("directory")) as host:
        yield host


@pytest.fixture(autouse=True)
def trusted(host: slapdhost.Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's ldap.conf would say so."""
    monkeypatch.setenv("LDAPTLS_CACERT", str(host.ca_file))


def values(host: slapdhost.Directory, **more: str) -> dict[str, str]:
    """Sendmail.conf of a seasoned administrator."""
    return {
        "ldapdb_uri": host.tls_uri,
        "ldapdb_id": slapdhost.PROXY,
        "ldapdb_pw": slapdhost.PROXY_PASSWORD,
        "ldapdb_mech": "DIGEST-MD5",
    } | more


def asked(settings: dict[str, str], ask: Callable[[LdapdbBackEnd], Awaitable[T]]) -> T:
    async def run() -> T:
        back_end = LdapdbBackEnd.configured(settings)
        try:
            return await ask(back_end)
        finally:
            await back_end.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(run())


def verified(settings: dict[str, str], user: str, password: str | bytes) -> bool:
    data = password.encode() if isinstance(password, str) else password
    return asked(settings, lambda back_end: back_end.verify(Login(user, REALM), data))


@pytest.mark.parametrize("mechanism", ["DIGEST-MD5", "digest-md5", "SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN"])
def test_passwords_are_right_or_wrong(host: slapdhost.Directory, mechanism: str) -> None:
    settings = values(host, ldapdb_mech=mechanism)
    for user, password in slapdhost.PASSWORDS.items():  # those in the clear, and the hashed one
        assert verified(settings, user, password), user
        assert not verified(settings, user, password + "x")
    assert not verified(settings, "zoe", "wonder land")


@pytest.mark.parametrize("user", ["", "alice,ou=people", "*", "dn:uid=alice", "a" * 10_000, "\xff", "alice\0"])
def test_strange_names_are_nobody(host: slapdhost.Directory, user: str) -> None:
    assert not verified(values(host), user, "wonder land")


@pytest.mark.parametrize("password", [b"", b"\0", b"{SSHA}", b"x" * 100_000])
def test_strange_passwords_are_wrong(host: slapdhost.Directory, password: bytes) -> None:
    for user in ("alice", "carol", "zoe"):
        assert not verified(values(host), user, password)


def test_secrets_are_those_in_the_clear(host: slapdhost.Directory) -> None:
    async def ask(back_end: LdapdbBackEnd) -> list[bytes | None]:
        secrets = [await back_end.secret(Login(user, REALM)) for user in ("alice", "bob", "carol", "zoe")]
        return [secret.password if secret else None for secret in secrets]

    assert asked(values(host), ask) == [b"wonder land", "bückling".encode(), None, None]


def test_over_the_socket_the_user_who_asks_is_the_agent(host: slapdhost.Directory) -> None:
    assert verified({"ldapdb_uri": host.local_uri}, "alice", "wonder land")
    assert not verified({"ldapdb_uri": host.local_uri}, "alice", "wonderland")


def test_start_tls(host: slapdhost.Directory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = values(host, ldapdb_uri=f"ldap://localhost:{host.port}", ldapdb_starttls="demand")
    assert verified(settings, "alice", "wonder land")
    monkeypatch.delenv("LDAPTLS_CACERT")
    with pytest.raises(TemporaryError, match="certificate"):
        verified(settings, "alice", "wonder land")
    (tmp_path / "ldaprc").write_text(f"TLS_CACERT {host.ca_file}\n")
    assert verified(settings | {"ldapdb_rc": str(tmp_path / "ldaprc")}, "alice", "wonder land")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"ldapdb_uri": "ldaps://127.0.0.1:1"}, r"ldapdb ldaps://127\.0\.0\.1:1: .*refused"),
        ({"ldapdb_pw": "wrong"}, r"ldapdb ldaps://localhost:\d+: .*bind: invalid credentials"),
        ({"ldapdb_mech": "MAGIC"}, r"ldapdb ldaps://localhost:\d+: .*no mechanism MAGIC"),
    ],
)
def test_what_cannot_be_told_is_no_answer(host: slapdhost.Directory, more: dict[str, str], reason: str) -> None:
    for user in ("alice", "zoe"):
        with pytest.raises(TemporaryError, match=reason) as raised:
            verified(values(host, **more), user, "wonder land")
        assert "wonder" not in str(raised.value) and slapdhost.PROXY_PASSWORD not in str(raised.value)


def test_a_directory_that_breaks_off_later_is_no_answer(tmp_path: Path) -> None:
    """It lets the agent act for her, and then nobody see the entry: better no answer than a no."""
    hidden = f"access to dn.base=uid=alice,ou=people,{slapdhost.SUFFIX} by self none by * read\n"
    with slapdhost.running(tmp_path, first=hidden) as host:
        settings = values(host, ldapdb_uri=host.uri)
        with pytest.raises(TemporaryError, match="no such object"):
            verified(settings, "alice", "wonder land")
        assert verified(settings, "bob", "bückling")


def test_many_log_in_at_once(host: slapdhost.Directory) -> None:
    async def ask(back_end: LdapdbBackEnd) -> list[bool]:
        users = ["alice", "zoe"] * 20
        return await asyncio.gather(*(back_end.verify(Login(user, REALM), b"wonder land") for user in users))

    assert asked(values(host), ask) == [True, False] * 20


def test_a_directory_is_needed() -> None:
    with pytest.raises(ConfigurationError, match="ldapdb_uri"):
        LdapdbBackEnd.configured({})
    with pytest.raises(ConfigurationError, match="no LDAP URI"):
        LdapdbBackEnd.configured({"ldapdb_uri": "localhost"})


def test_unknown_users_cost_the_same_questions(host: slapdhost.Directory) -> None:
    """Counted on the wire: what the back end sends for a wrong password, and for nobody."""

    async def sent(user: str) -> int:
        talks: list[asyncio.Task[int]] = []

        async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", host.port)
            back = asyncio.create_task(_pumped(from_server, writer))
            return await _pumped(reader, to_server) + 0 * await back

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            talks.append(asyncio.get_running_loop().create_task(pass_on(reader, writer)))

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        async with server:
            uri = f"ldap://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            back_end = LdapdbBackEnd.configured(values(host, ldapdb_uri=uri))
            assert not await back_end.verify(Login(user, REALM), b"wrong")
            await back_end.close()
            return sum(await asyncio.gather(*talks))

    assert asyncio.run(sent("alice")) == asyncio.run(sent("zoe")) > 4


async def _pumped(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> int:
    """Pass on until the end; how many pieces there were."""
    count = 0
    while data := await source.read(65536):
        count += 1
        target.write(data)
        await target.drain()
    target.close()
    await target.wait_closed()
    return count
