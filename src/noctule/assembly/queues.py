"""Where the queue lies, and how long messages may stay in it."""

from pathlib import Path

from noctule.base.errors import ConfigurationError
from noctule.config import Options
from noctule.mqueue.schedule import RetryPolicy, TimeoutClass

NO_QUEUE = "QueueDirectory (Q) option must be set"


def queue_directories(options: Options) -> list[Path]:
    """QueueDirectory; a last component that ends in `*` stands for every directory of such a name.

    Raises ConfigurationError when it is not set, or none matches.
    """
    text = options.string("QueueDirectory")
    if not text:
        raise ConfigurationError(NO_QUEUE)
    if not text.endswith("*"):
        return [Path(text)]
    found = sorted(path for path in Path(text).parent.glob(Path(text).name) if path.is_dir())
    if not found:
        raise ConfigurationError(f"no directory matches {text}")
    return found


def retry_policy(options: Options, interval: float) -> RetryPolicy:
    """Timeout.queuereturn, Timeout.queuewarn and Min- and MaxQueueAge; `interval` is -q's, 0 without queue runs."""
    return RetryPolicy(
        interval=interval,
        min_age=options.seconds("MinQueueAge"),
        max_age=options.seconds("MaxQueueAge"),
        warn={kind: options.seconds(f"Timeout.queuewarn.{kind.value}") for kind in TimeoutClass},
        give_up={kind: options.seconds(f"Timeout.queuereturn.{kind.value}") for kind in TimeoutClass},
    )
