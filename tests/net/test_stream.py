"""Streams over real loopback connections, on uvloop as in production."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import uvloop

from noctule import net
from noctule.net.stream import READ_LIMIT


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(10):
            await scenario()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(bounded())


async def hang_up(stream: net.Stream) -> None:
    stream.close()
    await stream.wait_closed(5)


class Server:
    """A listener on a free port whose handler is the test's."""

    def __init__(self, handler: Callable[[net.Stream], Awaitable[None]]) -> None:
        self._handler = handler

    async def __aenter__(self) -> int:
        sock = net.bind("127.0.0.1", 0)
        self.listener = await net.listen(sock, self._handler)
        return sock.getsockname()[1]

    async def __aexit__(self, *_: object) -> None:
        await self.listener.close(0)


async def echo(stream: net.Stream) -> None:
    while data := await stream.read(5):
        stream.write(data)
        await stream.drain(5)


def test_bytes_go_both_ways_and_end() -> None:
    async def scenario() -> None:
        async with Server(echo) as port:
            stream = await net.connect("127.0.0.1", port, timeout=5)
            stream.write(b"hello")
            assert await stream.read(5) == b"hello"
            assert stream.peer == net.Endpoint("inet", "127.0.0.1", port)
            assert stream.local.host == "127.0.0.1"
            await hang_up(stream)

    run(scenario)


def test_end_of_stream_is_empty_bytes_and_stays_so() -> None:
    async def bye(stream: net.Stream) -> None:
        stream.write(b"bye")

    async def scenario() -> None:
        async with Server(bye) as port:
            stream = await net.connect("127.0.0.1", port, timeout=5)
            data = b""
            while piece := await stream.read(5):
                data += piece
            assert data == b"bye"
            assert await stream.read(5) == b""
            await hang_up(stream)

    run(scenario)


def test_a_half_closed_peer_is_still_answered() -> None:
    async def answer_at_end(stream: net.Stream) -> None:
        while await stream.read(5):
            pass
        stream.write(b"421 late")

    async def scenario() -> None:
        async with Server(answer_at_end) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"some")
            writer.write_eof()
            assert await reader.read() == b"421 late"
            writer.close()
            await writer.wait_closed()

    run(scenario)


def test_read_times_out_and_the_stream_goes_on() -> None:
    async def scenario() -> None:
        async with Server(echo) as port:
            stream = await net.connect("127.0.0.1", port, timeout=5)
            with pytest.raises(TimeoutError):
                await stream.read(0.01)
            stream.write(b"x")
            assert await stream.read(5) == b"x"
            with pytest.raises(TimeoutError):  # a shorter limit after a longer one whose timer is still set
                await stream.read(0.01)
            await hang_up(stream)

    run(scenario)


def test_unread_input_holds_the_peer_back() -> None:
    stalled = asyncio.Event()

    async def slow_reader(stream: net.Stream) -> None:
        await stalled.wait()
        total = 0
        while data := await stream.read(5):
            total += len(data)
        stream.write(str(total).encode())

    async def scenario() -> None:
        async with Server(slow_reader) as port:
            stream = await net.connect("127.0.0.1", port, timeout=5)
            sent = 0
            with pytest.raises(TimeoutError):
                while sent < 200 * READ_LIMIT:
                    stream.write(bytes(65536))
                    sent += 65536
                    await stream.drain(0.05)
            stalled.set()
            await stream.drain(5)
            stream.abort()
            await stream.wait_closed(5)

    run(scenario)


def test_broken_connection_is_an_oserror() -> None:
    async def scenario() -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            stream = await net.connect("127.0.0.1", server.getsockname()[1], timeout=5)
            peer, _ = server.accept()
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.close()  # a reset, not an end of stream
            with pytest.raises(ConnectionResetError):
                await stream.read(5)
            assert not stream.connected
            stream.write(b"into the void")
            with pytest.raises(ConnectionResetError):
                await stream.drain(5)

    run(scenario)


def test_refused_connection() -> None:
    async def scenario() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            with pytest.raises(ConnectionRefusedError):
                await net.connect("127.0.0.1", taken.getsockname()[1], timeout=5)

    run(scenario)


def test_source_address() -> None:
    seen: list[net.Endpoint] = []

    async def note(stream: net.Stream) -> None:
        seen.append(stream.peer)

    async def scenario() -> None:
        async with Server(note) as port:
            stream = await net.connect("127.0.0.1", port, timeout=5, source="127.0.0.9")
            assert await stream.read(5) == b""
            await hang_up(stream)
        assert seen[0].host == "127.0.0.9"

    run(scenario)


def test_unix_socket(tmp_path: Path) -> None:
    async def scenario() -> None:
        path = str(tmp_path / "s")
        net.bind_unix(path).close()  # leaves a dead socket file behind
        sock = net.bind_unix(path, mode=0o660)
        assert (tmp_path / "s").stat().st_mode & 0o777 == 0o660
        listener = await net.listen(sock, echo)
        stream = await net.connect_unix(path, timeout=5)
        assert stream.peer.family == "local"
        stream.write(b"x")
        assert await stream.read(5) == b"x"
        await hang_up(stream)
        with pytest.raises(OSError):
            net.bind_unix(path)
        await listener.close(0)

    run(scenario)
