"""Trees on a terminal: explanations of addresses, drawn with lines."""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from noctule.assembly.explaining import Destination, Explanation, Form, ends_of
from noctule.assembly.nexthop import NextHop, Server
from noctule.assembly.reception import Checked
from noctule.base.questions import Answer, AnswerKind
from noctule.base.text import ascii_lower, from_bytes, to_bytes
from noctule.rewrite.explain import Applied, Asked, Looked, Skipped, Step, Tried, decided_by, look_ups, rule_text
from noctule.rewrite.printing import spelled, token_list
from noctule.rewrite.results import Accepted, Discarded, Quarantined, Rejected, Verdict

MAX_ENDS = 4  # named in the sentence that tells what it comes to
_LINES = {True: ("├─ ", "│  ", "└─ ", "   "), False: ("|- ", "|  ", "`- ", "   ")}
_BYTES = re.compile("[\x80-\xff]+")


def byte_text(argument: str) -> str:
    """A word of the command line as byte text."""
    return from_bytes(os.fsencode(argument))


def can_print(text: str) -> bool:
    """Whether standard output has these characters."""
    with suppress(UnicodeEncodeError):
        text.encode(sys.stdout.encoding)
        return True
    return False


def decoded(text: str) -> str:
    """Byte text with what is UTF-8 in it decoded."""
    return _BYTES.sub(lambda found: to_bytes(found[0]).decode("utf-8", "replace"), text)


def say(text: str) -> None:
    """Print byte text; what standard output cannot show is escaped."""
    shown = decoded(text)
    if not can_print("→"):
        shown = shown.replace("→", "->")
    encoding = sys.stdout.encoding
    print(shown.encode(encoding, "backslashreplace").decode(encoding))


class Colour(StrEnum):
    """Sequences of ISO 6429."""

    PLAIN = ""
    BOLD = "\x1b[1m"
    GOOD = "\x1b[32m"
    BAD = "\x1b[31m"
    FAINT = "\x1b[2m"


@dataclass(slots=True)
class Branch:
    """A node of the drawing; its text may have several lines."""

    text: str
    colour: Colour = Colour.PLAIN
    branches: "list[Branch]" = field(default_factory=list)


def draw(branch: Branch, *, colours: bool, boxes: bool) -> Iterator[str]:
    """The lines, without line ends.  `boxes`: drawn with box characters, otherwise in ASCII."""
    yield from _paint(branch, colours)
    yield from _below(branch, "", colours, _LINES[boxes])


def _below(branch: Branch, before: str, colours: bool, lines: Sequence[str]) -> Iterator[str]:
    tee, bar, corner, blank = lines
    for number, below in enumerate(branch.branches, 1):
        last = number == len(branch.branches)
        inner = before + (blank if last else bar)
        for at, text in enumerate(_paint(below, colours)):
            yield (inner if at else before + (corner if last else tee)) + text
        yield from _below(below, inner, colours, lines)


def _paint(branch: Branch, colours: bool) -> Iterator[str]:
    for line in branch.text.split("\n"):
        yield painted(line, branch.colour, colours=colours)


def painted(text: str, colour: Colour, *, colours: bool) -> str:
    """A line in its colour, if colours are wanted."""
    return f"{colour}{text}\x1b[0m" if colours and colour else text


# -- explanations


def of_explanation(explanation: Explanation, *, all_rules: bool) -> Branch:
    """The whole tree.  `all_rules`: those that did not match, too."""
    top = Branch(titled(explanation), Colour.BOLD)
    text, colour, rule = in_words(explanation)
    top.branches.append(Branch(f"{text}, by the rule at {rule}" if rule else text, colour))
    reception = Branch("reception")
    reception.branches += [_of_check(checked, all_rules) for checked in explanation.checks]
    top.branches += [reception, _of_destination(explanation.destination, all_rules)]
    return top


def titled(explanation: Explanation) -> str:
    """What was asked."""
    auth = f", authenticated as {explanation.auth}" if explanation.auth else ""
    return f"{explanation.address}, from {explanation.sender} at {explanation.client}{auth}"


def in_words(explanation: Explanation) -> tuple[str, Colour, str]:
    """What it comes to in a sentence, with the place of the rule that refused, if one did."""
    for checked in explanation.checks:
        if checked.reply is not None:
            rule = decided_by(checked.steps)
            refused = "refused for now" if checked.reply.code < 500 else "refused"
            place = str(rule.rule.position) if rule is not None else ""
            return f"mail is {refused} at {checked.ruleset}: {checked.reply}", Colour.BAD, place
    if (trouble := explanation.trouble) is not None:
        fate = "waits in the queue" if trouble.temporary else "comes back"
        return f"mail is accepted, but {fate}: {trouble.reason}", Colour.BAD, ""
    ends = list(dict.fromkeys(map(_end, ends_of(explanation.destination))))
    more = f"; and {len(ends) - MAX_ENDS} more" if len(ends) > MAX_ENDS else ""
    return f"mail is accepted and goes to {'; '.join(ends[:MAX_ENDS])}{more}", Colour.GOOD, ""


def verdict_text(checked: Checked) -> str:
    """A verdict as people read it."""
    if not checked.defined:
        return "not defined, accepts"
    match checked.verdict:
        case Discarded():
            return "accepts and discards"
        case Quarantined(reason):
            return f"accepts and quarantines: {reason}"
        case Accepted():
            return "accepts"
        case _:
            for_now = " for now" if checked.reply is not None and checked.reply.code < 500 else ""
            return f"refuses{for_now}: {checked.reply}"


def verdict_colour(verdict: Verdict) -> Colour:
    """Red for a refusal."""
    return Colour.BAD if isinstance(verdict, Rejected) else Colour.GOOD


def _of_check(checked: Checked, all_rules: bool) -> Branch:
    arguments = " $| ".join(map(spelled, checked.arguments))
    branch = Branch(f"{checked.ruleset} {arguments}: {verdict_text(checked)}", verdict_colour(checked.verdict))
    branch.branches += _facts(checked.steps)
    branch.branches += _of_steps(checked.steps, all_rules)
    return branch


def _facts(steps: Sequence[Step]) -> Iterator[Branch]:
    """What decided, and what was looked up on the way there."""
    if (rule := decided_by(steps)) is not None:
        yield Branch(f"decided by {rule_text(rule.rule)}", Colour.BOLD)
    for asked in look_ups(steps):
        yield Branch(f"looked up {asked_text(asked)}")


def _of_destination(destination: Destination, all_rules: bool) -> Branch:
    where = f"{destination.where}: " if destination.where else ""
    branch = Branch(f"{where}{destination.address}: {_end(destination)}", Colour.BOLD)
    if destination.refused:
        branch.colour = Colour.BAD
    if destination.canonical:
        branch.branches.append(Branch(f"canonical form {spelled(destination.canonical)}"))
    branch.branches += _facts(destination.steps)
    if (hop := destination.next_hop) is not None:
        text = "\n".join(next_hop_text(hop))
        branch.branches.append(Branch(f"next hop {text}", Colour.BAD if hop.problem else Colour.PLAIN))
    branch.branches += (_of_form(form, all_rules) for form in destination.forms)
    rules = Branch("rules")
    rules.branches += _of_steps(destination.steps, all_rules)
    if rules.branches:
        branch.branches.append(rules)
    branch.branches += (_of_destination(member, all_rules) for member in destination.members)
    return branch


def _end(destination: Destination) -> str:
    if destination.refused:
        return f"nowhere: {destination.refused}"
    if destination.members:
        return destination.through
    triple = destination.triple
    host = f", host {triple.host}" if triple and triple.host else ""
    end = f"mailer {triple.mailer}{host}, user {spelled(triple.user)}" if triple else "no mailer"
    return f"{end} (reached already)" if destination.duplicate else end


def next_hop_text(hop: NextHop) -> list[str]:
    """Why mail goes nowhere, if it does, then the servers in the order they are tried, each on a line of its own."""
    fate = "mail waits in the queue" if hop.temporary else "mail comes back"
    problem = [f"{fate}: {hop.problem}"] if hop.problem else []
    return [*problem, *([f"socket {hop.socket}"] if hop.socket else map(_of_server, hop.servers))]


def _of_server(server: Server) -> str:
    rank = "" if server.preference is None else f" (MX {server.preference})"
    literal = server.name.startswith("[")
    addresses = "".join(f" [{address}]" for address in server.addresses if not literal)
    problem = f": {server.problem}" if server.problem else ""
    return f"{server.name.rstrip('.')}{rank}{addresses}{problem}"


def _of_form(form: Form, all_rules: bool) -> Branch:
    problem = " (a look-up failed for now)" if form.status else ""
    branch = Branch(f"{form.place}: {spelled(form.before)} → {spelled(form.after)}{problem}")
    branch.branches += _of_steps(form.steps, all_rules)
    return branch


def _of_steps(steps: Iterable[Step], all_rules: bool) -> Iterator[Branch]:
    for step in steps:
        match step:
            case Applied(ruleset, before):
                after = "" if step.after is None else token_list(step.after)
                problem = " (came to grief)" if step.broken or step.after is None else ""
                text = f"ruleset {ruleset.title}:{token_list(before)} →{after}{problem}"
                inner = list(_of_steps(step.inner, all_rules))
                if inner or all_rules or step.broken:
                    yield Branch(text, Colour.PLAIN, inner)
            case Tried(rule) if step.matched:
                after = token_list(step.after) if step.after is not None else " (came to grief)"
                yield Branch(f"{rule_text(rule)}\n={after}", Colour.PLAIN, list(_of_steps(step.inner, all_rules)))
            case Tried(rule):
                inner = list(_of_steps(step.inner, all_rules)) if all_rules else []
                if all_rules:
                    yield Branch(f"{rule_text(rule)}\ndoes not match", Colour.FAINT, inner)
            case Asked():
                yield Branch(f"looked up {asked_text(step)}")
            case Looked(_, name, value):
                yield Branch(f"$&{{{name}}} is {'not set' if value is None else spelled(value)}")
            case Skipped(ruleset):
                yield Branch(f"ruleset {ruleset.title} is empty")
            case complaint:
                yield Branch(str(complaint), Colour.BAD)


def asked_text(asked: Asked) -> str:
    """A question to a map, and its answer."""
    arguments = "".join(f" $@ {spelled(argument)}" for argument in asked.question.args)
    if ascii_lower(asked.question.map) == "macro":
        return f"{asked.question.map} {spelled(asked.question.key)}{arguments}"
    return f"{asked.question.map} {spelled(asked.question.key)}{arguments} → {_answer(asked.answer)}"


def _answer(answer: Answer) -> str:
    return spelled(answer.value) if answer.kind is AnswerKind.FOUND else answer.kind.value
