"""Reading the configuration a command line asks for, and saying what is wrong with it."""

import sys
from collections.abc import Iterable

from noctule.assembly.reading import Request, read_configuration
from noctule.commands.flags import FlagError, Invocation
from noctule.commands.sendmail import configuration_path, settings
from noctule.config import Complaint, Configuration
from noctule.mail.status import Exit


def request_of(invocation: Invocation) -> Request:
    """What the command line says about the configuration."""
    return Request(
        path=configuration_path(invocation),
        settings=settings(invocation),
        macros=tuple(invocation.macros),
        mode=invocation.mode,
    )


def say(complaints: Iterable[Complaint]) -> None:
    """Print complaints where Sendmail prints them."""
    for complaint in complaints:
        print(complaint, file=sys.stderr)


def load(invocation: Invocation) -> Configuration:
    """The configuration, free of errors.  Raises FlagError with the exit status they ask for otherwise."""
    configuration = read_configuration(request_of(invocation))
    notes = configuration.notes
    say(complaint for complaint in configuration.complaints if complaint not in notes)
    if configuration.errors:
        raise FlagError("", Exit(configuration.status))
    return configuration
