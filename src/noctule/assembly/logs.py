"""The log of a process, as the configuration and the command line want it."""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from noctule.config import Configuration
from noctule.observe.log import Log
from noctule.observe.sinks import FileSink, Later, Sink, StreamSink, SyslogSink


@dataclass(frozen=True, slots=True)
class LogTarget:
    """Where lines go: a file, standard error ("-"), or syslog ("")."""

    file: str = ""
    tag: str = "sendmail"

    def sink(self, later: Later | None = None) -> Sink:
        """Open it for this process; `later` collects lines for a turn of an event loop.  Raises OSError."""
        pid, clock = os.getpid(), time.time
        if self.file == "-":
            return StreamSink(sys.stderr.fileno(), tag=self.tag, pid=pid, later=later)
        if self.file:
            host = os.uname().nodename.partition(".")[0]
            return FileSink(Path(self.file), host=host, tag=self.tag, pid=pid, clock=clock, later=later)
        return SyslogSink(tag=self.tag, pid=pid, clock=clock, later=later)


def open_log(configuration: Configuration, target: LogTarget, later: Later | None = None) -> Log:
    """A log at the configuration's LogLevel."""
    return Log(target.sink(later), configuration.options.integer("LogLevel"))
