"""Standard input as a pipe, a plain file and a socket."""

import asyncio
import os
import socket
from pathlib import Path

import uvloop

from noctule import net


async def greet_and_count(source: int, sink: int) -> int:
    async with asyncio.timeout(10), net.stdio(source, sink) as stream:
        stream.write(b"220 hello\r\n")
        total = 0
        while data := await stream.read(5):
            total += len(data)
        stream.write(b"221 bye\r\n")
        return total


def run(source: int, sink: int) -> int:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(greet_and_count(source, sink))


def test_pipes() -> None:
    source, feed = os.pipe()
    drain, sink = os.pipe()
    os.write(feed, b"QUIT\r\n")
    os.close(feed)
    assert run(source, sink) == 6
    os.close(sink)
    assert os.read(drain, 100) == b"220 hello\r\n221 bye\r\n"
    os.close(source)
    os.close(drain)


def test_plain_files(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"x" * 300_000)
    with (tmp_path / "in").open("rb") as source, (tmp_path / "out").open("wb") as sink:
        assert run(source.fileno(), sink.fileno()) == 300_000
    assert (tmp_path / "out").read_bytes() == b"220 hello\r\n221 bye\r\n"


def test_a_socket_is_used_as_it_is() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"QUIT\r\n")
        theirs.shutdown(socket.SHUT_WR)
        assert run(ours.fileno(), ours.fileno()) == 6
        assert theirs.recv(100) == b"220 hello\r\n221 bye\r\n"
