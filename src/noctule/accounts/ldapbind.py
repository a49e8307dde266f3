"""ldap: a user's entry is searched for, and the directory is asked whether it would let him in (saslauthd's `-a ldap`).

The keys are those of saslauthd.conf, kept in Sendmail.conf.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import replace

from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.base.text import to_bytes
from noctule.directory import (
    Anonymous,
    Directory,
    FilterError,
    Scope,
    Search,
    Settings,
    Simple,
    escaped,
    servers,
    system_defaults,
)
from noctule.sasl.login import Login, Secret

_SCOPES = {"base": Scope.BASE, "one": Scope.ONE, "sub": Scope.SUB}
_YES = frozenset({"yes", "true", "on", "1"})
_PARTS = re.compile(r"%([uUdr%])")
_NOBODY = "cn=nobody"
_SHOWN = "1.1"  # no attributes: the name of an entry is all that is wanted


class LdapBindBackEnd:
    """Only PLAIN and LOGIN work with it: the directory keeps its passwords to itself."""

    gives_secrets = False

    def __init__(self, settings: Settings, search: Search) -> None:
        """`search.filter` holds %u (user as given), %U (without the realm), %d and %r (realm), %%."""
        self._directory = Directory(settings)
        self._search = replace(search, attributes=(_SHOWN,), size_limit=2)
        self.name = f"ldap {self._directory.name}"

    @classmethod
    def configured(cls, values: Mapping[str, str]) -> "LdapBindBackEnd":
        """From ldap_servers, ldap_search_base, ldap_filter, ldap_scope, ldap_bind_dn ...  Raises ConfigurationError."""
        defaults = system_defaults(os.environ)
        scope = values.get("ldap_scope", "sub").lower()
        if scope not in _SCOPES:
            raise ConfigurationError(f"ldap_scope: {scope}: base, one or sub")
        agent = values.get("ldap_bind_dn", "")
        password = values.get("ldap_bind_pw") or values.get("ldap_password", "")
        authority = values.get("ldap_tls_cacert_file", "")
        settings = Settings(
            servers=servers(values.get("ldap_servers") or defaults.uri),
            credentials=Simple(agent, to_bytes(password)) if agent else Anonymous(),
            tls=replace(defaults.tls, authorities_file=authority) if authority else defaults.tls,
            start_tls=values.get("ldap_start_tls", "").lower() in _YES,
        )
        base = values.get("ldap_search_base") or defaults.base
        return cls(settings, Search(base=base, scope=_SCOPES[scope], filter=values.get("ldap_filter", "(uid=%u)")))

    async def verify(self, login: Login, password: bytes) -> bool:
        """Unknown users cost a bind, too, so that they take as long as wrong passwords."""
        if not password:  # a bind without one would be a bind as nobody, which always succeeds
            return False
        try:
            entries = (await self._directory.search(replace(self._search, filter=self._filter(login)))).entries
            entry = entries[0].name if len(entries) == 1 else ""
            return await self._directory.authenticates(Simple(entry or _NOBODY, password)) and bool(entry)
        except (FilterError, TemporaryError) as error:
            raise TemporaryError(f"{self.name}: {error}") from error

    async def secret(self, login: Login) -> Secret | None:
        """Never: the directory gives none."""
        del login
        return None

    async def close(self) -> None:
        self._directory.close()

    def _filter(self, login: Login) -> str:
        values = {"u": login.given, "U": login.name, "d": login.realm, "r": login.realm, "%": "%"}
        return _PARTS.sub(lambda part: escaped(values[part[1]]), self._search.filter)
