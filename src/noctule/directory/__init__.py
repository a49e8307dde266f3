"""Directories that speak LDAP: connections, ways to bind, searches, with bounded times.

Called by `maps` (class ldap) and `accounts` (passwords and identities kept in a directory).

May import: base.  RFC 4511, 4513, 4515, 4516.
"""
