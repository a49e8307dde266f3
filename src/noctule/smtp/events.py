"""What a client of the server wire has done."""

from dataclasses import dataclass, field
from enum import Enum

from noctule.mail.reply import Reply
from noctule.smtp.parameters import MailParameters, RecipientParameters


@dataclass(frozen=True, slots=True)
class HelloGiven:
    """HELO or EHLO.  `bogus`: the name is no domain, and such names are let through; `name` is then ""."""

    name: str
    extended: bool
    bogus: bool = False


@dataclass(frozen=True, slots=True)
class SenderGiven:
    """MAIL.  `address` is byte text as given, brackets and all.

    `refusal` is what is wrong with the parameters: to be said when the address is fine.
    """

    address: str
    parameters: MailParameters
    refusal: Reply | None = None


@dataclass(frozen=True, slots=True)
class RecipientGiven:
    """RCPT.  As SenderGiven."""

    address: str
    parameters: RecipientParameters
    refusal: Reply | None = None


@dataclass(frozen=True, slots=True)
class AuthenticationRequested:
    """AUTH.  `mechanism` is as written; `initial` is the initial response, base64 as given; None: there is none.

    A 334 reply asks for more.
    """

    mechanism: str
    initial: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AuthenticationAnswered:
    """The line that answers a 334, base64 as given; `*` cancels."""

    response: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DataRequested:
    """DATA: a 354 reply makes what follows text."""


@dataclass(frozen=True, slots=True)
class ChunkOpened:
    """The first BDAT of a message: text follows, whatever is thought of it.  No reply is owed before its end."""


@dataclass(frozen=True, slots=True)
class ChunkEnded:
    """A chunk of so many bytes has been read, and others follow.  TextEnded is the end of the last one."""

    size: int


@dataclass(frozen=True, slots=True)
class TextReceived:
    """Message text with CRLF line ends, dots unstuffed.  No reply is owed."""

    data: bytes


class Fault(Enum):
    """What is wrong with a text; it has been read to its end."""

    BARE_LF = "Bare linefeed (LF) not allowed"
    BARE_CR = "Bare carriage return (CR) not allowed"
    NUL = "NUL byte not allowed"


@dataclass(frozen=True, slots=True)
class TextEnded:
    """The final dot, or the end of the last chunk.  `in_header`: the fault came before the first empty line."""

    fault: Fault | None = None
    in_header: bool = False


@dataclass(frozen=True, slots=True)
class InputEnded:
    """The client closed its side.  `in_text`: in the middle of a message; only then is a reply owed."""

    in_text: bool


@dataclass(frozen=True, slots=True)
class ResetRequested:
    """RSET."""


@dataclass(frozen=True, slots=True)
class NoopRequested:
    """NOOP."""


@dataclass(frozen=True, slots=True)
class QuitRequested:
    """QUIT."""


@dataclass(frozen=True, slots=True)
class VerifyRequested:
    """VRFY.  `smtputf8`: the client takes a reply in UTF-8 (RFC 6531 3.7.4.2)."""

    argument: str
    smtputf8: bool = False


@dataclass(frozen=True, slots=True)
class ExpandRequested:
    """EXPN.  As VerifyRequested."""

    argument: str
    smtputf8: bool = False


@dataclass(frozen=True, slots=True)
class QueueRunRequested:
    """ETRN."""

    node: str


@dataclass(frozen=True, slots=True)
class TlsRequested:
    """STARTTLS: a 220 reply makes what follows a handshake."""


@dataclass(frozen=True, slots=True)
class HelpRequested:
    """HELP; `topic` may be ""."""

    topic: str


@dataclass(frozen=True, slots=True)
class VerboseRequested:
    """VERB."""


class Breach(Enum):
    """What no mail program does."""

    TOO_LONG = "a command line without an end"
    OPEN_PROXY = "a command of HTTP"


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """The wire itself refuses: bad syntax, bad sequence, unknown, breach of protocol.  Send `reply`."""

    reply: Reply
    early_input: str = ""  # the verb behind which more input was waiting
    breach: Breach | None = None
    closes: bool = False  # nothing that follows can be understood
    no_command: bool = False  # unknown here, or not done


Event = (
    HelloGiven
    | SenderGiven
    | RecipientGiven
    | DataRequested
    | ChunkOpened
    | ChunkEnded
    | TextReceived
    | TextEnded
    | InputEnded
    | ResetRequested
    | NoopRequested
    | QuitRequested
    | VerifyRequested
    | ExpandRequested
    | QueueRunRequested
    | TlsRequested
    | AuthenticationRequested
    | AuthenticationAnswered
    | HelpRequested
    | VerboseRequested
    | CommandRefused
)
