"""Mail filters (milters) are not called: what a session does where the configuration will not do without one.

It says what Sendmail says when such a filter cannot be reached.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from noctule.base.text import BLANKS, first_word
from noctule.mail.reply import Reply
from noctule.observe.log import Log
from noctule.smtp import replies
from noctule.smtp.events import Event, ExpandRequested, QueueRunRequested, SenderGiven, VerifyRequested
from noctule.smtp.server import Server


class WithoutFilter(Enum):
    """What F= of an X line asks for when its filter is not there."""

    GO_ON = ""
    CLOSE = "4"
    REFUSE = "R"
    DEFER = "T"


_FATES = {
    WithoutFilter.CLOSE: "closing connection",
    WithoutFilter.REFUSE: "rejecting commands",
    WithoutFilter.DEFER: "temp failing commands",
}
_DEFERRED: Mapping[type[Event], Reply] = MappingProxyType(
    {
        SenderGiven: replies.NOT_NOW,
        QueueRunRequested: replies.NOT_NOW,
        VerifyRequested: replies.NOT_TOLD_NOW,
        ExpandRequested: replies.NOT_TOLD_NOW,
    }
)


class AbsentFilters:
    """The filters of one session.  `client` is who the log lines tell of."""

    def __init__(self, without: WithoutFilter, wire: Server, log: Log, client: str) -> None:
        self._without = without
        self._wire = wire
        self._log = log
        self._client = client

    def turn_away(self, queue_id: str, host: str) -> Reply | None:
        """What the client hears in place of the greeting; None when it is greeted."""
        if fate := _FATES.get(self._without):
            self._log.filters_absent(queue_id, fate=fate)
        match self._without:
            case WithoutFilter.CLOSE:
                return replies.closing_early(host)
            case WithoutFilter.REFUSE:
                self._wire.refuse_commands(replies.COMMAND_REJECTED)
                return replies.not_accepting(host)
            case _:
                return None

    def deferral(self, queue_id: str, event: Event) -> Reply | None:
        """What comes of a command while mail is deferred; None for one that goes its way."""
        if self._without is not WithoutFilter.DEFER or (reply := _DEFERRED.get(type(event))) is None:
            return None
        verb, argument = first_word(self._wire.last_line)
        if isinstance(event, SenderGiven):
            argument = argument.partition(":")[2]
        self._log.command_deferred(queue_id, verb=verb.upper(), argument=argument.strip(BLANKS), client=self._client)
        return reply
