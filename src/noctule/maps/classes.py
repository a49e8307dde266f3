"""The one table of map classes: what `K` lines, makemap -l, `-d0.10` and the documentation know of them."""

import importlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from noctule.base.errors import ConfigurationError

if TYPE_CHECKING:
    from noctule.maps.map import Map


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassInfo:
    """One map class.

    `library` is the module that must be installed, `extra` the installation extra that brings it.  `suffix` is added to
    file names.  `feature` is the word for it in the list of compile options (`sendmail -d0.1`), "" for none.
    """

    name: str
    module: str = ""  # in noctule.maps; "": not implemented
    type_name: str = ""
    suffix: str = ""
    library: str = ""
    extra: str = ""
    feature: str = ""
    waits: bool = False
    for_aliases: bool = False
    rebuildable: bool = False
    note: str = ""  # why it is not implemented


_OBSOLETE = "obsolete, not implemented"
CLASSES = (
    ClassInfo(
        name="hash",
        module="berkeley",
        type_name="HashMap",
        suffix=".db",
        library="berkeleydb",
        extra="berkeleydb",
        feature="NEWDB",
        for_aliases=True,
        rebuildable=True,
    ),
    ClassInfo(
        name="btree",
        module="berkeley",
        type_name="BtreeMap",
        suffix=".db",
        library="berkeleydb",
        extra="berkeleydb",
        feature="NEWDB",
        for_aliases=True,
        rebuildable=True,
    ),
    ClassInfo(
        name="lmdb",
        module="lmdb",
        type_name="LmdbMap",
        suffix=".lmdb",
        library="lmdb",
        feature="LMDB",
        for_aliases=True,
        rebuildable=True,
    ),
    ClassInfo(
        name="cdb",
        module="cdb",
        type_name="CdbMap",
        suffix=".cdb",
        library="cdblib",
        feature="CDB",
        for_aliases=True,
        rebuildable=True,
    ),
    ClassInfo(name="text", module="text", type_name="TextMap", for_aliases=True),
    ClassInfo(name="stab", module="stab", type_name="StabMap", for_aliases=True),
    ClassInfo(name="implicit", module="implicit", type_name="ImplicitMap", for_aliases=True, rebuildable=True),
    ClassInfo(name="regex", module="regex", type_name="RegexMap", feature="MAP_REGEX"),
    ClassInfo(name="dns", module="dnsmap", type_name="DnsMap", feature="DNSMAP", waits=True),
    ClassInfo(name="host", module="host", type_name="HostMap", waits=True),
    ClassInfo(name="bestmx", module="bestmx", type_name="BestMxMap", waits=True),
    ClassInfo(
        name="socket", module="socketmap", type_name="SocketMap", feature="SOCKETMAP", waits=True, for_aliases=True
    ),
    ClassInfo(name="program", module="program", type_name="ProgramMap", waits=True, for_aliases=True),
    ClassInfo(name="user", module="user", type_name="UserMap", waits=True),
    ClassInfo(name="sequence", module="sequence", type_name="SequenceMap", for_aliases=True),
    ClassInfo(name="switch", module="sequence", type_name="SwitchMap", for_aliases=True),
    ClassInfo(name="dequote", module="dequote", type_name="DequoteMap"),
    ClassInfo(name="macro", module="macro", type_name="MacroMap"),
    ClassInfo(name="arith", module="arith", type_name="ArithMap"),
    ClassInfo(name="arpa", module="arpa", type_name="ArpaMap"),
    ClassInfo(name="syslog", module="syslogging", type_name="SyslogMap"),
    ClassInfo(name="null", module="null", type_name="NullMap", for_aliases=True),
    ClassInfo(name="python", module="pythonmap", type_name="PythonMap", waits=True, for_aliases=True),
    ClassInfo(name="ldap", module="ldapmap", type_name="LdapMap", feature="LDAPMAP", waits=True, for_aliases=True),
    ClassInfo(name="dbm", for_aliases=True, note="use hash, lmdb or cdb"),
    *(
        ClassInfo(name=name, for_aliases=True, note=_OBSOLETE)
        for name in ("nis", "nisplus", "nsd", "hesiod", "netinfo", "ph", "userdb")
    ),
)
_BY_NAME = {info.name: info for info in CLASSES}


def class_info(name: str) -> ClassInfo | None:
    """The class of this name (case counts); None for one nobody knows."""
    return _BY_NAME.get(name)


def available(info: ClassInfo) -> bool:
    """Implemented, and its library installed."""
    return bool(info.module) and (not info.library or importlib.util.find_spec(info.library) is not None)


def implicit_classes() -> Iterator[ClassInfo]:
    """The databases class `implicit` looks for, in order; the first is the one newaliases builds."""
    return (_BY_NAME[name] for name in ("hash", "lmdb", "cdb") if available(_BY_NAME[name]))


def buildable_classes() -> Iterator[ClassInfo]:
    """The classes makemap can write."""
    return (info for info in CLASSES if info.rebuildable and info.library and available(info))


def map_class(name: str) -> "type[Map]":
    """The Python class that implements a map class.

    Raises ConfigurationError in Sendmail's words, with the reason, when it is not there.
    """
    info = _BY_NAME.get(name)
    if info is None:
        raise ConfigurationError(f"class {name} not available")
    if not available(info):
        reason = info.note or f"needs {'extra ' + info.extra if info.extra else 'library ' + info.library}"
        raise ConfigurationError(f"class {name} not available ({reason})")
    found: type[Map] = getattr(importlib.import_module(f"noctule.maps.{info.module}"), info.type_name)
    return found
