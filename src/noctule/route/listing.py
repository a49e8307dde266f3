"""What VRFY, EXPN and `-bv` say of addresses."""

from collections.abc import Iterable
from dataclasses import dataclass

from noctule.mail.reply import Reply
from noctule.route.node import Node
from noctule.route.results import Note, Refused


@dataclass(frozen=True, slots=True)
class Listed:
    """What came of one or more addresses."""

    nodes: tuple[Node, ...]
    host: str  # $j
    notes: tuple[Note, ...] = ()  # what happened on the way

    @property
    def refusals(self) -> list[Refused]:
        return [node.refused for node in self.nodes if node.refused]

    def deliverability(self) -> list[str]:
        """Lines of `-bv`: what went wrong, then `user... deliverable: mailer local, user user`."""
        wrong = [f"{node.where}{node.refused.reply_text}" for node in self.nodes if node.refused]
        return wrong + [_deliverable(node) for node in self._reached()]

    def verified(self) -> Reply:
        """The reply to VRFY: 250, or 252 where another host decides (mailers without F=q)."""
        return self._reply(252)

    def expanded(self) -> Reply:
        """The reply to EXPN."""
        return self._reply(250)

    def _reply(self, remote_code: int) -> Reply:
        for node in self.nodes:
            if node.refused:
                return node.refused.said()
        reached = self._reached()
        local = all(node.routed is not None and "q" in node.routed.mailer.flags for node in reached)
        return Reply(250 if local else remote_code, "2.1.5", tuple(self._person(node) for node in reached))

    def _reached(self) -> list[Node]:
        """Ends of the expansion in the order of their hosts, as Sendmail keeps its send list."""
        ends: Iterable[Node] = (node for node in self.nodes if not node.expanded and not node.refused)
        return sorted(ends, key=lambda node: node.routed.triple.host if node.routed else "")

    def _person(self, node: Node) -> str:
        user = node.routed.triple.user if node.routed else node.address
        mailbox = user if "@" in user or user[:2] == '"|' or user[:1] in "|/" else f"{user}@{self.host}"
        name = node.account.full_name if node.account else node.origin.full_name
        return f"{name} <{mailbox}>" if name else f"<{mailbox}>"


def _deliverable(node: Node) -> str:
    if node.routed is None:
        return f"{node.address}... deliverable"
    triple = node.routed.triple
    host = f", host {triple.host}" if triple.host else ""
    return f"{node.address}... deliverable: mailer {triple.mailer}{host}, user {triple.user}"
