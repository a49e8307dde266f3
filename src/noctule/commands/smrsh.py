"""smrsh: a shell for the prog mailer that runs only the programs of one directory."""

import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NoReturn

from noctule.base.errors import UsageError
from noctule.mail.status import Exit
from noctule.observe.sinks import Priority, SyslogSink

DIRECTORY = Path("/etc/mail/smrsh")
_SHELL = "/bin/sh"
_ENVIRONMENT = {"PATH": "/usr/bin:/bin"}
_KEPT = ("HOME", "LOGNAME", "USER", "SHELL", "TZ", "EXTENSION")
_BUILTINS = frozenset({"exit", "echo"})
_WORD = re.compile(r"[ \t]*([^ \t]+)")
_SPECIAL = re.compile(r"&&|\|\||[<|>^();&`$\r\n]")


def main(argv: Sequence[str] | None = None) -> int:
    """Become the shell with what the command line allows; the exit status when it allows nothing."""
    program, *words = sys.argv if argv is None else ["smrsh", *argv]
    if len(words) != 2 or words[0] != "-c" or not words[1].strip(" \t"):
        print(f"Usage: {program} -c command", file=sys.stderr)
        return Exit.USAGE
    try:
        command = restricted(words[1], DIRECTORY)
    except UsageError as error:
        print(f"{program}: {error}", file=sys.stderr)
        log = SyslogSink(tag="smrsh", pid=os.getpid(), clock=time.time)
        log.write(Priority.CRIT, ascii(f"uid {os.getuid()}: {error}")[1:-1])
        log.close()
        return Exit.UNAVAILABLE
    return _become_shell(command)


def _become_shell(command: str) -> NoReturn:
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | _ENVIRONMENT
    os.execve(_SHELL, [_SHELL, "-c", command], environment)  # noqa: S606 - the point of the program


def restricted(command: str, directory: Path) -> str:
    """The command with each program's path replaced by the one in `directory`.

    `&&` and `||` join commands, `exec`, `exit` and `echo` are the shell's.  Raises UsageError for what the shell must
    not see: other operators and expansions, and programs that are not there.
    """
    done, position = "", 0
    while (word := _WORD.match(command, position)) is not None:
        name, position = word[1], word.end()
        if name == "exec" and (word := _WORD.match(command, position)) is not None:
            done += "exec "
            name, position = word[1], word.end()
        done += name if name in _BUILTINS else _program(name, directory)
        arguments, position = _arguments(command, position)
        done += arguments
    return done


def _program(name: str, directory: Path) -> str:
    base = PurePosixPath(name).name
    path = directory / base
    refusal = f'"{base}" not available for sendmail programs'
    try:
        if not path.is_file():
            raise UsageError(refusal + (" (not a file)" if path.exists() else " (stat failed)"))
    except (OSError, ValueError):
        raise UsageError(f"{refusal} (stat failed)") from None
    if not os.access(path, os.X_OK) or _SPECIAL.search(base):
        raise UsageError(refusal)
    return str(path)


def _arguments(command: str, start: int) -> tuple[str, int]:
    """What stands between a program and the next one, with the operator that joins them, and where it ends."""
    special = _SPECIAL.search(command, start)
    if special is None:
        return command[start:], len(command)
    if len(special[0]) == 1:
        raise UsageError(f"cannot use {special[0]} in command")
    return command[start : special.end()] + " ", special.end()
