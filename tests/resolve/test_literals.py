import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.resolve import address_literal, is_address, reverse_name, spelled


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("[192.0.2.1]", "192.0.2.1"),
        ("[IPv6:::1]", "::1"),
        ("[IPV6:2001:DB8::1]", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("192.0.2.1", None),
        ("[192.0.2.256]", None),
        ("[mail.example]", None),
        ("[]", None),
        ("[", None),
        ("[IPv6:]", None),
        ("[192.0.2.01]", None),
    ],
)
def test_address_literals(text: str, address: str | None) -> None:
    assert address_literal(text) == address


@given(st.ip_addresses())
def test_every_address_has_a_literal_and_a_reverse_name(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    text = str(address)
    assert is_address(text)
    assert address_literal(f"[IPv6:{text}]" if address.version == 6 else f"[{text}]") == text
    reverse = reverse_name(text)
    assert reverse is not None
    assert reverse.endswith((".in-addr.arpa", ".ip6.arpa"))


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_is_not(text: str) -> None:
    assert (reverse_name(text) is not None) is is_address(text)


def test_a_mapped_address_counts_as_ipv4() -> None:
    assert reverse_name("::ffff:192.0.2.1") == "1.2.0.192.in-addr.arpa"


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "IPv6:0:0:0:0:0:0:0:1"),
        ("2001:db8::a0b", "IPv6:2001:db8:0:0:0:0:0:a0b"),
    ],
)
def test_addresses_as_rules_see_them(address: str, text: str) -> None:
    assert spelled(address) == text


def test_a_compressed_spelling_on_demand() -> None:
    assert spelled("2001:db8::a0b", compressed=True) == "IPv6:2001:db8::a0b"
