"""Driving the client's wire over a stream."""

from collections.abc import Mapping

from noctule.net import Stream
from noctule.smtp.client import Client, Event, Phase


async def next_event(client: Client, stream: Stream, timeouts: Mapping[Phase, float]) -> Event:
    """What the server makes happen next.  Raises OSError when the connection breaks or it takes too long."""
    while (event := client.next_event()) is None:
        if data := client.data_to_send():
            stream.write(data)
        client.receive_data(await stream.read(timeouts[client.phase]))
    return event
