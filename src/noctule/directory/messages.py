"""LDAP messages: what a client says and what it hears (RFC 4511 section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from noctule.base.errors import ProtocolError
from noctule.base.text import from_bytes, to_bytes
from noctule.directory import ber
from noctule.directory.filters import encoded_filter

MAX_MESSAGE = 16 << 20  # bytes
WHO_AM_I = "1.3.6.1.4.1.4203.1.11.3"
START_TLS = "1.3.6.1.4.1.1466.20037"
_UNBIND = ber.element(0x42)


class Scope(IntEnum):
    """How far below its base a search looks."""

    BASE = 0
    ONE = 1
    SUB = 2


class Dereference(IntEnum):
    """When alias entries stand for what they point to."""

    NEVER = 0
    SEARCH = 1
    FIND = 2
    ALWAYS = 3


class Code(IntEnum):
    """Results with a meaning of their own here; others are passed on as numbers."""

    SUCCESS = 0
    TIME_LIMIT = 3
    SIZE_LIMIT = 4
    REFERRAL = 10
    SASL_IN_PROGRESS = 14
    NO_SUCH_OBJECT = 32
    INVALID_CREDENTIALS = 49
    INSUFFICIENT_ACCESS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to look for.  `attributes` () asks for all; limits 0 leave it to the server.  Text is byte text."""

    base: str
    scope: Scope = Scope.SUB
    filter: str = "(objectClass=*)"
    attributes: tuple[str, ...] = ()
    dereference: Dereference = Dereference.NEVER
    size_limit: int = 0  # entries
    time_limit: int = 0  # seconds
    names_only: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry found: attribute names as the server spells them, in its order."""

    name: str
    attributes: Mapping[str, tuple[bytes, ...]]

    def values(self, attribute: str) -> tuple[bytes, ...]:
        """The values of an attribute, whose case does not count; () without any."""
        wanted = attribute.lower()
        return next((values for name, values in self.attributes.items() if name.lower() == wanted), ())


@dataclass(frozen=True, slots=True)
class Reference:
    """The server knows who holds more: LDAP URLs."""

    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How an operation ended.  `credentials`: of a SASL bind; `value`: of an extended operation."""

    code: int
    matched: str = ""
    text: str = ""
    referrals: tuple[str, ...] = ()
    credentials: bytes | None = field(default=None, repr=False)
    value: bytes | None = None

    def __str__(self) -> str:
        known = self.code in Code.__members__.values()
        name = Code(self.code).name.lower().replace("_", " ") if known else "result"
        return f"{name} ({self.code})" + (f": {self.text}" if self.text else "")


Message = Entry | Reference | Result


def simple_bind(number: int, name: str, password: bytes) -> bytes:
    """A bind by name and password; both empty: anonymous."""
    return _message(number, _bind(name, ber.element(0x80, password)))


def sasl_bind(number: int, mechanism: str, credentials: bytes | None) -> bytes:
    """One step of a SASL bind; credentials None are none at all, which differs from empty ones."""
    parts = [ber.element(ber.OCTETS, to_bytes(mechanism))]
    if credentials is not None:
        parts.append(ber.element(ber.OCTETS, credentials))
    return _message(number, _bind("", ber.element(0xA3, *parts)))


def search(number: int, wanted: Search) -> bytes:
    """A search.  Raises FilterError; ValueError for names that are no bytes."""
    attributes = wanted.attributes or ("*",)
    return _message(
        number,
        ber.element(
            0x63,
            ber.element(ber.OCTETS, to_bytes(wanted.base)),
            ber.number(wanted.scope, ber.ENUMERATED),
            ber.number(wanted.dereference, ber.ENUMERATED),
            ber.number(wanted.size_limit),
            ber.number(wanted.time_limit),
            ber.flag(wanted.names_only),
            encoded_filter(wanted.filter),
            ber.element(ber.SEQUENCE, *(ber.element(ber.OCTETS, to_bytes(name)) for name in attributes)),
        ),
    )


def extended(number: int, oid: str) -> bytes:
    """An extended operation without a value."""
    return _message(number, ber.element(0x77, ber.element(0x80, to_bytes(oid))))


def unbind(number: int) -> bytes:
    """Good-bye."""
    return _message(number, _UNBIND)


class Incoming:
    """Cuts what arrives into messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def receive_data(self, data: bytes) -> None:
        self._buffer += data

    def next_message(self) -> tuple[int, Message] | None:
        """The number of the request and one answer to it; None: more bytes are needed.  Raises ProtocolError."""
        found = ber.head(self._buffer)
        if found is None:
            return None
        tag, begin, end = found
        if tag != ber.SEQUENCE or end > MAX_MESSAGE:
            raise ProtocolError("not an LDAP message, or too long a one")
        if len(self._buffer) < end:
            return None
        content = bytes(self._buffer[begin:end])
        del self._buffer[:end]
        match list(ber.elements(content)):
            case [(ber.INTEGER, number), (operation, inside), *_]:
                return ber.whole(number), _understood(operation, inside)
        raise ProtocolError("not an LDAP message")


def _understood(operation: int, content: bytes) -> Message:
    match operation:
        case 0x64:
            return _entry(content)
        case 0x73:
            return Reference(tuple(from_bytes(url) for _, url in ber.elements(content)))
        case 0x61 | 0x65 | 0x78:  # bind, search done, extended
            return _result(content)
    raise ProtocolError(f"LDAP message of unknown kind {operation:#x}")


def _entry(content: bytes) -> Entry:
    match list(ber.elements(content)):
        case [(ber.OCTETS, name), (ber.SEQUENCE, attributes)]:
            return Entry(from_bytes(name), dict(_attribute(each) for _, each in ber.elements(attributes)))
    raise ProtocolError("entry not understood")


def _attribute(content: bytes) -> tuple[str, tuple[bytes, ...]]:
    match list(ber.elements(content)):
        case [(ber.OCTETS, name), (ber.SET, values)]:
            return from_bytes(name), tuple(value for _, value in ber.elements(values))
    raise ProtocolError("attribute not understood")


def _result(content: bytes) -> Result:
    match list(ber.elements(content)):
        case [(ber.ENUMERATED, code), (ber.OCTETS, matched), (ber.OCTETS, text), *more]:
            known = dict(more)
            return Result(
                code=ber.whole(code),
                matched=from_bytes(matched),
                text=from_bytes(text),
                referrals=tuple(from_bytes(url) for _, url in ber.elements(known.get(0xA3, b""))),
                credentials=known.get(0x87),
                value=known.get(0x8B),
            )
    raise ProtocolError("result not understood")


def _bind(name: str, authentication: bytes) -> bytes:
    return ber.element(0x60, ber.number(3), ber.element(ber.OCTETS, to_bytes(name)), authentication)


def _message(number: int, operation: bytes) -> bytes:
    return ber.element(ber.SEQUENCE, ber.number(number), operation)
