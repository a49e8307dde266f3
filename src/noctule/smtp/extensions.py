"""What a server offers in its answer to EHLO or LHLO (RFC 5321 4.1.1.1)."""

from collections.abc import Iterable
from dataclasses import dataclass

from noctule.base.text import words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Extensions:
    """The keywords Noctule acts on.  A server greeted with HELO offers none: `Extensions()`."""

    pipelining: bool = False
    eight_bit_mime: bool = False
    dsn: bool = False
    size: int | None = None  # None: not offered; 0: offered without a limit; else bytes
    starttls: bool = False
    auth: tuple[str, ...] = ()  # mechanisms, upper case
    enhanced_status_codes: bool = False
    smtputf8: bool = False
    deliver_by: int | None = None  # None: not offered; else the least number of seconds of mode R


def parse_extensions(lines: Iterable[str]) -> Extensions:
    """Reads the reply lines after the greeting line.  Unknown keywords and bad parameters are passed over."""
    offered: dict[str, list[str]] = {}
    for line in lines:
        words = words_of(line.upper().replace("AUTH=", "AUTH ", 1))
        if words:
            offered.setdefault(words[0], []).extend(words[1:])
    return Extensions(
        pipelining="PIPELINING" in offered,
        eight_bit_mime="8BITMIME" in offered,
        dsn="DSN" in offered,
        size=_limit(offered["SIZE"]) if "SIZE" in offered else None,
        starttls="STARTTLS" in offered,
        auth=tuple(dict.fromkeys(offered.get("AUTH", ()))),
        enhanced_status_codes="ENHANCEDSTATUSCODES" in offered,
        smtputf8="SMTPUTF8" in offered,
        deliver_by=_limit(offered["DELIVERBY"]) if "DELIVERBY" in offered else None,
    )


def _limit(words: list[str]) -> int:
    return int(words[0]) if words and words[0].isdecimal() and len(words[0]) <= 20 else 0
