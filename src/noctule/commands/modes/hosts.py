"""-bh: list what is known of other hosts (hoststat); -bH: forget what is too old (purgestat)."""

import time

from noctule.assembly.hoststatus import host_status_directory
from noctule.commands.flags import Invocation
from noctule.commands.modes.configured import load
from noctule.deliver.hoststatus import listing, purge
from noctule.mail.status import Exit


def show(invocation: Invocation) -> int:
    """All of it, whatever else stands on the command line, as Sendmail."""
    directory = host_status_directory(load(invocation).options, print)
    if directory is not None:
        for line in listing(directory, time.time()):
            print(line)
    return Exit.OK


def forget(invocation: Invocation) -> int:
    """What is older than Timeout.hoststatus."""
    options = load(invocation).options
    directory = host_status_directory(options, print)
    if directory is not None:
        purge(directory, time.time(), options.seconds("Timeout.hoststatus"))
    return Exit.OK
