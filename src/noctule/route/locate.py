"""One address, one step: what it resolves to, and whether that is an alias or a user who exists."""

from dataclasses import replace

from noctule.accounts import Account, Accounts
from noctule.base.debug import Topic
from noctule.base.errors import TemporaryError
from noctule.base.questions import Answer, Answering, AnswerKind, Question, Waiting
from noctule.base.text import ascii_lower
from noctule.mail.envelope import Triple
from noctule.rewrite.addresses import Addresses
from noctule.rewrite.results import ADDRESSED, Resolution, Unresolvable
from noctule.rewrite.settle import settle
from noctule.route.results import Refused, Routed
from noctule.route.settings import RouteSettings
from noctule.symbols.macros import Macros

USER_UNKNOWN = "User unknown"
ERROR_MAILER = "*error*"
_BROKEN_RULES = 554  # code of a complaint about the rules themselves: what they came to is not to be trusted
_DIRECT = {"prog": "programs", "*file*": "files", "*include*": ":include:s"}


def login_name(user: str) -> str:
    """The user part as the mailbox database spells it: no quotes, and without the backslash that stops aliasing."""
    return user.replace('"', "").removeprefix("\\")


def refused_directly(address: str, mailer: str) -> Refused | None:
    """What to say to a client that names a program, a file or a list itself."""
    if mailer not in _DIRECT:
        return None
    text = f"Cannot mail directly to {_DIRECT[mailer]}"
    triple = Triple(mailer, "", address)
    return Refused(code=550, enhanced="5.7.1", text=text, reply_text=f"{address}... {text}", triple=triple)


def unknown_user(address: str, triple: Triple | None) -> Refused:
    """What is said of a name nobody has here."""
    return Refused(
        code=550,
        enhanced="5.1.1",
        text=USER_UNKNOWN,
        reply_text=f"{address}... {USER_UNKNOWN}",
        triple=triple,
        diagnosed=True,
    )


class Locator:
    """Resolves single addresses with the rules, maps and accounts of one configuration."""

    def __init__(self, addresses: Addresses, maps: Answering, accounts: Accounts, settings: RouteSettings) -> None:
        self.maps = maps
        self.accounts = accounts
        self.settings = settings
        self._addresses = addresses

    async def locate(self, address: str, scope: Macros, *, aliasing: bool = True) -> Routed | Refused | None:
        """Where `address` leads; None when there is no address in the text.

        Without `aliasing` neither aliases nor ruleset 5 are looked at.
        """
        try:
            first = await settle(lambda asks: self._addresses.parse(address, scope, asks), self.maps)
            if first is None:
                return None
            routed = self._routed(address, first)
            if aliasing and isinstance(routed, Routed):
                routed = await self._aliased(address, routed, scope)
            return await self._existing(address, routed) if isinstance(routed, Routed) else routed
        except TemporaryError as error:
            return _temporary(str(error))

    async def alias(self, name: str) -> str | None:
        """The right-hand side of an alias; None when there is none.  Raises TemporaryError."""
        question = Question(self.settings.alias_map, ascii_lower(name))
        try:
            answer: Answer = self.maps.lookup(question)
        except Waiting:
            answer = await self.maps.answer(question)
        if answer.kind is AnswerKind.TEMPORARY:
            raise TemporaryError("alias database unavailable")
        return answer.value if answer.kind is AnswerKind.FOUND else None

    def _routed(self, address: str, resolution: Resolution) -> Routed | Refused:
        if isinstance(resolution, Unresolvable):
            return _unresolvable(address, resolution)
        for complaint in resolution.complaints:
            if complaint.reply_code == _BROKEN_RULES:
                text = complaint.text
                return Refused(code=complaint.reply_code, enhanced=complaint.enhanced, text=text, reply_text=text)
        return Routed(
            mailer=resolution.mailer,
            triple=Triple(resolution.mailer.name, resolution.host, resolution.user),
            not_remote=resolution.not_remote,
            deferral=resolution.deferral,
        )

    async def _aliased(self, address: str, routed: Routed, scope: Macros) -> Routed | Refused:
        """Look for an alias, and let ruleset 5 change the user as long as it finds something to change."""
        for _ in range(self.settings.max_alias_recursion):
            user, flags = routed.triple.user, routed.mailer.flags
            if user.startswith("\\") or routed.deferral:
                return routed
            if "A" in flags:
                self.settings.debug.say(Topic.ALIASES, 1, f"alias({user})")
            if "A" in flags and (text := await self._alias_of_user(user)) is not None:
                return replace(routed, alias=text)
            if "5" not in flags or routed.not_remote:
                return routed
            changed = await self._changed_locally(address, routed, scope)
            if changed is None:
                return routed
            if isinstance(changed, Refused):
                return changed
            routed = changed
        return routed

    async def _alias_of_user(self, user: str) -> str | None:
        text = await self.alias(user)
        if text is None and '"' in user:
            text = await self.alias(user.replace('"', ""))
        return text

    async def _changed_locally(self, address: str, routed: Routed, scope: Macros) -> Routed | Refused | None:
        triple = routed.triple
        found = await settle(lambda asks: self._addresses.localaddr(triple.user, scope, asks, triple.host), self.maps)
        if found is None:
            return None
        changed = self._routed(address, found)
        if isinstance(changed, Routed) and changed.triple == triple and not changed.not_remote:
            return None
        return changed

    async def _existing(self, address: str, routed: Routed) -> Routed | Refused:
        """For mailers with F=w: is there such a user?  An alias need not be one."""
        if "w" not in routed.mailer.flags or routed.alias is not None or routed.deferral:
            return routed
        account = await self.account(routed.triple.user)
        if account is not None:
            return replace(routed, account=account)
        return unknown_user(address, routed.triple)

    async def account(self, user: str) -> Account | None:
        """The account behind a user part.  Raises TemporaryError."""
        return await self.accounts.look_up(login_name(user))


def _unresolvable(address: str, problem: Unresolvable) -> Refused:
    # What the tokenizer or the pipeline found wrong names the address itself; what the rules say does not.
    from_rules = bool(problem.host or problem.user)
    named = from_rules and str(problem.code) in ADDRESSED
    return Refused(
        code=problem.code,
        enhanced=problem.enhanced or f"{problem.code // 100}.0.0",
        text=problem.text,
        reply_text=f"{address}... {problem.text}" if named else problem.text,
        triple=Triple(ERROR_MAILER, problem.host, f"{problem.code} {problem.text}") if from_rules else None,
    )


def _temporary(text: str) -> Refused:
    return Refused(code=451, enhanced="4.3.0", text=text, reply_text=text)
