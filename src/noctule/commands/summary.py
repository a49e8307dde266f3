"""An explanation at a glance: the verdicts, the way, the rules that decided, but not those on the way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from noctule.assembly.explaining import Destination, Explanation, Form, ends_of
from noctule.assembly.reception import Checked
from noctule.base.questions import AnswerKind
from noctule.base.text import BLANKS, ascii_lower
from noctule.commands.branches import (
    Colour,
    asked_text,
    in_words,
    next_hop_text,
    painted,
    titled,
    verdict_colour,
    verdict_text,
)
from noctule.rewrite.explain import Step, decided_by, is_decision, look_ups, rewritten_by, rule_text
from noctule.rewrite.printing import spelled
from noctule.rewrite.results import Accepted

MAX_KEYS = 6  # of those that a map does not have; the tree shows them all
MAX_ENDS = 4  # told in full: of a longer list each end has one line
_WIDTH = 13


@dataclass(frozen=True, slots=True)
class Row:
    """A label, and what stands beside it."""

    label: str
    text: str
    colour: Colour = Colour.PLAIN


def summary(explanation: Explanation, *, silent: frozenset[str], colours: bool) -> Iterator[str]:
    """The lines.  `silent` are maps (in lower case) that keep nothing: what they answer is no news."""
    text, colour, _ = in_words(explanation)
    yield painted(titled(explanation), Colour.BOLD, colours=colours)
    yield painted(text, colour, colours=colours)
    yield from _section("Reception", _reception(explanation.checks, silent), colours)
    yield from _section("Way", _way(explanation.destination, silent), colours)


def _section(title: str, rows: Iterator[Row], colours: bool) -> Iterator[str]:
    yield ""
    yield painted(title, Colour.BOLD, colours=colours)
    for row in rows:
        yield painted(f"  {row.label:<{_WIDTH}}{row.text}".rstrip(BLANKS), row.colour, colours=colours)


def _reception(checks: Sequence[Checked], silent: frozenset[str]) -> Iterator[Row]:
    for checked in checks:
        yield Row(checked.ruleset, verdict_text(checked), verdict_colour(checked.verdict))
        yield from _decision(checked.steps, accepted=isinstance(checked.verdict, Accepted))
        yield from _looked_up(checked.steps, silent)


def _decision(steps: Sequence[Step], *, accepted: bool = False) -> Iterator[Row]:
    if (rule := decided_by(steps)) is None:
        return
    if accepted and not is_decision(rule):
        yield Row("", "no rule refuses it")
    else:
        yield Row("", f"by {rule_text(rule.rule)}")


def _looked_up(steps: Sequence[Step], silent: frozenset[str]) -> Iterator[Row]:
    """Answers one by one; keys that were not there together."""
    absent: dict[str, dict[str, None]] = {}
    for asked in look_ups(steps):
        name = asked.question.map
        if ascii_lower(name) in silent:
            continue
        if asked.answer.kind is AnswerKind.NOT_FOUND:
            absent.setdefault(name, {})[spelled(asked.question.key)] = None
        else:
            bad = asked.answer.kind is not AnswerKind.FOUND
            yield Row("", asked_text(asked), Colour.BAD if bad else Colour.PLAIN)
    for name, keys in absent.items():
        more = f" and {len(keys) - MAX_KEYS} more" if len(keys) > MAX_KEYS else ""
        yield Row("", f"{name} has no {', '.join(list(keys)[:MAX_KEYS])}{more}")


def _way(top: Destination, silent: frozenset[str]) -> Iterator[Row]:
    short = sum(1 for _ in ends_of(top)) > MAX_ENDS
    yield from _destination(top, silent, short=short)


def _destination(destination: Destination, silent: frozenset[str], *, short: bool) -> Iterator[Row]:
    where = f" ({destination.where})" if destination.where else ""
    if short and not destination.members:
        yield Row("", f"{destination.address}{where}: {_in_short(destination)}", _colour(destination))
        return
    yield Row("address", f"{spelled(destination.address)}{where}", Colour.BOLD)
    if destination.canonical:
        yield Row("canonical", spelled(destination.canonical))
    yield from _looked_up(destination.steps, silent)
    if destination.refused:
        yield Row("refused", destination.refused, Colour.BAD)
        yield from _decision(destination.steps)
    elif destination.members:
        yield Row("stands for", destination.through)
        for member in destination.members:
            yield from _destination(member, silent, short=short)
    else:
        yield from _end(destination)


def _end(destination: Destination) -> Iterator[Row]:
    triple = destination.triple
    if triple is None:
        return
    host = f", host {triple.host}" if triple.host else ""
    yield Row("mailer", f"{triple.mailer}{host}, user {spelled(triple.user)}")
    yield from _decision(destination.steps)
    if destination.duplicate:
        yield Row("", "reached already: delivered once")
    if (hop := destination.next_hop) is not None:
        text, *others = next_hop_text(hop)
        yield Row("next hop", text, Colour.BAD if hop.problem else Colour.PLAIN)
        yield from (Row("", other) for other in others)
    forms = {form.place: form for form in destination.forms}
    for part in ("envelope", "header"):
        sender, recipient = forms.get(f"{part} sender"), forms.get(f"{part} recipient")
        if sender and recipient:
            yield Row(part, f"from {_form(sender)} to {_form(recipient)}")
            yield from (Row("", f"by {_rule_of(form)}") for form in (sender, recipient) if _rule_of(form))


def _form(form: Form) -> str:
    return f"{spelled(form.after)}{' (a look-up failed for now)' if form.status else ''}"


def _rule_of(form: Form) -> str:
    """What made an address another one."""
    rule = rewritten_by(form.steps) if form.after != form.before else None
    return rule_text(rule.rule) if rule is not None else ""


def _in_short(destination: Destination) -> str:
    if destination.refused:
        return f"refused: {destination.refused}"
    triple = destination.triple
    if triple is None:
        return "no mailer"
    again = " (reached already)" if destination.duplicate else ""
    return " ".join(part for part in (triple.mailer, triple.host, spelled(triple.user)) if part) + again


def _colour(destination: Destination) -> Colour:
    return Colour.BAD if destination.refused else Colour.PLAIN
