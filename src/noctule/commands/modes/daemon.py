"""-bd and -bD: the daemon, in the background or here."""

import os
import shlex
import sys
from dataclasses import dataclass

from noctule.assembly.daemonsite import DaemonRequest, Site, load_site
from noctule.assembly.filters import uncalled_filters
from noctule.assembly.logs import LogTarget
from noctule.assembly.queues import queue_directories
from noctule.base.errors import ConfigurationError
from noctule.base.version import __version__
from noctule.commands.flags import Invocation
from noctule.commands.modes.configured import load, request_of
from noctule.commands.modes.privacy import NOT_TRUSTED, may_serve
from noctule.mail.status import Exit
from noctule.supervise.manager import ServiceManager
from noctule.supervise.supervisor import Supervisor


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How a daemon is started."""

    request: DaemonRequest
    command: str  # as it was called, for PidFile and log
    background: bool = False


def serve(invocation: Invocation) -> int:
    """The -bd and -bD of `sendmail`."""
    if os.getuid() != 0:
        configuration = load(invocation)
        if not may_serve(configuration, queue_directories(configuration.options)[0]):
            print(f"550 {NOT_TRUSTED}" if invocation.mode == "d" else NOT_TRUSTED)
            return Exit.USAGE
    request = DaemonRequest(
        configuration=request_of(invocation),
        log=LogTarget(tag=invocation.tag or "sendmail"),
        queue_interval=invocation.queue_interval or 0.0,
    )
    return launch(Launch(request=request, command=shlex.join(sys.argv), background=invocation.mode == "d"))


def launch(how: Launch) -> int:
    """Start; returns when the daemon has ended (in the background: when it has started)."""
    manager = ServiceManager(os.environ.pop("NOTIFY_SOCKET", ""))  # not for the programs that mail is delivered to
    try:
        site = load_site(how.request)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return Exit.CONFIG
    if how.background and os.fork():
        return Exit.OK
    if how.background:
        detach()
    site.log.starting_daemon(version=__version__, does=_does(how.request.queue_interval))
    site.log.started_as(how.command)
    for uncalled in uncalled_filters(site.configuration):
        site.log.filters_not_called(option=uncalled.option, filters=uncalled.told)
    site.write_pid_file(how.command)
    current = [site]

    def reload() -> Site:
        current[0] = load_site(how.request, current[0])
        return current[0]

    try:
        return Supervisor(site, reload, manager).run()
    finally:
        current[0].log.stopping_daemon(reason="signal")
        current[0].remove_pid_file()
        current[0].log.close()


def _does(interval: float) -> str:
    """`SMTP`, or `SMTP+queueing@00:30:00`."""
    if not interval:
        return "SMTP"
    minutes, seconds = divmod(int(interval), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    prefix = f"{days}+" if days else ""
    return f"SMTP+queueing@{prefix}{hours:02}:{minutes:02}:{seconds:02}"


def detach() -> None:
    """Leave the terminal and session we were started from."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
