"""The one table of SMTP commands a server knows.  Everything that depends on a command's word reads it here."""

from dataclasses import dataclass
from enum import Enum

from noctule.mail.reply import Reply
from noctule.smtp import replies


class Noise(Enum):
    """Commands that do no work are counted; the number is how many are free before each costs a delay.

    MaxNOOPCommands takes the place of that of NOOP.  AUTH has none: one more than there are mechanisms is free.
    """

    HELO = "HELO", 3
    VRFY = "VRFY", 6
    AUTH = "AUTH", 0
    ETRN = "ETRN", 8
    NOOP = "NOOP", 20

    @property
    def free(self) -> int:
        return self.value[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One command.

    `always`: works even for a client whose commands are refused.  `ends_group`: must be the last command of a pipelined
    group (RFC 2920), so input behind it is a breach.  `privacy`: the PrivacyOptions word that makes it need HELO first.
    `refusal`: known, and not done here.
    """

    word: str
    always: bool = False
    ends_group: bool = False
    noise: Noise | None = None
    privacy: str = ""
    refusal: Reply | None = None


VERBS = {
    verb.word: verb
    for verb in (
        Verb(word="HELO", always=True, ends_group=True, noise=Noise.HELO),
        Verb(word="EHLO", always=True, ends_group=True, noise=Noise.HELO),
        Verb(word="MAIL", privacy="needmailhelo"),
        Verb(word="RCPT"),
        Verb(word="DATA", ends_group=True),
        Verb(word="BDAT"),
        Verb(word="RSET", always=True),
        Verb(word="NOOP", always=True, noise=Noise.NOOP),
        Verb(word="QUIT", always=True),
        Verb(word="VRFY", noise=Noise.VRFY, privacy="needvrfyhelo"),
        Verb(word="EXPN", noise=Noise.VRFY, privacy="needexpnhelo"),
        Verb(word="HELP"),
        Verb(word="VERB", noise=Noise.NOOP),
        Verb(word="ETRN"),
        Verb(word="STARTTLS"),
        Verb(word="AUTH"),
        Verb(word="SEND", refusal=replies.NOT_IMPLEMENTED),
        Verb(word="SOML", refusal=replies.NOT_IMPLEMENTED),
        Verb(word="SAML", refusal=replies.NOT_IMPLEMENTED),
        Verb(word="TURN", refusal=replies.NOT_IMPLEMENTED),
    )
}
HTTP_WORDS = frozenset({"GET", "POST", "CONNECT", "USER"})
"""First words of a client that takes us for a web or POP server."""
PROBES = frozenset({"DEBUG", "SHOWQ", "WIZ"})
"""Back doors of very old mail servers: who asks for them is looking for a way in."""
