"""Things a stranger may do to a port, each as a coroutine that says what came of it."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

PATIENCE = 30.0  # seconds for an answer
FOREIGN = {
    "HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "HTTP POST with a mail in it": b"POST / HTTP/1.1\r\nContent-Length: 60\r\n\r\n"
    b"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<alice@example.test>\r\n",
    "TLS": b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + bytes(range(196)),
    "SSH": b"SSH-2.0-OpenSSH_9.2p1\r\n" + b"\x00\x00\x05\xdc\x07\x14" + bytes(300),
    "IMAP": b"a1 LOGIN alice secret\r\na2 SELECT INBOX\r\n",
    "POP": b"USER alice\r\nPASS secret\r\n",
    "RDP": b"\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00",
    "SMB": b"\x00\x00\x00\x45\xffSMBr" + bytes(60),
    "NUL": bytes(5000),
    "every byte": bytes(range(256)) * 20,
    "line ends": b"\r\n" * 3000,
    "bare CR": b"\r" * 5000,
}


class Talk:
    """A client of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def reply(self) -> bytes:
        """The last line of a reply; b"" when the server has closed."""
        async with asyncio.timeout(PATIENCE):
            while (line := await self.reader.readline())[3:4] == b"-":
                pass
        return line

    async def say(self, line: bytes) -> bytes:
        self.writer.write(line + b"\r\n")
        await self.writer.drain()
        return await self.reply()

    async def begin(self, *recipients: bytes) -> None:
        for line in (b"EHLO client.example.net", b"MAIL FROM:<sender@example.net>"):
            assert (await self.say(line)).startswith(b"250")
        for recipient in recipients or (b"alice@example.test",):
            assert (await self.say(b"RCPT TO:<%b>" % recipient)).startswith(b"250")


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator[Talk]:
    """A connection that has been greeted."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    talk = Talk(reader, writer)
    try:
        assert (await talk.reply()).startswith(b"220")
        yield talk
    finally:
        writer.close()
        with contextlib.suppress(OSError, ssl.SSLError):
            await writer.wait_closed()


async def normal_mail(port: int) -> float:
    """A message as everybody sends it; how many seconds it took."""
    started = asyncio.get_running_loop().time()
    async with connected(port) as talk:
        await talk.begin()
        assert (await talk.say(b"DATA")).startswith(b"354")
        assert (await talk.say(b"Subject: fine\r\n\r\nfine\r\n.")).startswith(b"250 2.0.0")
        await talk.say(b"QUIT")
    return asyncio.get_running_loop().time() - started


async def foreign(port: int, data: bytes) -> None:
    """Another protocol: whatever is answered, the connection ends when the client has said its piece."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    with contextlib.suppress(OSError):
        writer.write_eof()
        async with asyncio.timeout(PATIENCE):
            while await reader.read(65536):
                pass
    writer.close()


def site_options(folder: Path) -> tuple[str, ...]:
    """For a daemon that only takes mail in: an account, and deliveries that wait."""
    (folder / "passwd").write_text("alice:x:2001:2001:Alice:/nonexistent:/bin/sh\n")
    return (
        f"MailboxDatabase=file:{folder / 'passwd'}",
        "DontBlameSendmail=TrustStickyBit",  # the folder may lie in /tmp
        "DeliveryMode=queue",
        "Workers=1",
    )


async def endless(port: int, size: int, *, in_text: bool, in_header: bool = False) -> bytes:
    """A line of `size` bytes, as a command or in a message; the server's last word on it."""
    async with connected(port) as talk:
        if in_text:
            await talk.begin()
            await talk.say(b"DATA")
            talk.writer.write(b"" if in_header else b"Subject: long\r\n\r\n")
        chunk = b"x" * 65536
        with contextlib.suppress(OSError):
            for _ in range(size // len(chunk)):
                talk.writer.write(chunk)
                await talk.writer.drain()
                if talk.reader.at_eof():
                    break
            if in_text:
                return await talk.say(b"\r\n.")
            return await talk.reply()
        return b""


async def many_recipients(port: int, count: int) -> tuple[int, bytes]:
    """How many of so many recipients are taken, in pipelined groups, and the answer to the message."""
    async with connected(port) as talk:
        await talk.begin()
        taken = 0
        for start in range(0, count, 200):
            group = range(start, min(start + 200, count))
            talk.writer.write(b"".join(b"RCPT TO:<u%d@example.org>\r\n" % n for n in group))
            for _ in group:
                taken += (await talk.reply()).startswith(b"250")
        assert (await talk.say(b"DATA")).startswith(b"354")
        return taken, await talk.say(b"Subject: many\r\n\r\nx\r\n.")


async def silent(port: int, *, in_text: bool) -> bytes:
    """Half a command or half a text, and then nothing; what the server says until it closes."""
    async with connected(port) as talk:
        if in_text:
            await talk.begin()
            await talk.say(b"DATA")
        talk.writer.write(b"x")
        async with asyncio.timeout(PATIENCE):
            return await talk.reader.read()


async def dripped(port: int, *, in_text: bool, step: float, bytes_: int) -> bytes:
    """A command or a text that comes a byte each `step` seconds; what the server says to it in the end."""
    async with connected(port) as talk:
        if in_text:
            await talk.begin()
            await talk.say(b"DATA")
        for _ in range(bytes_):
            talk.writer.write(b"x")
            await talk.writer.drain()
            await asyncio.sleep(step)
        return await talk.say(b"\r\n." if in_text else b"")


@contextlib.asynccontextmanager
async def idle_clients(port: int, count: int) -> AsyncIterator[None]:
    """So many that were greeted, said EHLO, began a message, and are silent."""
    async with contextlib.AsyncExitStack() as stack:
        for start in range(0, count, 50):
            talks = [await stack.enter_async_context(connected(port)) for _ in range(start, min(start + 50, count))]
            await asyncio.gather(*(talk.begin() for talk in talks))
        yield


async def half_open(port: int, count: int) -> None:
    """Clients that close their side, or break the connection, at every stage."""
    for number in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        talk = Talk(reader, writer)
        if number % 4:
            await talk.reply()
        if number % 4 > 1:
            await talk.begin()
        if number % 4 == 3:
            await talk.say(b"DATA")
            writer.write(b"half a mess")
        if number % 2:
            writer.transport.abort()
        else:
            with contextlib.suppress(OSError):
                writer.write_eof()
                async with asyncio.timeout(PATIENCE):
                    while await reader.read(65536):
                        pass
            writer.close()


def resident(pids: list[int]) -> int:
    """Kilobytes that these processes hold in memory."""
    total = 0
    for pid in pids:
        status = Path(f"/proc/{pid}/status").read_text()
        total += int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
    return total
