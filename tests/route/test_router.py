"""Answers to RCPT."""

import asyncio
from pathlib import Path

import pytest

from noctule.base.errors import TemporaryError
from noctule.mail.envelope import Triple
from noctule.route import Refused, Routed
from route.example import Site, open_site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return open_site(tmp_path)


def resolve(site: Site, address: str) -> Routed | Refused:
    return asyncio.run(site.router.resolve(address, site.scope))


@pytest.mark.parametrize(
    ("address", "triple"),
    [
        ("<bob@mail.example.test>", Triple("local", "", "bob")),
        ("<BOB>", Triple("local", "", "bob")),
        ("<bob+tag@example.test>", Triple("local", "tag", "bob")),
        ("<\\bob@mail.example.test>", Triple("local", "", "\\bob")),
        ("<friend@example.net>", Triple("esmtp", "example.net", "friend@example.net")),
        ('<"quoted name"@mail.example.test>', Triple("local", "", '"quoted name"')),
    ],
)
def test_addresses_that_lead_somewhere(site: Site, address: str, triple: Triple) -> None:
    routed = resolve(site, address)
    assert isinstance(routed, Routed)
    assert routed.triple == triple


def test_aliases_are_found_but_not_followed(site: Site) -> None:
    routed = resolve(site, "<staff+x@mail.example.test>")
    assert isinstance(routed, Routed)
    assert (routed.alias, routed.triple.user, routed.account) == ("alice, bob", "staff", None)


@pytest.mark.parametrize(
    ("address", "reply"),
    [
        ("<nobody-there>", "550 5.1.1 <nobody-there>... User unknown"),
        ("<\\staff@mail.example.test>", "550 5.1.1 <\\staff@mail.example.test>... User unknown"),
        ("<nobody-there+x@example.test>", "550 5.1.1 <nobody-there+x@example.test>... User unknown"),
        ("<x@refused.example>", "550 5.7.1 <x@refused.example>... not carried"),
        ("<x@later.example>", "452 4.2.2 mailbox is full"),
        ("<|/bin/true>", "550 5.7.1 <|/bin/true>... Cannot mail directly to programs"),
        (
            '<"/tmp/file"@mail.example.test>',
            '550 5.7.1 <"/tmp/file"@mail.example.test>... Cannot mail directly to files',
        ),
        ("<:include:/etc/passwd>", "550 5.7.1 <:include:/etc/passwd>... Cannot mail directly to :include:s"),
        ("(nobody)", "553 5.0.0 (nobody)... User address required"),
    ],
)
def test_addresses_that_lead_nowhere(site: Site, address: str, reply: str) -> None:
    refused = resolve(site, address)
    assert isinstance(refused, Refused)
    assert f"{refused.code} {refused.enhanced} {refused.reply_text}" == reply


def test_a_database_that_is_away_is_no_unknown_user(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.tables.broken = {"bob"}
    refused = resolve(site, "<bob>")
    assert isinstance(refused, Refused)
    assert (refused.code, refused.temporary) == (451, True)

    def away(_name: str) -> None:
        raise TemporaryError("directory is away")

    monkeypatch.setattr(site.accounts, "find", away)
    refused = resolve(site, "<carolx>")
    assert isinstance(refused, Refused)
    assert (refused.code, refused.text) == (451, "directory is away")
