"""The recipients of one message, replaced by those they stand for.

Addresses are a tree: a recipient's children are the members of its alias, list or `.forward`.  The tree is walked depth
first, and the members of a list from its end, as Sendmail does.  Who has been reached already (same mailer, host and
user) is not reached again.  An address that leads back to itself is delivered to where it is a user who exists, and
leads nowhere where it is not.
"""

import asyncio

from noctule.accounts import Account
from noctule.base.debug import Topic
from noctule.base.errors import TemporaryError
from noctule.files import SafetyError
from noctule.mail.envelope import Controller, Envelope, RecipientState, Triple
from noctule.route.addressfiles import AddressFile, AddressFiles, is_transient
from noctule.route.addresslist import list_lines, split_addresses
from noctule.route.forward import forward_paths
from noctule.route.locate import Locator, refused_directly, unknown_user
from noctule.route.node import Node, Origin
from noctule.route.results import Note, NoteKind, Refused, Routed
from noctule.symbols.macros import Macros

LOOP_BROKEN = "aliasing/forwarding loop broken"
_LOCAL_FLAGS = frozenset("Aw5")
_SPECIAL = {"prog": "programs", "*file*": "files"}
_BREATH = 256  # addresses between two chances for other work of the process


class Expander:
    """One expansion.  `nodes` are all addresses, in the order they were looked at."""

    def __init__(self, locator: Locator, files: AddressFiles, scope: Macros) -> None:
        self.nodes: list[Node] = []
        self.notes: list[Note] = []
        self._locator = locator
        self._settings = locator.settings
        self._debug = locator.settings.debug
        self._files = files
        self._scope = scope
        self._reached: dict[tuple[Triple, int | None], Node] = {}
        self._pending: list[Node] = []
        self._me: Triple | None = None

    async def run(self, envelope: Envelope) -> None:
        """Settle every recipient of `envelope` that is still queued."""
        if not self._settings.me_too and envelope.sender_address:
            sender = await self._locator.locate(envelope.sender, self._scope, aliasing=False)
            self._me = sender.triple if sender else None
        for recipient in envelope.recipients:
            if recipient.state is not RecipientState.QUEUED and recipient.triple is not None:
                self._reached.setdefault((recipient.triple, None), Node(recipient))
        for recipient in envelope.recipients:
            if recipient.state is RecipientState.QUEUED:
                root = Node(recipient)
                self._debug.say(Topic.RECIPIENTS, 1, f"sendto: {root.address}\n   ctladdr=[NULL]")
                self._pending.append(root)
                await self._walk()
                if root.expanded and not root.fruitful:
                    root.refuse(Refused(code=554, enhanced="5.4.6", text=LOOP_BROKEN, reply_text=LOOP_BROKEN))

    async def _walk(self) -> None:
        while self._pending:
            node = self._pending.pop()
            if len(self.nodes) >= self._settings.max_members:
                self._pending.clear()
                text = f"more than {self._settings.max_members} addresses"
                node.refuse(Refused(code=554, enhanced="5.3.0", text=text, reply_text=text))
            self.nodes.append(node)
            if node.refused is None:
                try:
                    await self._settle(node)
                except TemporaryError as error:
                    node.refuse(Refused(code=451, enhanced="4.3.0", text=str(error), reply_text=str(error)))
            if not len(self.nodes) % _BREATH:
                await asyncio.sleep(0)

    async def _settle(self, node: Node) -> None:
        if node.depth > (limit := self._settings.max_alias_recursion):
            depth = f"{node.depth} aliases deep; {limit} max"
            self.notes.append(Note(NoteKind.LOOP, node.address, depth))
            text = f"{LOOP_BROKEN} ({depth})"
            node.refuse(Refused(code=554, enhanced="5.4.6", text=text, reply_text=text))
            return
        if node.parent is None and not node.recipient.primary and node.recipient.triple is not None:
            await self._settle_again(node, node.recipient.triple)
            return
        located = await self._locator.locate(node.address, self._scope)
        match located:
            case None if node.parent is None:
                text = "User address required"
                node.refuse(Refused(code=553, enhanced="5.1.3", text=text, reply_text=f"{node.address}... {text}"))
            case None:
                node.drop()
            case Refused():
                node.refuse(located)
            case Routed():
                node.routed, node.account = located, located.account
                await self._follow(node, located)

    async def _settle_again(self, node: Node, before: Triple) -> None:
        """A member found by an earlier attempt: only where remote mail goes may have changed since."""
        located = await self._locator.locate(node.address, self._scope, aliasing=False)
        fresh = isinstance(located, Routed) and not located.mailer.flags & _LOCAL_FLAGS
        if isinstance(located, Routed) and fresh and before.mailer not in _SPECIAL:
            node.routed = located
            if located.deferral:
                node.refuse(_deferred(located))
        self._reached.setdefault((before, None), node)

    async def _follow(self, node: Node, routed: Routed) -> None:
        """What lies behind an address that was resolved."""
        if routed.deferral:
            node.refuse(_deferred(routed))
        elif routed.mailer.name in _SPECIAL or routed.mailer.name == "*include*":
            await self._special(node, routed)
        elif await self._is_new(node, routed.triple):
            if routed.alias is not None:
                await self._alias(node, routed.alias, routed.triple.user)
            else:
                await self._arrive(node)

    async def _arrive(self, node: Node, *, forwarding: bool = True) -> None:
        """A local user, or a remote address: the end, unless the user forwards his mail."""
        routed = node.routed
        escaped = routed is None or routed.triple.user.startswith("\\")
        if not (forwarding and node.account and not escaped and await self._forward(node, node.account)):
            node.deliver()

    async def _is_new(self, node: Node, triple: Triple, uid: int | None = None) -> bool:
        """Nobody has been here before, and this is not the sender of his own list.

        `uid` tells programs apart that run for different users.
        """
        if node.parent is not None and triple == self._me:
            node.suppress()
            return False
        known = self._reached.setdefault((triple, uid), node)
        if known is node:
            return True
        chain = node.chain_from(known)
        if chain and not known.closed:
            known.closed = True
            await self._close(node, chain)
        else:
            node.suppress()
        return False

    async def _close(self, node: Node, chain: list[Node]) -> None:
        """`node` is the first of `chain`, its ancestors from there down, once more."""
        first = chain[0]
        for inner in chain[1:]:
            inner.account, _ = await self._account_of(inner)
            if inner.account is not None:
                inner.deliver()
        forwarded = first.account is not None
        first.account, exists = await self._account_of(first)
        if exists:
            # An alias of the user's own name has been followed by now; his .forward has not, unless it led here.
            node.drop()
            first.followed = True
            await self._arrive(first, forwarding=not forwarded)
        elif len(chain) == 1:
            for lost in (node, first):
                lost.refuse(unknown_user(lost.address, first.triple))
        else:
            node.drop()

    async def _account_of(self, node: Node) -> tuple[Account | None, bool]:
        """The account behind an alias of the same name, and whether mail can be delivered to that name."""
        if node.routed is None or "w" not in node.routed.mailer.flags:
            return None, True
        account = node.account or await self._locator.account(node.routed.triple.user)
        return account, account is not None

    # -- what an address stands for

    async def _special(self, node: Node, routed: Routed) -> None:
        """A program, a file or a list: never for the asking, only by an alias, a list or a `.forward`."""
        mailer = routed.mailer.name
        if node.parent is None and (refused := refused_directly(node.address, mailer)):
            node.refuse(refused)
        elif mailer == "*include*":
            await self._include(node, routed.triple.user)
        elif node.origin.forbidden:
            text = node.origin.forbidden.format(_SPECIAL[mailer])
            node.refuse(Refused(code=550, enhanced="5.7.1", text=text, reply_text=f"{node.address}... {text}"))
        else:
            controller = node.recipient.controller
            if await self._is_new(node, routed.triple, controller.uid if controller else None):
                node.deliver()

    async def _alias(self, node: Node, text: str, user: str) -> None:
        self.notes.append(Note(NoteKind.ALIAS, node.address, text))
        self._debug.say(Topic.ALIASES, 1, f"{node.address} (, {user}) aliased to {text}")
        above = node.origin
        owner = await self._owner_of(user) or above.owner
        origin = Origin(controller=above.controller, owner=owner, forbidden=above.forbidden)
        self._branch(node, [("", piece) for piece in split_addresses(text)], origin, owned=owner != above.owner)

    async def _owner_of(self, user: str) -> str:
        """The new sender for a list that has an owner: the owner himself if that is one address, else `owner-list`."""
        special = user.startswith("owner-") or user.endswith("-request")
        name = "owner-owner" if special else f"owner-{user}"
        text = await self._locator.alias(name)
        if text is None:
            return ""
        pieces = split_addresses(text)
        return pieces[0] if len(pieces) == 1 and pieces[0][0] not in '|/:"\\' else name

    async def _include(self, node: Node, path: str) -> None:
        above = node.origin
        user = above.controller
        owner = await self._locator.accounts.look_up(user.user) if user else None
        try:
            file = await self._files.include(path, owner)
        except (OSError, SafetyError) as error:
            node.refuse(_cannot_open(path, error, node.address))
            return
        controller, forbidden = await self._authority(file, above, node.root.address)
        origin = Origin(controller=controller, owner=above.owner, forbidden=forbidden, full_name=above.full_name)
        self._branch(node, _entries(path, file.text), origin)

    async def _forward(self, node: Node, account: Account) -> bool:
        """Follow the user's `.forward`; False when he has none that can be used."""
        host = node.routed.triple.host if node.routed else ""
        self._debug.say(Topic.ALIASES, 1, f"forward({account.name})")
        for path in forward_paths(self._settings.forward_path, account, host, self._scope):
            try:
                file = await self._files.forward(path, account)
            except FileNotFoundError:
                continue
            except (OSError, SafetyError) as error:
                if is_transient(error):
                    raise TemporaryError(f"{path}: {_reason(error)}") from error
                self.notes.append(Note(NoteKind.FORWARD_UNUSABLE, path, _reason(error)))
                continue
            entries = _entries(path, file.text)
            if entries:
                self.notes.append(Note(NoteKind.FORWARD, node.address, ", ".join(piece for _, piece in entries)))
                controller = Controller(account.name, account.uid, account.gid, account.name)
                forbidden = self._forbidden(file, account)
                owner, name = node.origin.owner, account.full_name
                self._branch(
                    node, entries, Origin(controller=controller, owner=owner, forbidden=forbidden, full_name=name)
                )
            return bool(entries)
        return False

    async def _authority(self, file: AddressFile, above: Origin, address: str) -> tuple[Controller | None, str]:
        """On whose behalf the programs in a list run: its owner's, unless that is root or somebody is set already."""
        if above.controller is not None or not file.uid:
            untrusted = f"Address {address} is unsafe for mailing to {{}}"
            return above.controller, above.forbidden or ("" if file.trusted else untrusted)
        account = await self._locator.accounts.look_up_uid(file.uid)
        if account is None:
            nobody = f"The owner of the list, {file.uid}, is no user who could mail to {{}}"
            return Controller(str(file.uid), file.uid, file.gid, address), above.forbidden or nobody
        controller = Controller(account.name, account.uid, account.gid, address)
        return controller, above.forbidden or self._forbidden(file, account)

    def _forbidden(self, file: AddressFile, account: Account) -> str:
        user = f"{account.name}@{self._settings.host}".replace("{", "{{").replace("}", "}}")
        if not self._locator.accounts.may_run_programs(account):
            return f"User {user} doesn't have a valid shell for mailing to {{}}"
        return "" if file.trusted else f"Address {user} is unsafe for mailing to {{}}"

    def _branch(self, node: Node, entries: list[tuple[str, str]], origin: Origin, *, owned: bool = False) -> None:
        """Replace an address by the members of its list: pairs of where it stands and the address."""
        single = len(entries) == 1 and not owned
        node.expanded = True
        root = node.root
        root.multiple |= not single and not owned
        root.owned |= owned
        if self._debug:
            self._tell_members(node, [address for _, address in entries])
        children = [
            node.child(address, origin, single=single, host=self._settings.host, where=where)
            for where, address in entries
        ]
        self._pending += children

    def _tell_members(self, node: Node, members: list[str]) -> None:
        self._debug.say(Topic.RECIPIENTS, 1, f"sendto: {', '.join(members)}")
        above = {inner.address for inner in node.ancestry()}
        for member in members:
            self._debug.say(Topic.ALIASES, 1, f"self_reference({member})")
            if member not in above:
                self._debug.say(Topic.ALIASES, 1, "\t... no self ref")


def _entries(path: str, text: str) -> list[tuple[str, str]]:
    """The addresses of a file, each with `FILE: line N: `; later lines first: the walk begins at the end."""
    lines = [(f"{path}: line {number}: ", split_addresses(line)) for number, line in list_lines(text)]
    return [(where, piece) for where, pieces in reversed(lines) for piece in pieces]


def _reason(error: OSError | SafetyError) -> str:
    return error.reason if isinstance(error, SafetyError) else error.strerror or str(error)


def _cannot_open(path: str, error: OSError | SafetyError, address: str) -> Refused:
    text = f"Cannot open {path}: {_reason(error)}"
    code, enhanced = (451, "4.2.4") if is_transient(error) else (550, "5.2.4")
    return Refused(
        code=code,
        enhanced=enhanced,
        text=text,
        reply_text=f"{address}... {text}",
        triple=Triple("*include*", "", path),
    )


def _deferred(routed: Routed) -> Refused:
    return Refused(
        code=451,
        enhanced="4.4.3",
        text=f"Deferred: {routed.deferral}",
        reply_text=routed.deferral,
        triple=routed.triple,
    )
