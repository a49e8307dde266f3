"""N301, N302: keys of tables that are meant for addresses and match none.

Sendmail spells an IPv6 address in full, after the prefix `IPv6:`, since its version 8.15; tables are often older.  A
network is written as its first bytes or groups, never with a length.
"""

import ipaddress
import re
from collections.abc import Iterator

from noctule.assembly.lint.files import map_files
from noctule.assembly.lint.subject import Subject
from noctule.assembly.lint.table import Finding, finding
from noctule.assembly.tables import safety_policy
from noctule.base.text import first_word, from_bytes
from noctule.files.policy import Purpose, rules_for
from noctule.files.reading import TooLargeError, read_bounded
from noctule.files.safety import SafetyError, open_for_reading

MAX_SOURCE = 16 << 20  # bytes
_TAG = re.compile(r"(?:Connect|From|To|GreetPause|ClientRate|ClientConn|Try_TLS|Srv_Features|TLS_\w+):", re.IGNORECASE)
_PREFIX = re.compile(r"IPv6:", re.IGNORECASE)
_GROUPS = re.compile(r"[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")


def check(subject: Subject) -> Iterator[Finding]:
    """The sources of all maps but aliases."""
    compressed = bool(subject.configuration.options["UseCompressedIPv6Addresses"])
    seen: set[str] = set()
    for known in map_files(subject):
        path = known.source or known.built[0]
        if known.purpose is Purpose.MAP and path not in seen:
            seen.add(path)
            for number, key in _keys(subject, path):
                if (text := mistake(key, compressed=compressed)) is not None:
                    yield finding("N301", path, number, text)
                elif _has_length(key):
                    yield finding("N302", path, number, f"the key {key} has the length of a network")


def mistake(key: str, *, compressed: bool) -> str | None:
    """What is wrong with a key that looks like an IPv6 address or the beginning of one."""
    tag = _TAG.match(key)
    rest = key[tag.end() :] if tag else key
    prefix = _PREFIX.match(rest)
    address = rest[prefix.end() :] if prefix else rest
    if not _GROUPS.fullmatch(address) or not (prefix or _is_address(address)):
        return None
    if prefix is None:
        return f"the key {key} lacks the prefix IPv6:"
    if compressed:
        return None
    if "::" in address:
        return f"the key {key} leaves out groups of zeros"
    if address.endswith(":"):
        return f"the key {key} ends with a colon"
    if any(len(group) > 1 and group.startswith("0") for group in address.split(":")):
        return f"the key {key} has leading zeros"
    return None


def _has_length(key: str) -> bool:
    tag = _TAG.match(key)
    address = _PREFIX.sub("", key[tag.end() :] if tag else key, count=1)
    try:
        ipaddress.ip_network(address, strict=False)
    except ValueError:
        return False
    return "/" in address


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return text.count(":") >= 3 and not text.endswith(":")
    return True


def _keys(subject: Subject, path: str) -> Iterator[tuple[int, str]]:
    """Line number and key; nothing for a file that is not there or not safe, which is another finding."""
    try:
        with open_for_reading(path, rules_for(Purpose.MAP, safety_policy(subject.configuration.options))) as file:
            text = from_bytes(read_bounded(file, MAX_SOURCE))
    except (OSError, SafetyError, TooLargeError, ValueError):
        return
    for number, line in enumerate(text.split("\n"), 1):
        key, _ = first_word(line)
        if key and not line.startswith("#"):
            yield number, key
