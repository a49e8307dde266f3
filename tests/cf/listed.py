"""Differences between the two libraries that docs/compatibility.md lists, and where they show."""

import re
from dataclasses import dataclass
from typing import Protocol


class Shown(Protocol):
    """What one question got of each library."""

    topic: str
    line: str
    theirs: str
    ours: str


@dataclass(frozen=True)
class Listed:
    """A difference on purpose: patterns for what was asked and for what each library said."""

    reason: str
    topic: str = ""
    line: str = ""
    theirs: str = ""
    ours: str = ""

    def shows_in(self, difference: Shown) -> bool:
        """Whether it explains this difference."""
        parts = ((self.topic, difference.topic), (self.line, difference.line),
                 (self.theirs, difference.theirs), (self.ours, difference.ours))  # fmt: skip
        return all(re.search(pattern, text) for pattern, text in parts)


LISTED = (
    Listed(
        "limits without a client address",
        topic=r"check_(rcpt|relay) \[submitted\]",
        theirs=r"\$@ 4 \. 3 \. 2 \$:4(52|21)(Toomanyopenconnections|Connectionratelimitexceeded)",
    ),
    Listed("the address !", line=r" !$", theirs="excessive recursion"),
    Listed("a comma in the third argument of dnsbl", theirs="Temporarylookupfailureof.*atbl.example", ours="tryagain,"),
    Listed("ldap_routing with preserve, a quoted user", theirs=r"user >|\]>><"),
    Listed("CNAME records in a circle", line=r"loop[12]\.example"),
    Listed("rhsbl without access_db", theirs="Unknown ruleset SearchList"),
)


def reason_for(difference: Shown) -> str:
    """Why the libraries differ here on purpose; empty when nobody said so."""
    return next((known.reason for known in LISTED if known.shows_in(difference)), "")
