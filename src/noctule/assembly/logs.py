"""The log of a process, as the configuration and the command line want it."""

import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from noctule.config import Configuration
from noctule.observe.forms import JsonForm
from noctule.observe.log import Log
from noctule.observe.sinks import BothSinks, FileSink, Later, Sink, StreamSink, SyslogSink


@dataclass(frozen=True, slots=True)
class LogTarget:
    """Where lines go: a file, standard error ("-"), or syslog ("").  `shown`: to standard error besides."""

    file: str = ""
    tag: str = "sendmail"
    shown: bool = False

    def sink(self, later: Later | None = None, *, bare: bool = False) -> Sink:
        """Open it for this process; `later` collects lines for a turn of an event loop.  Raises OSError.

        `bare`: a file gets the lines as they are.
        """
        if self.shown:
            shown = replace(self, file="-", shown=False).sink(later, bare=bare)
            return BothSinks(replace(self, shown=False).sink(later, bare=bare), shown)
        pid, clock = os.getpid(), time.time
        if self.file == "-":
            return StreamSink(sys.stderr.fileno(), tag=self.tag, pid=pid, later=later, bare=bare)
        if self.file:
            host = os.uname().nodename.partition(".")[0]
            return FileSink(Path(self.file), host=host, tag=self.tag, pid=pid, clock=clock, later=later, bare=bare)
        return SyslogSink(tag=self.tag, pid=pid, clock=clock, later=later)


def open_log(configuration: Configuration, target: LogTarget, later: Later | None = None) -> Log:
    """A log at the configuration's LogLevel, in its LogFormat."""
    level = configuration.options.integer("LogLevel")
    if configuration.options.string("LogFormat") == "json":
        return Log(target.sink(later, bare=True), level, form=JsonForm(time.time, os.getpid()))
    return Log(target.sink(later), level)
