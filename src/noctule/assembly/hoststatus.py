"""Where host status is kept (HostStatusDirectory), if anywhere."""

import os
from collections.abc import Callable
from pathlib import Path

from noctule.assembly.queues import queue_directories
from noctule.config import Options
from noctule.deliver.hoststatus import HostStatus


def host_status_directory(options: Options, say: Callable[[str], None]) -> Path | None:
    """A relative one is below the queue directory.  `say` hears why one that is set cannot be used."""
    text = options.string("HostStatusDirectory")
    if not text:
        return None
    if not options.integer("ConnectionCacheSize"):
        say("Warning: HostStatusDirectory disabled with ConnectionCacheSize = 0")
        return None
    directory = queue_directories(options)[0] / text
    try:
        os.listdir(directory)  # noqa: PTH208 - whether it can be read
    except OSError as error:
        say(f"Warning: Cannot use HostStatusDirectory = {text}: {error.strerror}")
        return None
    return directory


def open_host_status(options: Options, say: Callable[[str], None]) -> HostStatus | None:
    """None: nothing is kept."""
    directory = host_status_directory(options, say)
    return HostStatus(directory, options.seconds("Timeout.hoststatus")) if directory is not None else None
