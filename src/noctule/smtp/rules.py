"""What a server offers a client and holds it to."""

from dataclasses import dataclass, field

from noctule.mail.reply import Reply
from noctule.smtp import replies
from noctule.smtp.data import LineRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What EHLO announces and MAIL and RCPT allow."""

    pipelining: bool = True
    expn: bool = True
    verb: bool = True
    eight_bit_mime: bool = True
    size: int = 0  # bytes, 0: no limit
    dsn: bool = True
    smtputf8: bool = False
    chunking: bool = False
    etrn: bool = True
    auth: tuple[str, ...] = ()  # mechanisms
    starttls: bool = False
    deliver_by: int | None = 0  # the least number of seconds, 0: any; None: not offered

    def keywords(self) -> tuple[str, ...]:
        """In Sendmail's order."""
        words = ["ENHANCEDSTATUSCODES"]
        words += ["PIPELINING"] if self.pipelining else []
        words += ["EXPN"] if self.expn else []
        words += ["VERB"] if self.verb else []
        words += ["8BITMIME"] if self.eight_bit_mime else []
        words += [f"SIZE {self.size}" if self.size else "SIZE"]
        words += ["DSN"] if self.dsn else []
        words += ["SMTPUTF8"] if self.smtputf8 else []
        words += ["CHUNKING"] if self.chunking else []
        words += ["ETRN"] if self.etrn else []
        words += ["AUTH " + " ".join(self.auth)] if self.auth else []
        words += ["STARTTLS"] if self.starttls else []
        if self.deliver_by is not None:
            words += [f"DELIVERBY {self.deliver_by}" if self.deliver_by else "DELIVERBY"]
        return (*words, "HELP")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What this client is held to.  `host` and `peer` are the names replies show."""

    host: str
    peer: str
    offer: Offer = field(default_factory=Offer)
    lines: LineRules = field(default_factory=LineRules)
    privacy: frozenset[str] = frozenset()
    allow_bogus_hello: bool = False
    wait_for_replies: bool = True  # no input behind HELO, EHLO, DATA before they are answered
    no_tls: Reply = replies.NO_TLS  # where it is not offered
    refuse_http: bool = False  # HTTP words close the connection at any time, not only as the first command
    max_noops: int = 20
    close_on_noise: bool = False
