"""Right-hand sides of rules: the workspace they make of what the left-hand side has bound.

`$1` and `$&x` are filled in first, then maps are asked from left to right.  Calls of rulesets are left to the
interpreter.
"""

from collections.abc import Sequence
from typing import NoReturn

from noctule.base.questions import AnswerKind, Question
from noctule.rewrite.compile import CompiledRule, CompiledRuleset, Deferred, Part
from noctule.rewrite.match import Spans
from noctule.rewrite.run import CONFIG, DATAERR, SOFTWARE, Run
from noctule.rewrite.tokenizer import MAX_TOKENS, Table
from noctule.rewrite.tracing import Complaint
from noctule.rewrite.workspace import dequote, index_of
from noctule.symbols import codes

MAX_DEFAULT = 1021  # characters of a default; what is longer is cut


class AbortError(Exception):
    """The ruleset ends here with a status, and without a result.

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


def fill(parts: Sequence[Part], tokens: list[str], spans: Spans) -> list[str]:
    """A right side of literals and of bindings that are all there."""
    made: list[str] = []
    for part in parts:
        if type(part) is tuple:
            made += part
        elif type(part) is int:
            start, end = spans[part]
            made += tokens[start:end]
    return made


def replace(run: Run, ruleset: CompiledRuleset, rule: CompiledRule, tokens: list[str], spans: Spans) -> list[str]:
    """Any right side with everything filled in, but for calls.  Raises AbortError."""
    try:
        made = _copy(run, ruleset, rule.parts, tokens, spans)
        if len(made) > MAX_TOKENS:
            abort_too_long(run, tokens)
        if codes.MAP_BEGIN in made or codes.HOST_BEGIN in made:
            made = _ask_maps(run, made)
    except _UnscannableError as error:
        raise AbortError(DATAERR, tokens, error.tokens) from None
    return made


def _copy(run: Run, ruleset: CompiledRuleset, parts: Sequence[Part], tokens: list[str], spans: Spans) -> list[str]:
    """The right side with `$1` and `$&x` filled in."""
    made: list[str] = []
    for part in parts:
        if isinstance(part, tuple):
            made += part
        elif isinstance(part, Deferred):
            value = run.macro(part.name, "RHS")
            made += _scan(run, value, Table.EXTERNAL) if value else ()
        elif 0 <= part < len(spans):
            start, end = spans[part]
            made += tokens[start:end]
            if run.trace is not None:
                run.trace.bound(part, tokens[start:end])
        else:
            text = f"rewrite: ruleset {ruleset.title}: replacement ${part + 1} out of bounds"
            run.say(Complaint("554 5.3.5", text, SOFTWARE))
            raise AbortError(CONFIG, tokens)
    return made


def abort_too_long(run: Run, tokens: list[str]) -> NoReturn:
    """The workspace would have too many tokens.  Raises AbortError."""
    run.say(Complaint("554 5.3.0", "rewrite: expansion too long", SOFTWARE))
    raise AbortError(DATAERR, tokens)


def _scan(run: Run, text: str, table: Table) -> tuple[str, ...]:
    scan = run.tokenizer.scan(text, "", table)
    run.say_scan(text, scan)
    if not scan.tokens:
        raise _UnscannableError(scan.given_up)
    return scan.tokens


# -- maps


def _ask_maps(run: Run, tokens: list[str]) -> list[str]:
    """What stands for each `$( ... $)` and `$[ ... $]`, asked from left to right."""
    out: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token == codes.MAP_BEGIN:
            end = index_of(tokens, codes.MAP_END, at)
            if at < end or end < len(tokens):
                name = tokens[at] if at < len(tokens) else ""
                out += _ask_map(run, name, tokens[at + 1 : end])
            at = end + 1
        elif token == codes.HOST_BEGIN:
            end = index_of(tokens, codes.HOST_END, at)
            out += _ask_map(run, "host", tokens[at:end])
            at = end + 1
        else:
            out.append(token)
    if len(out) > MAX_TOKENS:
        abort_too_long(run, tokens)
    return out


def _ask_map(run: Run, name: str, words: list[str]) -> Sequence[str]:
    """What stands for `$( name key $@ args $: default $)`."""
    key, args, default = map_arguments(words)
    join = run.tokenizer.join
    form = run.asks.key_form(name)
    text = join(key, form.blank)
    answer = run.ask(Question(name, text if form.keep_quotes else dequote(text), tuple(map(join, args))))
    if answer.kind is AnswerKind.FOUND:
        return _scan(run, answer.value, Table.EXTERNAL) if answer.value else ()
    if default is None:
        return key
    text = join(default)[:MAX_DEFAULT]
    return _scan(run, text, Table.INTERNAL) if text else ()


def map_arguments(words: Sequence[str]) -> tuple[list[str], list[list[str]], list[str] | None]:
    """Key, `$@` arguments and `$:` default of a look-up."""
    key: list[str] = []
    args: list[list[str]] = []
    default: list[str] | None = None
    current = key
    for word in words:
        if word == codes.HOST:
            current = []
            args.append(current)
        elif word == codes.USER:
            current = default = []
        else:
            current.append(word)
    return key, args, default
