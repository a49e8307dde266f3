"""X lines: mail filters (milters)."""

import re
from dataclasses import replace
from typing import Any

from noctule.config.complaints import Complaints
from noctule.config.fields import fields, split_name
from noctule.config.model import Filter
from noctule.config.times import parse_time

FAMILIES = {"unix": "unix", "local": "unix", "inet": "inet", "inet6": "inet6"}
_TIMEOUTS = {"C": "connect_timeout", "S": "send_timeout", "R": "read_timeout", "E": "end_timeout"}


def read_filter(text: str, known: dict[str, Filter], say: Complaints) -> None:
    """One X line into `known`, keyed by name."""
    name, rest = split_name(text)
    if not name:
        say.error("name required for mail filter")
        return
    if name in known:
        say.error(f"X{name}: duplicate filter definition")
        return
    before = len(say.said)
    values: dict[str, Any] = {}
    for key, value in fields(rest, f"X{name}: `=' expected", say.error):
        match key:
            case "S":
                values |= _socket(name, value, say)
            case "F":
                values["on_failure"] = next((letter for letter in value if letter in "RT4"), "")
            case "T":
                values |= _timeouts(name, value, say)
            case _:
                say.error(f"X{name}: unknown filter equate {key}=")
    if "family" not in values and len(say.said) == before:
        say.error(f"X{name}: empty or missing socket information")
    known[name] = replace(Filter(name=name, position=say.position), **values)


def _socket(name: str, value: str, say: Complaints) -> dict[str, Any]:
    kind, colon, address = value.partition(":")
    if not colon:
        kind, address = "unix", value
    family = FAMILIES.get(kind.lower())
    if family is None:
        say.error(f"X{name}: unknown socket type {kind}: Protocol not supported")
        return {}
    if family == "unix":
        return {"family": family, "address": address}
    port, at, host = address.partition("@")
    if not at:
        say.error(f"X{name}: bad address {address} (expected port@host)")
        return {}
    if not port.isdecimal() and re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", port) is None:
        say.error(f"X{name}: unknown port name {port}")
    return {"family": family, "address": host, "port": port}


def _timeouts(name: str, value: str, say: Complaints) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for piece in filter(None, map(str.strip, value.split(";"))):
        letter, _, time = piece.partition(":")
        if letter in _TIMEOUTS:
            found[_TIMEOUTS[letter]] = parse_time(time, "s", say.error)
        else:
            say.error(f"X{name}: unknown filter timeout {letter[:1]}")
    return found
