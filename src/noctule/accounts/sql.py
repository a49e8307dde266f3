"""sql: passwords from a PostgreSQL database (Cyrus SASL's auxprop plugin of that name).  Needs the extra `postgres`.

`sql_select` is a statement with %u (user), %r (realm) and %p (the property wanted: userPassword) inside of its string
literals.  Every literal that holds one becomes a parameter of the statement: a name can never be read as SQL.
"""

import asyncio
import hmac
import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.base.text import BLANKS, to_bytes
from noctule.sasl.login import Login, Secret

if TYPE_CHECKING:
    import psycopg

_ENGINES = frozenset({"pgsql", "postgres", "postgresql"})
_YES = frozenset({"yes", "true", "on", "1", "t", "y"})
_PROPERTY = "userPassword"
_LITERAL = re.compile(r"(\w*)'((?:[^']|'')*)'", re.ASCII)
_PART = re.compile(r"%([urp])")
_HOST = re.compile(r"(.*?)(?::(\d+))?")
_MAX_IDLE = 4
_CONNECT_TIMEOUT = 10  # seconds
_TIMEOUT = 30.0  # one question, with all that it takes


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with placeholders, and the templates of their values."""

    text: str
    values: tuple[str, ...]

    def filled(self, login: Login) -> list[str]:
        """The values for one user, in Unicode."""
        known = {"u": login.name, "r": login.realm, "p": _PROPERTY}

        def part(found: re.Match[str]) -> str:
            return to_bytes(known[found[1]]).decode("utf-8", "replace")

        return [_PART.sub(part, value) for value in self.values]


def statement(text: str) -> Statement:
    """Raises ConfigurationError for a statement that would have to be put together from names."""
    pieces, values, end = [], list[str](), 0
    for literal in _LITERAL.finditer(text):
        pieces.append(text[end : literal.start()])
        end = literal.end()
        if not _PART.search(literal[2]):
            pieces.append(literal[0])
            continue
        if literal[1]:
            raise ConfigurationError(f"sql_select: %u, %r and %p may not stand in a literal like {literal[1]}'...'")
        pieces.append("\0")
        values.append(literal[2].replace("''", "'"))
    pieces.append(text[end:])
    joined = "".join(pieces)
    if _PART.search(_LITERAL.sub("", joined)) or "u" not in "".join(_PART.findall(" ".join(values))):
        raise ConfigurationError("sql_select: %u, %r and %p belong in quotes, and %u must be there")
    return Statement(joined.replace("%", "%%").replace("\0", "%s"), tuple(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlSettings:
    """Where the database is.  Hosts are tried in order; without any it is the local socket's."""

    hosts: tuple[str, ...] = ()
    user: str = ""
    password: str = field(default="", repr=False)
    database: str = ""
    encrypted: bool = False

    def __str__(self) -> str:
        return f"pgsql://{','.join(self.hosts) or 'localhost'}/{self.database}"


class SqlBackEnd:
    """One database; up to _MAX_IDLE connections are kept."""

    gives_secrets = True

    def __init__(self, settings: SqlSettings, select: Statement) -> None:
        self.name = f"sql {settings}"
        self._settings = settings
        self._select = select
        self._idle: list[psycopg.AsyncConnection[Any]] = []

    @classmethod
    def configured(cls, values: Mapping[str, str]) -> "SqlBackEnd":
        """From sql_engine, sql_hostnames, sql_user, sql_passwd, sql_database, sql_usessl and sql_select.

        Raises ConfigurationError.
        """
        engine = values.get("sql_engine", "").lower()
        if engine not in _ENGINES:
            raise ConfigurationError(f"sql_engine: {engine or 'mysql'}: not known here, only pgsql")
        if importlib.util.find_spec("psycopg") is None:
            raise ConfigurationError("auxprop_plugin: sql: needs the extra `postgres'")
        settings = SqlSettings(
            hosts=tuple(filter(None, re.split(r"[,\s]+", values.get("sql_hostnames", "")))),
            user=values.get("sql_user", ""),
            password=values.get("sql_passwd", ""),
            database=values.get("sql_database", ""),
            encrypted=values.get("sql_usessl", "").lower() in _YES,
        )
        return cls(settings, statement(values.get("sql_select", "")))

    async def verify(self, login: Login, password: bytes) -> bool:
        secret = await self.secret(login)
        known = secret.password if secret is not None else None
        return hmac.compare_digest(known or b"", password) and bool(known)

    async def secret(self, login: Login) -> Secret | None:
        import psycopg

        try:
            async with asyncio.timeout(_TIMEOUT):
                value = await self._asked(login)
        except (psycopg.Error, OSError, TimeoutError) as error:
            raise TemporaryError(f"{self.name}: {_reason(error)}") from error
        password = value.encode("utf-8") if isinstance(value, str) else bytes(value or b"")
        return Secret(password=password) if password else None

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _asked(self, login: Login) -> str | bytes | None:
        """The first column of the first row.  A kept connection that is found dead is replaced once."""
        import psycopg

        if self._idle:
            try:
                return await self._on(self._idle.pop(), login)
            except psycopg.OperationalError:
                await self.close()
        return await self._on(await self._connected(), login)

    async def _on(self, connection: "psycopg.AsyncConnection[Any]", login: Login) -> str | bytes | None:
        try:
            cursor = await connection.execute(self._select.text, self._select.filled(login))
            row = await cursor.fetchone()
        except BaseException:
            await connection.close()
            raise
        if len(self._idle) < _MAX_IDLE:
            self._idle.append(connection)
        else:
            await connection.close()
        value: str | bytes | None = row[0] if row else None
        return value

    async def _connected(self) -> "psycopg.AsyncConnection[Any]":
        import psycopg

        found = [match for host in self._settings.hosts if (match := _HOST.fullmatch(host))]
        return await psycopg.AsyncConnection.connect(
            host=",".join(match[1] for match in found) or None,
            port=",".join(match[2] or "5432" for match in found) or None,
            user=self._settings.user or None,
            password=self._settings.password or None,
            dbname=self._settings.database or None,
            sslmode="require" if self._settings.encrypted else "prefer",
            connect_timeout=_CONNECT_TIMEOUT,
            autocommit=True,
        )


def _reason(error: Exception) -> str:
    return str(error).strip(BLANKS).partition("\n")[0] or "timed out"
