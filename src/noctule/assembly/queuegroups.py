"""Queue groups: Q lines, Q= of mailers, and the ruleset queuegroup.

Noctule has one queue for all of them, so a group is a view of it: the messages whose first waiting recipient belongs
to it.  `sendmail -qGname`, `mailq -qGname` and `ETRN #name` work on such a view.
"""

from collections.abc import Awaitable, Callable

from noctule.base.questions import Answering
from noctule.config import Configuration
from noctule.mail.envelope import Envelope, Recipient, RecipientState
from noctule.rewrite.addresses import Addresses
from noctule.rewrite.settle import settle

DEFAULT = "mqueue"  # the group of all that nobody puts elsewhere


def group_names(configuration: Configuration) -> frozenset[str]:
    """All groups, in lower case."""
    return frozenset({DEFAULT, *configuration.queue_groups})


class QueueGroups:
    """`addresses` and `maps` answer for the ruleset."""

    def __init__(self, configuration: Configuration, addresses: Addresses, maps: Answering) -> None:
        self._names = group_names(configuration)
        self._macros = configuration.macros
        self._addresses = addresses
        self._maps = maps

    def members(self, name: str) -> Callable[[Envelope], Awaitable[bool]]:
        """Whether a message is in the group."""

        async def belongs(envelope: Envelope) -> bool:
            return await self.of(envelope) == name.lower()

        return belongs

    async def of(self, envelope: Envelope) -> str:
        """The group of a message.  Raises TemporaryError when a look-up fails."""
        waiting = (r for r in envelope.recipients if r.state is RecipientState.QUEUED)
        first = next(waiting, None)
        return await self._of_recipient(first) if first is not None else DEFAULT

    async def _of_recipient(self, recipient: Recipient) -> str:
        address, scope = recipient.address.removeprefix("<").removesuffix(">"), self._macros.child()
        chosen = await settle(
            lambda asks: self._addresses.capabilities("queuegroup", (address,), scope, asks), self._maps
        )
        if chosen and chosen[0].lower() in self._names:
            return chosen[0].lower()
        mailer = self._addresses.mailers.get(recipient.triple.mailer) if recipient.triple else None
        return mailer.queue_group if mailer is not None and mailer.queue_group else DEFAULT
