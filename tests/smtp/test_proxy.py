"""PROXY headers, versions 1 and 2: whole, byte by byte, and anything at all."""

import ipaddress
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.base.errors import ProtocolError
from noctule.smtp.proxy import End, ProxyHeader, parse_proxy_header

SIGNATURE = bytes.fromhex("0d0a0d0a000d0a515549540a")  # as the specification has it


def binary(command: int, family: int, block: bytes) -> bytes:
    return SIGNATURE + struct.pack("!BBH", command, family, len(block)) + block


def addresses(source: str, destination: str, *ports: int) -> bytes:
    packed = ipaddress.ip_address(source).packed + ipaddress.ip_address(destination).packed
    return packed + struct.pack("!HH", *ports)


FOUR = addresses("192.0.2.1", "198.51.100.2", 40000, 25)
SIX = addresses("2001:db8::1", "2001:db8::2", 40000, 25)
ENDS_4 = (End("192.0.2.1", 40000), End("198.51.100.2", 25))
ENDS_6 = (End("2001:db8::1", 40000), End("2001:db8::2", 25))
GOOD = [
    (b"PROXY TCP4 192.0.2.1 198.51.100.2 40000 25\r\n", *ENDS_4),
    (b"PROXY TCP6 2001:db8::1 2001:DB8:0::2 40000 25\r\n", *ENDS_6),
    (b"PROXY UNKNOWN\r\n", None, None),
    (b"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", None, None),
    (binary(0x21, 0x11, FOUR), *ENDS_4),
    (binary(0x21, 0x21, SIX), *ENDS_6),
    (binary(0x21, 0x11, FOUR + b"\x04\x00\x03abc"), *ENDS_4),  # with a NOOP TLV
    (binary(0x21, 0x21, addresses("::ffff:192.0.2.1", "::ffff:198.51.100.2", 40000, 25)), *ENDS_4),
    (binary(0x20, 0x00, b""), None, None),
    (binary(0x20, 0x11, FOUR), None, None),
    (binary(0x21, 0x00, b"whatever"), None, None),
    (binary(0x21, 0x31, b"\0" * 216), None, None),
]


@pytest.mark.parametrize(("header", "source", "destination"), GOOD)
def test_headers_and_what_comes_behind(header: bytes, source: End | None, destination: End | None) -> None:
    assert parse_proxy_header(header + b"EHLO x\r\n") == ProxyHeader(source, destination, b"EHLO x\r\n")
    for size in range(len(header)):
        assert parse_proxy_header(header[:size]) is None


@pytest.mark.parametrize(
    "data",
    [
        b"EHLO client.example.net\r\n",
        b"PROXX",
        b"\r\nQUIT",
        b"PROXY TCP4 192.0.2.1 198.51.100.2 40000 25\n" + b" " * 107,
        b"PROXY TCP4 192.0.2.1 198.51.100.2 40000\r\n",
        b"PROXY TCP4 192.0.2.1 198.51.100.2 40000 65536\r\n",
        b"PROXY TCP4 192.0.2.1 198.51.100.2 040 25\r\n",
        b"PROXY TCP4 192.0.2.256 198.51.100.2 40000 25\r\n",
        b"PROXY TCP4 2001:db8::1 2001:db8::2 40000 25\r\n",
        b"PROXY TCP6 fe80::1%eth0 2001:db8::2 40000 25\r\n",
        b"PROXY UDP4 192.0.2.1 198.51.100.2 40000 25\r\n",
        b"PROXY  TCP4 192.0.2.1 198.51.100.2 40000 25\r\n",
        b"PROXY UNKNOWNS\r\n",
        b"PROXY " + b"x" * 120,
        binary(0x11, 0x11, FOUR),
        binary(0x22, 0x11, FOUR),
        binary(0x21, 0x11, FOUR[:-1]),
        binary(0x21, 0x21, FOUR),
        SIGNATURE + b"\x21\x11\xff\xff",
    ],
)
def test_what_is_not_a_header_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_proxy_header(data)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=60).map(lambda b: b"PROXY " + b + b"\r\n"),
        st.binary(max_size=60).map(lambda b: SIGNATURE + b),
    )
)
def test_any_bytes_are_a_header_or_more_of_one_or_refused(data: bytes) -> None:
    try:
        header = parse_proxy_header(data)
    except ProtocolError:
        return
    assert header is None or data.endswith(header.rest)
