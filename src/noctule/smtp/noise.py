"""Counting the commands that do no work: beyond the free ones each costs a delay, and at last the connection."""

from noctule.smtp.rules import Rules
from noctule.smtp.verbs import Noise

MAX_DELAY = 240.0  # seconds


class NoiseMeter:
    """The counts of one connection."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: dict[Noise, int] = {}

    def count(self, noise: Noise, rules: Rules) -> tuple[float, int] | None:
        """Seconds of delay, and the count when delays begin with this command, else 0; None: it is one too many."""
        free = _free(noise, rules)
        count = self._counts[noise] = self._counts.get(noise, 0) + 1
        if not free or count < free:
            return 0.0, 0
        if rules.close_on_noise and count >= 2 * free:
            return None
        return min(2.0 ** min(count - free, 10), MAX_DELAY), count if count == free else 0


def _free(noise: Noise, rules: Rules) -> int:
    match noise:
        case Noise.NOOP:
            return rules.max_noops
        case Noise.AUTH:
            return len(rules.offer.auth) + 1
        case _:
            return noise.free
