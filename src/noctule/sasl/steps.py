"""What a mechanism says and asks, and the objects that are stepped through one exchange.

Theory of operation.  Each side of a mechanism is written as a generator, so that it reads as its RFC's dialogue does.
The server's yields a Challenge (the client's response is sent in) or a question (its answer is sent in), and returns
Success or Failure.  The client's yields its responses and is sent the challenges.  `ServerExchange` and
`ClientExchange` are the step objects around them that everybody else uses.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from noctule.base.errors import ProtocolError
from noctule.sasl.login import Login, Secret

MAX_MESSAGE = 9216  # bytes of one challenge or response: 12288 in base64, the limit of RFC 4954 section 4
WRONG = "Password verification failed"
UNKNOWN = "unable to canonify user and get auxprops"


@dataclass(frozen=True, slots=True)
class Challenge:
    """To be sent to the client; the response is wanted."""

    data: bytes


@dataclass(frozen=True, slots=True)
class CheckPassword:
    """Is this the password?  Answered by True or False."""

    login: Login
    password: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AskSecret:
    """What is known of the password?  Answered by a Secret, or None."""

    login: Login


@dataclass(frozen=True, slots=True)
class CheckToken:
    """Is this bearer token good for this user ("" when it is to say itself)?  Answered by the user's name, or None."""

    login: Login
    token: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Success:
    """The client is `login`, and acts for itself: an authorisation identity of others is passed over."""

    login: Login


class Kind(Enum):
    """Why a client is not let in, in the words and by the numbers of Cyrus SASL: of the result, and of its detail."""

    MALFORMED = ("bad protocol / cancel", -5, -5)  # the message broke the mechanism's rules
    WRONG = ("authentication failure", -13, -13)
    UNKNOWN = ("user not found", -20, -13)
    GENERIC = ("generic failure", -1, -1)


@dataclass(frozen=True, slots=True)
class Failure:
    """It is not.  What there is to say of it is for the log only."""

    reason: str
    login: Login | None = None
    kind: Kind = Kind.WRONG

    @property
    def malformed(self) -> bool:
        return self.kind is Kind.MALFORMED

    def __str__(self) -> str:
        words, number, detail = self.kind.value
        return f"{words} ({number}) SASL({detail}): {words}: {self.reason}"


Question = CheckPassword | AskSecret | CheckToken
Answer = bool | Secret | str | None
ServerStep = Challenge | Question | Success | Failure
ServerSteps = Generator[Challenge | Question, bytes | Answer, Success | Failure]
ClientSteps = Generator[bytes, bytes, None]
NO_BINDINGS: Mapping[str, bytes] = MappingProxyType({})
T = TypeVar("T")


class ContextError(ProtocolError):
    """Kerberos cannot go on; the text says why."""


class SecurityContext(Protocol):
    """One side of a Kerberos V5 exchange.  All methods raise ContextError."""

    @property
    def complete(self) -> bool:
        """Both sides know each other."""
        ...

    @property
    def peer(self) -> str:
        """Who the client is, byte text, without the realm if that is the server's; the server's side only."""
        ...

    def step(self, token: bytes) -> bytes:
        """The answer to the other's token; the client begins with b""."""
        ...

    def wrap(self, message: bytes) -> bytes:
        """A message under a seal, readable for all."""
        ...

    def unwrap(self, message: bytes) -> bytes:
        """The message, if the seal is right."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerParty:
    """What a server's side of a mechanism works with.

    `nonce` gives fresh random text, printable and without commas; `bindings` are the channel bindings of the
    connection by their IANA names; `external` is who the layer below says the client is; `challenge_time` is a count
    of seconds for challenges; `kerberos` begins a context, and may raise ContextError.
    """

    host: str
    realm: str
    nonce: Callable[[], bytes]
    service: str = "smtp"
    external: str = ""
    bindings: Mapping[str, bytes] = field(default_factory=lambda: NO_BINDINGS)
    offers_binding: bool = False  # a -PLUS mechanism was offered
    challenge_time: int = 0
    kerberos: Callable[[], SecurityContext] | None = None

    def login(self, given: bytes) -> Login:
        return Login(given.strip(b" \t\r\n").decode("latin-1"), self.realm)  # as Cyrus SASL does: people type blanks


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a client logs in with.  Byte text of UTF-8."""

    name: str  # authentication identity
    password: str = field(repr=False)
    author: str = ""  # authorisation identity; "" or the name itself: none other
    realm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientParty:
    """What a client's side of a mechanism works with.

    `kerberos` begins a context with a service on a host, and may raise ContextError; it may take its time, and so may
    the first step of the context.
    """

    host: str  # the server's name
    credentials: Credentials
    nonce: Callable[[], bytes]
    service: str = "smtp"
    bindings: Mapping[str, bytes] = field(default_factory=lambda: NO_BINDINGS)
    kerberos: Callable[[str, str], SecurityContext] | None = None


class MalformedError(ProtocolError):
    """A message that breaks the rules of its mechanism."""


def challenged(data: bytes) -> Generator[Challenge, Any, bytes]:
    """Send a challenge and wait for its response."""
    response = yield Challenge(data)
    assert isinstance(response, bytes)
    return response


def asked(question: Question, kind: type[T]) -> Generator[Question, Any, T | None]:
    """Put a question and wait for its answer."""
    answer = yield question
    assert answer is None or isinstance(answer, kind)
    return answer


class ServerExchange:
    """One exchange, the server's side."""

    __slots__ = ("_client_first", "_ended", "_initial_response", "_steps")

    def __init__(self, steps: ServerSteps, *, initial_response: bool = True, client_first: bool = True) -> None:
        """`initial_response`: the mechanism's first challenge is one that a client may answer before it is sent.

        Unless the client speaks first by right (`client_first`), an answer of no bytes is none.
        """
        self._client_first = client_first
        self._steps = steps
        self._initial_response = initial_response
        self._ended = False

    def start(self, initial: bytes | None = None) -> ServerStep:
        """Begin, with the client's initial response if it sent one."""
        step = self._advance(lambda: next(self._steps))
        if initial is None or not (initial or self._client_first) or not isinstance(step, Challenge):
            return step
        if not self._initial_response:
            return self._end(Failure("initial response where the server speaks first", kind=Kind.MALFORMED))
        return self.respond(initial)

    def respond(self, response: bytes) -> ServerStep:
        """The client's answer to a Challenge."""
        if len(response) > MAX_MESSAGE:
            return self._end(Failure("response too long", kind=Kind.MALFORMED))
        return self._advance(lambda: self._steps.send(response))

    def answer(self, answer: Answer) -> ServerStep:
        """The answer to a question."""
        return self._advance(lambda: self._steps.send(answer))

    def _advance(self, move: Callable[[], Challenge | Question]) -> ServerStep:
        assert not self._ended, "the exchange is over"
        try:
            step = move()
        except StopIteration as stop:
            self._ended = True
            outcome: Success | Failure = stop.value
            return outcome
        except MalformedError as error:
            self._ended = True
            return Failure(str(error), kind=Kind.MALFORMED)
        return step

    def _end(self, failure: Failure) -> Failure:
        self._ended = True
        self._steps.close()
        return failure


class ClientExchange:
    """One exchange, the client's side."""

    __slots__ = ("_steps", "initial_response")

    def __init__(self, steps: ClientSteps, *, speaks_first: bool) -> None:
        self._steps = steps
        first = next(steps)
        self.initial_response = first if speaks_first else None
        """To be sent with AUTH; None: the server speaks first."""

    def respond(self, challenge: bytes) -> bytes:
        """The answer to a challenge.  Raises ProtocolError for one that breaks the rules or proves a false server."""
        if len(challenge) > MAX_MESSAGE:
            raise MalformedError("challenge too long")
        try:
            return self._steps.send(challenge)
        except StopIteration:
            raise MalformedError("a challenge after the end of the exchange") from None

    def finish(self) -> None:
        """The server says that all is well.  Raises ProtocolError if it has still to prove itself or to ask."""
        try:
            self._steps.send(b"")
        except StopIteration:
            return
        raise MalformedError("the server ended the exchange too early")
