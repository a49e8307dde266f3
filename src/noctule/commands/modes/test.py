"""-bt (address test mode), -bC (check the configuration), -bO (list the options), and what -d0 prints."""

import sys
from collections.abc import Iterable

from noctule.assembly.describe import describe
from noctule.assembly.reading import read_configuration
from noctule.assembly.tables import open_tables, safety_policy
from noctule.assembly.testing import test_mode
from noctule.base.errors import ConfigurationError
from noctule.commands.flags import Invocation
from noctule.commands.modes.configured import request_of
from noctule.commands.sendmail import configuration_path
from noctule.config import Complaint, Configuration, option_names
from noctule.config.option_table import BY_NAME, WITHOUT_EFFECT_YET, Relevance
from noctule.mail.status import Exit
from noctule.maps import Environment
from noctule.rewrite.printing import DebugLevels

_ENCODING = "latin-1"


def _load(invocation: Invocation) -> Configuration:
    return read_configuration(request_of(invocation))


def _say(complaints: Iterable[Complaint]) -> None:
    for complaint in complaints:
        print(complaint)


def test(invocation: Invocation) -> int:
    """Read lines from standard input, print what the rules make of them."""
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding=_ENCODING, newline="\n")  # type: ignore[union-attr]
    configuration = _load(invocation)
    debug = ",".join(invocation.debug)
    levels = DebugLevels(debug)
    _say(configuration.complaints)
    write = sys.stdout.write
    write(describe(configuration, configuration_path(invocation), levels))
    with test_mode(configuration, debug=debug, verbose=invocation.verbose) as session:
        session.status = configuration.status
        write(session.start())
        prompts = sys.stdin.isatty()
        for line in sys.stdin:
            write(session.feed(line))
            if prompts:
                sys.stdout.flush()
            if session.finished:
                break
        sys.stdout.flush()
        return session.status


def check_configuration(invocation: Invocation) -> int:
    """Say what is wrong with the configuration, its rules and its maps."""
    try:
        configuration = _load(invocation)
    except ConfigurationError as unreadable:
        print(unreadable, file=sys.stderr)
        return Exit.CONFIG
    table = open_tables(configuration, Environment(policy=safety_policy(configuration.options)))
    _say(configuration.complaints)
    for error in table.errors:
        place = f"{error.position.file}: line {error.position.line}: " if error.position else ""
        print(f"{place}{error.text}")
    return Exit.CONFIG if configuration.errors or table.errors else Exit.OK


def list_options(invocation: Invocation) -> int:
    """The long names of all options, one a line."""
    del invocation
    print("\n".join(option_names()))
    return Exit.OK


def list_ignored(invocation: Invocation) -> int:
    """Options the configuration sets that have no effect, on purpose or not yet."""
    for name, _ in read_configuration(request_of(invocation)).options.given():
        if name in WITHOUT_EFFECT_YET or BY_NAME[name.lower()].relevance is Relevance.IGNORED:
            print(name)
    return Exit.OK
