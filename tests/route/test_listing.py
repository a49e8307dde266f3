"""VRFY, EXPN and -bv compared with what Sendmail said over the same files (record_oracle.py)."""

import asyncio
import json
from pathlib import Path

import pytest

from noctule.route import split_addresses
from route.example import DATA, RECORDED_AT, open_site

BV = json.loads((DATA / "bv.json").read_text())
SMTP = json.loads((DATA / "smtp.json").read_text())
# Sendmail complains of the bracket and then repairs it; lists are split here without a word.
REPAIRED = "Unbalanced '<'"
# A refusal for now counts as deliverable for Sendmail's -bv, at a mailer named *error*.
ERROR_MAILER = "mailer *error*"


@pytest.mark.parametrize("waits", [False, True], ids=["at once", "waiting"])
@pytest.mark.parametrize("address", BV)
def test_deliverability_is_sendmails(address: str, waits: bool, tmp_path: Path) -> None:
    site = open_site(tmp_path)
    site.tables.waits = waits
    addresses = list(reversed(split_addresses(address, blanks=True)))
    listed = asyncio.run(site.router.expansion_of(addresses, site.scope))
    mine = [line.replace(str(tmp_path), RECORDED_AT) for line in listed.deliverability()]
    theirs = [
        line.replace("   ...", "...") for line in BV[address] if REPAIRED not in line and ERROR_MAILER not in line
    ]
    assert mine == theirs


@pytest.mark.parametrize("command", SMTP)
def test_replies_to_vrfy_and_expn_are_sendmails(command: str, tmp_path: Path) -> None:
    site = open_site(tmp_path)
    verb, _, argument = command.partition(" ")
    addresses = list(reversed(split_addresses(argument)))
    if verb == "VRFY":
        reply = asyncio.run(site.router.verification_of(addresses, site.scope)).verified()
    else:
        reply = asyncio.run(site.router.expansion_of(addresses, site.scope)).expanded()
    mine = reply.render().decode("latin-1").replace(str(tmp_path), RECORDED_AT).splitlines()
    assert mine == SMTP[command]
