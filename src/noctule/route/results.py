"""What routing comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from noctule.accounts import Account
from noctule.mail.envelope import Envelope, Recipient, Triple
from noctule.mail.outcome import Deferred, Failed
from noctule.mail.reply import Reply
from noctule.symbols.mailers import Mailer


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """An address that leads somewhere.

    `alias` is the right-hand side when the user is an alias (the triple is then still that of the alias itself).
    `deferral`, when not empty, says which look-up failed temporarily: take the mail, resolve again later.
    """

    mailer: Mailer
    triple: Triple
    alias: str | None = None
    account: Account | None = None  # of a local user who exists
    not_remote: bool = False
    deferral: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An address that leads nowhere (now, if `code` is 4xx).

    `text` is without, `reply_text` with the address where Sendmail's reply names it.
    """

    code: int
    enhanced: str
    text: str
    reply_text: str
    triple: Triple | None = None
    diagnosed: bool = False  # reports give the reply as Diagnostic-Code

    @property
    def temporary(self) -> bool:
        return self.code // 100 == 4

    @property
    def reply(self) -> str:
        """`550 5.1.1 User unknown`"""
        return " ".join(part for part in (str(self.code), self.enhanced, self.text) if part)

    def said(self) -> Reply:
        """What an SMTP client hears of it."""
        return Reply(self.code, self.enhanced, (self.reply_text,))

    def outcome(self) -> Failed | Deferred:
        """The same for a recipient of a message taken before."""
        if self.temporary:
            return Deferred(status=self.enhanced or "4.0.0", text=self.text)
        return Failed(status=self.enhanced or "5.0.0", text=self.text, reply=self.reply if self.diagnosed else "")


class NoteKind(Enum):
    """What is worth a line in the log."""

    ALIAS = "alias"  # `alias NAME => TEXT`
    FORWARD = "forward"  # `forward FILE => TEXT`
    FORWARD_UNUSABLE = "forward unusable"  # `forward FILE: TEXT`
    LOOP = "loop"  # `aliasing/forwarding loop broken: NAME (TEXT)`
    OWNER = "owner"  # a clone was made for list NAME, with TEXT as its sender


@dataclass(frozen=True, slots=True)
class Note:
    """For the log: route itself does not write any."""

    kind: NoteKind
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Clone:
    """Members of lists with the same owner, in an envelope of their own with the owner as its sender.

    The id is to be assigned; body and header are those of the original.  Members without a triple were not resolved:
    the clone's own expansion will say why, to the owner.
    """

    envelope: Envelope
    lists: tuple[int, ...]  # numbers of the recipients in the original envelope that stood for them


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """An envelope's recipients after aliasing.

    `recipients` are all of them: unchanged, changed (EXPANDED) and added ones.  Those still QUEUED have a triple and
    are to be attempted, but for the ones `outcomes` has an end for (failed, or to be tried later), by number.
    `expanded` and `given_to_lists` number those for whom NOTIFY=SUCCESS is due a report of that kind.
    """

    recipients: tuple[Recipient, ...]
    outcomes: Mapping[int, Failed | Deferred]
    clones: tuple[Clone, ...] = ()
    expanded: tuple[int, ...] = ()
    given_to_lists: tuple[int, ...] = ()
    notes: tuple[Note, ...] = ()
