"""Outgoing connections."""

import asyncio

from noctule.net.stream import Stream, StreamProtocol


async def connect(
    host: str,
    port: int,
    *,
    timeout: float,  # noqa: ASYNC109 - one limit for the whole attempt
    source: str | None = None,
) -> Stream:
    """A TCP stream to a numeric address, from the numeric address `source` if given.

    Raises OSError (ConnectionRefusedError ...), or TimeoutError after `timeout` seconds.
    """
    loop = asyncio.get_running_loop()
    local = (source, 0) if source else None
    async with asyncio.timeout(timeout):
        _, protocol = await loop.create_connection(StreamProtocol, host, port, local_addr=local)
    return protocol.stream


async def connect_unix(path: str, *, timeout: float) -> Stream:  # noqa: ASYNC109
    """A stream to a Unix socket.  Raises as `connect` does."""
    async with asyncio.timeout(timeout):
        _, protocol = await asyncio.get_running_loop().create_unix_connection(StreamProtocol, path)
    return protocol.stream
