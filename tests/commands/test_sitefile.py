"""The text of a new site file."""

import dataclasses

import pytest

from noctule.base.errors import UsageError
from noctule.commands.sitefile import Site, network, site_text

SITE = Site(name="mail.example.org")


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("192.0.2.0/24", "192.0.2"),
        ("10.0.0.0/8", "10"),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::/32", "IPv6:2001:db8"),
        ("2001:db8::1", "IPv6:2001:db8:0:0:0:0:0:1"),
    ],
)
def test_networks_as_class_r_spells_them(written: str, spelled: str) -> None:
    assert network(written) == spelled


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "nothing: not the full name of a host"),
        ({"name": "a')define(`x"}, "not the full name of a host"),
        ({"smart_host": "two words"}, "not the name of a host"),
        ({"local": "elsewhere"}, "local mail goes to"),
        ({"local": "lmtp:host"}, "lmtp:HOST:PORT"),
        ({"certificate": "/a"}, "go together"),
        ({"certificate": "a", "key": "/k"}, "not an absolute path"),
        ({"submitters": ["192.0.2.0/25"]}, "multiple of 8"),
        ({"submitters": ["0.0.0.0/0"]}, "multiple of 8"),
        ({"submitters": ["everybody"]}, "not a network"),
        ({"directory": "/a b"}, "not an absolute path"),
    ],
)
def test_answers_that_cannot_be(change: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        site_text(dataclasses.replace(SITE, **change))  # type: ignore[arg-type]
