"""International addresses (RFC 6531) and domains (RFC 5890) in byte text: characters are UTF-8 bytes."""

import unicodedata

from noctule.base.text import from_bytes, to_bytes

MAX_LABEL = 63
_ALLOWED = frozenset({"Ll", "Lo", "Lm", "Mn", "Mc", "Nd"})  # categories of characters in a U-label (RFC 5892)


def is_utf8(text: str) -> bool:
    """Whether the bytes are well-formed UTF-8 without control characters beyond ASCII."""
    if text.isascii():
        return True
    try:
        decoded = to_bytes(text).decode("utf-8")
    except UnicodeError:
        return False
    return not any("\x80" <= character <= "\x9f" for character in decoded)


def to_a_labels(domain: str) -> str | None:
    """`exämple.net` as DNS knows it: `xn--exmple-cua.net`.  None for what is no domain name.

    A label keeps what IDNA 2008 allows and is only brought to its normal form, so that no character is taken for
    another one (`ß` stays itself).
    """
    if domain.isascii():
        return domain
    try:
        labels = to_bytes(domain).decode("utf-8").split(".")
    except UnicodeError:
        return None
    converted = [_to_a_label(label) for label in labels]
    return ".".join(label for label in converted if label is not None) if None not in converted else None


def _to_a_label(label: str) -> str | None:
    if label.isascii():
        return label
    normal = unicodedata.normalize("NFC", label.lower())
    if any(c != "-" and unicodedata.category(c) not in _ALLOWED for c in normal):
        return None
    if normal.startswith("-") or normal.endswith("-") or unicodedata.category(normal[0]).startswith("M"):
        return None
    encoded = "xn--" + normal.encode("punycode").decode("ascii")
    return encoded if len(encoded) <= MAX_LABEL else None


def with_ascii_domain(address: str) -> str | None:
    """An address for a host without SMTPUTF8: its domain as A-labels.  None when that leaves it international."""
    if address.isascii():
        return address
    local, at, domain = address.rpartition("@")
    converted = to_a_labels(domain) if at and local.isascii() else None
    return None if converted is None else f"{local}@{converted}"


def clipped(text: str, limit: int) -> str:
    """UTF-8 text of more than `limit` characters with its middle left out; no character is cut in two."""
    decoded = to_bytes(text).decode("utf-8")
    if len(decoded) <= limit:
        return text
    half = (limit - 3) // 2
    return from_bytes(f"{decoded[:half]}...{decoded[-half:]}".encode())


def escaped(text: str) -> str:
    """UTF-8 text as the printable ASCII of RFC 6533 3: `é` is `\\x{E9}`."""
    decoded = to_bytes(text).decode("utf-8")
    return "".join(c if c.isascii() else f"\\x{{{ord(c):X}}}" for c in decoded)
