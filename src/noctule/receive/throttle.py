"""How many connections there are, and how fast they come: counters for all daemons of one process."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_MAX_ADDRESSES = 10_000


@dataclass(frozen=True, slots=True)
class Rates:
    """`${client_rate}`, `${total_rate}`, `${client_connections}`."""

    client: int
    total: int
    open: int


class Throttle:
    """Connections of the last `window` seconds (ConnectionRateWindowSize), and those open now."""

    __slots__ = ("_clock", "_open", "_recent", "_total", "_window")

    def __init__(self, clock: Callable[[], float], window: float = 60.0) -> None:
        self._clock = clock
        self._window = window
        self._open: dict[str, int] = {}
        self._recent: dict[str, deque[float]] = {}
        self._total: deque[float] = deque()

    @property
    def connections(self) -> int:
        """All that are open."""
        return sum(self._open.values())

    def opened(self, address: str) -> Rates:
        """Count a connection; `closed` must follow."""
        now = self._clock()
        self._open[address] = self._open.get(address, 0) + 1
        if address not in self._recent and len(self._recent) >= _MAX_ADDRESSES:
            self._forget(now)
        recent = self._recent.setdefault(address, deque())
        for times in (recent, self._total):
            times.append(now)
            while times[0] <= now - self._window:
                times.popleft()
        return Rates(len(recent), len(self._total), self._open[address])

    def closed(self, address: str) -> None:
        left = self._open[address] - 1
        if left:
            self._open[address] = left
        else:
            del self._open[address]

    def wait_for(self, per_second: int) -> float:
        """Seconds to hold a new connection so that there are at most so many in a second (ConnectionRateThrottle)."""
        if not per_second or len(self._total) < per_second:
            return 0.0
        return max(0.0, self._total[-per_second] + 1.0 - self._clock())

    def _forget(self, now: float) -> None:
        """Drop the addresses that have been quiet, or all when a flood leaves none."""
        kept = {address: times for address, times in self._recent.items() if times[-1] > now - self._window}
        self._recent = kept if len(kept) < _MAX_ADDRESSES else {}
