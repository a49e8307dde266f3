"""Routing for the roles."""

from noctule.accounts import Accounts
from noctule.base.questions import Answering
from noctule.mail.envelope import Envelope, Recipient
from noctule.rewrite.addresses import Addresses
from noctule.route.addressfiles import AddressFiles
from noctule.route.collect import collected
from noctule.route.expander import Expander
from noctule.route.listing import Listed
from noctule.route.locate import Locator, refused_directly
from noctule.route.node import Node
from noctule.route.results import Expansion, Refused, Routed
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
        return collected(envelope, expander.nodes, expander.notes, self._settings.host)

    async def expansion_of(self, addresses: list[str], scope: Macros) -> Listed:
        """For EXPN and `-bv`: everybody that mail to these addresses would reach."""
        recipients = tuple(Recipient(number=n, address=address) for n, address in enumerate(addresses, 1))
        expander = Expander(self._locator, self._files, scope)
        await expander.run(Envelope(id="", sender="", recipients=recipients))
        return Listed(tuple(expander.nodes), self._settings.host, tuple(expander.notes))

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
