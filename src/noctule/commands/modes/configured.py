"""Reading the configuration a command line asks for, and saying what is wrong with it."""

import os
import sys
from collections.abc import Iterable
from typing import TextIO

from noctule.assembly.describe import describe
from noctule.assembly.queues import NO_QUEUE
from noctule.assembly.reading import Request, read_configuration
from noctule.base.debug import EVERYTHING, Debug
from noctule.commands.flags import FlagError, Invocation
from noctule.commands.sendmail import configuration_path, settings
from noctule.config import Complaint, Configuration
from noctule.files import open_for_appending
from noctule.mail.status import Exit


def request_of(invocation: Invocation) -> Request:
    """What the command line says about the configuration."""
    return Request(
        path=configuration_path(invocation),
        settings=settings(invocation),
        macros=tuple(invocation.macros),
        mode=invocation.mode,
        debug=_debug(invocation),
    )


def _debug(invocation: Invocation) -> Debug:
    """The levels of -d; what they tell goes to standard output, or into the file of -D."""
    spec = ",".join(levels or EVERYTHING for levels in invocation.debug)
    if not invocation.debug_file:
        return Debug(spec, sys.stdout.write)

    try:
        target = open_for_appending(invocation.debug_file)
    except OSError as error:
        text = f"cannot open {invocation.debug_file}: {error.strerror or error}"
        raise FlagError(text, Exit.CANTCREAT) from None
    return Debug(spec, lambda text: os.write(target, text.encode("latin-1", "replace")))


def say(complaints: Iterable[Complaint], where: TextIO) -> None:
    """Print complaints as Sendmail does, which stops reading after one that asks for EX_USAGE."""
    for complaint in complaints:
        print(complaint, file=where)
        if complaint.status == Exit.USAGE:
            break


def load(invocation: Invocation) -> Configuration:
    """The configuration, free of errors.  Raises FlagError with the exit status they ask for otherwise."""
    configuration = read_configuration(request_of(invocation))
    configuration.debug.write(describe(configuration, configuration_path(invocation)))
    notes = configuration.notes
    say((complaint for complaint in configuration.complaints if complaint not in notes), sys.stderr)
    if configuration.status != Exit.USAGE and not configuration.options.string("QueueDirectory"):
        raise FlagError(NO_QUEUE, Exit.CONFIG)
    if configuration.errors:
        raise FlagError("", Exit(configuration.status))
    return configuration
