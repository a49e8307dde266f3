"""ldapdb: passwords from a directory, asked for in the user's own name (Cyrus SASL's auxprop plugin of that name).

An agent binds by SASL and asks to act for the user; the directory's rules (`authzTo`, `authz-regexp`) say for whom it
may, and which entry a user name is.  A directory that does not let it act so is "no such user".
"""

import hmac
import os
from collections.abc import Mapping
from dataclasses import replace

from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.base.text import to_bytes
from noctule.directory import (
    Code,
    Connection,
    Directory,
    Sasl,
    Scope,
    Search,
    Settings,
    Simple,
    servers,
    system_defaults,
)
from noctule.sasl.login import MAX_NAME, Login, Secret

_CLEAR = b"{CLEARTEXT}"
_NOBODY = "cn=nobody"


class LdapdbBackEnd:
    """`userPassword` of the entry the directory takes the user for."""

    gives_secrets = True

    def __init__(self, settings: Settings, agent: Sasl) -> None:
        self._directory = Directory(settings)
        self._agent = agent
        self.name = f"ldapdb {self._directory.name}"

    @classmethod
    def configured(cls, values: Mapping[str, str]) -> "LdapdbBackEnd":
        """From ldapdb_uri, _id, _pw, _mech, _rc and _starttls.  Raises ConfigurationError."""
        if not values.get("ldapdb_uri"):
            raise ConfigurationError("ldapdb_uri is missing")
        defaults = system_defaults(os.environ, values.get("ldapdb_rc", ""))
        settings = Settings(
            servers=servers(values["ldapdb_uri"]),
            tls=defaults.tls,
            start_tls=bool(values.get("ldapdb_starttls")),  # `try` is `demand`: to fall back is to be listened to
        )
        name = values.get("ldapdb_id", "")
        agent = Sasl(
            mechanism=values.get("ldapdb_mech", "DIGEST-MD5" if name else "EXTERNAL").upper(),
            user=name,
            password=to_bytes(values.get("ldapdb_pw", "")),
        )
        return cls(settings, agent)

    async def verify(self, login: Login, password: bytes) -> bool:
        """A password kept in the clear is compared, any other is the directory's to check.

        Wrong passwords and unknown users cost the same questions.
        """
        if not password:  # a bind without one would be a bind as nobody, which always succeeds
            return False
        entry, kept = await self._kept(login)
        clear = [value for value in map(_clear, kept) if value is not None]
        if any(hmac.compare_digest(value, password) for value in clear):
            return True
        try:
            bound = await self._directory.authenticates(Simple(entry or _NOBODY, password))
        except TemporaryError as error:
            raise TemporaryError(f"{self.name}: {error}") from error
        return bound and bool(entry)

    async def secret(self, login: Login) -> Secret | None:
        _, kept = await self._kept(login)
        clear = next((value for value in map(_clear, kept) if value is not None), None)
        return None if clear is None else Secret(password=clear)

    async def close(self) -> None:
        self._directory.close()

    async def _kept(self, login: Login) -> tuple[str, tuple[bytes, ...]]:
        """The user's entry and the values of its userPassword; "" without one.  Raises TemporaryError."""

        async def ask(connection: Connection) -> tuple[str, tuple[bytes, ...]]:
            entry = (await connection.who_am_i()).removeprefix("dn:")
            search = Search(base=entry, scope=Scope.BASE, attributes=("userPassword",))
            found = await connection.search(search)
            if found.result.code != Code.SUCCESS:
                raise TemporaryError(f"{entry}: {found.result}")
            return entry, tuple(value for each in found.entries for value in each.values("userPassword"))

        if not login.given or len(login.given) > MAX_NAME or "\0" in login.given:
            return "", ()
        agent = replace(self._agent, authorize_as=f"u:{login.given}")
        try:
            answer = await self._directory.acting_as(agent, ask)
        except TemporaryError as error:
            raise TemporaryError(f"{self.name}: {error}") from error
        return answer or ("", ())


def _clear(value: bytes) -> bytes | None:
    """The password itself, unless what is kept is a hash: `{SCHEME}...`."""
    if value.upper().startswith(_CLEAR):
        return value[len(_CLEAR) :]
    return None if value.startswith(b"{") and b"}" in value else value
