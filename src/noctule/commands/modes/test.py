"""-bt (address test mode), -bC (check the configuration), -bO (list the options), and what -d0 prints."""

import gc
import sys
from collections.abc import Iterable
from contextlib import closing

from noctule.assembly.checking import include_map_errors
from noctule.assembly.describe import describe
from noctule.assembly.queues import NO_QUEUE
from noctule.assembly.reading import read_configuration
from noctule.assembly.tables import open_tables, safety_policy
from noctule.assembly.testing import test_mode
from noctule.commands.flags import Invocation
from noctule.commands.modes.configured import request_of, say
from noctule.commands.sendmail import configuration_path
from noctule.config import Complaint, Configuration, option_names
from noctule.config.option_table import BY_NAME, WITHOUT_EFFECT_YET, Relevance
from noctule.mail.status import Exit
from noctule.maps import Environment

_ENCODING = "latin-1"
_GC_ALLOCATIONS = 50_000  # results are remembered by the ten thousand, and hold no cycles


def _load(invocation: Invocation) -> Configuration:
    return read_configuration(request_of(invocation))


def _say(complaints: Iterable[Complaint]) -> None:
    say(complaints, sys.stdout)


def test(invocation: Invocation) -> int:
    """Read lines from standard input, print what the rules make of them."""
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding=_ENCODING, newline="\n")  # type: ignore[union-attr]
    configuration = _load(invocation)
    gc.freeze()
    gc.set_threshold(_GC_ALLOCATIONS)
    write = sys.stdout.write
    out: list[str] = []
    if not invocation.debug_file:
        configuration.debug.write = out.append
    with test_mode(configuration, out, verbose=invocation.verbose) as session:
        _say(configuration.complaints)
        if configuration.status == Exit.USAGE:
            return Exit.USAGE
        write(describe(configuration, configuration_path(invocation)))
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
    configuration = _load(invocation)
    with closing(open_tables(configuration, Environment(policy=safety_policy(configuration.options)))) as table:
        include_map_errors(configuration, table.errors)
    _say(configuration.complaints)
    if configuration.status != Exit.USAGE and not configuration.options.string("QueueDirectory"):
        print(NO_QUEUE)
        return Exit.CONFIG
    return configuration.status


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
