"""Keyed look-ups: what `K` lines declare.  One interface, one module for each class, and the building of map files.

Called by: assembly (builds a MapTable, which rewrite, route and receive ask through base.questions), commands (makemap,
newaliases, praliases, editmap).
May import: base, symbols, files, net, directory, resolve, accounts.

A `Map` answers a key with one of three things: found, not found, temporary failure.  `Map` itself does what the flags
common to all classes ask (case, %0..%9, -a, -m, -T ...); a class's module only finds the value.  Maps that
have to wait say so (`waits`) and are awaited; all others answer at once.
"""

from noctule.maps.aliasfiles import AliasFile, ldap_aliases, parse_alias_files
from noctule.maps.classes import CLASSES, ClassInfo, available, class_info
from noctule.maps.environment import Environment
from noctule.maps.map import Map
from noctule.maps.table import BlockingLookups, Declaration, MapTable

__all__ = [
    "CLASSES",
    "AliasFile",
    "BlockingLookups",
    "ClassInfo",
    "Declaration",
    "Environment",
    "Map",
    "MapTable",
    "available",
    "class_info",
    "ldap_aliases",
    "parse_alias_files",
]
