"""Envelope and recipients: what the queue keeps of a message beside its body."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, Flag, auto
from types import MappingProxyType

_DOT_STRING = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\\-]+")
_COMMENT_MARK = re.compile(r'"(?:\\.|[^"\\])*"|\\.|[()]', re.DOTALL)  # quoted ones are no marks


class Notify(Flag):
    """NOTIFY= of RFC 3461.  NEVER stands alone."""

    NEVER = 0
    SUCCESS = auto()
    FAILURE = auto()
    DELAY = auto()


class RecipientState(Enum):
    """A recipient is in exactly one of these."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPANDED = "expanded"  # replaced by the members of an alias, list or .forward


@dataclass(frozen=True, slots=True)
class Controller:
    """On whose authority an address from an alias, list or .forward is used (`ctladdr`)."""

    user: str
    uid: int
    gid: int
    address: str


@dataclass(frozen=True, slots=True)
class Triple:
    """Where an address goes: mailer name, host, user, as `parse` resolved it."""

    mailer: str
    host: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One recipient and what has become of it.

    `address` is the text as given (`<bob@example.net>` from SMTP, bare from a command line or alias).
    """

    number: int  # key within its envelope, from 1; never reused
    address: str
    triple: Triple | None = None  # of the latest resolution
    notify: Notify | None = None  # None: not given
    original: str = ""  # ORCPT= as given: `rfc822;bob@x`
    final: str = ""  # Final-Recipient for reports: `RFC822; bob@x`
    primary: bool = True  # named by the client, not found by expansion
    controller: Controller | None = None
    alias_of: str = ""  # address of the recipient this one was expanded from
    state: RecipientState = RecipientState.QUEUED
    status: str = ""  # enhanced code of the latest outcome
    message: str = ""  # its text, as mailq shows it
    remote: str = ""  # host of the latest attempt


@dataclass(frozen=True, slots=True)
class HeaderField:
    """One header field as kept in the queue.

    `value` is byte text: everything after the colon as it came, folds as "\\r\\n" + blank.  `condition` is the `?x?`
    part of the H line it came from ("" for a field of the message itself): mailer flag letters, or `${name}`.
    """

    name: str
    value: str
    condition: str = ""


class BodyType(Enum):
    """BODY= of MAIL."""

    UNSTATED = ""
    SEVEN_BIT = "7BIT"
    EIGHT_BIT_MIME = "8BITMIME"


@dataclass(frozen=True, slots=True)
class Deadline:
    """BY= of RFC 2852: when a message should be delivered (seconds since the epoch), and what happens if it is not."""

    at: float
    return_it: bool  # mode R; else the sender is told, and delivery goes on
    trace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Everything the queue knows of a message but its body.  Times are seconds since the epoch."""

    id: str  # queue id, "" until assigned
    sender: str  # as given: `<a@b>`, `<>`, or bare from a command line
    recipients: tuple[Recipient, ...] = ()
    headers: tuple[HeaderField, ...] = ()
    created: float = 0.0
    size: int = 0  # bytes of header and body as received
    body_size: int = 0
    body_type: BodyType = BodyType.UNSTATED
    has_8bit: bool = False
    ret: str = ""  # RET=: "", "FULL", "HDRS"
    envid: str = ""  # ENVID=, xtext as given
    auth: str = ""  # AUTH= of MAIL, xtext as given
    deadline: Deadline | None = None
    smtputf8: bool = False  # SMTPUTF8 of MAIL: addresses and header may hold UTF-8
    message_id: str = ""
    precedence_class: int = 0  # from Precedence:, by P lines
    priority: int = 0  # lower is better; see Sendmail's RecipientFactor, ClassFactor, RetryFactor
    attempts: int = 0
    last_attempt: float = 0.0
    next_attempt: float = 0.0  # not before
    message: str = ""  # envelope status as mailq shows it
    quarantine: str = ""
    warned: bool = False  # the delay warning has been sent
    is_report: bool = False  # a bounce or receipt: never bounced itself
    hops: int = 0
    macros: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # r, s, _, daemon_flags ...

    @property
    def sender_address(self) -> str:
        """The sender without angle brackets and comments; "" for the null sender."""
        sender = without_comments(self.sender)
        return sender[1:-1] if sender.startswith("<") and sender.endswith(">") else sender


def without_comments(address: str) -> str:
    """An address as it is used; comments count for nobody."""
    if "(" not in address:
        return address
    kept, start, depth = [], 0, 0
    for mark in _COMMENT_MARK.finditer(address):
        if mark[0] == "(":
            if not depth:
                kept.append(address[start : mark.start()])
            depth += 1
        elif mark[0] == ")" and depth:
            depth -= 1
            start = mark.end()
    return re.sub(r"[ \t]+(?=>?$)|(?<=^<)[ \t]+", "", "".join([*kept, address[start:]]))


def qualified(address: str, host: str) -> str:
    """An address with a domain: `bob` becomes `bob@host`, `two words` becomes `"two words"@host`."""
    plain = address[1:-1] if address.startswith("<") and address.endswith(">") else address
    if "@" in plain:
        return plain
    if _DOT_STRING.fullmatch(plain) is None and not plain.startswith('"'):
        plain = '"' + plain.replace('"', '\\"') + '"'
    return f"{plain}@{host}"
