"""An SMTP and LMTP server on a loopback port that does what a test tells it to and remembers what it got."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

KEYWORDS = ("PIPELINING", "8BITMIME", "SIZE 20000000", "DSN", "ENHANCEDSTATUSCODES")


@dataclass
class Letter:
    """One message as it came in."""

    sender: str
    recipients: list[str]
    text: bytes  # dots taken off


@dataclass
class Sink:
    """`answers` maps the start of a command, or `.`, to replies used up one after the other before the usual one.

    "" in place of a reply closes the connection.  With `tls` it offers STARTTLS.
    """

    lmtp: bool = False
    tls: ssl.SSLContext | None = None
    keywords: tuple[str, ...] = KEYWORDS
    greeting: str = "220 sink ESMTP"
    answers: dict[str, list[str]] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    clients: list[str] = field(default_factory=list)  # their addresses
    port: int = 0
    left: asyncio.Event = field(default_factory=asyncio.Event)  # set when a client has gone
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    close_after: int = 0  # letters, after which the connection is closed without a word

    @contextlib.asynccontextmanager
    async def serve(self, path: str = "") -> AsyncIterator["Sink"]:
        if path:
            server = await asyncio.start_unix_server(self._connected, path)
        else:
            server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
            self.port = server.sockets[0].getsockname()[1]
        self._writers: set[asyncio.StreamWriter] = set()
        self._sessions: set[asyncio.Task[None]] = set()
        try:
            yield self
        finally:
            server.close()
            self.hang_up()
            await server.wait_closed()
            await asyncio.gather(*self._sessions, return_exceptions=True)

    async def wait_for(self, letters: int) -> None:
        """Until so many letters have come."""
        while len(self.letters) < letters:
            self._arrived.clear()
            await self._arrived.wait()

    def hang_up(self) -> None:
        for writer in self._writers:
            writer.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        peer = writer.get_extra_info("peername")
        self.clients.append(peer[0] if peer else "")
        self._writers.add(writer)
        session = asyncio.current_task()
        assert session is not None
        self._sessions.add(session)
        with contextlib.suppress(ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            await self._session(reader, writer)
        self._writers.discard(writer)
        self.left.set()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._say(writer, "greeting", self.greeting):
            return
        sender, recipients, count = "", [], 0
        while line := (await reader.readline()).decode("latin-1"):
            command = line.rstrip("\r\n")
            self.commands.append(command)
            verb = command[:4].upper()
            if verb in {"EHLO", "LHLO"}:
                secure = ["STARTTLS"] if self.tls and not writer.get_extra_info("ssl_object") else []
                usual = "\r\n".join(["250-sink", *[f"250-{word}" for word in (*self.keywords, *secure)], "250 HELP"])
            elif verb == "STAR":
                usual = "220 2.0.0 go"
            else:
                usual = {"DATA": "354 go", "QUIT": "221 2.0.0 bye"}.get(verb, "250 2.0.0 ok")
            reply = self._reply(command, usual)
            if verb == "MAIL":
                sender, recipients = command, []
            elif verb == "RCPT" and reply.startswith("2"):
                recipients.append(command)
            elif verb == "DATA" and reply == "354 go" and not recipients:
                reply = "503 5.5.1 need RCPT"
            if not self._write(writer, reply) or verb == "QUIT" or reply.startswith("421"):
                return
            if reply == "220 2.0.0 go" and self.tls:
                await writer.start_tls(self.tls)
            elif reply == "354 go":
                text = await self._text(reader)
                if not all(self._say(writer, ".", "250 2.0.0 taken") for _ in (recipients if self.lmtp else [0])):
                    return
                self.letters.append(Letter(sender, list(recipients), text))
                self._arrived.set()
                count += 1
                if count == self.close_after:
                    return
            await writer.drain()

    async def _text(self, reader: asyncio.StreamReader) -> bytes:
        lines = []
        while (line := await reader.readuntil(b"\n")) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def _say(self, writer: asyncio.StreamWriter, event: str, usual: str) -> bool:
        return self._write(writer, self._reply(event, usual))

    def _reply(self, event: str, usual: str) -> str:
        for start, replies in self.answers.items():
            if event.startswith(start) and replies:
                return replies.pop(0)
        return usual

    def _write(self, writer: asyncio.StreamWriter, reply: str) -> bool:
        writer.write(f"{reply}\r\n".encode("latin-1") if reply else b"")
        return bool(reply)
