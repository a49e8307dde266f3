"""-bi: build the alias databases from their text."""

import getpass
import os
import sys

from noctule.assembly.logs import LogTarget, open_log
from noctule.assembly.tables import alias_files, safety_policy
from noctule.base.errors import ConfigurationError, NoctuleError
from noctule.base.text import from_bytes
from noctule.commands.flags import Invocation
from noctule.commands.modes.configured import load
from noctule.files import Purpose, open_for_reading, rules_for
from noctule.mail.status import Exit
from noctule.maps.build import build_aliases, map_path, resolve_class
from noctule.maps.classes import class_info


def rebuild(invocation: Invocation) -> int:
    """Every alias file that has a database; the exit status tells whether a line was wrong."""
    configuration = load(invocation)
    policy = safety_policy(configuration.options)
    log = open_log(configuration, LogTarget(tag=invocation.tag or "sendmail"))
    status = Exit.OK
    for map_class, arguments in alias_files(configuration.options):
        path = arguments.split()[-1] if arguments.split() else ""
        info = class_info(map_class)
        if not path or info is None or not info.rebuildable:
            continue

        def complain(text: str, path: str = path) -> None:
            print(f"{path}: {text}", file=sys.stderr)

        try:
            built = resolve_class(map_class)
            with open_for_reading(path, rules_for(Purpose.ALIASES, policy)) as file:
                lines = (from_bytes(line) for line in file)
                counted = build_aliases(built, map_path(built, path), lines, policy=policy, complain=complain)
        except ConfigurationError as error:
            print(f"{path}: {error}; the text itself is used", file=sys.stderr)
            continue
        except (OSError, NoctuleError) as error:
            reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
            print(f"newaliases: cannot open {path}: {reason}", file=sys.stderr)
            continue
        log.aliases_rebuilt(file=path, user=getpass.getuser())
        log.aliases_counted(file=path, count=counted.aliases, longest=counted.longest, total=counted.total)
        print(counted.line(path))
        if counted.errors:
            status = Exit.SOFTWARE
    return status
