"""Routing for the roles."""

from dataclasses import replace

from noctule.accounts import Accounts
from noctule.base.questions import Answering
from noctule.mail.envelope import Envelope, Notify, Recipient, RecipientState
from noctule.mail.outcome import Deferred, Failed
from noctule.rewrite.addresses import Addresses
from noctule.route.addressfiles import AddressFiles
from noctule.route.expander import Expander
from noctule.route.listing import Listed
from noctule.route.locate import Locator, refused_directly
from noctule.route.node import Node
from noctule.route.results import Clone, Expansion, Note, NoteKind, Refused, Routed
from noctule.route.settings import RouteSettings
from noctule.symbols.macros import Macros


class Router:
    """Where mail goes, by the rules, maps, files and accounts of one configuration.

    Nothing here raises for what an address is or a look-up does: it is all in the results.
    """

    def __init__(
        self,
        addresses: Addresses,
        maps: Answering,
        accounts: Accounts,
        files: AddressFiles,
        settings: RouteSettings,
    ) -> None:
        self._locator = Locator(addresses, maps, accounts, settings)
        self._files = files
        self._settings = settings

    async def resolve(self, address: str, scope: Macros, *, aliasing: bool = True) -> Routed | Refused:
        """What to answer to RCPT: is there a way for this address?  Aliases are looked up, not followed."""
        located = await self._locator.locate(address, scope, aliasing=aliasing)
        if located is None:
            text = "User address required"
            return Refused(code=553, enhanced="5.0.0", text=text, reply_text=f"{address}... {text}")
        if isinstance(located, Routed):
            return refused_directly(address, located.mailer.name) or located
        return located

    async def expand(self, envelope: Envelope, scope: Macros) -> Expansion:
        """Replace the queued recipients of a message by those they stand for."""
        expander = Expander(self._locator, self._files, scope)
        await expander.run(envelope)
        return _expansion(envelope, expander)

    async def expansion_of(self, addresses: list[str], scope: Macros) -> Listed:
        """For EXPN and `-bv`: everybody that mail to these addresses would reach."""
        recipients = tuple(Recipient(number=n, address=address) for n, address in enumerate(addresses, 1))
        expander = Expander(self._locator, self._files, scope)
        await expander.run(Envelope(id="", sender="", recipients=recipients))
        return Listed(tuple(expander.nodes), self._settings.host)

    async def verification_of(self, addresses: list[str], scope: Macros) -> Listed:
        """For VRFY: the addresses themselves."""
        nodes = []
        for number, address in enumerate(addresses, 1):
            node = Node(Recipient(number=number, address=address))
            match await self.resolve(address, scope):
                case Refused() as refused:
                    node.refuse(refused)
                case Routed() as routed:
                    node.routed, node.account = routed, routed.account
            nodes.append(node)
        return Listed(tuple(nodes), self._settings.host)


def _expansion(envelope: Envelope, expander: Expander) -> Expansion:
    recipients = {recipient.number: recipient for recipient in envelope.recipients}
    outcomes: dict[int, Failed | Deferred] = {}
    members: dict[str, list[Node]] = {}
    roots = [node for node in expander.nodes if node.parent is None]
    for node in roots:
        recipients[node.recipient.number] = _settled(node, node.recipient.number)
        if node.refused:
            outcomes[node.recipient.number] = node.refused.outcome()
    for node in expander.nodes:
        if node.parent is None or node.expanded:
            continue
        if node.origin.owner:
            members.setdefault(node.origin.owner, []).append(node)
            continue
        number = max(recipients) + 1
        recipients[number] = _settled(node, number)
        if node.refused:
            outcomes[number] = node.refused.outcome()
    clones = tuple(_clone(envelope, owner, nodes) for owner, nodes in members.items())
    asked = [
        node for node in roots if node.expanded and node.recipient.notify and Notify.SUCCESS in node.recipient.notify
    ]
    return Expansion(
        recipients=tuple(recipients.values()),
        outcomes=outcomes,
        clones=clones,
        expanded=tuple(node.recipient.number for node in asked if node.multiple and not node.owned),
        given_to_lists=tuple(node.recipient.number for node in asked if node.owned),
        notes=(*expander.notes, *(Note(NoteKind.OWNER, clone.envelope.sender, "") for clone in clones)),
    )


def _settled(node: Node, number: int) -> Recipient:
    """The recipient as the queue is to keep it.

    One that could not be resolved now keeps the triple it had: without one, the next attempt begins with it anew.
    """
    recipient = replace(node.recipient, number=number)
    if node.expanded:
        return replace(recipient, state=RecipientState.EXPANDED, triple=node.triple)
    if node.refused and node.refused.temporary:
        return recipient
    return replace(recipient, triple=node.triple or recipient.triple)


def _clone(envelope: Envelope, owner: str, nodes: list[Node]) -> Clone:
    recipients = []
    for number, node in enumerate(nodes, 1):
        settled = _settled(node, number)
        recipients.append(replace(settled, triple=None) if node.refused else settled)
    lists = tuple(dict.fromkeys(node.root.recipient.number for node in nodes))
    return Clone(replace(envelope, id="", sender=owner, recipients=tuple(recipients)), lists)
