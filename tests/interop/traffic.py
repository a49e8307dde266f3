"""A source and a sink of SMTP traffic that account for every message by its number.

Both are deliberately plain: they are the other side of the conversation, and share no code with Noctule.
"""

import asyncio
import re
from dataclasses import dataclass, field

_NUMBER = re.compile(rb"^X-Number: (\d+)\r\n", re.MULTILINE)


@dataclass
class Message:
    """What the sink was given."""

    sender: bytes
    recipients: list[bytes]
    data: bytes

    @property
    def number(self) -> int:
        found = _NUMBER.search(self.data)
        return int(found[1]) if found else -1

    @property
    def body(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[2]


@dataclass
class Sink:
    """Accepts everything; `seen` counts how often each number came."""

    messages: list[Message] = field(default_factory=list)
    keep: bool = True
    seen: dict[int, int] = field(default_factory=dict)
    lmtp: bool = False
    port: int = 0
    _server: asyncio.Server | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> "Sink":
        self._server = await asyncio.start_server(self._session, "127.0.0.1", 0, limit=2**26, backlog=200)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def wait_for(self, ready, limit: float) -> bool:
        """Wait until ready() holds, looking again after each message; False when `limit` seconds pass without one."""
        while not ready():
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), limit)
            except TimeoutError:
                return bool(ready())
        return True

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink.example.test ESMTP\r\n")
        sender, recipients = b"", []
        try:
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb in (b"EHLO", b"LHLO"):
                    writer.write(b"250-sink.example.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE\r\n")
                elif verb == b"MAIL":
                    sender, recipients = line[10:].split()[0], []
                    writer.write(b"250 2.1.0 Ok\r\n")
                elif verb == b"RCPT":
                    recipients.append(line[8:].split()[0])
                    writer.write(b"250 2.1.5 Ok\r\n")
                elif verb == b"DATA":
                    writer.write(b"354 go on\r\n")
                    data = (await reader.readuntil(b"\r\n.\r\n"))[:-3]
                    self._take(Message(sender, recipients, data.replace(b"\r\n..", b"\r\n.")))
                    writer.write(b"250 2.0.0 Ok\r\n" * (len(recipients) if self.lmtp else 1))
                elif verb == b"QUIT":
                    writer.write(b"221 2.0.0 Bye\r\n")
                    break
                else:
                    writer.write(b"250 2.0.0 Ok\r\n")
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _take(self, message: Message) -> None:
        if self.keep:
            self.messages.append(message)
        self.seen[message.number] = self.seen.get(message.number, 0) + 1
        self._changed.set()


async def _reply(reader: asyncio.StreamReader) -> bytes:
    while True:
        line = await reader.readline()
        if not line:
            raise ConnectionError("closed")
        if line[3:4] != b"-":
            return line


async def send_one(port: int, number: int, size: int, recipient: bytes = b"rcpt@example.net") -> bool:
    """One message over one connection.  True only when the final reply was 250."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    body = (b"0123456789abcdef" * 4 + b"\r\n") * (size // 66 + 1)
    steps = (
        b"",
        b"EHLO source.example.test\r\n",
        b"MAIL FROM:<sender@example.org>\r\n",
        b"RCPT TO:<" + recipient + b">\r\n",
        b"DATA\r\n",
        b"Subject: traffic\r\nX-Number: %d\r\n\r\n%s.\r\n" % (number, body),
    )
    try:
        for step in steps:
            writer.write(step)
            answer = await _reply(reader)
            if answer[:1] not in b"23":
                return False
        writer.write(b"QUIT\r\n")
        return True
    except (OSError, ConnectionError):
        return False
    finally:
        writer.close()


async def send_many(port: int, count: int, *, sessions: int = 20, size: int = 2000, first: int = 0) -> set[int]:
    """Numbers of the messages that were acknowledged; each is tried until it is, at most 50 times."""
    numbers = iter(range(first, first + count))
    acknowledged: set[int] = set()

    async def session() -> None:
        for number in numbers:
            for _ in range(50):
                if await send_one(port, number, size):
                    acknowledged.add(number)
                    break
                await asyncio.sleep(0.05)  # the port answers again when the worker is back

    await asyncio.gather(*(session() for _ in range(sessions)))
    return acknowledged
