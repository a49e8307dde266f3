"""The server's side of SMTP as a state machine (RFC 5321).

The driver feeds bytes to `receive_data`, takes one event at a time from `next_event`, answers it by `send_reply`, and
writes `data_to_send` when there is no further event.  Every event wants exactly one reply; only TextReceived, and
InputEnded outside of a text, want none.  Input that came behind a command waits until that command is answered, so
replies keep the order of commands and one write answers one pipelined group.

What the wire decides by itself: syntax, sequence, unknown commands, limits on noise, and input where none may be yet.
These come as CommandRefused with the reply made, so that the driver still sees, delays and logs every command.
"""

from collections.abc import Callable

from noctule.base.text import BLANKS, first_word, words_of
from noctule.mail.reply import Reply
from noctule.smtp import replies
from noctule.smtp.chunks import ChunkReader, chunk_argument
from noctule.smtp.data import TextDecoder
from noctule.smtp.events import (
    AuthenticationAnswered,
    AuthenticationRequested,
    Breach,
    ChunkEnded,
    ChunkOpened,
    CommandRefused,
    DataRequested,
    Event,
    ExpandRequested,
    HelloGiven,
    HelpRequested,
    InputEnded,
    NoopRequested,
    QueueRunRequested,
    QuitRequested,
    RecipientGiven,
    ResetRequested,
    SenderGiven,
    TextEnded,
    TextReceived,
    TlsRequested,
    VerboseRequested,
    VerifyRequested,
)
from noctule.smtp.noise import NoiseMeter
from noctule.smtp.parameters import (
    NO_MAIL_PARAMETERS,
    NO_RECIPIENT_PARAMETERS,
    Refusal,
    check_international,
    end_of_path,
    mail_parameters,
    recipient_parameters,
    split_path,
)
from noctule.smtp.rules import Rules
from noctule.smtp.verbs import HTTP_WORDS, VERBS, Noise, Verb

MAX_COMMAND_LINE = 2048  # bytes, line end included
MAX_AUTH_LINE = 12288 + 64  # RFC 4954 section 4, and room for the command
MAX_HELLO_NAME = 256
MAX_UNKNOWN_COMMANDS = 25
_HIDDEN = "..."  # in the place of what may be a password
_DOMAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.#[]:")
_CLOSED = (CommandRefused, NoopRequested, VerboseRequested, InputEnded)


class Server:
    """One connection.  `rules` and `offer` may be set anew until the greeting."""

    __slots__ = (
        "_authenticating",
        "_buffer",
        "_chunks",
        "_decoder",
        "_end",
        "_noise",
        "_out",
        "_owed",
        "_recipients",
        "_rejection",
        "_scanned",
        "_sender",
        "_smtputf8",
        "_unknown",
        "authenticated",
        "closing",
        "delay",
        "flood",
        "handshake_due",
        "hello",
        "last_line",
        "last_verb",
        "rules",
    )

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.closing = False
        self.delay = 0.0  # seconds to wait before the present event is answered
        self.flood = 0  # how many commands of its kind there were, when the present one begins to cost a delay
        self.handshake_due = False  # nothing is read until `encrypted` says that TLS stands
        self.hello: HelloGiven | None = None
        self.last_verb = ""  # lower case; "" before the first command
        self.last_line = ""  # for the log: without what may be a password
        self.authenticated = False
        self._authenticating = False  # the next line answers a challenge
        self._buffer = b""
        self._chunks = ChunkReader()
        self._scanned = 0
        self._end = False
        self._out: list[bytes] = []
        self._owed: Event | None = None
        self._decoder: TextDecoder | None = None
        self._sender = False
        self._smtputf8 = False
        self._recipients = 0
        self._rejection: Reply | None = None
        self._noise = NoiseMeter()
        self._unknown = 0

    # what the driver calls

    def receive_data(self, data: bytes) -> None:
        """Bytes from the client; b"" when it has closed its side."""
        if not data:
            self._end = True
        self._buffer = self._buffer + data if self._buffer else data

    def next_event(self) -> Event | None:
        """What the client did next.  None: more bytes are needed, or the connection is to be closed."""
        assert self._owed is None, "the last event has not been answered"
        if self.closing or self.handshake_due:
            return None
        self.delay, self.flood = 0.0, 0
        if self._decoder is not None:
            return self._text_event(self._decoder)
        if self._chunks.reading:
            return self._chunk_event()
        line = self._take_line()
        if line is None:
            return self._ended(in_text=False) if self._end else None
        event = self._response(line) if self._authenticating else self._command(line)
        if event is None or isinstance(event, ChunkOpened):
            return event or self._chunk_event()
        self._owed = event
        return event

    def greet(self, reply: Reply) -> None:
        """The first reply of all."""
        self._out.append(reply.render())
        self.closing = reply.code == 421

    def refuse_commands(self, reply: Reply) -> None:
        """From now on every command that could do something gets `reply`."""
        self._rejection = reply

    def encrypted(self, rules: Rules) -> None:
        """TLS stands: what was said before is forgotten (RFC 3207 4.2)."""
        self.rules = rules
        self.handshake_due = False
        self.hello = None
        self.authenticated = False
        self._reset()

    @property
    def in_text(self) -> bool:
        """Whether the client is sending a message."""
        return self._decoder is not None or self._chunks.reading

    @property
    def line_begun(self) -> bool:
        """Whether a part of a command line has come."""
        return bool(self._buffer)

    @property
    def keywords(self) -> tuple[str, ...]:
        """What the answer to EHLO may announce."""
        return self.rules.offer.keywords() if self._rejection is None else ("ENHANCEDSTATUSCODES",)

    def send_reply(self, reply: Reply) -> None:
        """Answer the last event.  A 421 closes the connection after it, unless a rule of the site refuses with it."""
        event, self._owed = self._owed, None
        assert event is not None, "no event is waiting for a reply"
        self._out.append(reply.render())
        if reply.code == 421 and self._closes(event, reply):
            self.closing = True
            return
        match event:
            case SenderGiven():
                self._sender = reply.positive
                self._smtputf8 = reply.positive and event.parameters.smtputf8
            case RecipientGiven():
                self._recipients += reply.positive
            case DataRequested() if reply.code == 354:
                self._decoder = TextDecoder(self.rules.lines)
            case TextEnded() | ResetRequested():
                self._reset()
            case ChunkEnded() if not reply.positive:
                self._reset()
            case HelloGiven() if reply.positive:
                self.hello = event
                self._reset()
            case TlsRequested() if reply.code == 220:
                self._buffer, self._scanned, self.handshake_due = b"", 0, True  # nobody knows who wrote what came
            case QuitRequested() | InputEnded():
                self.closing = True
            case AuthenticationRequested() | AuthenticationAnswered():
                self._authenticating = reply.code == 334
                self.authenticated = reply.code == 235
            case CommandRefused(early_input="data") | CommandRefused(closes=True):
                self.closing = True

    def _closes(self, event: Event, reply: Reply) -> bool:
        """Whether a 421 is meant: Sendmail's rules say 421 as any other code, but for check_relay and check_other."""
        ours = isinstance(event, _CLOSED) or (isinstance(event, TextEnded) and event.fault is not None)
        return ours or reply == replies.bad_recipients(self.rules.host)

    def data_to_send(self) -> bytes:
        out = b"".join(self._out)
        self._out.clear()
        return out

    # text

    def _text_event(self, decoder: TextDecoder) -> Event | None:
        if self._buffer and not decoder.ended:
            text, self._buffer = decoder.feed(self._buffer), b""
            if text:
                return TextReceived(text)
        if decoder.ended:
            self._buffer, self._scanned, self._decoder = decoder.rest, 0, None
            event = TextEnded(decoder.fault, decoder.fault_in_header)
            self._owed = event
            return event
        if not self._end:
            return None
        rest = decoder.cut_off()
        return TextReceived(rest) if rest else self._ended(in_text=True)

    def _chunk_event(self) -> Event | None:
        event, self._buffer = self._chunks.next_event(self._buffer)
        if event is None:
            return self._ended(in_text=True) if self._end else None
        if not isinstance(event, TextReceived):
            self._owed = event
        return event

    def _ended(self, *, in_text: bool) -> InputEnded:
        event = InputEnded(in_text)
        if in_text:
            self._owed = event
        else:
            self.closing = True
        return event

    # commands

    def _take_line(self) -> str | None:
        end = self._buffer.find(b"\n", self._scanned)
        if end < 0:
            self._scanned = len(self._buffer)
            if self._scanned < self._line_limit:
                return None
            end = self._scanned
        line, self._buffer, self._scanned = self._buffer[:end], self._buffer[end + 1 :], 0
        line = line.removesuffix(b"\r").partition(b"\0")[0]
        return line.decode("latin-1")

    @property
    def _line_limit(self) -> int:
        return MAX_AUTH_LINE if self._authenticating or self._buffer[:5].upper() == b"AUTH " else MAX_COMMAND_LINE

    def _response(self, line: str) -> Event:
        """The answer to a challenge."""
        self._authenticating, self.last_line = False, line
        if len(line) > MAX_AUTH_LINE - 2:
            return CommandRefused(replies.too_long(self.rules.host, self.rules.peer), breach=Breach.TOO_LONG)
        self.last_line = _HIDDEN
        return AuthenticationAnswered(line)

    def _command(self, line: str) -> Event | None:
        """What a line asks for; None: the bytes of a chunk follow, and nothing is to be said yet."""
        rules = self.rules
        typed, argument = first_word(line)
        word = typed.upper()
        verb = VERBS.get(word)
        if verb is None and self.last_verb == "auth":
            line = _HIDDEN  # maybe the answer to a challenge that did not come
        first, self.last_verb, self.last_line = not self.last_verb, word.lower() or "?", line
        if len(line) > (MAX_AUTH_LINE if word == "AUTH" else MAX_COMMAND_LINE) - 2:
            return CommandRefused(replies.too_long(rules.host, rules.peer), breach=Breach.TOO_LONG)
        if word == "AUTH" and len(words := words_of(argument)) > 1:
            self.last_line = f"{typed} {words[0]} {_HIDDEN}"
        if verb is None or (word == "BDAT" and not rules.offer.chunking):
            return self._unknown_command(word, line, first=first)
        if word == "BDAT":
            return self._chunk_announced(argument)
        if self._rejection is not None and not verb.always:
            return CommandRefused(self._rejection)
        if verb.noise is not None and self._too_noisy(verb.noise):
            return CommandRefused(replies.too_many_bad_commands(rules.host))
        if verb.refusal is not None:
            undone = verb.refusal is replies.NOT_IMPLEMENTED
            return CommandRefused(replies.not_implemented(line) if undone else verb.refusal, no_command=undone)
        if verb.privacy and verb.privacy in rules.privacy and self.hello is None:
            return CommandRefused(replies.NEED_HELO if verb.word == "MAIL" else replies.INTRODUCE_YOURSELF)
        try:
            event = _READERS[verb.word](self, argument)
        except Refusal as refusal:
            return CommandRefused(refusal.reply)
        if verb.ends_group and self._buffer and rules.wait_for_replies:
            return self._too_early(verb)
        return event

    def _unknown_command(self, word: str, line: str, *, first: bool) -> Event:
        rules = self.rules
        if word in HTTP_WORDS and first:
            return CommandRefused(replies.open_proxy(rules.host, rules.peer), breach=Breach.OPEN_PROXY)
        if word in HTTP_WORDS and rules.refuse_http:
            return CommandRefused(replies.http_command(rules.host, rules.peer), breach=Breach.OPEN_PROXY)
        self._unknown += 1
        if self._unknown > MAX_UNKNOWN_COMMANDS:
            return CommandRefused(replies.too_many_bad_commands(rules.host))
        return CommandRefused(replies.unrecognized(line), no_command=True)

    def _too_early(self, verb: Verb) -> Event:
        """Input behind a command that must be waited for: the mark of a smuggler or a spam cannon."""
        self._rejection = replies.COMMAND_REJECTED
        return CommandRefused(replies.PROTOCOL_ERROR, early_input=verb.word.lower())

    def _too_noisy(self, noise: Noise) -> bool:
        """Count a command that does no work; sets `delay` beyond the free ones."""
        if (counted := self._noise.count(noise, self.rules)) is None:
            return True
        self.delay, self.flood = counted
        return False

    def _chunk_announced(self, argument: str) -> Event | None:
        chunk = chunk_argument(argument)
        if chunk is None:
            return CommandRefused(replies.BAD_CHUNK, closes=True)
        size, last = chunk
        refusal = self._rejection
        if refusal is None and not (self._sender and self._recipients):
            refusal = replies.NEED_RCPT if self._sender else replies.NEED_MAIL
        if refusal is not None:
            self._chunks.refuse(size, refusal)
            return None
        first = not self._chunks.begun
        self._chunks.accept(size, self.rules.lines, last=last)
        return ChunkOpened() if first else None

    def _reset(self) -> None:
        self._chunks.reset()
        self._sender = False
        self._smtputf8 = False
        self._recipients = 0

    # one reader for each verb

    def _helo(self, argument: str) -> Event:
        return self._greeted("HELO", argument)

    def _ehlo(self, argument: str) -> Event:
        return self._greeted("EHLO", argument)

    def _greeted(self, verb: str, argument: str) -> Event:
        name = argument.strip(BLANKS)
        bogus_allowed = self.rules.allow_bogus_hello
        if not name and not bogus_allowed:
            raise Refusal(replies.no_domain(first_word(self.last_line)[0]))
        if len(name) > MAX_HELLO_NAME:
            raise Refusal(replies.INVALID_DOMAIN)
        first, _ = first_word(name)
        if set(first) <= _DOMAIN and (first == name or bogus_allowed):
            return HelloGiven(first, verb == "EHLO")
        if not bogus_allowed:
            raise Refusal(replies.INVALID_DOMAIN)
        return HelloGiven("", verb == "EHLO", bogus=True)

    def _mail(self, argument: str) -> Event:
        if self._sender:
            raise Refusal(replies.DUPLICATE_SENDER)
        offer = self.rules.offer
        address, rest = split_path(argument, "FROM", eight_bit=offer.smtputf8)
        if not rest:
            check_international(address, declared=False)
            return SenderGiven(address, NO_MAIL_PARAMETERS)
        try:
            parameters = mail_parameters(rest, dsn=offer.dsn, deliver_by=offer.deliver_by, smtputf8=offer.smtputf8)
        except Refusal as refusal:
            return SenderGiven(address, NO_MAIL_PARAMETERS, refusal.reply)
        check_international(address, declared=parameters.smtputf8)
        return SenderGiven(address, parameters)

    def _rcpt(self, argument: str) -> Event:
        if not self._sender:
            raise Refusal(replies.NEED_MAIL_BEFORE_RCPT)
        if self._chunks.begun:
            raise Refusal(replies.CHUNKS_BEGUN)
        address, rest = split_path(argument, "TO", eight_bit=self.rules.offer.smtputf8)
        check_international(address, declared=self._smtputf8)
        if not rest:
            return RecipientGiven(address, NO_RECIPIENT_PARAMETERS)
        try:
            parameters = recipient_parameters(rest, dsn=self.rules.offer.dsn, smtputf8=self._smtputf8)
        except Refusal as refusal:
            return RecipientGiven(address, NO_RECIPIENT_PARAMETERS, refusal.reply)
        return RecipientGiven(address, parameters)

    def _data(self, _argument: str) -> Event:
        if not self._sender:
            raise Refusal(replies.NEED_MAIL)
        if not self._recipients:
            raise Refusal(replies.NEED_RCPT)
        if self._chunks.begun:
            raise Refusal(replies.CHUNKS_BEGUN)
        return DataRequested()

    def _rset(self, _argument: str) -> Event:
        return ResetRequested()

    def _noop(self, _argument: str) -> Event:
        return NoopRequested()

    def _quit(self, _argument: str) -> Event:
        return QuitRequested()

    def _vrfy(self, argument: str) -> Event:
        return VerifyRequested(*self._asked_for(argument, needed="novrfy" not in self.rules.privacy))

    def _expn(self, argument: str) -> Event:
        return ExpandRequested(*self._asked_for(argument, needed=self.rules.offer.expn))

    def _starttls(self, argument: str) -> Event:
        if argument:
            raise Refusal(replies.NO_PARAMETERS)
        if not self.rules.offer.starttls:
            raise Refusal(self.rules.no_tls)
        if self._sender:
            raise Refusal(replies.TLS_IN_TRANSACTION)
        return TlsRequested()

    def _auth(self, argument: str) -> Event:
        if not self.rules.offer.auth:
            raise Refusal(replies.NO_AUTH)
        if self.authenticated:
            raise Refusal(replies.ALREADY_AUTHENTICATED)
        if self._sender:
            raise Refusal(replies.AUTH_IN_TRANSACTION)
        if self._too_noisy(Noise.AUTH):
            raise Refusal(replies.too_many_bad_commands(self.rules.host))
        mechanism, initial = first_word(argument)
        if not mechanism:
            raise Refusal(replies.MECHANISM_REQUIRED)
        return AuthenticationRequested(mechanism, initial or None)

    def _help(self, argument: str) -> Event:
        return HelpRequested(argument.strip(BLANKS))

    def _verb(self, _argument: str) -> Event:
        return VerboseRequested()

    def _asked_for(self, argument: str, *, needed: bool) -> tuple[str, bool]:
        """The argument of VRFY and EXPN, and whether SMTPUTF8 stands behind it; where none is needed, anything goes."""
        text, international = argument.strip(BLANKS), False
        if needed and self.rules.offer.smtputf8:
            *names, last = words_of(text) or [""]
            if names and last.upper() == "SMTPUTF8":
                text, international = text[: -len(last)].rstrip(BLANKS), True
            check_international(text, declared=international)
        if needed and not text:
            raise Refusal(replies.ARGUMENT_REQUIRED)
        if needed:
            end_of_path(text)
        return text, international

    def _etrn(self, argument: str) -> Event:
        if argument and self._too_noisy(Noise.ETRN):
            raise Refusal(replies.too_many_bad_commands(self.rules.host))
        return QueueRunRequested(argument.strip(BLANKS))


_READERS: dict[str, Callable[[Server, str], Event]] = {
    "HELO": Server._helo,
    "EHLO": Server._ehlo,
    "MAIL": Server._mail,
    "RCPT": Server._rcpt,
    "DATA": Server._data,
    "RSET": Server._rset,
    "NOOP": Server._noop,
    "QUIT": Server._quit,
    "VRFY": Server._vrfy,
    "EXPN": Server._expn,
    "HELP": Server._help,
    "VERB": Server._verb,
    "ETRN": Server._etrn,
    "STARTTLS": Server._starttls,
    "AUTH": Server._auth,
}
