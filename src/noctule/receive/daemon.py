"""One listening daemon: a session for every connection, within the limits on connections."""

import socket

from noctule.net import Listener, Stream, listen, stdio
from noctule.receive.caller import identify, local_caller
from noctule.receive.services import Services
from noctule.receive.session import Session
from noctule.receive.settings import ReceiveSettings


class SmtpDaemon:
    """Serves one socket.  `settings` may be replaced at any time: sessions under way keep those they began with."""

    def __init__(self, services: Services, settings: ReceiveSettings) -> None:
        self.services = services
        self.settings = settings
        self._listener: Listener | None = None

    async def start(self, sock: socket.socket) -> None:
        """Begin to serve a bound socket."""
        self._listener = await listen(sock, self.serve)

    async def stop(self, grace: float) -> None:
        """Take no more connections, give those there are `grace` seconds."""
        if self._listener is not None:
            await self._listener.close(grace)

    async def serve(self, stream: Stream) -> None:
        """One connection."""
        services, settings = self.services, self.settings
        throttle, address = services.throttle, stream.peer.host
        hold = throttle.wait_for(settings.limits.connections_per_second)
        rates = throttle.opened(address)
        try:
            self._limit()
            if hold:
                await services.sleep(hold)
            caller = await identify(stream, services.names)
            await Session(stream, services, settings, caller, rates).run()
        finally:
            throttle.closed(address)
            await self._relax()

    def _limit(self) -> None:
        """MaxDaemonChildren: no more are accepted when so many are being served; they wait in the system's queue."""
        limit, open_now = self.settings.limits.connections, self.services.throttle.connections
        if limit and open_now >= limit and self._listener is not None and self._listener.accepting:
            self._listener.pause()
            reason = f"{open_now} children, max {limit}"
            self.services.log.rejecting_connections(daemon=self.settings.daemon.name, reason=reason)

    async def _relax(self) -> None:
        limit, listener = self.settings.limits.connections, self._listener
        if listener is None or listener.accepting or listener.closed:
            return
        if not limit or self.services.throttle.connections < limit:
            self.services.log.accepting_again(daemon=self.settings.daemon.name)
            await listener.resume()


async def serve_stdio(services: Services, settings: ReceiveSettings, user: str) -> None:
    """`sendmail -bs`: one session on standard input and output, for the local user of this name."""
    async with stdio() as stream:
        await Session(stream, services, settings, local_caller(user)).run()
