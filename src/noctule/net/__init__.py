"""asyncio meets the world: byte streams over TCP, Unix sockets and stdio, TLS on them; connecting and listening;
and in threads what can only be waited for.

Called by: accounts, maps, receive, deliver, assembly, commands.  May import: base.
The only errors that leave this package are TimeoutError and OSError (ConnectionError included): what they mean for the
mail is decided by whoever asked.
"""

from noctule.net.certificates import PeerCertificate
from noctule.net.connect import connect, connect_unix
from noctule.net.contexts import ContextSettings, build_context
from noctule.net.listen import Listener, bind, bind_unix, listen
from noctule.net.stdio import stdio
from noctule.net.stream import Endpoint, Stream
from noctule.net.tls import Handshake, TlsContext, TlsError, Verified

__all__ = [
    "ContextSettings",
    "Endpoint",
    "Handshake",
    "Listener",
    "PeerCertificate",
    "Stream",
    "TlsContext",
    "TlsError",
    "Verified",
    "bind",
    "bind_unix",
    "build_context",
    "connect",
    "connect_unix",
    "listen",
    "stdio",
]
