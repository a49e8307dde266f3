"""From the addresses of an expansion to the recipients the queue is to keep."""

from collections.abc import Iterable
from dataclasses import replace

from noctule.mail.envelope import Envelope, Notify, Recipient, RecipientState
from noctule.mail.outcome import Deferred, Failed
from noctule.route.node import Node, Origin
from noctule.route.results import Clone, Expansion, Note, NoteKind


def collected(envelope: Envelope, nodes: Iterable[Node], notes: Iterable[Note], host: str) -> Expansion:
    """What became of an envelope's recipients."""
    roots = [node for node in nodes if node.parent is None]
    recipients = {recipient.number: recipient for recipient in envelope.recipients}
    outcomes: dict[int, Failed | Deferred] = {}
    clones: dict[str, list[Node]] = {}
    for node in roots:
        recipients[node.recipient.number] = _settled(node)
        if node.refused:
            outcomes[node.recipient.number] = node.refused.outcome()
    number = max(recipients, default=0)
    for node in _members(nodes, host):
        if node.origin.owner:
            clones.setdefault(node.origin.owner, []).append(node)
            continue
        number += 1
        recipients[number] = replace(_settled(node), number=number)
        if node.refused:
            outcomes[number] = node.refused.outcome()
    asked = [node for node in roots if _replaced(node) and Notify.SUCCESS in (node.recipient.notify or Notify.NEVER)]
    return Expansion(
        recipients=tuple(recipients.values()),
        outcomes=outcomes,
        clones=tuple(_clone(envelope, owner, members) for owner, members in clones.items()),
        expanded=tuple(node.recipient.number for node in asked if node.multiple and not node.owned),
        given_to_lists=tuple(node.recipient.number for node in asked if node.owned),
        notes=(*notes, *(Note(NoteKind.OWNER, members[0].root.address, owner) for owner, members in clones.items())),
    )


def _replaced(node: Node) -> bool:
    return node.expanded or (node.followed and not node.refused)


def _members(nodes: Iterable[Node], host: str) -> Iterable[Node]:
    """Every address found by the expansion that is an end.

    A recipient who is on his own list becomes a member of it, so that the next attempt does not expand him again.
    """
    for node in nodes:
        if node.expanded:
            continue
        if node.parent is not None:
            yield node
        elif node.followed and not node.refused:
            member = node.child(node.address, Origin(), single=not node.multiple, host=host)
            member.routed, member.account = node.routed, node.account
            yield member


def _settled(node: Node) -> Recipient:
    """The recipient as the queue is to keep it.

    One that cannot be resolved now keeps the triple it had: without one, the next attempt begins with it anew.
    """
    recipient = node.recipient
    if node.refused and node.refused.temporary:
        return recipient
    state = RecipientState.EXPANDED if _replaced(node) and node.parent is None else recipient.state
    return replace(recipient, state=state, triple=node.triple or recipient.triple)


def _clone(envelope: Envelope, owner: str, members: list[Node]) -> Clone:
    recipients = tuple(
        replace(_settled(node), number=number, triple=None if node.refused else node.triple)
        for number, node in enumerate(members, 1)
    )
    lists = tuple(dict.fromkeys(node.root.recipient.number for node in members))
    return Clone(replace(envelope, id="", sender=owner, recipients=recipients), lists)
