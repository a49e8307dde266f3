"""A run as a tree: which rules were tried in which ruleset, what they asked, what they made of the workspace.

`Recorder` is the onlooker that grows the tree; `decision` finds the rule a result comes from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from noctule.base.questions import Answer, Question
from noctule.rewrite.compile import CompiledRule, CompiledRuleset
from noctule.rewrite.printing import token_list
from noctule.rewrite.tracing import Complaint, Trace
from noctule.symbols import codes

Tokens = tuple[str, ...]
_BRACKETS = frozenset("<>")


@dataclass(frozen=True, slots=True)
class Asked:
    """A map answered."""

    question: Question
    answer: Answer


@dataclass(frozen=True, slots=True)
class Looked:
    """`$&name` was looked at on the "LHS" or "RHS"; None: it has no value."""

    side: str
    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A call of an empty ruleset."""

    ruleset: CompiledRuleset


@dataclass(slots=True)
class Tried:
    """A rule that was tried.

    `before` and `after` are None for a rule that did not match, `after` also for one that was not applied to its end.
    `bound` is what `$1`, `$2` ... stood for; `inner` happened on the way, calls of rulesets included.
    """

    rule: CompiledRule
    before: Tokens | None = None
    after: Tokens | None = None
    bound: tuple[Tokens, ...] = ()
    inner: "list[Step]" = field(default_factory=list)

    @property
    def matched(self) -> bool:
        return self.before is not None


@dataclass(slots=True)
class Applied:
    """A ruleset that was entered.  `broken`: it came to grief, and `after` is what stands in the result's place."""

    ruleset: CompiledRuleset
    before: Tokens
    after: Tokens | None = None  # None: the run ended inside
    broken: bool = False
    inner: "list[Step]" = field(default_factory=list)


Step = Applied | Tried | Asked | Looked | Skipped | Complaint


class Recorder(Trace):
    """Grows `steps` while it looks on: one `Applied` for each ruleset of the pipeline, and complaints between them."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._open: list[Applied | Tried] = []

    def entering(self, ruleset: CompiledRuleset, tokens: Sequence[str]) -> None:
        applied = Applied(ruleset, tuple(tokens))
        self._add(applied)
        self._open.append(applied)

    def leaving(self, ruleset: CompiledRuleset, tokens: Sequence[str]) -> None:
        self._close(ruleset).after = tuple(tokens)

    def broken(self, ruleset: CompiledRuleset, tokens: Sequence[str]) -> None:
        applied = self._close(ruleset)
        applied.after, applied.broken = tuple(tokens), True

    def trying(self, rule: CompiledRule) -> None:
        if self._open and isinstance(self._open[-1], Tried):  # the one before was not applied to its end
            self._open.pop()
        tried = Tried(rule)
        self._add(tried)
        self._open.append(tried)

    def failed(self, rule: CompiledRule) -> None:
        del rule
        self._open.pop()

    def matched(self, rule: CompiledRule, tokens: Sequence[str], spans: Sequence[tuple[int, int]]) -> None:
        del rule
        tried = self._open[-1]
        assert isinstance(tried, Tried)
        tried.before = tuple(tokens)
        tried.bound = tuple(tuple(tokens[start:end]) for start, end in spans)

    def rewritten(self, tokens: Sequence[str]) -> None:
        self._open.pop().after = tuple(tokens)

    def skipped(self, ruleset: CompiledRuleset) -> None:
        self._add(Skipped(ruleset))

    def deferred(self, side: str, name: str, value: str | None) -> None:
        self._add(Looked(side, name, value))

    def asked(self, question: Question, answer: Answer) -> None:
        self._add(Asked(question, answer))

    def complained(self, complaint: Complaint) -> None:
        self._add(complaint)

    def _add(self, step: Step) -> None:
        (self._open[-1].inner if self._open else self.steps).append(step)

    def _close(self, ruleset: CompiledRuleset) -> Applied:
        while True:
            step = self._open.pop()
            if isinstance(step, Applied) and step.ruleset is ruleset:
                return step


def fired(steps: Sequence[Step]) -> Iterator[Tried]:
    """Every rule that was applied, in the order of their results: what a rule calls comes before it."""
    for step in steps:
        if isinstance(step, Applied | Tried):
            yield from fired(step.inner)
        if isinstance(step, Tried) and step.after is not None:
            yield step


def look_ups(steps: Sequence[Step]) -> Iterator[Asked]:
    """Every question to a map, in order."""
    for step in steps:
        if isinstance(step, Asked):
            yield step
        elif isinstance(step, Applied | Tried):
            yield from look_ups(step.inner)


def decided_by(steps: Sequence[Step]) -> Tried | None:
    """The rule behind what a pipeline came to: behind the triple if there is one, else behind the last result."""
    applied = [step for step in steps if isinstance(step, Applied)]
    triples = [step for step in applied if step.after and step.after[0] == codes.MAILER]
    return decision((triples or applied)[-1]) if applied else None


def decision(applied: Applied) -> Tried | None:
    """The rule that first made the result what it is; None when no rule was applied.

    From the last rule that was applied the way leads back through all that only handed the result on: rules in whose
    workspace it already stood, and calls that brought it.
    """
    result = applied.after or ()
    found: Tried | None = None
    level: Sequence[Step] = applied.inner
    while True:
        done = [step for step in level if isinstance(step, Tried) and step.after is not None]
        while done:
            found = done.pop()
            call = _bringing(found, result)
            if call is not None:
                break
            if not result or not _holds(found.before or (), result) or not done:
                return found
        else:
            return found
        level = call.inner


def rewritten_by(steps: Sequence[Step]) -> Tried | None:
    """The rule that made an address what it came to, but for brackets and the final dot; None when no rule did."""
    applied = [step for step in steps if isinstance(step, Applied) and step.after is not None]
    if not applied:
        return None
    result = _bare(applied[-1].after or ())
    made = (rule for rule in fired(steps) if _bare(rule.after or ()) == result != _bare(rule.before or ()))
    return next(made, None)


def _bare(tokens: Tokens) -> Tokens:
    found = tuple(token for token in tokens if token not in _BRACKETS)
    return found[:-1] if found[-1:] == (".",) else found


def is_decision(rule: Tried) -> bool:
    """Whether a rule says what comes of it, rather than leave its workspace to rules that did not match."""
    after, right = rule.after or (), rule.rule.right
    words = {token for token in after if token.isalnum()}
    return after[:1] == (codes.MAILER,) or right[:1] == (codes.HOST,) or not words.isdisjoint(right)


def _bringing(rule: Tried, result: Tokens) -> Applied | None:
    """The call of a ruleset, made by the rule, whose result is or holds this one."""
    for step in rule.inner:
        if isinstance(step, Applied) and step.after is not None and any(True for _ in fired(step.inner)):
            same = _holds(step.after, result) if result else not step.after
            if same and not (result and _holds(rule.before or (), result)):
                return step
    return None


def _holds(tokens: Tokens, part: Tokens) -> bool:
    """Whether one stands in the other as it is."""
    size = len(part)
    return any(tokens[at : at + size] == part for at in range(len(tokens) - size + 1))


def rule_text(rule: CompiledRule) -> str:
    """Where a rule stands and how it reads: `sendmail.cf:12: R$+ → $@ $1`."""
    return f"{rule.position}: R{token_list(rule.left)[1:]} → {token_list(rule.right)[1:]}"
