"""Directories that speak LDAP: connections, ways to bind, searches, with bounded times.

Called by `maps` (class ldap) and `accounts` (passwords and identities kept in a directory).

May import: base, sasl.  RFC 4511, 4513, 4515, 4516, 4532.

The protocol is spoken here, on the event loop, and not by libldap: its bindings for Python wait in connects, TLS
handshakes and SASL exchanges without a limit and with the interpreter locked, so that one silent directory would stop
a worker.  `Directory` is what others use; `messages`, `filters` and `ber` do no I/O.
"""

from noctule.directory.addresses import Server, hosts, searched, servers
from noctule.directory.client import Directory, Settings, UnreachableError
from noctule.directory.connection import Connection, Found
from noctule.directory.credentials import Anonymous, Credentials, Sasl, Simple
from noctule.directory.defaults import Defaults, Tls, system_defaults
from noctule.directory.filters import FilterError, escaped
from noctule.directory.messages import Code, Dereference, Entry, Scope, Search

__all__ = [
    "Anonymous",
    "Code",
    "Connection",
    "Credentials",
    "Defaults",
    "Dereference",
    "Directory",
    "Entry",
    "FilterError",
    "Found",
    "Sasl",
    "Scope",
    "Search",
    "Server",
    "Settings",
    "Simple",
    "Tls",
    "UnreachableError",
    "escaped",
    "hosts",
    "searched",
    "servers",
    "system_defaults",
]
