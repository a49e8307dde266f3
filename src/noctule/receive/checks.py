"""The check rulesets: what the site's rules say to a connection, a command, a header, a message."""

from collections.abc import Iterable, Sequence

from noctule.base.errors import TemporaryError
from noctule.base.text import ascii_lower
from noctule.mail.reply import Reply
from noctule.observe.log import Log
from noctule.receive.services import Services
from noctule.rewrite.header_flags import MAX_FIELD, field_macros
from noctule.rewrite.results import ADDRESSED, Accepted, Discarded, Quarantined, Rejected, Unresolvable, Verdict
from noctule.rewrite.settle import settle
from noctule.smtp import replies
from noctule.symbols.headers import HeaderTemplate
from noctule.symbols.macros import Macros

ACCEPTED = Accepted()
_GRAVITY = (Accepted, Quarantined, Discarded, Rejected)
_ADDRESSES = frozenset({"check_mail", "check_rcpt"})
WITH_COMMENTS = frozenset({"check_eoh", "check_eom", "check_other"})  # parentheses are tokens there


def refusal(verdict: Rejected, address: str = "") -> Reply:
    """The reply that a rejection makes; `address` is named in it where Sendmail does so."""
    text = verdict.text
    if address and str(verdict.code) in ADDRESSED:
        text = f"{replies.shown(address)}... {text}"
    return Reply(verdict.code, verdict.enhanced or f"{verdict.code // 100}.0.0", (text,))


def unresolvable(problem: Unresolvable, address: str) -> Reply:
    """The reply for a sender that leads nowhere.  Only what the rules say lacks the address."""
    text = problem.text
    if (problem.host or problem.user) and str(problem.code) in ADDRESSED:
        text = f"{replies.shown(address)}... {text}"
    return Reply(problem.code, problem.enhanced or f"{problem.code // 100}.0.0", (text,))


def graver(held: Verdict, verdict: Verdict) -> Verdict:
    """The graver of two verdicts about a text, the later of two alike: all of its checks are asked."""
    return verdict if _GRAVITY.index(type(verdict)) >= _GRAVITY.index(type(held)) else held


class Checks:
    """Asks the rulesets for one caller, and logs what is not an acceptance."""

    __slots__ = ("_addresses", "_log", "_maps", "_relay")

    def __init__(self, services: Services, relay: str) -> None:
        self._addresses = services.addresses
        self._maps = services.maps
        self._log: Log = services.log
        self._relay = relay

    async def ask(
        self,
        ruleset: str,
        args: Sequence[str],
        scope: Macros,
        queue_id: str = "",
        *,
        comments: bool | None = None,
        about: str = "",
    ) -> Verdict:
        """The verdict.  A look-up that fails temporarily where the rules do not say what then is a 451.

        `about`: the address that a rejection names in the log.
        """
        addresses = self._addresses
        if addresses.unheard(ruleset):
            return ACCEPTED
        kept = ruleset in WITH_COMMENTS if comments is None else comments
        try:
            verdict = await settle(lambda asks: addresses.check(ruleset, args, scope, asks, comments=kept), self._maps)
        except TemporaryError as error:
            verdict = Rejected(451, "4.3.0", str(error))
        self._say(ruleset, args, queue_id, verdict, about or (args[0] if ruleset in _ADDRESSES else ""))
        return verdict

    def _say(self, ruleset: str, args: Sequence[str], queue_id: str, verdict: Verdict, address: str = "") -> None:
        match verdict:
            case Rejected():
                self._log.ruleset_rejected(
                    queue_id, ruleset=ruleset, args=args, relay=self._relay, reply=str(refusal(verdict, address))
                )
            case Discarded():
                self._log.ruleset_discarded(queue_id, ruleset=ruleset, args=args, relay=self._relay)
            case Quarantined(reason):
                self._log.ruleset_quarantined(queue_id, ruleset=ruleset, args=args, relay=self._relay, reason=reason)

    async def capabilities(self, ruleset: str, args: Sequence[str], scope: Macros) -> list[str] | None:
        """The tokens behind `$#`; None when the ruleset gives none.  Raises TemporaryError."""
        addresses = self._addresses
        return await settle(lambda asks: addresses.capabilities(ruleset, args, scope, asks), self._maps)

    async def text(self, ruleset: str, args: Sequence[str], scope: Macros) -> str | None:
        """What the ruleset makes of its arguments; None when it refuses or cannot say."""
        addresses = self._addresses
        try:
            found = await settle(lambda asks: addresses.text(ruleset, args, scope, asks), self._maps)
        except TemporaryError:
            return None
        if isinstance(found, str):
            return found
        self._say(ruleset, args, "", found)
        return None if isinstance(found, Rejected) else ""

    async def header(
        self,
        fields: Iterable[tuple[str, str]],
        templates: Iterable[HeaderTemplate],
        scope: Macros,
        queue_id: str,
    ) -> Verdict:
        """`H Name: $>ruleset`: each field goes through the ruleset of its name, or that of `H*`."""
        rulesets = {ascii_lower(t.name): t for t in templates if t.ruleset}
        if not rulesets:
            return ACCEPTED
        held: Verdict = ACCEPTED
        for name, value in fields:
            template = rulesets.get(ascii_lower(name)) or rulesets.get("*")
            if template is None:
                continue
            unfolded = value.replace("\r\n", "\n")
            if len(unfolded) > MAX_FIELD:
                self._log.long_field_checked(
                    queue_id, field=name, ruleset=template.ruleset, length=len(unfolded), limit=MAX_FIELD
                )
            for macro, content in field_macros(name, unfolded).items():
                scope.set(macro, content)
            verdict = await self.ask(template.ruleset, (unfolded,), scope, queue_id, comments=template.keep_comments)
            held = graver(held, verdict)
        return held
