"""What an ldap map is told by its flags: the directory to ask, how to ask it, and what of an answer counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from noctule.base.errors import ConfigurationError
from noctule.base.text import BLANKS, ascii_lower
from noctule.directory import (
    Anonymous,
    Credentials,
    Defaults,
    Dereference,
    Scope,
    Server,
    Settings,
    Simple,
    hosts,
    servers,
)
from noctule.files import Purpose, SafetyError, SafetyPolicy, open_for_reading, rules_for
from noctule.maps.arguments import Grammar, parse_arguments

GRAMMAR = Grammar(letters="ANOfmoqStTDazkvhpHbslcZdMPRrnV1wxK", spaced="kvhpHbslcZdMPrw", needs_file=False, quotes=True)
_NOT_BY_DEFAULT = {"k": "Do not set the LDAP search filter", "v": "Do not set the requested LDAP attributes"}
_DIRECTORY = "hpHbslcZdMPRrwx"  # what LDAPDefaultSpec may say
_PORT = 389
_MAX_SECRET = 1024
_SCOPES = {"base": Scope.BASE, "one": Scope.ONE, "sub": Scope.SUB}
_DEREFERENCES = {
    "never": Dereference.NEVER,
    "always": Dereference.ALWAYS,
    "search": Dereference.SEARCH,
    "find": Dereference.FIND,
}
_TIMEOUT = 60.0  # seconds, without -l
T = TypeVar("T")


class Kind(Enum):
    """What the values of an attribute are."""

    NORMAL = "answers"
    DN = "names of entries to look at"
    FILTER = "filters to search with"
    URL = "searches"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One attribute of -v.  `classes`: it counts only in entries of one of these object classes; () in all."""

    name: str
    kind: Kind = Kind.NORMAL
    classes: frozenset[str] = frozenset()


def with_defaults(flags: Mapping[str, str], default_spec: str) -> dict[str, str]:
    """The flags of a map with those LDAPDefaultSpec adds."""
    arguments, _ = parse_arguments(default_spec, GRAMMAR, map_name="", class_name="ldap")
    return {letter: value for letter, value in arguments.flags.items() if letter in _DIRECTORY} | dict(flags)


def check_default(default_spec: str) -> list[str]:
    """What is wrong with LDAPDefaultSpec, in Sendmail's words."""
    arguments, problems = parse_arguments(default_spec, GRAMMAR, map_name="O LDAPDefaultSpec", class_name="ldap")
    wrong = [f"readcf: option LDAPDefaultSpec: {_NOT_BY_DEFAULT[each]}" for each in "kv" if each in arguments.flags]
    return problems + wrong


def directory_settings(flags: Mapping[str, str], name: str, policy: SafetyPolicy, defaults: Defaults) -> Settings:
    """Raises ConfigurationError."""
    version = _number(flags.get("w", ""), 3)
    if version > 3:
        raise ConfigurationError(f"LDAP version {version} exceeds max of 3 in map {name}")
    limit = _number(flags.get("l", ""), 0)
    settings = Settings(
        servers=_servers(flags, name, defaults),
        credentials=_credentials(flags, name, policy),
        tls=defaults.tls,
        referrals="R" not in flags,
        timeout=limit or _TIMEOUT,
    )
    network = _number(flags.get("c", ""), 0)
    return replace(settings, connect_timeout=network) if network else settings


def scope(flags: Mapping[str, str], name: str) -> Scope:
    """-s.  Raises ConfigurationError."""
    return _one_of(_SCOPES, flags.get("s", "sub"), f"Scope must be [base|one|sub] (not %s) in map {name}")


def dereference(flags: Mapping[str, str], name: str) -> Dereference:
    """-r.  Raises ConfigurationError."""
    complaint = f"Deref must be [never|always|search|find] (not %s) in map {name}"
    return _one_of(_DEREFERENCES, flags.get("r", "never"), complaint)


def limits(flags: Mapping[str, str]) -> tuple[int, int]:
    """The number of entries (-Z) and of seconds (-l) to ask for; 0: without limit."""
    return _number(flags.get("Z", ""), 0), _number(flags.get("l", ""), 0)


def attributes(flags: Mapping[str, str], name: str) -> tuple[Wanted, ...]:
    """-v: `attribute[:type[:class|class...]]`, separated by commas.  Raises ConfigurationError."""
    wanted = tuple(_attribute(word.strip(BLANKS), name) for word in flags.get("v", "").split(",") if word.strip(BLANKS))
    recursive = any(each.kind is not Kind.NORMAL for each in wanted)
    if recursive and "n" in flags:
        raise ConfigurationError(f"LDAP recursion requested in {name} can not be used with -n")
    if recursive and all(each.kind is not Kind.NORMAL for each in wanted):
        raise ConfigurationError(f"LDAP recursion requested in {name} but no returnable attribute given")
    return wanted


def _attribute(text: str, name: str) -> Wanted:
    attribute, kind, classes, *_ = [*text.split(":", 2), "", ""]
    try:
        known = Kind[kind.upper() or "NORMAL"]
    except KeyError:
        raise ConfigurationError(f"Unknown attribute type ({kind}) in {name}") from None
    return Wanted(attribute, known, frozenset(ascii_lower(each) for each in classes.split("|") if each))


def _servers(flags: Mapping[str, str], name: str, defaults: Defaults) -> tuple[Server, ...]:
    if "H" in flags and "h" in flags:
        raise ConfigurationError(f"Can not specify both an LDAP host and an LDAP URI in map {name}")
    if "h" in flags:
        return hosts(flags["h"], _number(flags.get("p", ""), _PORT))
    return servers(flags.get("H") or defaults.uri)


def _credentials(flags: Mapping[str, str], name: str, policy: SafetyPolicy) -> Credentials:
    method = ascii_lower(flags.get("M", "simple")).removeprefix("ldap_auth_")
    if method == "krbv4":
        raise ConfigurationError(f"map {name}: method krbv4 is not available")
    if method not in {"none", "simple"}:
        complaint = f"Method for binding must be [none|simple|krbv4] (not {flags['M']}) in map {name}"
        raise ConfigurationError(complaint)
    if method == "none" or not flags.get("d"):
        return Anonymous()
    return Simple(flags["d"], _secret(flags.get("P", ""), policy))


def _secret(path: str, policy: SafetyPolicy) -> bytes:
    """The first line of a file that only its owner may read."""
    if not path:
        return b""
    rules = replace(rules_for(Purpose.KEY, policy), sticky_directory=True)
    try:
        with open_for_reading(path, rules) as file:
            return file.readline(_MAX_SECRET).rstrip(b"\r\n")
    except SafetyError as error:
        raise ConfigurationError(f"LDAP map: cannot open secret {path}: {error.reason}") from error
    except OSError as error:
        raise ConfigurationError(f"LDAP map: cannot open secret {path}: {error.strerror}") from error


def _one_of(table: Mapping[str, T], word: str, complaint: str) -> T:
    if ascii_lower(word) not in table:
        raise ConfigurationError(complaint % word)
    return table[ascii_lower(word)]


def _number(text: str, default: int) -> int:
    """As atoi(3) reads it, which Sendmail uses: the digits at the beginning, 0 without any."""
    digits = len(text) - len(text.lstrip("0123456789"))
    return int(text[: min(digits, 9)] or 0) if text else default
