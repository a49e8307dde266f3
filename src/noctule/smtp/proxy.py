"""The PROXY protocol, versions 1 and 2, the receiving side: who a proxy speaks for.

A header is complete and well formed, or the connection is of no use: nothing of it is ever taken for a command.
"""

import ipaddress
import re
import struct
from dataclasses import dataclass

from noctule.base.errors import ProtocolError

MAX_HEADER = 4096  # bytes, of version 2 with all it may carry
_MAX_LINE = 107
_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
_FIXED = len(_SIGNATURE) + 4
_LINE = re.compile(r"PROXY (TCP4|TCP6) (\S+) (\S+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})", re.ASCII)
_LOCAL, _PROXY = 0x20, 0x21
_TCP4, _TCP6 = 0x11, 0x21


@dataclass(frozen=True, slots=True)
class End:
    """One end of the proxied connection."""

    address: str
    port: int


@dataclass(frozen=True, slots=True)
class ProxyHeader:
    """`source` and `destination` are None for a connection of the proxy's own (LOCAL, UNKNOWN).

    `rest` came behind the header.
    """

    source: End | None
    destination: End | None
    rest: bytes


def parse_proxy_header(data: bytes) -> ProxyHeader | None:
    """The header at the beginning of `data`; None: more is needed.  Raises ProtocolError."""
    if data.startswith(_SIGNATURE[: len(data)]):
        return _binary(data)
    if data.startswith(b"PROXY "[: len(data)]):
        return _text(data)
    raise ProtocolError("no PROXY header")


def _text(data: bytes) -> ProxyHeader | None:
    line, end, rest = data[:_MAX_LINE].partition(b"\r\n")
    if not end:
        if len(data) >= _MAX_LINE:
            raise ProtocolError("PROXY header without an end")
        return None
    rest = data[len(line) + 2 :]
    text = line.decode("latin-1")
    if text == "PROXY UNKNOWN" or text.startswith("PROXY UNKNOWN "):
        return ProxyHeader(None, None, rest)
    match = _LINE.fullmatch(text)
    if match is None:
        raise ProtocolError("PROXY header not understood")
    family = 4 if match[1] == "TCP4" else 6
    return ProxyHeader(_end(match[2], match[4], family), _end(match[3], match[5], family), rest)


def _end(address: str, port: str, family: int) -> End:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        raise ProtocolError("PROXY header: no address") from None
    if parsed.version != family or "%" in address or int(port) > 65535:
        raise ProtocolError("PROXY header: address and family do not fit")
    return End(_plain(parsed), int(port))


def _plain(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _binary(data: bytes) -> ProxyHeader | None:
    if len(data) < _FIXED:
        return None
    command, family, length = struct.unpack_from("!BBH", data, len(_SIGNATURE))
    if command not in {_LOCAL, _PROXY}:
        raise ProtocolError("PROXY header: unknown version or command")
    if _FIXED + length > MAX_HEADER:
        raise ProtocolError("PROXY header too long")
    if len(data) < _FIXED + length:
        return None
    block, rest = data[_FIXED : _FIXED + length], data[_FIXED + length :]
    if command == _LOCAL or family not in {_TCP4, _TCP6}:
        return ProxyHeader(None, None, rest)
    size = 4 if family == _TCP4 else 16
    if length < 2 * size + 4:
        raise ProtocolError("PROXY header too short")
    source, destination = (_plain(ipaddress.ip_address(block[at : at + size])) for at in (0, size))
    source_port, destination_port = struct.unpack_from("!HH", block, 2 * size)
    return ProxyHeader(End(source, source_port), End(destination, destination_port), rest)
