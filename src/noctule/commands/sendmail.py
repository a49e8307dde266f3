"""The program `sendmail`: every -b mode behind one command line."""

import sys
from collections.abc import Callable

from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.commands.flags import FlagError, Invocation, parse
from noctule.mail.status import Exit

MTA_CF = "/etc/mail/sendmail.cf"
MSP_CF = "/etc/mail/submit.cf"


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
    match invocation.mode:
        case "t":
            from noctule.commands.modes.test import test

            return test
        case "O":
            from noctule.commands.modes.test import list_options

            return list_options
        case "C":
            from noctule.commands.modes.test import check_configuration

            return check_configuration
        case "i":
            from noctule.commands.modes.aliases import rebuild

            return rebuild
        case "p" | "P":
            from noctule.commands.modes.queues import show

            return show
        case "d" | "D":
            from noctule.commands.modes.daemon import serve

            return serve
        case "s" | "a":
            from noctule.commands.modes.submit import speak_smtp

            return speak_smtp
        case "v":
            from noctule.commands.modes.submit import verify

            return verify
        case "h" | "H":
            from noctule.commands.modes.queues import host_status

            return host_status
        case _ if invocation.quarantine is not None:
            from noctule.commands.modes.quarantine import quarantine

            return quarantine
        case _ if invocation.queue_run:
            from noctule.commands.modes.queues import run_queue

            return run_queue
        case _:
            from noctule.commands.modes.submit import submit

            return submit


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
