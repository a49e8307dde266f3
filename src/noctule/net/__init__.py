"""asyncio meets the world: byte streams over TCP, Unix sockets and stdio; connecting and listening.

Called by: maps, receive, deliver, assembly, commands.  May import: base.
The only errors that leave this package are TimeoutError and OSError (ConnectionError included): what they mean for the
mail is decided by whoever asked.
"""

from noctule.net.connect import connect, connect_unix
from noctule.net.listen import Listener, bind, bind_unix, listen
from noctule.net.stdio import stdio
from noctule.net.stream import Endpoint, Stream

__all__ = ["Endpoint", "Listener", "Stream", "bind", "bind_unix", "connect", "connect_unix", "listen", "stdio"]
