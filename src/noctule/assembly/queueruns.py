"""Queue runs asked for from outside: by ETRN, by `sendmail -q` through the supervisor."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from noctule.base.errors import TemporaryError
from noctule.deliver import QueueRun, Runner
from noctule.mail.envelope import Envelope
from noctule.mqueue.model import Match, Selection
from noctule.observe.log import Log

MAX_RUNS = 10  # at a time: each looks at the whole queue
Membership = Callable[[Envelope], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is for: of a queue group ("": of all) the messages selected."""

    selection: Selection = field(default_factory=Selection)
    group: str = ""


class QueueRuns:
    """Begins runs and does not wait for them.  One that is under way is not begun again.

    `members` tells by the name of a queue group whether a message is in it.
    """

    def __init__(self, runner: Runner, members: Callable[[str], Membership], log: Log) -> None:
        self._runner = runner
        self._members = members
        self._log = log
        self._running: dict[Wanted, asyncio.Task[None]] = {}

    def begin(self, wanted: Wanted) -> None:
        """Begin one; when there are too many, one over everything does for all that do not fit."""
        if len(self._running) >= MAX_RUNS:
            wanted = Wanted()
        if wanted not in self._running:
            self._running[wanted] = asyncio.get_running_loop().create_task(self._run(wanted))

    async def ended(self) -> None:
        """Wait for those under way: not long, once the runner stops."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def run_for(self, wanted: Wanted) -> QueueRun:
        """What the runner is to do."""
        belongs = self._members(wanted.group) if wanted.group else None
        return QueueRun(selection=wanted.selection, belongs=belongs)

    async def _run(self, wanted: Wanted) -> None:
        try:
            await self._runner.run_queue(self.run_for(wanted))
        except TemporaryError as error:
            self._log.queue_trouble(str(error))
        finally:
            del self._running[wanted]


def wanted_by_etrn(argument: str) -> Wanted:
    """`host`, `@domain` with what is below it, or `#group`."""
    if argument.startswith("#"):
        return Wanted(group=argument[1:])
    text = argument[1:] if argument.startswith("@") else f"@{argument}"
    return Wanted(Selection(recipients=(Match(text),)))


def wanted_in(given: object, group: object = "") -> Wanted:
    """What comes over the control socket.  Raises ValueError or TypeError for what makes no sense."""
    if not isinstance(given, dict):
        return Wanted(group=str(group))
    parts = {
        kind: tuple(Match(str(text), bool(negated)) for text, negated in given.get(kind, ()))
        for kind in ("ids", "recipients", "senders", "reasons")
    }
    return Wanted(Selection(**parts, quarantined=bool(given.get("quarantined"))), str(group))
