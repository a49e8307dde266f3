"""What a busy host does not do at once: DelayLA, QueueLA, RefuseLA."""

from dataclasses import dataclass

from noctule.mqueue.schedule import queue_only

DELAY = 1.0  # seconds before each command


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """Load averages from which a daemon holds back; 0: it never does."""

    delay: int = 0  # DelayLA
    queue: int = 0  # QueueLA
    refuse: int = 0  # RefuseLA
    queue_factor: int = 600_000  # QueueFactor

    def delays(self, load: int) -> bool:
        """Whether clients are answered late."""
        return 0 < self.delay <= load

    def refuses(self, load: int) -> bool:
        """Whether there are no new connections."""
        return 0 < self.refuse <= load

    def only_queues(self, load: int, priority: int) -> bool:
        """Whether a new message of this priority waits for a queue run."""
        return self.queue > 0 and queue_only(load, priority, self.queue, self.queue_factor)
