"""The rulesets of one configuration, ready to be run, and the results that are remembered.

How an address is rewritten, from the top:

`Engine.run` begins a piece of work, `Engine.apply` rewrites one workspace in it.  A workspace it has seen before has
the same result, if all that this depended on is still the same (`memo`).  Otherwise the `interpreter` applies rule
after rule: the workspace's shape (`shapes`) says which may match, the pattern (`match`) binds `$1`, `$2` ..., the
right side makes the next workspace (`replacement`).  Macros, maps and complaints are the `run`'s; what the reader of
the configuration gave is compiled once (`compile`, `rulesets`).
"""

from collections.abc import Iterable, Sequence

from noctule.base.questions import Lookups
from noctule.rewrite.compile import CompiledRuleset
from noctule.rewrite.interpreter import rewrite
from noctule.rewrite.match import BudgetError
from noctule.rewrite.memo import Memo, Notes, Outcome, Remembered
from noctule.rewrite.rulesets import Rulesets
from noctule.rewrite.run import SOFTWARE, Run, is_temporary
from noctule.rewrite.tokenizer import Tokenizer
from noctule.rewrite.tracing import Complaint, Trace
from noctule.symbols.classes import Classes
from noctule.symbols.macros import Macros
from noctule.symbols.rules import Ruleset


class Engine:
    """Rewrites workspaces with the rulesets of one configuration."""

    def __init__(
        self,
        rulesets: Iterable[Ruleset],
        classes: Classes,
        *,
        tokenizer: Tokenizer | None = None,
        watcher: Trace | None = None,
    ) -> None:
        """`watcher` looks on at every run that has no onlooker of its own."""
        self.tokenizer = tokenizer or Tokenizer()
        self.classes = classes
        self.watcher = watcher
        self._rulesets = Rulesets(rulesets, classes, self.tokenizer)
        self._memo = Memo()
        self._told = Memo()  # with what an onlooker was told

    def find(self, name: str) -> CompiledRuleset | None:
        """The ruleset of that name or number; numbers below 100 always exist, if only as empty ones."""
        return self._rulesets.find(name)

    def run(self, scope: Macros, asks: Lookups, trace: Trace | None = None) -> Run:
        """Begin a piece of work: rulesets applied one after the other under the same macros."""
        return Run(self._rulesets, self.tokenizer, scope, asks, trace or self.watcher)

    def apply(self, run: Run, ruleset: CompiledRuleset, tokens: Sequence[str]) -> Outcome:
        """Rewrite a workspace with one ruleset."""
        key, trace = tuple(tokens), run.trace
        memo = self._memo_for(trace)
        if memo is not None:
            for known in memo.recall(ruleset.number, key, self.classes.generation):
                if _holds(run, known.notes):
                    _repeat(run, known)
                    return known.outcome
        generation = self.classes.generation
        mark = 0 if trace is None else trace.mark()
        notes = run.begin()
        result = _rewritten(run, ruleset, list(tokens))
        outcome = Outcome(tuple(result), run.status)
        run.keep_macros(notes)
        if memo is not None:
            told = "" if trace is None else trace.since(mark)
            memo.keep(ruleset.number, key, Remembered(outcome, notes, generation, told))
        return outcome

    def _memo_for(self, trace: Trace | None) -> Memo | None:
        """Where results are remembered, None for an onlooker who wants to see the work itself."""
        if trace is None:
            return self._memo
        return self._told if trace.repeatable else None


def _rewritten(run: Run, ruleset: CompiledRuleset, tokens: list[str]) -> list[str]:
    try:
        return rewrite(run, ruleset, tokens)
    except BudgetError:
        run.say(Complaint("554 5.3.0", f"rewrite: ruleset {ruleset.title}: too much work", SOFTWARE))
        run.status = SOFTWARE
        return tokens


def _holds(run: Run, notes: Notes) -> bool:
    """Whether everything a remembered result depended on is still the same."""
    get = run.scope.get
    for name, value in notes.macros.items():
        if get(name) != value:
            return False
    asks = run.asks
    stale = [name for name, known in notes.generations.items() if known is None or asks.generation(name) != known]
    return not stale or all(asks.lookup(asked) == answer for asked, answer in notes.questions if asked.map in stale)


def _repeat(run: Run, known: Remembered) -> None:
    """Let a run have everything that a remembered result brought about, too."""
    for question, answer in known.notes.questions:
        if is_temporary(answer):
            run.defer(question)
    run.complaints.extend(known.notes.complaints)
    run.keep_macros(known.notes)
    if run.trace is not None:
        run.trace.again(known.told)
