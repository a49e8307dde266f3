"""The program `sendmail`: every -b mode behind one command line, some also by the name it is called by."""

import sys
from collections.abc import Callable
from importlib import import_module

from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.commands.flags import FlagError, Invocation, parse
from noctule.mail.status import Exit

MTA_CF = "/etc/mail/sendmail.cf"
MSP_CF = "/etc/mail/submit.cf"


# Letter of -b: module of commands.modes, and function.
_MODES = {
    "t": ("test", "test"),
    "O": ("test", "list_options"),
    "C": ("test", "check_configuration"),
    "i": ("aliases", "rebuild"),
    "p": ("queues", "show"),
    "P": ("queues", "show"),
    "d": ("daemon", "serve"),
    "D": ("daemon", "serve"),
    "s": ("submit", "speak_smtp"),
    "a": ("submit", "speak_smtp"),
    "v": ("submit", "verify"),
    "h": ("hosts", "show"),
    "H": ("hosts", "forget"),
}
_SUBMIT = ("submit", "submit")
_QUARANTINE = ("quarantine", "quarantine")
_RUN_QUEUE = ("queues", "run_queue")


def main(argv: list[str] | None = None) -> int:
    """Run; the result is the exit status."""
    try:
        invocation = parse(sys.argv if argv is None else argv)
        return run(invocation)
    except FlagError as error:
        if str(error):
            print(error, file=sys.stderr)
        return error.status
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return Exit.OSFILE
    except TemporaryError as error:
        print(error, file=sys.stderr)
        return Exit.TEMPFAIL
    except BrokenPipeError:
        return Exit.IOERR
    except OSError as error:
        print(f"{error.filename or 'sendmail'}: {error.strerror or error}", file=sys.stderr)
        return Exit.OSERR


def run(invocation: Invocation) -> int:
    """One mode; each is imported when it is wanted."""
    return _mode(invocation)(invocation)


def _mode(invocation: Invocation) -> Callable[[Invocation], int]:
    """What -b asks for; of the default mode also what -Q and -q make of it."""
    module, function = _MODES.get(invocation.mode, _SUBMIT)
    if (module, function) == _SUBMIT and invocation.quarantine is not None:
        module, function = _QUARANTINE
    elif (module, function) == _SUBMIT and invocation.queue_run:
        module, function = _RUN_QUEUE
    found: Callable[[Invocation], int] = getattr(import_module(f"noctule.commands.modes.{module}"), function)
    return found


def configuration_path(invocation: Invocation) -> str:
    """The file -C, -Am and -Ac choose; the submission file is for submitting, if there is one."""
    from pathlib import Path

    if invocation.configuration:
        return invocation.configuration
    submitting = invocation.mode == "m" and not invocation.queue_run
    wanted = submitting if invocation.submission_cf is None else invocation.submission_cf
    return MSP_CF if wanted and Path(MSP_CF).exists() else MTA_CF


def settings(invocation: Invocation) -> tuple[str, ...]:
    """-O and -o as O lines spell them behind their O."""
    return tuple(f"{name}{value}" if len(name) == 1 else f" {name}={value}" for name, value in invocation.settings)
