"""Questions that block, asked in threads of their own: a few at a time, each once however many wait for its answer."""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable, Hashable
from functools import partial
from typing import Generic, TypeVar

_THREADS = 8
_LIMIT = 30.0  # seconds
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Aside(Generic[V]):
    """For one event loop.

    A thread whose question is never answered keeps its place, and ends with the process: threads that hang must not
    become ever more, nor keep a worker from ending.
    """

    def __init__(self, threads: int = _THREADS, limit: float = _LIMIT) -> None:
        self._free = threads
        self._waiting: deque[Callable[[], None]] = deque()
        self._limit = limit
        self._asked: dict[Hashable, asyncio.Future[V]] = {}

    async def ask(self, question: Callable[[K], V], key: K) -> V:
        """`question(key)`, or what it raises.  TimeoutError when that takes too long."""
        async with asyncio.timeout(self._limit):
            asked = self._asked.get(key) or self._begin(question, key)
            return await asyncio.shield(asked)

    def _begin(self, question: Callable[[K], V], key: K) -> asyncio.Future[V]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[V] = loop.create_future()
        self._asked[key] = answer
        self._waiting.append(partial(self._start, loop, question, key, answer))
        self._start_some()
        return answer

    def _start_some(self) -> None:
        while self._waiting and self._free:
            self._free -= 1
            self._waiting.popleft()()

    def _start(
        self, loop: asyncio.AbstractEventLoop, question: Callable[[K], V], key: K, answer: asyncio.Future[V]
    ) -> None:
        def run() -> None:
            try:
                settle = partial(answer.set_result, question(key))
            except Exception as error:
                settle = partial(answer.set_exception, error)
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(self._end, key, settle)

        threading.Thread(target=run, name="aside", daemon=True).start()

    def _end(self, key: Hashable, settle: Callable[[], None]) -> None:
        self._free += 1
        answer = self._asked.pop(key)
        settle()
        answer.exception()  # nobody may be waiting any more
        self._start_some()
