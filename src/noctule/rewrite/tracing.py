"""What an onlooker of a run is told.  A run without one spends nothing on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from noctule.base.debug import Topic
from noctule.base.questions import Answer, Question
from noctule.symbols.macros import Macros

if TYPE_CHECKING:
    from noctule.rewrite.compile import CompiledRule, CompiledRuleset


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something to tell whoever gave the address: `553 5.1.3` and the text.

    `status` is the sysexits number a program ends with because of it, 0 when it makes no difference.
    `repaired`: it is about text that was put right while it was scanned.
    """

    code: str
    text: str
    status: int = 0
    repaired: bool = False

    @property
    def reply_code(self) -> int:
        return int(self.code[:3])

    @property
    def enhanced(self) -> str:
        """The enhanced status, that of its class in general when none was given."""
        return self.code[4:] or f"{self.code[0]}.0.0"

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class Trace:
    """Override what you want to hear of.  Token lists must not be changed or kept."""

    every_rule = True  # False: rules that cannot match may be passed over in silence, which is much faster
    repeatable = False  # True: the trace is text (`mark`, `since`), and may be had `again` instead of from a new run

    def began(self) -> None:
        """A run begins; what was told of one before that has not ended is void: it had to wait, and is made again."""

    def ended(self) -> None:
        """The run has ended."""

    def tell(self, topic: Topic, level: int, line: str) -> None:
        """A line for a debug level."""

    def defining(self, scope: Macros, name: str, value: str | None) -> None:
        """A macro is about to be set."""

    def mark(self) -> int:
        """Where the text stands now."""
        return 0

    def since(self, mark: int) -> str:  # noqa: ARG002 - the interface
        """The text told since then."""
        return ""

    def again(self, text: str) -> None:
        """The same ruleset had the same result as when this was told."""

    def scanning(self, text: str) -> None:
        """A text is cut into tokens; complaints about it follow."""

    def scanned(self, tokens: Sequence[str]) -> None:
        """These are the tokens."""

    def entering(self, ruleset: "CompiledRuleset", tokens: Sequence[str]) -> None:
        """A ruleset begins."""

    def leaving(self, ruleset: "CompiledRuleset", tokens: Sequence[str]) -> None:
        """A ruleset ends with a result."""

    def broken(self, ruleset: "CompiledRuleset", tokens: Sequence[str]) -> None:
        """A ruleset ends without one; these tokens stand in its place."""

    def trying(self, rule: "CompiledRule") -> None:
        """A rule is about to be matched."""

    def failed(self, rule: "CompiledRule") -> None:
        """It did not match."""

    def matched(self, rule: "CompiledRule", tokens: Sequence[str], spans: Sequence[tuple[int, int]]) -> None:
        """It did; `spans` are the ranges of `$1`, `$2` ... in the tokens."""

    def bound(self, part: int, tokens: Sequence[str]) -> None:
        """These tokens take the place of `$1` (part 0), `$2` ... on the right side; told when `every_rule` is set."""

    def rewritten(self, tokens: Sequence[str]) -> None:
        """The workspace after the rule, its maps and its calls."""

    def looping(self, tokens: Sequence[str]) -> None:
        """The ruleset is left because a rule was applied too often."""

    def skipped(self, ruleset: "CompiledRuleset") -> None:
        """A call of an empty ruleset."""

    def deferred(self, side: str, name: str, value: str | None) -> None:
        """`$&name` was looked at on the "LHS" or "RHS"."""

    def asked(self, question: Question, answer: Answer) -> None:
        """A map answered."""

    def complained(self, complaint: Complaint) -> None:
        """Something is wrong."""
