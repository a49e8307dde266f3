"""Running rulesets.

An `Engine` holds the compiled rulesets of one configuration and remembers results.  A `Run` is one piece of work
(an address parsed, a check made): it sees the macros of its scope, asks its `Lookups`, collects complaints, and has
no effect outside itself until `finish` lets the macros it set land in the scope.  That is why a run may be thrown
away at `Waiting` and made again.

The order of work for one application of a rule is Sendmail's: the right side is copied with `$1` and `$&x` filled in,
then maps are asked from left to right, then rulesets are called from right to left, each with everything behind it.
"""

from collections.abc import Iterable, Sequence

from noctule.base.debug import Topic
from noctule.base.questions import Answer, AnswerKind, Lookups, Question
from noctule.rewrite.compile import CompiledRule, CompiledRuleset, Deferred, Part, compile_ruleset
from noctule.rewrite.match import BudgetError, Spans
from noctule.rewrite.memo import Memo, Notes, Outcome, Remembered
from noctule.rewrite.shapes import SYMBOLIC, Shape
from noctule.rewrite.tokenizer import MAX_TOKENS, Scan, Table, Tokenizer
from noctule.rewrite.tracing import Complaint, Trace
from noctule.rewrite.workspace import dequote, filled, index_of, lower, map_arguments
from noctule.symbols import codes
from noctule.symbols.classes import Classes
from noctule.symbols.expand import as_bytes, disarmed
from noctule.symbols.macros import Macros
from noctule.symbols.rules import Ruleset

MAX_LOOPS = 100
MAX_DEPTH = 50
MAX_CALLS = 15
MAX_DEFAULT = 1021  # characters of a default; what is longer is cut
BUDGET = 1_000_000  # steps of matching that one run may take
RULE_COST = 200  # steps that the application of a rule counts for
DATAERR, SOFTWARE, TEMPFAIL, CONFIG = 65, 70, 75, 78
_NOWHERE = (0, 0)
_MAILER = codes.MAILER


class _BrokenError(Exception):
    """The ruleset ends here and has no result to speak of.

    `tokens` stand in its place; `outermost` do where no other ruleset has called this one.
    """

    def __init__(self, status: int, tokens: list[str], outermost: Sequence[str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.tokens = tokens
        self.outermost = tokens if outermost is None else list(outermost)


class _UnscannableError(Exception):
    """A text in the rule is no address; `tokens` were found in it before that was clear."""

    def __init__(self, tokens: Sequence[str]) -> None:
        super().__init__()
        self.tokens = tokens


class Engine:
    """The rulesets of one configuration, compiled."""

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
        self._by_name: dict[str, CompiledRuleset] = {}
        self._by_number: dict[int, CompiledRuleset] = {}
        self.watcher = watcher
        self.memo = Memo()
        self._told = Memo()  # with what an onlooker was told
        for source in rulesets:
            compiled = compile_ruleset(source, classes, self.tokenizer)
            self._by_number[source.number] = compiled
            if source.name:
                self._by_name[source.name] = compiled

    def find(self, name: str) -> CompiledRuleset | None:
        """The ruleset of that name or number; numbers below 100 always exist, if only as empty ones."""
        found = self._by_name.get(name)
        if found is not None:
            return found
        digits = leading_digits(name)
        if not digits or len(digits) > 2:
            return None
        number = int(digits)
        found = self._by_number.setdefault(number, CompiledRuleset("", number))
        if digits == name:
            self._by_name[name] = found
        return found

    def memo_for(self, trace: Trace | None) -> Memo | None:
        """Where results are remembered, None for an onlooker who wants to see the work itself."""
        if trace is None:
            return self.memo
        return self._told if trace.repeatable else None

    def run(self, scope: Macros, asks: Lookups, trace: Trace | None = None) -> "Run":
        """Begin a piece of work."""
        return Run(self, scope, asks, trace or self.watcher)


def leading_digits(name: str) -> str:
    """The number a ruleset reference such as `3` begins with, "" if it begins with none."""
    end = 0
    while end < len(name) and name[end] in "0123456789":
        end += 1
    return name[:end]


class Run:
    """One piece of work: rulesets applied one after the other under the same macros."""

    __slots__ = (
        "_engine", "_failures", "_notes", "_overlay", "_scan", "_status",
        "asks", "budget", "complaints", "deferral", "scope", "trace",
    )  # fmt: skip

    def __init__(self, engine: Engine, scope: Macros, asks: Lookups, trace: Trace | None = None) -> None:
        self.asks = asks
        self.trace = trace
        self.budget = BUDGET
        self.complaints: list[Complaint] = []
        self.deferral = ""  # what the first temporary failure was, as mailq shows it
        self._engine = engine
        self._overlay = scope.child()  # what maps set
        self.scope = self._overlay.child()  # what only this run sees, over it
        self._scan = engine.tokenizer.scan
        self._notes = Notes()
        self._status = 0
        self._failures = 0  # other than temporary ones
        if trace is not None:
            trace.began()

    def finish(self) -> None:
        """Let the macros set by maps land in the scope the run began with."""
        parent = self._overlay.parent
        assert parent is not None
        for name, value in self._overlay.own().items():
            parent.set(name, value)
        if self.trace is not None:
            self.trace.ended()

    def tell(self, topic: Topic, level: int, line: str) -> None:
        """A line for a debug level."""
        if self.trace is not None:
            self.trace.tell(topic, level, line)

    def define(self, name: str, value: str | None) -> None:
        """Set a macro that only this run sees."""
        if self.trace is not None:
            self.trace.defining(self.scope, name, value)
        self.scope.set(name, value)

    def say(self, complaint: Complaint) -> None:
        """Note something to be told to whoever gave the address."""
        self.complaints.append(complaint)
        self._notes.complaints.append(complaint)
        if self.trace is not None:
            self.trace.complained(complaint)

    def apply(self, ruleset: CompiledRuleset, tokens: Sequence[str]) -> Outcome:
        """Rewrite a workspace with one ruleset."""
        key = tuple(tokens)
        trace, generation = self.trace, self._engine.classes.generation
        memo = self._engine.memo_for(trace)
        if memo is not None:
            for known in memo.recall(ruleset.number, key, generation):
                if self._holds(known.notes):
                    self._replay(known.notes)
                    if trace is not None:
                        trace.again(known.told)
                    return known.outcome
        mark = 0 if trace is None else trace.mark()
        self._notes = notes = Notes()
        self._status = 0
        try:
            result = self._ruleset(ruleset, list(tokens), 0)
        except BudgetError:
            self.say(Complaint("554 5.3.0", f"rewrite: ruleset {ruleset.title}: too much work", SOFTWARE))
            self._status = SOFTWARE
            result = list(tokens)
        outcome = Outcome(tuple(result), self._status)
        for name, value in notes.sets.items():
            self._overlay.set(name, value)
        if memo is not None:
            told = "" if trace is None else trace.since(mark)
            memo.keep(ruleset.number, key, Remembered(outcome, notes, generation, told))
        return outcome

    # -- results used again

    def _holds(self, notes: Notes) -> bool:
        """Whether everything a remembered result depended on is still the same."""
        get = self.scope.get
        for name, value in notes.macros.items():
            if get(name) != value:
                return False
        asks = self.asks
        stale = [name for name, known in notes.generations.items() if known is None or asks.generation(name) != known]
        return not stale or all(asks.lookup(asked) == answer for asked, answer in notes.questions if asked.map in stale)

    def _replay(self, notes: Notes) -> None:
        for question, answer in notes.questions:
            if _is_temporary(answer):
                self._defer(question)
        self.complaints.extend(notes.complaints)
        for name, value in notes.sets.items():
            self._overlay.set(name, value)

    # -- macros

    def _macro(self, name: str) -> str | None:
        notes = self._notes
        if name in notes.sets:
            return notes.sets[name]
        value = self.scope.get(name)
        notes.macros[name] = value
        return value

    def left_macro(self, name: str) -> str | None:
        """The value of `$&x` on a left side."""
        return self._value("LHS", name)

    def _value(self, side: str, name: str) -> str | None:
        """What stands for `$&x`: codes in a macro's value are ordinary text to rules."""
        value = self._macro(name)
        if value:
            value = disarmed(value)
        if self.trace is not None:
            self.trace.deferred(side, name, value)
        return value

    # -- one ruleset

    def _fail(self, status: int) -> None:
        if status != TEMPFAIL:
            self._failures += 1
        if not self._status or status == TEMPFAIL:
            self._status = status

    def _ruleset(self, ruleset: CompiledRuleset, tokens: list[str], depth: int) -> list[str]:
        trace = self.trace
        if trace is not None:
            trace.entering(ruleset, tokens)
        if depth > MAX_DEPTH:
            text = f"rewrite: excessive recursion (max {MAX_DEPTH}), ruleset {ruleset.title}"
            self.say(Complaint("554", text, SOFTWARE))
            self._fail(CONFIG)
            if trace is not None:
                trace.broken(ruleset, tokens)
            return tokens
        try:
            tokens = self._rules(ruleset, tokens, depth)
        except _BrokenError as broken:
            self._fail(broken.status)
            if trace is not None:
                trace.broken(ruleset, broken.tokens)
            return broken.tokens if depth else broken.outermost
        except BudgetError:
            if trace is not None:
                trace.broken(ruleset, tokens)
            raise
        if trace is not None:
            trace.leaving(ruleset, tokens)
        return tokens

    def _rules(self, ruleset: CompiledRuleset, tokens: list[str], depth: int) -> list[str]:
        rules, shapes, trace = ruleset.rules, ruleset.shapes, self.trace
        if tokens and tokens[0] == _MAILER:
            return tokens
        low = lower(tokens)
        every_rule = trace is not None and trace.every_rule
        shape = shapes.every_rule if every_rule else shapes.of(low)
        at = applied = 0
        while True:
            matched = shape.candidate(at, self)
            spans = shape.spans[matched]
            if spans is None:
                matched, spans = self._match(rules, shape, matched, low)
            if spans is None:
                return tokens
            applied = applied + 1 if matched == at else 1
            at, rule = matched, rules[matched]
            if applied > MAX_LOOPS:
                self._looping(ruleset, rule, tokens)
                return tokens
            tokens, low = self._apply_rule(ruleset, rule, tokens, low, spans, depth)
            if rule.returns or (tokens and tokens[0] == _MAILER):
                return tokens
            if not every_rule:
                shape = shape.after[at] or shape.follow(at, rule.plain, shapes, low)
            if rule.once:
                at, applied = at + 1, 0

    def _match(self, rules: Sequence[CompiledRule], shape: Shape, at: int, low: list[str]) -> tuple[int, Spans | None]:
        """The first rule from `at` on that matches, and what it binds; None when there is none."""
        trace = self.trace
        onlooker = trace if trace is not None and trace.every_rule else None
        while at < len(rules):
            rule, spans = rules[at], shape.spans[at]
            if onlooker is not None:
                onlooker.trying(rule)
            if spans is not None:
                return at, spans
            spans = [_NOWHERE] * rule.bindings
            if rule.matches(low, 0, spans, self):
                return at, spans
            if onlooker is not None:
                onlooker.failed(rule)
            at = shape.candidate(at + 1, self)
        return at, None

    def _looping(self, ruleset: CompiledRuleset, rule: CompiledRule, tokens: list[str]) -> None:
        self.say(Complaint("554 5.3.5", f"Infinite loop in ruleset {ruleset.title}, rule {rule.number}", SOFTWARE))
        if self.trace is not None:
            self.trace.looping(tokens)

    def _apply_rule(
        self,
        ruleset: CompiledRuleset,
        rule: CompiledRule,
        tokens: list[str],
        low: list[str],
        spans: Spans,
        depth: int,
    ) -> tuple[list[str], list[str]]:
        """The workspace after a rule, as it is and in lower case."""
        trace = self.trace
        if trace is not None:
            trace.matched(rule, tokens, spans)
        self.budget -= RULE_COST
        if self.budget < 0:
            raise BudgetError
        plain = rule.plain and SYMBOLIC.isdisjoint(tokens)
        if plain and (trace is None or not trace.every_rule):
            made = filled(rule.parts, tokens, spans)
            if len(made) > MAX_TOKENS:
                self._too_long(tokens)
        else:
            try:
                made = self._made(ruleset, rule.parts, tokens, spans)
            except _UnscannableError as error:
                raise _BrokenError(DATAERR, tokens, error.tokens) from None
            made = self._calls(made, depth)
        if rule.returns:
            low = made  # which nobody looks at
        elif not plain:
            low = lower(made)
        else:
            low = made if tokens is low and rule.is_low else filled(rule.low_parts, low, spans)
        if trace is not None:
            trace.rewritten(made)
        return made, low

    def _made(self, ruleset: CompiledRuleset, parts: Sequence[Part], tokens: list[str], spans: Spans) -> list[str]:
        """The right side with everything filled in, but for calls."""
        made = self._copied(ruleset, parts, tokens, spans)
        if len(made) > MAX_TOKENS:
            self._too_long(tokens)
        return self._maps(made)

    def _too_long(self, tokens: list[str]) -> None:
        self.say(Complaint("554 5.3.0", "rewrite: expansion too long", SOFTWARE))
        raise _BrokenError(DATAERR, tokens)

    def _copied(self, ruleset: CompiledRuleset, parts: Sequence[Part], tokens: list[str], spans: Spans) -> list[str]:
        """The right side with `$1` and `$&x` filled in."""
        made: list[str] = []
        for part in parts:
            if isinstance(part, tuple):
                made += part
            elif isinstance(part, Deferred):
                made += self._deferred(part.name)
            elif 0 <= part < len(spans):
                start, end = spans[part]
                made += tokens[start:end]
                if self.trace is not None:
                    self.trace.bound(part, tokens[start:end])
            else:
                text = f"rewrite: ruleset {ruleset.title}: replacement ${part + 1} out of bounds"
                self.say(Complaint("554 5.3.5", text, SOFTWARE))
                raise _BrokenError(CONFIG, tokens)
        return made

    def _deferred(self, name: str) -> tuple[str, ...]:
        """The tokens of a macro's present value."""
        value = self._value("RHS", name)
        return self._scanned(value, Table.EXTERNAL) if value else ()

    def _scanned(self, text: str, table: Table) -> tuple[str, ...]:
        scan = self._scan(text, "", table)
        self.say_scan(text, scan)
        if not scan.tokens:
            raise _UnscannableError(scan.given_up)
        return scan.tokens

    def say_scan(self, text: str, scan: Scan) -> None:
        """Tell that a text was scanned, and pass on what the tokenizer had to complain about."""
        trace = self.trace
        if trace is not None:
            trace.scanning(text)
        for code, words in scan.complaints:
            self.say(Complaint(code, words, repaired=True))
        if trace is not None:
            trace.scanned(scan.tokens)

    # -- maps

    def _maps(self, tokens: list[str]) -> list[str]:
        """Ask every map, from left to right."""
        if codes.MAP_BEGIN not in tokens and codes.HOST_BEGIN not in tokens:
            return tokens
        out: list[str] = []
        at = 0
        while at < len(tokens):
            token = tokens[at]
            at += 1
            if token == codes.MAP_BEGIN:
                end = index_of(tokens, codes.MAP_END, at)
                if at < end or end < len(tokens):
                    name = tokens[at] if at < len(tokens) else ""
                    out += self._map(name, tokens[at + 1 : end])
                at = end + 1
            elif token == codes.HOST_BEGIN:
                end = index_of(tokens, codes.HOST_END, at)
                out += self._map("host", tokens[at:end])
                at = end + 1
            else:
                out.append(token)
        if len(out) > MAX_TOKENS:
            self._too_long(tokens)
        return out

    def _map(self, name: str, words: list[str]) -> Sequence[str]:
        """What stands for `$( name key $@ args $: default $)`."""
        key, args, default = map_arguments(words)
        join = self._engine.tokenizer.join
        form = self.asks.key_form(name)
        text = join(key, form.blank)
        question = Question(name, text if form.keep_quotes else dequote(text), tuple(map(join, args)))
        answer = self._ask(question)
        if answer.kind is AnswerKind.FOUND:
            return self._scanned(answer.value, Table.EXTERNAL) if answer.value else ()
        if default is None:
            return key
        text = join(default)[:MAX_DEFAULT]
        return self._scanned(text, Table.INTERNAL) if text else ()

    def _ask(self, question: Question) -> Answer:
        notes = self._notes
        notes.generations.setdefault(question.map, self.asks.generation(question.map))
        answer = self.asks.lookup(question)
        notes.questions.append((question, answer))
        for name, value in answer.sets:
            notes.sets[name] = value
        if self.trace is not None:
            self.trace.asked(question, answer)
        if answer.kind is AnswerKind.NO_SUCH_MAP:
            name = as_bytes(question.map)
            self.say(Complaint("554 5.3.0", f"rewrite: map {name} not found", SOFTWARE))
        elif _is_temporary(answer):
            self._fail(TEMPFAIL)
            self._defer(question)
        return answer

    def _defer(self, question: Question) -> None:
        if not self.deferral:
            self.deferral = f"{question.map} map: lookup ({question.key}): deferred"

    # -- calls

    def _calls(self, tokens: list[str], depth: int) -> list[str]:
        """Call every ruleset named behind `$>`, from right to left, each with all that follows.

        A call that comes to grief ends this: those to its left stay in the workspace as they are.
        """
        calls = tokens.count(codes.CALL)
        if not calls:
            return tokens
        if calls == 1 and tokens[0] == codes.CALL and len(tokens) > 1:  # what nearly every call looks like
            only = self._engine.find(tokens[1])
            if only is not None and only.rules:
                return self._ruleset(only, tokens[2:], depth + 1)
        places = self._places(tokens)
        if places is None:
            return tokens
        if len(places) > MAX_CALLS:
            self.say(Complaint("554 5.3.0", f"Too many subroutine calls ({MAX_CALLS + 1} max)", SOFTWARE))
            self._fail(CONFIG)
            return tokens
        failures = self._failures
        for at, ruleset in reversed(places):
            tokens[at:] = self._ruleset(ruleset, tokens[at + 2 :], depth + 1)
            if self._failures != failures:
                break
        return tokens

    def _places(self, tokens: list[str]) -> list[tuple[int, CompiledRuleset]] | None:
        """Where calls stand and whom they call; None after an unknown name.

        Calls of empty rulesets are taken out.  As in Sendmail, a call directly behind such a one is overlooked.
        """
        places: list[tuple[int, CompiledRuleset]] = []
        at = 0
        for _ in range(tokens.count(codes.CALL)):
            at = index_of(tokens, codes.CALL, at)
            if at >= len(tokens) - 1:
                break
            name = dequote(tokens[at + 1])
            ruleset = self._engine.find(name)
            if ruleset is None:
                self._unknown(name)
                return None
            if ruleset.rules:
                places.append((at, ruleset))
            else:
                if self.trace is not None:
                    self.trace.skipped(ruleset)
                del tokens[at : at + 2]
            at += 1
        return places

    def _unknown(self, name: str) -> None:
        if not name[:1].isalnum():
            self.say(Complaint("554 5.3.5", f'invalid ruleset name: "{as_bytes(name)}"', SOFTWARE))
        self.say(Complaint("554 5.3.5", f"Unknown ruleset {as_bytes(name)}", SOFTWARE))
        self._fail(CONFIG)


def _is_temporary(answer: Answer) -> bool:
    """With -T a map gives something to go on with, and the failure counts all the same."""
    found = answer.kind is AnswerKind.FOUND and answer.status == TEMPFAIL
    return found or answer.kind is AnswerKind.TEMPORARY
