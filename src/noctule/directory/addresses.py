"""Where directories are: servers, and the LDAP URLs that name a search (RFC 4516)."""

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote

from noctule.base.errors import ConfigurationError
from noctule.base.text import BLANKS, words_of
from noctule.directory.messages import Scope, Search

_PORTS = {"ldap": 389, "ldaps": 636}
_SOCKET = "/var/run/slapd/ldapi"
_SCOPES = {"": Scope.BASE, "base": Scope.BASE, "one": Scope.ONE, "sub": Scope.SUB}
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/?#@\s]*)(?::(\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Server:
    """One server: `host` and `port`, or for ldapi the `host` is a path."""

    scheme: str  # ldap, ldaps or ldapi
    host: str
    port: int = 0

    def __str__(self) -> str:
        if self.scheme == "ldapi":
            return f"ldapi://{self.host}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port != _PORTS[self.scheme] else "")


def servers(text: str) -> tuple[Server, ...]:
    """The servers of URIs separated by blanks or commas.  Raises ConfigurationError."""
    return tuple(_server(uri) for uri in re.split(r"[\s,]+", text.strip(BLANKS)) if uri)


def hosts(text: str, port: int) -> tuple[Server, ...]:
    """The servers of names separated by blanks, each perhaps with `:port` of its own.  Raises ConfigurationError."""
    return tuple(_on_host("ldap", word, port) for word in words_of(text))


def searched(url: str) -> Search:
    """The search an LDAP URL names; its server is left out.  Raises ConfigurationError."""
    scheme, _, rest = url.partition("://")
    if scheme.lower() not in {*_PORTS, "ldapi"}:
        raise ConfigurationError(f"no LDAP URL: {url}")
    path = rest.partition("/")[2]
    base, attributes, scope, found, *_ = [_decoded(part) for part in [*path.split("?"), "", "", ""]]
    if scope.lower() not in _SCOPES:
        raise ConfigurationError(f"LDAP URL with unknown scope: {url}")
    return Search(
        base=base,
        attributes=tuple(word for word in attributes.split(",") if word),
        scope=_SCOPES[scope.lower()],
        filter=found or "(objectClass=*)",
    )


def referred(url: str, search: Search) -> tuple[Server, Search]:
    """Where to go on with a search, and what is searched for there: what the URL leaves out stays as it was.

    Raises ConfigurationError.
    """
    named = searched(url)
    _, scope, found = [*(_decoded(part) for part in url.split("?")[1:]), "", "", ""][:3]
    going_on = replace(
        search,
        base=named.base or search.base,
        scope=named.scope if scope else search.scope,
        filter=named.filter if found else search.filter,
    )
    return _server(url), going_on


def _server(uri: str) -> Server:
    scheme, separator, rest = uri.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in {*_PORTS, "ldapi"}:
        raise ConfigurationError(f"no LDAP URI: {uri}")
    place = rest.partition("/")[0]
    if scheme == "ldapi":
        return Server("ldapi", _decoded(place) or _SOCKET)
    return _on_host(scheme, place or "localhost", _PORTS[scheme])


def _on_host(scheme: str, text: str, port: int) -> Server:
    found = _HOST.fullmatch(text)
    if found is None or not found[1] or int(found[2] or port) > 65535:
        raise ConfigurationError(f"no LDAP server: {text}")
    return Server(scheme, found[1].strip("[]"), int(found[2] or port))


def _decoded(text: str) -> str:
    return unquote(text, "latin-1")
