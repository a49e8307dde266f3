"""Addresses written as text.  Pure.  RFC 5321 4.1.3, RFC 3596."""

import ipaddress


def is_address(text: str) -> bool:
    """An IPv4 or IPv6 address in its usual spelling, without brackets."""
    return _parsed(text) is not None


def address_literal(domain: str) -> str | None:
    """The address in `[192.0.2.1]`, `[IPv6:2001:db8::1]` or `[2001:db8::1]`; None for anything else."""
    if not (domain.startswith("[") and domain.endswith("]")):
        return None
    inner = domain[1:-1]
    if inner[:5].lower() == "ipv6:":
        inner = inner[5:]
    address = _parsed(inner)
    return None if address is None else str(address)


def spelled(address: str, *, compressed: bool = False) -> str:
    """An address as macros, rules and replies have it: `1.2.3.4`, or `IPv6:2001:db8:0:0:0:0:0:1`, all eight groups.

    With `compressed` (UseCompressedIPv6Addresses) runs of zero groups are left out: `IPv6:2001:db8::1`.
    """
    parsed = _parsed(address)
    if not isinstance(parsed, ipaddress.IPv6Address):
        return address
    text = str(parsed) if compressed else ":".join(f"{int(group, 16):x}" for group in parsed.exploded.split(":"))
    return f"IPv6:{text}"


def reverse_name(address: str) -> str | None:
    """`4.3.2.1.in-addr.arpa` for `1.2.3.4`; None when it is no address.  An IPv4-mapped one counts as IPv4."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return None if parsed is None else parsed.reverse_pointer


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0] if ":" in text else text)
    except ValueError:
        return None
