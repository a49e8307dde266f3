"""What the address pipeline and the check rulesets come to."""

import re
from dataclasses import dataclass

from noctule.rewrite.tracing import Complaint
from noctule.rewrite.workspace import dequote
from noctule.symbols.mailers import Mailer

ADDRESSED = frozenset(("050", "250", "252", "450", "550", "553"))  # replies which name the address they are about

# What may stand behind `$@` in `$#error`, as sysexits numbers.
USAGE, NOUSER, NOHOST, UNAVAILABLE, SOFTWARE, TEMPFAIL, PROTOCOL, CONFIG = 64, 67, 68, 69, 70, 75, 76, 78
_WORDS = {
    "usage": USAGE,
    "nouser": NOUSER,
    "nohost": NOHOST,
    "unavailable": UNAVAILABLE,
    "software": SOFTWARE,
    "tempfail": TEMPFAIL,
    "protocol": PROTOCOL,
    "config": CONFIG,
}
_REPLY = re.compile(r"(\d{3}) (?:([245]\.\d{1,3}\.\d{1,3}) )?")
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\Z")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Where an address goes.

    `deferral` is set when a look-up failed temporarily on the way: the address must be resolved again later, and the
    text says what failed.  `not_remote` is the leading `@` of the user part: no ruleset 5, no user database.
    `complaints` are what had to be repaired (`Unbalanced '<'`) and what went wrong in the rules: an SMTP server refuses
    the address with the first of them.
    """

    mailer: Mailer
    host: str
    user: str
    not_remote: bool = False
    deferral: str = ""
    complaints: tuple[Complaint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolvable:
    """Why an address goes nowhere.

    `code` and `enhanced` ("" when the rules gave none) begin the reply.  `status` is a sysexits number.  `host` and
    `user` are what stood behind `$@` and `$:` of `$#error`.
    """

    code: int
    enhanced: str
    text: str
    status: int
    host: str = ""
    user: str = ""
    mailer: str = ""  # set when only the characters of the user part are at fault
    refused: bool = False  # the text could not even be read as an address

    @property
    def temporary(self) -> bool:
        return self.code // 100 == 4


Resolution = Resolved | Unresolvable


@dataclass(frozen=True, slots=True)
class Accepted:
    """Nothing to say against it."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """To be refused with this reply."""

    code: int
    enhanced: str
    text: str
    status: int = UNAVAILABLE

    @property
    def temporary(self) -> bool:
        return self.code // 100 == 4

    def about(self, address: str) -> str:
        """The text as it is sent when the check was about an address."""
        return f"{address}... {self.text}" if address and f"{self.code}" in ADDRESSED else self.text


@dataclass(frozen=True, slots=True)
class Discarded:
    """To be accepted and dropped."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """To be accepted and held, for this reason."""

    reason: str


Verdict = Accepted | Rejected | Discarded | Quarantined


@dataclass(frozen=True, slots=True)
class ErrorTriple:
    """`$#error $@ code $: text`, understood."""

    code: int
    enhanced: str
    text: str
    status: int


def error_triple(host: str, user: str) -> ErrorTriple:
    """Read the host and user parts of `$#error`.

    A reply code at the start of the text wins, with an enhanced status behind it; without one the reply is 553 5.3.0
    whatever `$@` said.  `$@` gives the exit status, and the enhanced status where the text has a code but no status,
    even one of another class than the code's.
    """
    text = dequote(user)
    status, enhanced = _read_host(host)
    reply = _REPLY.match(text)
    if reply is None:
        return ErrorTriple(553, "5.3.0", text, status)
    common = f"{reply[1][0]}.0.0" if reply[1][0] in "245" else ""
    return ErrorTriple(int(reply[1]), reply[2] or enhanced or common, text[reply.end() :], status)


def _read_host(host: str) -> tuple[int, str]:
    """Exit status and enhanced status of the `$@` part."""
    if "." in host:
        return _exit_of(host), host if _ENHANCED.match(host) else ""
    if number := _NUMBER.match(host):
        return int(number[0]), ""
    return _WORDS.get(host.lower(), UNAVAILABLE), ""


_EXIT_OF_SUBJECT = {"3": 71, "5": PROTOCOL, "7": 65}
_EXIT_OF_DETAIL = {
    "1.0": 65, "1.1": NOUSER, "1.2": NOHOST, "1.3": USAGE, "1.5": CONFIG, "1.6": NOUSER, "1.7": USAGE, "1.8": NOHOST,
    "2.3": 65,
    "4.0": 74, "4.1": TEMPFAIL, "4.2": 74, "4.3": TEMPFAIL, "4.4": PROTOCOL, "4.5": TEMPFAIL, "4.6": CONFIG,
}  # fmt: skip


def _exit_of(enhanced: str) -> int:
    kind, _, detail = enhanced.partition(".")
    if kind == "4":
        return TEMPFAIL
    if kind == "2":
        return 0
    return _EXIT_OF_DETAIL.get(detail) or _EXIT_OF_SUBJECT.get(detail.partition(".")[0], UNAVAILABLE)
