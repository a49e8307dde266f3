"""Connections kept open between messages, and how many there may be to one host.

A destination has a lane: its idle connections, a count of all that are open, and those who wait for one.  A connection
given back goes straight to who waits longest, so that a busy relay's connections are always in use and never closed
and opened again.

A host that cannot be reached must not hold the places of mail for others: all who wait for it when an attempt fails
hear so at once, one that took long to fail is not tried again for as long, and while it is being tried only some wait.
"""

import asyncio
import os
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from noctule.deliver.credentials import Identity
from noctule.deliver.verdict import Remote
from noctule.mail.outcome import Deferred, Outcome
from noctule.net import Stream
from noctule.smtp.client import Client
from noctule.smtp.onlooker import Onlooker

_LINGER = 5.0  # seconds for the last bytes of a connection
_SLOW = 1.0  # seconds after which a failed attempt is worth remembering
_LONGEST_MEMORY = 60.0  # seconds
_REMEMBERED = 1000  # destinations
_HOPEFUL = 5.0  # seconds in which a destination usually answers
_CROWD = 20  # who may wait for one that has not
_CROWDED = Deferred(status="4.4.1", text="Deferred: host does not answer, and enough mail waits for it")
Key = tuple[str, ...]  # mailer, then what names the destination


@dataclass(slots=True, eq=False)
class Connection:
    """An open, greeted connection."""

    stream: Stream
    client: Client
    remote: Remote
    macros: dict[str, str | None] = field(default_factory=dict)  # what rules are told of it
    bindings: Mapping[str, bytes] | None = None  # channel bindings of TLS; None: no TLS
    logs_in: bool = False  # the server was to be told who we are, if it asks
    identity: Identity | None = None  # as whom we logged in
    messages: int = 0  # sent over it
    idle_since: float = 0.0
    onlooker: Onlooker | None = None
    lock: int | None = None  # a descriptor that keeps other processes from the host

    @property
    def usable(self) -> bool:
        """Nothing is known that speaks against using it: not closed, and no word of farewell has come."""
        return self.client.idle and self.stream.connected and not self.stream.waiting

    def close(self) -> None:
        """Say goodbye, if that still makes sense, without waiting for an answer.

        What a server that takes nothing more has not been sent is dropped: it would be kept as long as that lasts.
        """
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None
        if not self.usable:
            self.stream.abort()
            return
        if self.onlooker is not None:
            self.onlooker.closing(self.remote.name)
        self.client.quit()
        self.stream.write(self.client.data_to_send())
        self.stream.close()


Opened = Connection | Outcome


@dataclass(slots=True)
class _Lane:
    idle: deque[Connection] = field(default_factory=deque)
    open: int = 0  # being opened or in use, or idle
    attempts: int = 0  # being opened
    tried_since: float = 0.0
    waiters: "deque[asyncio.Future[Opened | None]]" = field(default_factory=deque)

    @property
    def empty(self) -> bool:
        return not (self.open or self.waiters)


class Connections:
    """The connections of one worker.

    `hosts` lanes may keep idle connections (ConnectionCacheSize), each at most `per_host`, for `timeout` seconds.
    """

    def __init__(
        self, *, hosts: int, timeout: float, per_host: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._hosts = hosts
        self._timeout = timeout
        self._per_host = per_host
        self._lanes: OrderedDict[Key, _Lane] = OrderedDict()  # least recently used first
        self._failed: OrderedDict[Key, tuple[Outcome, float]] = OrderedDict()  # and until when that counts
        self._reaper: asyncio.TimerHandle | None = None

    async def acquire(self, key: Key, connect: Callable[[], Awaitable[Opened]], *, fresh: bool = False) -> Opened:
        """An idle connection, or a new one by `connect`, or the outcome that kept it from being made.

        With `fresh` no connection that was used before.  Every connection has to be given back.
        """
        if (outcome := self._known_failure(key)) is not None:
            return outcome
        lane = self._lanes.setdefault(key, _Lane())
        self._lanes.move_to_end(key)
        while lane.idle and not fresh:
            connection = lane.idle.pop()
            if connection.usable:
                return connection
            connection.close()
            lane.open -= 1
        if lane.open < self._per_host:
            lane.open += 1
        elif fresh and lane.idle:
            lane.idle.popleft().close()
        elif self._is_crowded(lane):
            return _CROWDED
        else:
            given = await self._wait(key, lane)
            if isinstance(given, Connection) and fresh:
                given.close()
            elif given is not None:
                return given
        return await self._open(key, lane, connect)

    def give_back(self, key: Key, connection: Connection) -> None:
        """After use: it is handed on, kept, or closed."""
        lane = self._lanes[key]
        if not connection.usable:
            connection.close()
            self._free(key, lane)
            return
        while lane.waiters:
            waiter = lane.waiters.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        if not self._hosts:
            connection.close()
            self._free(key, lane)
            return
        connection.idle_since = asyncio.get_running_loop().time()
        lane.idle.append(connection)
        self._shed()
        self._schedule()

    async def close(self) -> None:
        """Close all that are idle; those in use are closed when they are given back."""
        self._hosts = 0
        if self._reaper is not None:
            self._reaper.cancel()
            self._reaper = None
        idle = [connection for lane in self._lanes.values() for connection in lane.idle]
        for key in list(self._lanes):
            self._drop_idle(key)
        await asyncio.gather(*(connection.stream.wait_closed(_LINGER) for connection in idle))

    async def _wait(self, key: Key, lane: _Lane) -> Opened | None:
        """A connection, the outcome that keeps all from being made, or None: the right to open one."""
        waiter: asyncio.Future[Opened | None] = asyncio.get_running_loop().create_future()
        lane.waiters.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():  # it was given something just then: pass it on
                given = waiter.result()
                if isinstance(given, Connection):
                    self.give_back(key, given)
                elif given is None:
                    self._free(key, lane)
            raise

    def _known_failure(self, key: Key) -> Outcome | None:
        known = self._failed.get(key)
        if known is None:
            return None
        if self._clock() < known[1]:
            return known[0]
        del self._failed[key]
        return None

    def _remember_failure(self, key: Key, outcome: Outcome, took: float) -> None:
        if took >= _SLOW:
            until = self._clock() + min(took, _LONGEST_MEMORY)
            self._failed[key] = (outcome, until)
            if len(self._failed) > _REMEMBERED:
                self._failed.popitem(last=False)

    def _is_crowded(self, lane: _Lane) -> bool:
        if lane.open > lane.attempts or len(lane.waiters) < _CROWD:
            return False
        return self._clock() - lane.tried_since > _HOPEFUL

    async def _open(self, key: Key, lane: _Lane, connect: Callable[[], Awaitable[Opened]]) -> Opened:
        """Open a connection; it has been counted already."""
        began = self._clock()
        if not lane.attempts:
            lane.tried_since = began
        lane.attempts += 1
        try:
            opened = await connect()
        except BaseException:
            self._free(key, lane)
            raise
        finally:
            lane.attempts -= 1
        if isinstance(opened, Connection):
            return opened
        if lane.open - lane.attempts == 1:  # there is no other that would show it to be alive
            self._remember_failure(key, opened, self._clock() - began)
            for waiter in lane.waiters:
                if not waiter.done():
                    waiter.set_result(opened)
            lane.waiters.clear()
        self._free(key, lane)
        return opened

    def _free(self, key: Key, lane: _Lane) -> None:
        """A connection is gone: the next waiter may open one in its place."""
        while lane.waiters:
            waiter = lane.waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        lane.open -= 1
        self._forget(key, lane)

    def _forget(self, key: Key, lane: _Lane) -> None:
        if lane.empty and self._lanes.get(key) is lane:
            del self._lanes[key]

    def _shed(self) -> None:
        """Keep idle connections only to the hosts used last."""
        idle = [key for key, lane in self._lanes.items() if lane.idle]
        for key in idle[: max(0, len(idle) - self._hosts)]:
            self._drop_idle(key)

    def _drop_idle(self, key: Key, before: float = float("inf")) -> None:
        lane = self._lanes[key]
        while lane.idle and lane.idle[0].idle_since <= before:
            lane.idle.popleft().close()
            lane.open -= 1
        self._forget(key, lane)

    def _schedule(self) -> None:
        if self._reaper is None:
            self._reaper = asyncio.get_running_loop().call_later(self._timeout, self._reap)

    def _reap(self) -> None:
        self._reaper = None
        before = asyncio.get_running_loop().time() - self._timeout
        for key in list(self._lanes):
            self._drop_idle(key, before)
        if any(lane.idle for lane in self._lanes.values()):
            self._schedule()
