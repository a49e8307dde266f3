"""Mail from a command line (-bm, -t), SMTP on standard input (-bs), and -bv."""

import asyncio
import os
import pwd
import stat
import sys
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from noctule.assembly.logs import LogTarget, open_log
from noctule.assembly.parts import Routing, build_routing, open_store
from noctule.assembly.queues import queue_directories
from noctule.assembly.reading import read_configuration
from noctule.assembly.settings import receive_settings
from noctule.assembly.worker import build_services
from noctule.base.errors import NoctuleError, TemporaryError, UsageError
from noctule.commands.flags import FlagError, Invocation
from noctule.commands.modes.configured import load, request_of
from noctule.commands.modes.conversation import conversation_of
from noctule.commands.modes.failures import PRINT, QUIET, Failures
from noctule.commands.modes.privacy import MISLEADING, may_see_expansion
from noctule.commands.modes.privatequeue import SHARD, deliver_apart, move
from noctule.commands.modes.queues import control_path
from noctule.config import Configuration
from noctule.mail.envelope import BodyType, Notify
from noctule.mail.status import Exit
from noctule.mqueue.reading import is_owned
from noctule.mqueue.sqlite import SqliteStore
from noctule.receive.daemon import serve_stdio
from noctule.receive.settings import Daemon
from noctule.receive.submission import Submission, Submitted, quoted_name
from noctule.receive.submission import submit as take_in
from noctule.route.results import Refused

CHUNK = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class _Command:
    """What every mode here works with; `store` only where mail is taken in."""

    invocation: Invocation
    configuration: Configuration
    directory: Path
    routing: Routing
    user: str

    def trusted(self) -> bool:
        return os.getuid() == 0 or self.configuration.classes.contains("t", self.user)


def _run(invocation: Invocation, work: Callable[[_Command], Coroutine[None, None, int]]) -> int:
    """Load the configuration, open what it names, do the work in a loop, close."""
    configuration = load(invocation)
    directory = queue_directories(configuration.options)[0]

    async def main() -> int:
        loop = asyncio.get_running_loop()
        target = LogTarget(tag=invocation.tag or "sendmail", shown=_log_is_shown(invocation))
        log = open_log(configuration, target, loop.call_later)
        routing = build_routing(configuration, log)
        command = _Command(
            invocation=invocation,
            configuration=configuration,
            directory=directory,
            routing=routing,
            user=_user(),
        )
        try:
            return await work(command)
        finally:
            routing.maps.close()
            log.close()

    try:
        return asyncio.run(main())
    except UsageError as error:
        raise FlagError(str(error)) from None
    except TemporaryError as error:
        print(error, file=sys.stderr)
        return Exit.TEMPFAIL


def _user() -> str:
    """Who typed the command; what the environment says of him counts for nothing."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _log_is_shown(invocation: Invocation) -> bool:
    """Whoever asks for a log level wants to see it; but a socket (inetd) is the client's on all three descriptors."""
    asked = any(name.lower() in {"loglevel", "l"} for name, _ in invocation.settings)
    return asked and not any(stat.S_ISSOCK(os.fstat(stream).st_mode) for stream in (0, 2))


def _open_as_guest(command: _Command) -> SqliteStore:
    return open_store(command.directory, SHARD, command.routing.log, owner=False)


class _ForeignQueueError(NoctuleError):
    """We may not write into the queue."""


def submit(invocation: Invocation) -> int:
    """Take one message from standard input, and see to its delivery as DeliveryMode says.

    Who may not write into the queue has it delivered at once, from a queue of his own that ends with the command; so
    has who wants to see, or to wait for, what becomes of it while a daemon owns the queue.
    """
    try:
        if _waits(invocation) and (directory := _served_queue(invocation)) is not None:
            return deliver_apart(invocation, _submit, partial(_hand_over, directory))
        return _submit(invocation)
    except _ForeignQueueError:
        return deliver_apart(invocation, _submit, None)


def _waits(invocation: Invocation) -> bool:
    """Whether the command line asks to see, or to wait for, the delivery."""
    interactive = any(name.lower() in {"d", "deliverymode"} and value[:1] == "i" for name, value in invocation.settings)
    return interactive or invocation.verbose or bool(invocation.traffic_log)


def _served_queue(invocation: Invocation) -> Path | None:
    """The queue of this host, if a daemon owns it, we may write into it, and see what becomes of our mail."""
    configuration = read_configuration(request_of(invocation))
    invocation.verbose = invocation.verbose and may_see_expansion(configuration)
    directory = queue_directories(configuration.options)[0]
    usable = os.access(directory, os.R_OK | os.W_OK | os.X_OK) and is_owned(directory, SHARD)
    return directory if usable and _waits(invocation) else None


def _hand_over(directory: Path, own: Path) -> None:
    asyncio.run(move(own, directory))
    _wake(directory)


def _submit(invocation: Invocation) -> int:
    taken: list[Submitted] = []
    errors: list[Failures] = []
    dead_letters = Path("~/dead.letter").expanduser()

    async def work(command: _Command) -> int:
        place = command.directory if os.access(command.directory, os.F_OK) else command.directory.parent
        if not os.access(place, os.R_OK | os.W_OK | os.X_OK):
            raise _ForeignQueueError
        store = _open_as_guest(command)
        options = command.configuration.options
        mode = options.string("ErrorMode")[:1] or PRINT
        daemon = command.configuration.macros.get("n") or "MAILER-DAEMON"
        errors.append(Failures(mode, daemon, dead_letters))
        try:
            services = build_services(command.routing, store, None, command.directory)
            settings = receive_settings(command.configuration, _direct(command))
            submission = replace(_submission(command), keep_refused=mode != QUIET)
            taken.append(await take_in(submission, _chunks(invocation), services, settings))
        finally:
            store.close()
        return _report(taken[0], errors[0], aloud=mode == PRINT)

    status = _run(invocation, work)
    if taken and taken[0].id:
        errors[0].id = taken[0].id
        return _see_to_delivery(invocation, errors[0])
    return status


def _direct(command: _Command) -> Daemon:
    """DirectSubmissionModifiers, or what stands for them: with -G mail is relayed, without it is new."""
    modifiers = command.configuration.options.string("DirectSubmissionModifiers")
    return Daemon(name="", flags=modifiers or ("CC f" if command.invocation.gateway else "c u"))


def _submission(command: _Command) -> Submission:
    invocation, options = command.invocation, command.configuration.options
    protocol, _, host = invocation.protocol.partition(":")
    return Submission(
        user=command.user,
        recipients=tuple(invocation.recipients),
        trusted=command.trusted(),
        sender=invocation.sender,
        full_name=quoted_name(invocation.full_name),
        extract=invocation.extract_recipients,
        ignore_dots=options.boolean("IgnoreDots"),
        body_type=BodyType(invocation.body_type),
        notify=_notify(invocation.notify),
        ret=invocation.ret,
        envid=invocation.envid,
        hops=invocation.hops,
        protocol=protocol,
        host=host,
        aliasing=not invocation.no_aliases,
    )


def _notify(words: tuple[str, ...] | None) -> Notify | None:
    if words is None:
        return None
    asked = Notify.NEVER
    for word in words:
        asked |= Notify[word.upper()]
    return asked


def _chunks(invocation: Invocation) -> Iterator[bytes]:
    conversation = conversation_of(invocation)
    traffic = conversation.traffic if conversation is not None else None
    while chunk := os.read(sys.stdin.fileno(), CHUNK):
        if traffic is not None:
            traffic.lines("<<<", chunk)
        yield chunk
    if traffic is not None:
        traffic.line("<<<", "[EOF]")


def _report(taken: Submitted, failures: Failures, *, aloud: bool) -> int:
    """Tell what was refused; the exit status is that of the first refusal."""
    if taken.reply is not None:
        print(taken.reply.text, file=sys.stderr)
        return Exit.TEMPFAIL if taken.reply.temporary else Exit.UNAVAILABLE
    for _, refused in taken.refused:
        failures.add(_status(refused))
        if aloud:
            print(refused.reply_text, file=sys.stderr)
    return failures.status


def _status(refused: Refused) -> Exit:
    if refused.temporary:
        return Exit.TEMPFAIL
    return {"5.1.1": Exit.NOUSER, "5.1.2": Exit.NOHOST}.get(refused.enhanced, Exit.UNAVAILABLE)


def _see_to_delivery(invocation: Invocation, failures: Failures) -> int:
    """Tell the daemon, or without one deliver here: in the background unless DeliveryMode is interactive."""
    configuration = load(invocation)
    invocation.verbose = invocation.verbose and may_see_expansion(configuration)
    mode = "i" if invocation.verbose else configuration.options.string("DeliveryMode")[:1] or "i"
    directory = queue_directories(configuration.options)[0]
    if mode in ("q", "d"):
        return failures.status
    if is_owned(directory, SHARD):
        _wake(directory)
        return failures.status
    from noctule.commands.modes.daemon import detach
    from noctule.commands.modes.deliver import run_here

    invocation.selection.ids = [(failures.id, False)]
    if mode == "b":
        sys.stdout.flush()
        if os.fork():
            return Exit.OK
        detach()
        os._exit(run_here(configuration, directory, invocation))
    return run_here(configuration, directory, invocation, failures.settled) or failures.status


def _wake(directory: Path) -> None:
    from noctule.supervise.control import ask

    try:
        ask(control_path(directory), {"do": "look"})
    except OSError:
        return  # the daemon looks into its queue by itself before long


def speak_smtp(invocation: Invocation) -> int:
    """One SMTP session on standard input and output."""

    async def work(command: _Command) -> int:
        store = _open_as_guest(command)
        try:
            services = build_services(command.routing, store, None, command.directory)
            settings = receive_settings(command.configuration, _direct(command))
            await serve_stdio(services, settings, command.user)
        finally:
            store.close()
        if is_owned(command.directory, SHARD):
            await asyncio.to_thread(_wake, command.directory)
        return Exit.OK

    return _run(invocation, work)


def verify(invocation: Invocation) -> int:
    """Say of each address whether, and how, mail for it would be delivered."""
    if not invocation.recipients:
        raise FlagError("Recipient names must be specified")
    if os.getuid() != 0:
        print(MISLEADING)

    async def work(command: _Command) -> int:
        found = await command.routing.router.expansion_of(invocation.recipients, command.configuration.macros.child())
        print("\n".join(found.deliverability()))
        if not found.refusals:
            return Exit.OK
        return Exit.TEMPFAIL if all(refused.temporary for refused in found.refusals) else Exit.NOUSER

    return _run(invocation, work)
