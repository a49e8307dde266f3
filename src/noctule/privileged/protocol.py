"""What may be asked of the helper, and how it looks on the socket.

A frame is four bytes of length (big endian) and that many bytes of JSON.  A request is
`{"id": n, "do": "RunProgram", ...fields}` and, unless it is a ReadFile, comes with one file descriptor, the text to
deliver; the answer is `{"id": n, ...fields of Answer}`.  Text is byte text.
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from noctule.base.errors import ProtocolError

MAX_OUTPUT = 2 << 20  # bytes of what a program printed or a file holds
MAX_FRAME = 16 << 20  # JSON may spell a byte with six characters
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom to act as.  `user` names him for his supplementary groups; "" for none."""

    user: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgram:
    """Run `path` with `argv` and the text as its standard input; what it prints is the answer's output."""

    path: str
    argv: tuple[str, ...]
    identity: Identity
    environment: tuple[tuple[str, str], ...] = ()
    directories: tuple[str, ...] = ("/",)  # the first that can be entered
    root: str = ""  # chroot
    nice: int = 0
    timeout: float = 3600.0  # seconds
    max_output: int = 4096  # bytes kept, the rest is read and dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendFile:
    """Append the text to a file under lock: a `mailbox` (mbox, dot-lock as well) or a file named by an alias."""

    path: str
    identity: Identity
    mailbox: bool = False
    timeout: float = 60.0  # seconds to wait for the lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Maildir:
    """Put the text into a Maildir, made if missing.  `name` is unique to this delivery: no slash, no colon."""

    path: str
    identity: Identity
    name: str
    timeout: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """Read a user's `.forward` ("forward") or :include: file ("include"), at most `limit` bytes, as that user.

    A `.forward` has to be his or root's.
    """

    path: str
    identity: Identity
    purpose: str = "forward"
    limit: int = 262_144
    timeout: float = 60.0


_STOP = "stop programs"
Request = RunProgram | AppendFile | Maildir | ReadFile
_KINDS: dict[str, type[Request]] = {kind.__name__: kind for kind in (RunProgram, AppendFile, Maildir, ReadFile)}


@dataclass(frozen=True, slots=True)
class Answer:
    """How it ended: `exit` is a sysexits number or, for a program, its exit status; `text` says why, for the log.

    Of a file that was read, `output` is what it holds, `uid` and `gid` are its owner, and `trusted` says whether it may
    name programs and files; of one that could not be, `errno` says why, 0 when it must not be.
    """

    exit: int
    text: str = ""
    output: str = ""
    signal: int = 0  # that ended a program, or 0
    errno: int = 0
    uid: int = -1
    gid: int = -1
    trusted: bool = False


def encode_request(number: int, request: Request) -> bytes:
    """The frame of a request; a descriptor has to go with it."""
    return frame({"id": number, "do": type(request).__name__} | asdict(request))


def encode_stop() -> bytes:
    """The frame that ends the programs and lets none begin."""
    return frame({"do": _STOP})


def is_stop(message: dict[str, Any]) -> bool:
    """Whether a message is that one."""
    return message.get("do") == _STOP


def decode_request(message: dict[str, Any]) -> tuple[int, Request]:
    """Raises ProtocolError for what is no request.

    What the helper itself looks at has the right type afterwards; the rest concerns only the child that does the work.
    """
    try:
        number, kind = int(message.pop("id")), _KINDS[message.pop("do")]
        user, uid, gid = message.pop("identity").values()
        path, timeout = str(message.pop("path")), float(message.pop("timeout"))
        values = {key: _frozen(value) for key, value in message.items()}
        return number, kind(path=path, timeout=timeout, identity=Identity(str(user), int(uid), int(gid)), **values)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ProtocolError(f"bad request: {error}") from None


def frame(message: dict[str, Any]) -> bytes:
    """Raises ProtocolError when the message is too large."""
    data = json.dumps(message).encode("ascii")
    if len(data) > MAX_FRAME:
        raise ProtocolError("frame too large")
    return _LENGTH.pack(len(data)) + data


class Frames:
    """Frames out of bytes."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """Raises ProtocolError for a frame that is too long or holds no JSON object."""
        self._buffer += data
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > MAX_FRAME:
                raise ProtocolError("frame too large")
            if len(self._buffer) < _LENGTH.size + length:
                return
            body = self._buffer[_LENGTH.size : _LENGTH.size + length]
            self._buffer = self._buffer[_LENGTH.size + length :]
            yield parse_object(body)


def parse_object(data: bytes) -> dict[str, Any]:
    """Raises ProtocolError for anything but a JSON object."""
    try:
        message = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"not JSON: {error}") from None
    if not isinstance(message, dict):
        raise ProtocolError("not a JSON object")
    return message


def _frozen(value: Any) -> Any:
    """JSON has no tuples."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
