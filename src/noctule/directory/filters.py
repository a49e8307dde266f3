"""Search filters: their text (RFC 4515) to what goes over the wire (RFC 4511 section 4.5.1.7).

As libldap does, blanks around parts are taken, and the outermost parentheses may be missing.
"""

import re

from noctule.base.errors import NoctuleError
from noctule.base.text import BLANKS, to_bytes
from noctule.directory import ber

_MAX_DEPTH = 30
_MAX_LENGTH = 16_384
_ESCAPE = re.compile(r"\\([0-9A-Fa-f]{2})")
_BAD_ESCAPE = re.compile(r"\\(?![0-9A-Fa-f]{2})")
_SPECIAL = re.compile(r"[*()\\\0]")
_ITEM = re.compile(r"([A-Za-z0-9.;-]+)\s*(=|>=|<=|~=)(.*)", re.DOTALL | re.ASCII)
_EXTENSIBLE = re.compile(r"([A-Za-z0-9.;-]*)(:dn)?(?::([A-Za-z0-9.-]+))?:=(.*)", re.DOTALL)
_AND, _OR, _NOT, _EQUALITY, _SUBSTRINGS, _GREATER, _LESS, _PRESENT, _APPROXIMATE, _EXTENDED = (
    0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0x87, 0xA8, 0xA9,
)  # fmt: skip
_COMPARISONS = {"=": _EQUALITY, ">=": _GREATER, "<=": _LESS, "~=": _APPROXIMATE}
_LISTS = {"&": _AND, "|": _OR}


class FilterError(NoctuleError):
    """A text is no filter."""


def escaped(value: str) -> str:
    """A value that stands for itself in a filter, whatever characters it has."""
    return _SPECIAL.sub(lambda found: f"\\{ord(found[0]):02X}", value)


def encoded_filter(text: str) -> bytes:
    """A filter for the wire, from byte text.  Raises FilterError."""
    text = text.strip(BLANKS)
    if len(text) > _MAX_LENGTH:
        raise FilterError("filter too long")
    try:
        if not text.startswith("("):
            return _item(text)
        encoded, end = _filter(text, 0, 0)
    except UnicodeEncodeError:
        raise FilterError("filter with characters that are no bytes") from None
    if text[end:].strip(BLANKS):
        raise FilterError(f"text after the filter: {text[end:]:.40}")
    return encoded


def _filter(text: str, start: int, depth: int) -> tuple[bytes, int]:
    """The filter in parentheses at `start`, and where it ends."""
    if depth > _MAX_DEPTH:
        raise FilterError("filter nested too deeply")
    if text[start : start + 1] != "(":
        raise FilterError(f"parenthesis expected at {text[start:]:.40}")
    inside = _past_blanks(text, start + 1)
    kind = text[inside : inside + 1]
    if kind and kind in "&|!":
        parts, end = [], _past_blanks(text, inside + 1)
        while text[end : end + 1] == "(":
            part, end = _filter(text, end, depth + 1)
            parts.append(part)
            end = _past_blanks(text, end)
        encoded = _negated(parts) if kind == "!" else ber.element(_LISTS[kind], *parts)
    else:
        end = text.find(")", inside)
        encoded = _item(text[inside : end if end >= 0 else len(text)])
    if text[end : end + 1] != ")" or end < 0:
        raise FilterError("parenthesis not closed")
    return encoded, end + 1


def _negated(parts: list[bytes]) -> bytes:
    if len(parts) != 1:
        raise FilterError("! needs one filter")
    return ber.element(_NOT, parts[0])


def _item(text: str) -> bytes:
    found = _ITEM.fullmatch(text)
    if found is None:
        return _extended(text)
    name, relation, value = ber.element(ber.OCTETS, to_bytes(found[1])), found[2], found[3]
    if "(" in value:
        raise FilterError(f"parenthesis in value: {value:.40}")
    if relation == "=" and value.strip(BLANKS) == "*":
        return ber.element(_PRESENT, to_bytes(found[1]))
    if relation == "=" and "*" in value:
        return ber.element(_SUBSTRINGS, name, _substrings(value.split("*")))
    return ber.element(_COMPARISONS[relation], name, ber.element(ber.OCTETS, _value(value)))


def _substrings(pieces: list[str]) -> bytes:
    last = len(pieces) - 1
    kinds = [0x80 if index == 0 else 0x82 if index == last else 0x81 for index in range(len(pieces))]
    parts = [ber.element(kind, _value(piece)) for kind, piece in zip(kinds, pieces, strict=True) if piece]
    if not parts:
        raise FilterError("substrings without any")
    return ber.element(ber.SEQUENCE, *parts)


def _extended(text: str) -> bytes:
    found = _EXTENSIBLE.fullmatch(text)
    if found is None or not (found[1] or found[3]):
        raise FilterError(f"not understood: {text:.40}")
    name, whole_name, rule, value = found.groups()
    parts = [ber.element(0x81, to_bytes(rule))] if rule else []
    parts += [ber.element(0x82, to_bytes(name))] if name else []
    parts += [ber.element(0x83, _value(value))]
    parts += [ber.flag(True, 0x84)] if whole_name else []
    return ber.element(_EXTENDED, *parts)


def _value(text: str) -> bytes:
    if _BAD_ESCAPE.search(text):
        raise FilterError(f"bad escape in {text:.40}")
    return to_bytes(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text))


def _past_blanks(text: str, start: int) -> int:
    while start < len(text) and text[start] in BLANKS:
        start += 1
    return start
