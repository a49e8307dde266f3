"""Both sides of one exchange, joined back to back."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace

from noctule.base.errors import ProtocolError
from noctule.sasl.login import Secret
from noctule.sasl.mechanisms import MECHANISMS
from noctule.sasl.steps import (
    AskSecret,
    Challenge,
    CheckPassword,
    CheckToken,
    ClientParty,
    ContextError,
    Credentials,
    Failure,
    Question,
    ServerParty,
    ServerStep,
    Success,
)

NO_SECRETS: Mapping[str, Secret] = {}


def nonces() -> Callable[[], bytes]:
    """Nonces that differ, and are the same in each run."""
    count = iter(range(1, 1000))
    return lambda: base64.b64encode(b"nonce number %05d" % next(count))


SERVER = ServerParty(host="mail.example.org", realm="example.org", nonce=nonces(), challenge_time=697170952)
CLIENT = ClientParty(
    host="mail.example.org", credentials=Credentials(name="alice", password="wonderland"), nonce=nonces()
)


class Ticket:
    """A security context of three tokens, whose seal is the sum of the bytes: nothing here needs a KDC."""

    def __init__(self, name: bytes = b"") -> None:
        self._initiator = bool(name)
        self.complete = False
        self.peer = name.decode("latin-1")

    def step(self, token: bytes) -> bytes:
        if self._initiator and not token:
            return b"ticket " + self.peer.encode("latin-1")
        if self._initiator and token == b"welcome":
            self.complete = True
            return b""
        if self._initiator or not token.startswith(b"ticket ") or self.complete:
            raise ContextError("not a token")
        self.complete, self.peer = True, token.removeprefix(b"ticket ").decode("latin-1")
        return b"welcome"

    def wrap(self, message: bytes) -> bytes:
        return message + bytes((sum(message) % 256,))

    def unwrap(self, message: bytes) -> bytes:
        if not message or self.wrap(message[:-1]) != message:
            raise ContextError("broken seal")
        return message[:-1]


def known_as(client: ClientParty, **changes: str) -> ClientParty:
    """The client with other credentials."""
    return replace(client, credentials=replace(client.credentials, **changes))


def answer(question: Question, secrets: Mapping[str, Secret]) -> bool | Secret | str | None:
    """What a back end that knows `secrets` says."""
    match question:
        case CheckPassword(login, password):
            return login.name in secrets and secrets[login.name].password == password
        case AskSecret(login):
            return secrets.get(login.name)
        case CheckToken(_, token):
            return next((name for name, secret in secrets.items() if secret.password == token), None)


def run(
    name: str,
    secrets: Mapping[str, Secret],
    *,
    server: ServerParty = SERVER,
    client: ClientParty = CLIENT,
    initial: bool = True,
) -> Success | Failure:
    """A whole exchange.  Raises ProtocolError where the client does not believe the server."""
    mechanism = MECHANISMS[name]
    serving, logging_in = mechanism.serve(server), mechanism.log_in(client)
    first = logging_in.initial_response
    step: ServerStep = serving.start(first if initial else None)
    if first is not None and not initial:
        assert step == Challenge(b"")
        step = serving.respond(first)
    for _ in range(10):
        match step:
            case Challenge(data):
                step = serving.respond(logging_in.respond(data))
            case Success():
                logging_in.finish()
                return step
            case Failure():
                return step
            case _:
                step = serving.answer(answer(step, secrets))
    raise ProtocolError("the exchange does not end")
