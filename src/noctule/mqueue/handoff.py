"""Handing accepted messages from `receive` to the runner of the same process, body still in memory.

Bounded: at most `limit` messages wait here (with bodies of at most 64 KiB each in memory).  When there is no room the
message is accepted without a lease and the runner finds it in the store.

    leased = handoff.reserve()
    try:
        await store.accept(envelope, body, leased=leased)
    except BaseException:
        handoff.cancel(leased)
        raise
    handoff.put(envelope, body) if leased else handoff.wake()
"""

import asyncio
from collections import deque

from noctule.mail.envelope import Envelope
from noctule.mqueue.store import Body


class Handoff:
    """A queue with one consumer, on one event loop."""

    __slots__ = ("_closed", "_limit", "_reserved", "_waiter", "_waiting", "_woken")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._reserved = 0
        self._waiting: deque[tuple[Envelope, Body]] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._woken = False
        self._closed = False

    def reserve(self) -> bool:
        """Ask for a place.  True: `put` or `cancel` must follow."""
        if self._closed or self._reserved + len(self._waiting) >= self._limit:
            return False
        self._reserved += 1
        return True

    def cancel(self, reserved: bool) -> None:
        """Give a place back that `reserve` may have granted."""
        self._reserved -= reserved

    def put(self, envelope: Envelope, body: Body) -> None:
        """Hand over a message accepted as leased, in the place reserved for it."""
        self._reserved -= 1
        self._waiting.append((envelope, body))
        self._notify()

    def wake(self) -> None:
        """Tell the runner to look into the store: something there is due."""
        self._woken = True
        self._notify()

    def close(self) -> None:
        """No more places; `take` returns what is left, then empty lists at once."""
        self._closed = True
        self._notify()

    async def take(self, limit: int) -> list[tuple[Envelope, Body]]:
        """Up to `limit` messages; waits until there is one.  An empty list: woken, or closed."""
        while not (self._waiting or self._woken or self._closed):
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        self._woken = False
        waiting = self._waiting
        return [waiting.popleft() for _ in range(min(limit, len(waiting)))]

    def _notify(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def __len__(self) -> int:
        return len(self._waiting)
