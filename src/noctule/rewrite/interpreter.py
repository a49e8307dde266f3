"""Rulesets at work: which rule matches, what it makes of the workspace, and whom it calls.

The order of work for one application of a rule is Sendmail's: the right side is copied with `$1` and `$&x` filled in,
then maps are asked from left to right (both in `rewrite.replacement`), then rulesets are called from right to left,
each with everything behind it.

Beside the workspace goes `low`, the same in lower case, because that is what patterns are matched against; and its
`Shape`, which knows the rules that may match at all.
"""

from collections.abc import Sequence

from noctule.rewrite.compile import CompiledRule, CompiledRuleset
from noctule.rewrite.match import BudgetError, Spans
from noctule.rewrite.replacement import AbortError, abort_too_long, fill, replace
from noctule.rewrite.run import CONFIG, SOFTWARE, Run
from noctule.rewrite.shapes import SYMBOLIC, Shape
from noctule.rewrite.tokenizer import MAX_TOKENS
from noctule.rewrite.tracing import Complaint
from noctule.rewrite.workspace import dequote, index_of, lower
from noctule.symbols import codes
from noctule.symbols.expand import as_bytes

MAX_LOOPS = 100
MAX_DEPTH = 50
MAX_CALLS = 15
RULE_COST = 200  # steps of the budget that the application of a rule counts for
_NOWHERE = (0, 0)
_MAILER = codes.MAILER


def rewrite(run: Run, ruleset: CompiledRuleset, tokens: list[str], depth: int = 0) -> list[str]:
    """The workspace a ruleset makes of this one; `depth` counts the rulesets that have called it.

    Raises BudgetError.
    """
    trace = run.trace
    if trace is not None:
        trace.entering(ruleset, tokens)
    if depth > MAX_DEPTH:
        text = f"rewrite: excessive recursion (max {MAX_DEPTH}), ruleset {ruleset.title}"
        run.say(Complaint("554", text, SOFTWARE))
        run.fail(CONFIG)
        if trace is not None:
            trace.broken(ruleset, tokens)
        return tokens
    try:
        tokens = _apply_rules(run, ruleset, tokens, depth)
    except AbortError as abort:
        run.fail(abort.status)
        if trace is not None:
            trace.broken(ruleset, abort.tokens)
        return abort.tokens if depth else abort.outermost
    except BudgetError:
        if trace is not None:
            trace.broken(ruleset, tokens)
        raise
    if trace is not None:
        trace.leaving(ruleset, tokens)
    return tokens


def _apply_rules(run: Run, ruleset: CompiledRuleset, tokens: list[str], depth: int) -> list[str]:
    rules, shapes, trace = ruleset.rules, ruleset.shapes, run.trace
    if tokens and tokens[0] == _MAILER:
        return tokens
    low = lower(tokens)
    every_rule = trace is not None and trace.every_rule
    shape = shapes.every_rule if every_rule else shapes.of(low)
    at = applied = 0
    while True:
        matched = shape.candidate(at, run)
        spans = shape.spans[matched]
        if spans is None:
            matched, spans = _match(run, rules, shape, matched, low)
        if spans is None:
            return tokens
        applied = applied + 1 if matched == at else 1
        at, rule = matched, rules[matched]
        if applied > MAX_LOOPS:
            _complain_of_loop(run, ruleset, rule, tokens)
            return tokens
        tokens, low = _apply_rule(run, ruleset, rule, tokens, low, spans, depth)
        if rule.returns or (tokens and tokens[0] == _MAILER):
            return tokens
        if not every_rule:
            shape = shape.after[at] or shape.follow(at, rule.plain, shapes, low)
        if rule.once:
            at, applied = at + 1, 0


def _match(run: Run, rules: Sequence[CompiledRule], shape: Shape, at: int, low: list[str]) -> tuple[int, Spans | None]:
    """The first rule from `at` on that matches, and what it binds; None when there is none."""
    onlooker = run.trace if run.trace is not None and run.trace.every_rule else None
    while at < len(rules):
        rule, spans = rules[at], shape.spans[at]
        if onlooker is not None:
            onlooker.trying(rule)
        if spans is not None:
            return at, spans
        spans = [_NOWHERE] * rule.bindings
        if rule.matches(low, 0, spans, run):
            return at, spans
        if onlooker is not None:
            onlooker.failed(rule)
        at = shape.candidate(at + 1, run)
    return at, None


def _complain_of_loop(run: Run, ruleset: CompiledRuleset, rule: CompiledRule, tokens: list[str]) -> None:
    run.say(Complaint("554 5.3.5", f"Infinite loop in ruleset {ruleset.title}, rule {rule.number}", SOFTWARE))
    if run.trace is not None:
        run.trace.looping(tokens)


def _apply_rule(
    run: Run,
    ruleset: CompiledRuleset,
    rule: CompiledRule,
    tokens: list[str],
    low: list[str],
    spans: Spans,
    depth: int,
) -> tuple[list[str], list[str]]:
    """The workspace after a rule, as it is and in lower case."""
    trace = run.trace
    if trace is not None:
        trace.matched(rule, tokens, spans)
    run.budget -= RULE_COST
    if run.budget < 0:
        raise BudgetError
    plain = rule.plain and SYMBOLIC.isdisjoint(tokens)
    if plain and (trace is None or not trace.every_rule):
        made = fill(rule.parts, tokens, spans)
        if len(made) > MAX_TOKENS:
            abort_too_long(run, tokens)
    else:
        made = _call(run, replace(run, ruleset, rule, tokens, spans), depth)
    if rule.returns:
        low = made  # which nobody looks at
    elif not plain:
        low = lower(made)
    else:
        low = made if tokens is low and rule.is_low else fill(rule.low_parts, low, spans)
    if trace is not None:
        trace.rewritten(made)
    return made, low


# -- calls


def _call(run: Run, tokens: list[str], depth: int) -> list[str]:
    """Call every ruleset named behind `$>`, from right to left, each with all that follows.

    A call that comes to grief ends this: those to its left stay in the workspace as they are.
    """
    calls = tokens.count(codes.CALL)
    if not calls:
        return tokens
    if calls == 1 and tokens[0] == codes.CALL and len(tokens) > 1:  # what nearly every call looks like
        only = run.rulesets.find(tokens[1])
        if only is not None and only.rules:
            return rewrite(run, only, tokens[2:], depth + 1)
    places = _calls(run, tokens)
    if places is None:
        return tokens
    if len(places) > MAX_CALLS:
        run.say(Complaint("554 5.3.0", f"Too many subroutine calls ({MAX_CALLS + 1} max)", SOFTWARE))
        run.fail(CONFIG)
        return tokens
    failures = run.failures
    for at, ruleset in reversed(places):
        tokens[at:] = rewrite(run, ruleset, tokens[at + 2 :], depth + 1)
        if run.failures != failures:
            break
    return tokens


def _calls(run: Run, tokens: list[str]) -> list[tuple[int, CompiledRuleset]] | None:
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
        ruleset = run.rulesets.find(name)
        if ruleset is None:
            _complain_of_name(run, name)
            return None
        if ruleset.rules:
            places.append((at, ruleset))
        else:
            if run.trace is not None:
                run.trace.skipped(ruleset)
            del tokens[at : at + 2]
        at += 1
    return places


def _complain_of_name(run: Run, name: str) -> None:
    if not name[:1].isalnum():
        run.say(Complaint("554 5.3.5", f'invalid ruleset name: "{as_bytes(name)}"', SOFTWARE))
    run.say(Complaint("554 5.3.5", f"Unknown ruleset {as_bytes(name)}", SOFTWARE))
    run.fail(CONFIG)
