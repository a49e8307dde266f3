"""All that becomes of one address, with the rules that did it: `noctule explain`."""

from collections.abc import Iterator
from dataclasses import dataclass

from noctule.assembly.nexthop import NextHop, next_hop
from noctule.assembly.parts import names_this_host
from noctule.assembly.reception import Checked, Peer, Reception
from noctule.assembly.settings import host_name, smtp_settings
from noctule.assembly.workbench import Bench
from noctule.mail.envelope import Triple
from noctule.rewrite.explain import Applied, Recorder, Step
from noctule.rewrite.results import Resolved
from noctule.route.node import Node
from noctule.symbols.expand import expand
from noctule.symbols.macros import Macros
from noctule.symbols.mailers import Mailer


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """An address as the mailer writes it; `status` is 75 when a look-up failed temporarily on the way."""

    place: str  # "envelope sender" ...
    before: str
    after: str
    status: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One address of the expansion: the one asked for, or one it stands for.

    An end has `forms`, and `next_hop` if its mailer connects to one; what stands for others has them in `members`, and
    says by what in `through`; `refused` is the reply an address gets that leads nowhere.  `steps` are those of its
    resolution.
    """

    address: str
    where: str = ""  # `FILE: line N` when it stands in a file
    canonical: str = ""
    triple: Triple | None = None
    refused: str = ""
    through: str = ""
    duplicate: bool = False
    next_hop: NextHop | None = None
    forms: tuple[Form, ...] = ()
    members: "tuple[Destination, ...]" = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`checks` are those of a session in which `client` sends from `sender` to the address."""

    address: str
    sender: str
    client: str  # `name [address]`
    auth: str  # ${auth_authen}, "" for none
    checks: tuple[Checked, ...]
    destination: Destination

    @property
    def trouble(self) -> "Trouble | None":
        """Why mail that is accepted arrives nowhere; None when an end, of several, can be reached."""
        troubles = [_trouble(end) for end in ends_of(self.destination)]
        return troubles[0] if all(troubles) else None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why mail does not arrive; `temporary`: it is tried again."""

    reason: str
    temporary: bool


def ends_of(destination: Destination) -> Iterator[Destination]:
    """The addresses that an address comes to."""
    if not destination.members:
        yield destination
    for member in destination.members:
        yield from ends_of(member)


def _trouble(end: Destination) -> Trouble | None:
    if end.refused:
        return Trouble(end.refused, end.refused.startswith("4"))
    if end.next_hop is not None and end.next_hop.problem:
        return Trouble(end.next_hop.problem, end.next_hop.temporary)
    return None


def explain(bench: Bench, address: str, *, sender: str, peer: Peer) -> Explanation:
    """Follow an address through reception, routing and rewriting.  No mail is sent; maps and DNS are asked.

    `sender` is `<>` for the null sender, "" for the postmaster of this host.
    """
    sender = sender or f"postmaster@{host_name(bench.configuration)}"
    reception = Reception(bench, peer)
    checks = [reception.relay()] if peer.address else []
    checks += [reception.mail(sender), reception.recipient(address)]
    return Explanation(
        address=address,
        sender=sender,
        client=reception.caller.peer,
        auth=peer.auth,
        checks=tuple(checks),
        destination=_Explainer(bench, reception.scope, sender).follow(address),
    )


class _Explainer:
    def __init__(self, bench: Bench, scope: Macros, sender: str) -> None:
        self._bench = bench
        self._addresses = bench.routing.addresses
        self._scope = scope
        self._sender = sender
        self._plan = smtp_settings(bench.configuration).plan(names_this_host(bench.configuration))
        self._members: dict[Node, list[Node]] = {}
        self._seen: set[Triple] = set()

    def follow(self, address: str) -> Destination:
        listed = self._bench.wait(self._bench.routing.router.expansion_of([address], self._scope.child()))
        for node in listed.nodes:
            if node.parent is not None:
                self._members.setdefault(node.parent, []).append(node)
        return self._destination(listed.nodes[0])

    def _destination(self, node: Node) -> Destination:
        recorder = Recorder()
        scope = self._scope.child()
        resolved = self._addresses.parse(node.address, scope, self._bench.asks, trace=recorder)
        if isinstance(resolved, Resolved) and _has_ruleset_five(node, resolved):
            self._addresses.localaddr(resolved.user, scope, self._bench.asks, resolved.host, trace=recorder)
        members = tuple(self._destination(member) for member in self._members.get(node, ()))
        ends = node.routed is not None and not node.expanded and node.refused is None
        return Destination(
            address=node.address,
            where=node.where.rstrip(": "),
            canonical=self._canonical(recorder.steps),
            triple=node.triple,
            refused=node.refused.reply if node.refused else "",
            through=_through(node, bool(members)),
            duplicate=node.expanded and not members,
            next_hop=self._next_hop(node.routed.mailer, node.routed.triple) if ends and node.routed else None,
            forms=tuple(self._forms(node.routed.mailer, node)) if ends and node.routed else (),
            members=members,
            steps=tuple(recorder.steps),
        )

    def _canonical(self, steps: list[Step]) -> str:
        """What ruleset 3 made of it."""
        first = next((step for step in steps if isinstance(step, Applied)), None)
        if first is None or first.after is None or first.ruleset.number != 3:
            return ""
        return self._addresses.engine.tokenizer.join(first.after)

    def _next_hop(self, mailer: Mailer, triple: Triple) -> NextHop | None:
        if not mailer.is_network:
            return None
        scope = self._scope.child({"h": triple.host, "u": triple.user})
        words = [expand(word, scope) for word in mailer.argv]
        return next_hop(self._bench, self._plan, words, use_mx="0" not in mailer.flags)

    def _forms(self, mailer: Mailer, node: Node) -> Iterator[Form]:
        assert node.routed is not None
        triple = node.routed.triple
        scope = self._scope.child({"h": triple.host or None, "u": triple.user})
        sender = node.origin.owner or self._sender
        if sender == "<>":
            sender = expand(self._scope.get("n") or "", self._scope)
        yield self._form("envelope sender", sender, mailer, scope, sender=True, header=False)
        yield Form(place="envelope recipient", before=node.address, after=triple.user, status=0, steps=())
        yield self._form("header sender", sender, mailer, scope, sender=True, header=True)
        yield self._form("header recipient", node.root.address, mailer, scope, sender=False, header=True)

    def _form(self, place: str, text: str, mailer: Mailer, scope: Macros, *, sender: bool, header: bool) -> Form:
        recorder = Recorder()
        done = self._addresses.rewrite_for(
            text,
            mailer,
            scope,
            self._bench.asks,
            sender=sender,
            header=header,
            canonical=not header,
            trace=recorder,
        )
        return Form(place=place, before=text, after=done.text, status=done.status, steps=tuple(recorder.steps))


def _has_ruleset_five(node: Node, resolved: Resolved) -> bool:
    alias = node.routed.alias if node.routed else None
    return "5" in resolved.mailer.flags and not resolved.not_remote and alias is None and resolved.user[:1] != "\\"


def _through(node: Node, replaced: bool) -> str:
    """By what an address stands for others."""
    if node.routed is not None and node.routed.alias is not None:
        return f"alias {node.routed.triple.user}: {node.routed.alias}"
    if node.routed is not None and node.routed.mailer.name == "*include*":
        return f":include:{node.routed.triple.user}"
    return ".forward" if replaced else ""
