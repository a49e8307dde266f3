"""-bi: build the alias databases from their text."""

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO

from noctule.assembly.logs import LogTarget, open_log
from noctule.assembly.rules import UNSET, build_addresses, numbers_of
from noctule.assembly.tables import alias_files, open_tables, resolver_settings, safety_policy
from noctule.base.errors import ConfigurationError, NoctuleError
from noctule.base.text import from_bytes
from noctule.commands.flags import Invocation
from noctule.commands.modes.configured import load
from noctule.config import Configuration
from noctule.files import (
    Purpose,
    SafetyError,
    SafetyPolicy,
    bounded_lines,
    open_for_reading,
    rules_for,
    unsafe_directory,
)
from noctule.mail.status import Exit
from noctule.maps import AliasFile, BlockingLookups, Environment
from noctule.maps.aliases import MAX_ALIAS
from noctule.maps.build import AliasNameError, AliasStatistics, build_aliases, map_path, resolve_class
from noctule.observe.log import Log
from noctule.resolve import Resolver
from noctule.rewrite.results import Resolved

_LOCAL = "local"
NOT_LOCAL = "cannot alias non-local names"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rebuilding:
    """What every file is built with."""

    name_of: Callable[[str], str]
    policy: SafetyPolicy
    owner: int | None  # TrustedUser
    log: Log


def rebuild(invocation: Invocation) -> int:
    """Every alias file that has a database; the exit status tells whether a line was wrong."""
    configuration = load(invocation)
    trusted = numbers_of(configuration.options.string("TrustedUser"))[0]
    log = open_log(configuration, LogTarget(tag=invocation.tag or "sendmail"))
    with local_names(configuration) as name_of:
        how = _Rebuilding(
            name_of=name_of,
            policy=safety_policy(configuration.options),
            owner=None if trusted == UNSET else trusted,
            log=log,
        )
        statuses = [_rebuild(file, how) for file in alias_files(configuration.options) if file.rebuildable]
    return max(statuses, default=Exit.OK)


@contextmanager
def local_names(configuration: Configuration) -> Iterator[Callable[[str], str]]:
    """A function for maps.build: the local user an alias name resolves to."""
    environment = Environment(
        policy=safety_policy(configuration.options), resolver=Resolver(resolver_settings(configuration))
    )
    addresses = build_addresses(configuration)
    with BlockingLookups(open_tables(configuration, environment)) as lookups:

        def name_of(name: str) -> str:
            match addresses.parse(name, configuration.macros.child(), lookups):
                case Resolved() as resolved if resolved.mailer.name == _LOCAL:
                    return resolved.user
                case Resolved() | None:
                    raise AliasNameError(NOT_LOCAL)
                case problem:
                    raise AliasNameError(problem.text, NOT_LOCAL)

        yield name_of


def _rebuild(alias_file: AliasFile, how: _Rebuilding) -> int:
    path = alias_file.file
    # Where the text lies does not matter: the database beside it may not be made in a directory open to strangers.
    rules = replace(rules_for(Purpose.ALIASES, how.policy), any_directory=True)
    try:
        built = resolve_class(alias_file.map_class)
        text = open_for_reading(path, rules)
    except ConfigurationError as error:
        _say(f"{path}: {error}; the text itself is used")
        return Exit.OK
    except (OSError, SafetyError) as error:
        _say(f"newaliases: cannot open {path}: {_reason(error)}")
        return Exit.OK
    with text:
        try:
            counted = _build(built, path, text, how)
        except (OSError, NoctuleError) as error:
            _say_why_not(error, path, map_path(built, path), how.policy)
            return Exit.SOFTWARE
    how.log.aliases_rebuilt(file=path, user=getpass.getuser())
    how.log.aliases_counted(file=path, count=counted.aliases, longest=counted.longest, total=counted.total)
    print(counted.line(path))
    return Exit.SOFTWARE if counted.errors else Exit.OK


def _build(built: str, path: str, text: BinaryIO, how: _Rebuilding) -> AliasStatistics:
    return build_aliases(
        built,
        map_path(built, path),
        (from_bytes(line) for line in bounded_lines(text, MAX_ALIAS)),
        policy=how.policy,
        complain=lambda complaint: _say(f"{path}: {complaint}"),
        name_of=how.name_of,
        owner=how.owner,
    )


def _say_why_not(error: Exception, path: str, database: str, policy: SafetyPolicy) -> None:
    if not isinstance(error, SafetyError):
        _say(f"Cannot create database for alias file {path}: {_reason(error)}")
        return
    unsafe = unsafe_directory(database, rules_for(Purpose.WRITE_MAP, policy))
    _say(f"WARNING: {unsafe[1]} {unsafe[0]}" if unsafe else f"WARNING: {error.reason} {database}")
    _say(f"WARNING: cannot open alias database {path}")
    _say(f"Cannot create database for alias file {path}")


def _reason(error: Exception) -> str:
    match error:
        case OSError(errno=int(number)):
            return os.strerror(number)
        case SafetyError():
            return error.reason
        case _:
            return str(error)


def _say(text: str) -> None:
    print(text, file=sys.stderr)
