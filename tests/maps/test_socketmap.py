"""The socketmap protocol against servers that misbehave."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from noctule.base.questions import Answer, AnswerKind, Question
from noctule.maps import Declaration, Environment, MapTable

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(serve: Serve, where: Path | None) -> AsyncIterator[int]:
    """A server at a Unix socket, or at the port given; its connections have ended when the block has."""
    handlers: list[asyncio.Task[None]] = []

    async def handled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await serve(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handlers.append(asyncio.get_running_loop().create_task(handled(reader, writer)))

    if where is None:
        server = await asyncio.start_server(connected, "127.0.0.1", 0)
    else:
        server = await asyncio.start_unix_server(connected, where)
    async with server:
        yield 0 if where else server.sockets[0].getsockname()[1]
        await asyncio.gather(*handlers)


def ask(tmp_path: Path, serve: Serve, *keys: str, timeout: str = "5") -> list[Answer]:
    async def run() -> list[Answer]:
        async with serving(serve, tmp_path / "s"):
            maps = MapTable([Declaration("m", "socket", f"-d{timeout} unix:{tmp_path}/s")], Environment())
            answers = [await maps.answer(Question("m", key)) for key in keys]
            maps.close()
            return answers

    return asyncio.run(run())


async def question(reader: asyncio.StreamReader) -> str:
    length = int((await reader.readuntil(b":"))[:-1])
    text = await reader.readexactly(length + 1)
    assert text.endswith(b",")
    return text[:-1].decode()


def replying(*replies: bytes) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for reply in replies:
            await question(reader)
            writer.write(reply)
            await writer.drain()

    return serve


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (b"8:OK value,", Answer(AnswerKind.FOUND, "value")),
        (b"3:OK ,", Answer(AnswerKind.FOUND, "")),
        (b"9:NOTFOUND ,", Answer(AnswerKind.NOT_FOUND)),
        (b"9:PERM nope,", Answer(AnswerKind.NOT_FOUND, status=69)),
        (b"10:TEMP later,", Answer(AnswerKind.TEMPORARY, status=75)),
        (b"8:TIMEOUT ,", Answer(AnswerKind.TEMPORARY, status=75)),
        (b"4:what,", Answer(AnswerKind.TEMPORARY, status=75)),
        (b"8:OK value;", Answer(AnswerKind.TEMPORARY, status=75)),
        (b"8:OK value,x", Answer(AnswerKind.TEMPORARY, status=75)),
        (b"hello there", Answer(AnswerKind.TEMPORARY, status=75)),
        (b"999999:", Answer(AnswerKind.TEMPORARY, status=75)),
        (b"8:OK va", Answer(AnswerKind.TEMPORARY, status=75)),
        (b"", Answer(AnswerKind.TEMPORARY, status=75)),
    ],
)
def test_replies(tmp_path: Path, reply: bytes, answer: Answer) -> None:
    assert ask(tmp_path, replying(reply), "key") == [answer]


def test_a_reply_in_pieces(tmp_path: Path) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await question(reader) == "m key"
        for byte in b"8:OK value,":
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)

    assert ask(tmp_path, serve, "KEY")[0].value == "value"


def test_the_connection_is_kept_and_made_again(tmp_path: Path) -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for _ in range(2):  # then closes
            await question(reader)
            writer.write(b"5:OK %d%d," % (connections, connections))
            await writer.drain()

    answers = ask(tmp_path, serve, "a", "b", "c", "d", "e")
    assert [answer.value for answer in answers] == ["11", "11", "22", "22", "33"]


def test_a_silent_server_is_given_up(tmp_path: Path) -> None:
    async def serve(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    assert ask(tmp_path, serve, "key", timeout="1")[0].kind is AnswerKind.TEMPORARY


def test_questions_asked_at_once_take_turns(tmp_path: Path) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            text = f"OK {await question(reader)}"
            writer.write(f"{len(text)}:{text},".encode())

    async def run() -> list[Answer]:
        async with serving(echo, None) as port:
            maps = MapTable([Declaration("m", "socket", f"inet:{port}@127.0.0.1")], Environment())
            questions = [Question("m", f"k{number}") for number in range(20)]
            answers = await asyncio.gather(*(maps.answer(question) for question in questions))
            maps.close()
            return list(answers)

    assert [answer.value for answer in asyncio.run(run())] == [f"m k{number}" for number in range(20)]
