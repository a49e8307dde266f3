"""One address of an expansion, and what has become of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from noctule.accounts import Account
from noctule.mail.envelope import Controller, Notify, Recipient, Triple, qualified
from noctule.route.results import Refused, Routed


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the members of one list have from the list."""

    controller: Controller | None = None
    owner: str = ""  # sender their mail goes out with, "" for that of the message
    forbidden: str = ""  # why it must not name programs and files, with `{}` where that word goes
    full_name: str = ""  # of the user whose `.forward` this is


@dataclass(slots=True, eq=False)
class Node:
    """An address on its way.  It ends delivered, refused, expanded into others, or (expanded as well) suppressed."""

    recipient: Recipient
    parent: "Node | None" = None
    depth: int = 1
    where: str = ""  # `FILE: line N: ` of an address that stands in a file
    origin: Origin = Origin()
    routed: Routed | None = None
    account: Account | None = None
    refused: Refused | None = None
    expanded: bool = False
    fruitful: bool = False  # something came of it: see bear_fruit
    closed: bool = False  # an address below led back here
    followed: bool = False  # it is delivered to although it is an alias or forwards: that has been done
    multiple: bool = False  # expanded to more than one address: what NOTIFY=SUCCESS wants to know
    owned: bool = False  # expanded by a list with an owner

    @property
    def address(self) -> str:
        return self.recipient.address

    @property
    def triple(self) -> Triple | None:
        if self.routed is not None:
            return self.routed.triple
        return self.refused.triple if self.refused else None

    @property
    def root(self) -> "Node":
        node = self
        while node.parent is not None:
            node = node.parent
        return node

    def deliver(self) -> None:
        """Mail goes here."""
        self.expanded = False
        self.bear_fruit()

    def refuse(self, why: Refused) -> None:
        """Mail goes nowhere, or not now."""
        self.expanded = False
        self.refused = why
        self.bear_fruit()

    def suppress(self) -> None:
        """Whoever this is gets the mail already."""
        self.expanded = True
        self.bear_fruit()

    def drop(self) -> None:
        """There is nobody here."""
        self.expanded = True

    def bear_fruit(self) -> None:
        """Let all that led here know that it led somewhere."""
        node: Node | None = self
        while node is not None and not node.fruitful:
            node.fruitful = True
            node = node.parent

    def ancestry(self) -> Iterator["Node"]:
        """This node, its parent, and so on up to the recipient."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def chain_from(self, ancestor: "Node") -> list["Node"]:
        """The way from an ancestor down to the parent of this node; empty when it is no ancestor."""
        chain: list[Node] = []
        node = self.parent
        while node is not None:
            chain.append(node)
            if node is ancestor:
                return chain[::-1]
            node = node.parent
        return []

    def child(self, address: str, origin: Origin, *, single: bool, host: str, where: str = "") -> "Node":
        """A member of the list this address stands for.

        RFC 3461 section 5.2.7: a forwarding to one address hands everything on; from a list with an owner nothing is
        reported to the sender any more; of other aliases the sender hears of failures and delays.
        """
        of = self.recipient
        notify = of.notify
        if origin.owner:
            notify = None
        elif notify is not None and not single:
            notify = (notify & ~Notify.SUCCESS) or (None if notify else notify)  # NEVER only where it was said
        member = Recipient(
            number=0,
            address=address,
            notify=notify,
            original=of.original,
            final=of.final or f"RFC822; {qualified(of.address, host)}",
            primary=False,
            controller=origin.controller,
            alias_of=of.address,
        )
        return Node(member, self, self.depth + 1, where, origin)
