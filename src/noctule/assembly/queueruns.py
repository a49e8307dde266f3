"""Queue runs asked for from outside: by ETRN, by `sendmail -q` through the supervisor."""

import asyncio

from noctule.base.errors import TemporaryError
from noctule.deliver import Runner
from noctule.mqueue.model import Match, Selection
from noctule.observe.log import Log

MAX_RUNS = 10  # at a time: each looks at the whole queue


class QueueRuns:
    """Begins runs and does not wait for them.  One that is under way is not begun again."""

    def __init__(self, runner: Runner, log: Log) -> None:
        self._runner = runner
        self._log = log
        self._running: dict[Selection | None, asyncio.Task[None]] = {}

    def begin(self, selection: Selection | None) -> None:
        """Begin one; when there are too many, one over everything does for all that do not fit."""
        if len(self._running) >= MAX_RUNS:
            selection = None
        if selection not in self._running:
            self._running[selection] = asyncio.get_running_loop().create_task(self._run(selection))

    async def ended(self) -> None:
        """Wait for those under way: not long, once the runner stops."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _run(self, selection: Selection | None) -> None:
        try:
            await self._runner.run_queue(selection)
        except TemporaryError as error:
            self._log.queue_trouble(str(error))
        finally:
            del self._running[selection]


def selection_for_etrn(argument: str) -> Selection:
    """`host`, or `@domain` with what is below it."""
    return Selection(recipients=(Match(argument[1:] if argument.startswith("@") else f"@{argument}"),))


def selection_in(wanted: object) -> Selection | None:
    """A selection as it comes over the control socket.  Raises ValueError or TypeError for what is none."""
    if not isinstance(wanted, dict):
        return None
    parts = {
        kind: tuple(Match(str(text), bool(negated)) for text, negated in wanted.get(kind, ()))
        for kind in ("ids", "recipients", "senders", "reasons")
    }
    if not any(parts.values()) and not wanted.get("quarantined"):
        return None
    return Selection(**parts, quarantined=bool(wanted.get("quarantined")))
