"""One listening daemon: a session for every connection, within the limits on connections."""

import asyncio
import socket

from noctule.net import Listener, Stream, listen, stdio
from noctule.receive.caller import identify, local_caller
from noctule.receive.proxied import read_proxy_header
from noctule.receive.services import Services
from noctule.receive.session import Session
from noctule.receive.settings import ReceiveSettings

_LOAD_INTERVAL = 5.0  # seconds between looks at the load average


class SmtpDaemon:
    """Serves one socket.  `settings` may be replaced at any time: sessions under way keep those they began with."""

    def __init__(self, services: Services, settings: ReceiveSettings) -> None:
        self.services = services
        self.settings = settings
        self._listener: Listener | None = None
        self._too_busy = False
        self._serving = 0
        self._watch: asyncio.Task[None] | None = None

    async def start(self, sock: socket.socket) -> None:
        """Begin to serve a bound socket."""
        self._listener = await listen(sock, self.serve)
        if self.settings.loads.refuse:
            self._watch = asyncio.get_running_loop().create_task(self._watch_load())

    async def stop(self, grace: float) -> None:
        """Take no more connections, give those there are `grace` seconds."""
        if self._watch is not None:
            self._watch.cancel()
        if self._listener is not None:
            await self._listener.close(grace)

    async def serve(self, stream: Stream) -> None:
        """One connection."""
        services, settings = self.services, self.settings
        if settings.behind and not await read_proxy_header(stream, settings.behind, services.log):
            return
        throttle, address = services.throttle, stream.peer.host
        hold = throttle.wait_for(settings.limits.connections_per_second)
        rates = throttle.opened(address)
        self._serving += 1
        try:
            self._limit()
            if hold:
                await services.sleep(hold)
            caller = await identify(stream, services.names)
            await Session(stream, services, settings, caller, rates).run()
        finally:
            throttle.closed(address)
            self._serving -= 1
            await self._relax()

    async def _watch_load(self) -> None:
        while True:
            await asyncio.sleep(_LOAD_INTERVAL)
            await self.heed_load()

    async def heed_load(self) -> None:
        """RefuseLA: accept nobody while the host is too busy."""
        load = self.services.load()
        self._too_busy = self.settings.loads.refuses(load)
        if self._too_busy:
            self._reject(f"load average: {load}")
        else:
            await self._relax()

    def _limit(self) -> None:
        """MaxDaemonChildren, c=: no more are accepted when so many are served; they wait in the system's queue."""
        if full := self._full():
            self._reject(full)

    def _full(self) -> str:
        settings, everywhere = self.settings, self.services.throttle.connections
        counts = ((settings.limits.connections, everywhere), (settings.children, self._serving))
        for limit, count in counts:
            if limit and count >= limit:
                return f"{count} children, max {limit}"
        return ""

    def _reject(self, reason: str) -> None:
        if self._listener is not None and self._listener.accepting:
            self._listener.pause()
            self.services.log.rejecting_connections(daemon=self.settings.daemon.name, reason=reason)

    async def _relax(self) -> None:
        listener = self._listener
        if listener is None or listener.accepting or listener.closed or self._too_busy or self._full():
            return
        self.services.log.accepting_again(daemon=self.settings.daemon.name)
        await listener.resume()


async def serve_stdio(services: Services, settings: ReceiveSettings, user: str) -> None:
    """`sendmail -bs`: one session on standard input and output, for the local user of this name."""
    async with stdio() as stream:
        await Session(stream, services, settings, local_caller(user)).run()
