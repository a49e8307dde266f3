"""sql against a real PostgreSQL."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest
import uvloop

import postgreshost
from noctule.accounts.sql import SqlBackEnd, Statement, statement
from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.sasl.login import Login

pytest.importorskip("psycopg", reason="needs the extra postgres")
T = TypeVar("T")
REALM = "example.test"
SELECT = "SELECT password FROM account WHERE name = '%u' AND realm = '%r'"
ROWS = """
CREATE TABLE account (name text, realm text, password text, raw bytea);
INSERT INTO account VALUES ('alice', 'example.test', 'wonder land', '\\x77'), ('bob', 'other.test', 'b', NULL),
    ('o''hara', 'example.test', 'tara', NULL), ('käthe', 'example.test', 'schön', NULL),
    ('none', 'example.test', NULL, NULL);
GRANT SELECT ON account TO mail;
"""


@pytest.fixture(scope="module")
def database() -> Iterator[postgreshost.Database]:
    with postgreshost.running() as database:
        database.execute(ROWS)
        yield database


def values(database: postgreshost.Database, **more: str) -> dict[str, str]:
    return {
        "sql_engine": "pgsql",
        "sql_hostnames": f"127.0.0.1:{database.port}",
        "sql_user": postgreshost.USER,
        "sql_passwd": postgreshost.PASSWORD,
        "sql_database": postgreshost.DATABASE,
        "sql_usessl": "yes",
        "sql_select": SELECT,
    } | more


def asked(settings: dict[str, str], ask: Callable[[SqlBackEnd], Awaitable[T]]) -> T:
    async def run() -> T:
        back_end = SqlBackEnd.configured(settings)
        try:
            return await ask(back_end)
        finally:
            await back_end.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(run())


def test_passwords_are_right_or_wrong(database: postgreshost.Database) -> None:
    async def ask(back_end: SqlBackEnd) -> None:
        for user, password in [
            ("alice", "wonder land"),
            ("alice@example.test", "wonder land"),
            ("bob@other.test", "b"),
            ("o'hara", "tara"),
            ("k\xc3\xa4the", "schön"),
        ]:
            assert await back_end.verify(Login(user, REALM), password.encode()), user
            assert not await back_end.verify(Login(user, REALM), password.encode() + b"x")
            assert not await back_end.verify(Login(user, REALM), b"")
        for user in ("bob", "zoe", "none", "", "x' OR '1'='1", "\xff", "%", "\\", "alice'--"):
            for password in (b"", b"b", b"wonder land"):
                assert not await back_end.verify(Login(user, REALM), password), user

    asked(values(database), ask)


def test_secrets(database: postgreshost.Database) -> None:
    async def ask(back_end: SqlBackEnd) -> list[bytes | None]:
        secrets = [await back_end.secret(Login(user, REALM)) for user in ("alice", "none", "zoe")]
        return [secret.password if secret else None for secret in secrets]

    assert asked(values(database), ask) == [b"wonder land", None, None]
    assert asked(values(database, sql_select="SELECT raw FROM account WHERE name='%u'"), ask) == [b"w", None, None]


def test_connections_are_kept_and_replaced(database: postgreshost.Database) -> None:
    async def ask(back_end: SqlBackEnd) -> None:
        answers = await asyncio.gather(*(back_end.verify(Login("alice", REALM), b"wonder land") for _ in range(10)))
        assert answers == [True] * 10
        assert len(back_end._idle) == 4
        database.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{postgreshost.USER}'"
        )
        assert await back_end.verify(Login("alice", REALM), b"wonder land")

    asked(values(database), ask)


def test_hosts_are_tried_in_order_and_the_socket_without_any(database: postgreshost.Database) -> None:
    async def ask(back_end: SqlBackEnd) -> bool:
        return await back_end.verify(Login("alice", REALM), b"wonder land")

    assert asked(values(database, sql_hostnames=f"127.0.0.1:1, 127.0.0.1:{database.port}"), ask)
    assert asked(values(database, sql_hostnames=f"{database.folder}:{database.port}", sql_usessl="no"), ask)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"sql_hostnames": "127.0.0.1:1"}, "refused"),
        ({"sql_passwd": "wrong"}, "password authentication failed"),
        ({"sql_database": "nosuch"}, "does not exist"),
        ({"sql_select": "SELECT password FROM nosuch WHERE name='%u'"}, "does not exist"),
        ({"sql_select": "SELECT oops '%u'"}, "syntax error"),
    ],
)
def test_what_cannot_be_told_is_no_answer(database: postgreshost.Database, more: dict[str, str], reason: str) -> None:
    with pytest.raises(TemporaryError, match=f"^sql pgsql://.*: .*{reason}") as raised:
        asked(values(database, **more), lambda back_end: back_end.verify(Login("alice", REALM), b"wonder land"))
    assert postgreshost.PASSWORD not in str(raised.value)
    assert "wonder" not in str(raised.value)


def test_a_silent_database_is_given_up(database: postgreshost.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("noctule.accounts.sql._TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = values(database, sql_hostnames=f"127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(TemporaryError, match="timed out"):
            asked(settings, lambda back_end: back_end.verify(Login("alice", REALM), b"wonder land"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SELECT, Statement("SELECT password FROM account WHERE name = %s AND realm = %s", ("%u", "%r"))),
        ("SELECT %p FROM t WHERE id='%u@%r' AND x LIKE 'a%'", None),
        ("SELECT p FROM t WHERE id='%u@%r' AND x LIKE 'a%'", Statement(
            "SELECT p FROM t WHERE id=%s AND x LIKE 'a%%'", ("%u@%r",))),
        ("SELECT p FROM t WHERE k='%p' AND q='it''s' AND u='''%u'''", Statement(
            "SELECT p FROM t WHERE k=%s AND q='it''s' AND u=%s", ("%p", "'%u'"))),
        ("SELECT p FROM t WHERE id=%u", None),
        ("SELECT p FROM t WHERE id=E'%u'", None),
        ("SELECT p FROM t WHERE id='%r'", None),
        ("SELECT p FROM t", None),
        ("", None),
        ("SELECT p FROM t WHERE id='%u", None),
    ],
)  # fmt: skip
def test_statements(text: str, expected: Statement | None) -> None:
    if expected is not None:
        assert statement(text) == expected
        return
    with pytest.raises(ConfigurationError, match="sql_select"):
        statement(text)


def test_other_engines_are_refused() -> None:
    for engine in ("mysql", "sqlite", ""):
        with pytest.raises(ConfigurationError, match=r"sql_engine: .*only pgsql"):
            SqlBackEnd.configured({"sql_engine": engine, "sql_select": SELECT})
