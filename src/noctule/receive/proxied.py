"""Connections through a proxy that says who the client is (`Behind=` of DaemonPortOptions)."""

import asyncio
import ipaddress
from collections.abc import Collection

from noctule.base.errors import ProtocolError
from noctule.net.stream import Endpoint, Stream
from noctule.observe.log import Log
from noctule.smtp.proxy import End, parse_proxy_header

PATIENCE = 10.0  # seconds a proxy has for its header
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


async def read_proxy_header(stream: Stream, proxies: Collection[Network], log: Log) -> bool:
    """Give the stream the ends that the proxy names.  False: this is no connection to be served."""
    peer = stream.peer
    address = None if peer.family == "local" else ipaddress.ip_address(peer.host)
    if address is not None and not any(address in network for network in proxies):
        log.proxy_refused(client=str(peer), reason="not a proxy of ours")
        return False
    data = b""
    try:
        async with asyncio.timeout(PATIENCE):
            while (header := parse_proxy_header(data)) is None:
                more = await stream.read(PATIENCE)
                if not more:
                    raise ProtocolError("connection closed before the PROXY header")
                data += more
    except (ProtocolError, OSError) as error:
        log.proxy_refused(client=str(peer), reason=str(error) or "no PROXY header in time")
        return False
    stream.unread(header.rest)
    if header.source is not None and header.destination is not None:
        stream.peer, stream.local = _endpoint(header.source), _endpoint(header.destination)
    return True


def _endpoint(end: End) -> Endpoint:
    return Endpoint("inet6" if ":" in end.address else "inet", end.address, end.port)
