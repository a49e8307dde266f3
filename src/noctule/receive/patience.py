"""How long a client is waited for: for its next bytes, and for a whole command line or message."""

from collections.abc import Callable

from noctule.receive.settings import Timeouts


class Patience:
    """The limits of one session.  `clock` gives seconds and never goes back.

    Each read has Timeout.command or Timeout.datablock.  So that nobody stays for ever by a byte now and then, a command
    line as a whole has no more than that either, or `Timeouts.least` if that is longer; so has a message, and more the
    longer it is: what comes faster than `Timeouts.rate` is never too slow.
    """

    __slots__ = ("_begun", "_clock", "_in_text", "_size", "_timeouts")

    def __init__(self, timeouts: Timeouts, clock: Callable[[], float]) -> None:
        self._timeouts = timeouts
        self._clock = clock
        self._in_text = False
        self._begun: float | None = None  # when the line or message at hand began
        self._size = 0  # bytes of the message since

    def next_read(self, *, in_text: bool, line_begun: bool) -> float:
        """Seconds for the next bytes.  Raises TimeoutError when the whole has taken too long."""
        timeouts = self._timeouts
        each = timeouts.text if in_text else timeouts.command
        if in_text is not self._in_text or not (in_text or line_begun):
            self._in_text, self._begun, self._size = in_text, None, 0
        if not (in_text or line_begun):
            return each
        now = self._clock()
        if self._begun is None:
            self._begun = now
        left = self._begun + max(each, timeouts.least) + self._size / timeouts.rate - now
        if left <= 0:
            raise TimeoutError
        return min(each, left)

    def took(self, size: int) -> None:
        """So many bytes have come."""
        if self._in_text:
            self._size += size
