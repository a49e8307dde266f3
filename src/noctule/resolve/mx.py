"""Mail exchangers and the order to try them in.  Pure.  RFC 5321 5.1, RFC 7505."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailExchanger:
    """A host that takes mail for a domain; the lower the preference the sooner it is tried.

    `name` is a host name with its final dot, or an address literal in its brackets.
    """

    name: str
    preference: int = 0


@dataclass(frozen=True, slots=True)
class NullMx:
    """The domain says that it takes no mail at all (RFC 7505)."""


def ordered(exchangers: Sequence[MailExchanger], random: Callable[[], float]) -> tuple[MailExchanger, ...]:
    """By preference; those of equal preference in random order, so that load is shared (RFC 5321 5.1)."""
    return tuple(sorted(exchangers, key=lambda exchanger: (exchanger.preference, random())))


def without_loops(
    exchangers: Sequence[MailExchanger], is_me: Callable[[str], bool]
) -> tuple[tuple[MailExchanger, ...], str | None]:
    """The exchangers better than ourselves, and our name among them (None: we are not in the list).

    Passing mail to one that is no closer than we are would send it round in circles.  `is_me` is given names without
    their final dot.
    """
    ours = [exchanger for exchanger in exchangers if is_me(exchanger.name.rstrip("."))]
    if not ours:
        return tuple(exchangers), None
    mine = min(ours, key=lambda exchanger: exchanger.preference)
    return tuple(e for e in exchangers if e.preference < mine.preference), mine.name


def with_fallback(exchangers: Sequence[MailExchanger], fallback: str) -> tuple[MailExchanger, ...]:
    """FallbackMXhost: a last resort after all others, unless it is in the list already.  "" for none."""
    name = fallback.rstrip(".").lower()
    if not name or any(exchanger.name.rstrip(".").lower() == name for exchanger in exchangers):
        return tuple(exchangers)
    last = max((exchanger.preference for exchanger in exchangers), default=0)
    return (*exchangers, MailExchanger(fallback, last + 1))
