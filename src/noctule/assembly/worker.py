"""One worker process: takes mail in, keeps it in its shard, delivers it."""

import asyncio
import gc
import json
import os
import resource
import secrets
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from noctule import privileged
from noctule.accounts.guesses import Guesses
from noctule.assembly.daemonsite import Site
from noctule.assembly.encryption import Encryption
from noctule.assembly.logs import open_log
from noctule.assembly.parts import Delivery, Routing, build_delivery, build_routing, open_store
from noctule.assembly.passwords import open_passwords
from noctule.assembly.queuegroups import group_names
from noctule.assembly.queueruns import QueueRuns, wanted_by_etrn, wanted_in
from noctule.assembly.settings import helper_policy, receive_settings, run_as
from noctule.base.errors import TemporaryError
from noctule.mqueue.sqlite import SqliteStore
from noctule.observe.log import Log
from noctule.observe.traceid import new_trace_id
from noctule.receive.daemon import SmtpDaemon
from noctule.receive.services import Services
from noctule.receive.throttle import Throttle

SESSIONS_DRAIN = 15.0  # seconds they have to finish; with the next less than the supervisor waits before it kills
DELIVERIES_DRAIN = 10.0
_SHARD_WAIT = 0.1  # seconds between tries to become a shard's owner
_SHARD_TRIES = 100
_CONTROL_LINE = 65536
_MEASURE_AGE = 1.0  # seconds for which free space and load average are good
_GC_ALLOCATIONS = 50_000  # sessions leave hardly any cycles


def work(site: Site, slot: int, control: socket.socket) -> None:
    """Be worker `slot` until SIGTERM.  Called in a child process that has the supervisor's rights."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the supervisor, who then tells us
    helper, helper_socket = privileged.start(helper_policy(site.configuration))
    if slot:
        site.log.level = 0  # what the first worker says of certificates is true for all
    encryption = Encryption(site.configuration, site.log)
    encryption.load()
    identity = run_as(site.configuration.options)
    if identity is not None and os.geteuid() == 0:
        uid, gid = identity
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    os.umask(0o077)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # each session and delivery has a connection
    gc.freeze()  # what the supervisor loaded lives as long as we do: no collection has to look at it
    gc.set_threshold(_GC_ALLOCATIONS)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_Worker(site, slot, control, helper_socket, encryption).run())
    helper.wait()


class _Worker:
    """The life of one worker inside its loop."""

    def __init__(
        self,
        site: Site,
        slot: int,
        control: socket.socket,
        helper_socket: socket.socket,
        encryption: Encryption,
    ) -> None:
        self._site = site
        self._encryption = encryption
        self._shard = str(slot)
        self._control = control
        self._helper_socket = helper_socket
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._stopped.set)
        log = open_log(self._site.configuration, self._site.request.log, loop.call_later)
        loop.set_exception_handler(lambda _, context: _report(log, context))
        store = await self._open_store(log)
        helper = privileged.Client(self._helper_socket)
        self._encryption.log = log
        routing = build_routing(self._site.configuration, log, helper=helper, encryption=self._encryption)
        interval = self._site.request.queue_interval
        delivery = build_delivery(routing, store, helper, queue_interval=interval)
        running = loop.create_task(delivery.runner.run())
        services = build_services(routing, store, delivery, self._site.directory, self._site.guesses)
        daemons = await self._listen(services)
        self._control.send(b"ready\n")
        orders = loop.create_task(self._obey(delivery, log))
        await self._until_stopped(running, helper, log)
        orders.cancel()
        await asyncio.gather(*(daemon.stop(SESSIONS_DRAIN) for daemon in daemons))
        await delivery.runner.stop(DELIVERIES_DRAIN)
        await asyncio.gather(running, orders, return_exceptions=True)
        await delivery.close()
        if services.passwords is not None:
            await services.passwords.back_end.close()
        await helper.close()
        store.close()
        routing.maps.close()
        log.close()

    async def _until_stopped(self, running: asyncio.Task[None], helper: privileged.Client, log: Log) -> None:
        """Wait for SIGTERM.

        A worker whose helper has ended ends too, so that another one starts; a runner that ends before is a bug.
        """
        loop = asyncio.get_running_loop()
        stopped, helpless = loop.create_task(self._stopped.wait()), loop.create_task(helper.wait_ended())
        done, _ = await asyncio.wait({stopped, helpless, running}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        helpless.cancel()
        if helpless in done:
            log.supervised("the delivery helper has ended")
        if running in done:
            running.result()

    async def _open_store(self, log: Log) -> SqliteStore:
        """Our shard.  The one who had it before may still be closing it."""
        for _ in range(_SHARD_TRIES):
            try:
                return open_store(self._site.directory, self._shard, log)
            except TemporaryError:
                await asyncio.sleep(_SHARD_WAIT)
        return open_store(self._site.directory, self._shard, log)

    async def _listen(self, services: Services) -> list[SmtpDaemon]:
        daemons = []
        for bound in self._site.bound:
            settings = receive_settings(
                self._site.configuration, bound.daemon, port=bound.port, workers=self._site.workers
            )
            daemon = SmtpDaemon(services, settings)
            await daemon.start(bound.sock)
            daemons.append(daemon)
        return daemons

    async def _obey(self, delivery: Delivery, log: Log) -> None:
        """Requests from the supervisor, one JSON object a line.  When it is gone, so are we."""
        self._control.setblocking(False)
        loop = asyncio.get_running_loop()
        buffer = b""
        while data := await loop.sock_recv(self._control, _CONTROL_LINE):
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                try:
                    _follow(json.loads(line), delivery, log)
                except (ValueError, TypeError, KeyError) as error:
                    log.supervised(f"request not understood: {error!r}")
        self._stopped.set()


def _leave_no_core() -> None:
    """Passwords are in this process.

    A limit of 1 byte also keeps cores from the programs of core_pattern; 0 does not.
    """
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    limit = min(most, 1) if most != resource.RLIM_INFINITY else 1
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))


def _follow(request: dict[str, object], delivery: Delivery, log: Log) -> None:
    match request["do"]:
        case "reopen-log":
            log.reopen()
        case "look":
            delivery.runner.wake()
        case "run-queue":
            delivery.queue_runs.begin(wanted_in(request.get("selection"), request.get("group", "")))


def build_services(
    routing: Routing, store: SqliteStore, delivery: Delivery | None, directory: Path, guesses: Guesses | None = None
) -> Services:
    """What sessions work with.  `guesses` is shared with the other workers; None: there are none."""
    _leave_no_core()
    options = routing.configuration.options
    return Services(
        addresses=routing.addresses,
        maps=routing.maps,
        macros=routing.configuration.macros,
        router=routing.router,
        accounts=routing.accounts,
        store=store,
        log=routing.log,
        names=routing.resolver,
        throttle=Throttle(time.monotonic, max(1, options.seconds("ConnectionRateWindowSize"))),
        clock=time.time,
        random=secrets.token_bytes,
        handoff=delivery.handoff if delivery is not None else None,
        free_space=_kept(lambda: _free_bytes(directory)),
        load=_kept(lambda: int(os.getloadavg()[0] + 0.5)),
        encryption=routing.encryption,
        passwords=open_passwords(routing.configuration, routing.log, guesses or Guesses(time.monotonic)),
        run_queue=None if delivery is None else _for_etrn(delivery.queue_runs, group_names(routing.configuration)),
    )


def _kept(measure: Callable[[], int]) -> Callable[[], int]:
    """`measure`, asked again only when its last answer is old."""
    answer, measured = 0, -_MEASURE_AGE

    def measured_lately() -> int:
        nonlocal answer, measured
        now = time.monotonic()
        if now - measured >= _MEASURE_AGE:
            answer, measured = measure(), now
        return answer

    return measured_lately


def _free_bytes(directory: Path) -> int:
    seen = os.statvfs(directory)
    return seen.f_bavail * seen.f_frsize


def _for_etrn(runs: QueueRuns, groups: frozenset[str]) -> Callable[[str], Awaitable[bool]]:
    """Queue runs as ETRN asks for them: `host`, `@domain` with what is below it, `#group`."""

    async def begin(argument: str) -> bool:
        wanted = wanted_by_etrn(argument)
        known = not wanted.group or wanted.group.lower() in groups
        if known:
            runs.begin(wanted)
        return known

    return begin


def _report(log: Log, context: dict[str, object]) -> None:
    """What the loop found nobody to tell: a bug of ours, to be seen in the log."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        log.internal_error("", trace=new_trace_id(secrets.token_bytes), error=error)
    else:
        log.supervised(f"event loop: {context.get('message')}")
