"""N2xx: rules that say nothing, or never stop."""

from collections.abc import Iterator, Sequence

from noctule.assembly.lint.patterns import ANYTHING, SOMETHING, Pattern, Takes, covers, meets, right_side
from noctule.assembly.lint.subject import RuleFacts, Subject
from noctule.assembly.lint.table import Finding, finding
from noctule.base.questions import NOT_FOUND, Answer, KeyForm, Question
from noctule.base.text import words_of
from noctule.rewrite.engine import Engine
from noctule.rewrite.workspace import dequote
from noctule.symbols import codes
from noctule.symbols.expand import spell_codes
from noctule.symbols.macros import Macros
from noctule.symbols.rules import Ruleset

_CODES = frozenset(codes.SPELLING)
MAX_CALLS = 10  # rulesets looked at for one that leads back
_OF_REPLACEMENTS = frozenset(
    (codes.MAILER, codes.HOST, codes.USER, codes.CALL, codes.MAP_BEGIN, codes.HOST_BEGIN, *codes.REPLACEMENT.values())
)
_SAMPLES = ((), ("x1",))  # what `$*` takes in the two workspaces a rule is tried with


def check(subject: Subject) -> Iterator[Finding]:
    """Each rule alone, among its neighbours, and along the calls it makes."""
    for title, rules in subject.rules.items():
        for facts in rules:
            yield from _alone(subject, title, facts)
        yield from _neighbours(subject, title, rules)
    yield from _endless_calls(subject)


def _alone(subject: Subject, title: str, facts: RuleFacts) -> Iterator[Finding]:
    if (text := _swallowed(facts.written, facts.rule.right)) is not None:
        yield finding("N201", subject.file, facts.line, text)
    elif facts.left[:1] == (codes.MAILER,):
        text = f"no workspace that begins with $# reaches rule {facts.number} of ruleset {title}"
        yield finding("N204", subject.file, facts.line, text)
    if _loops(subject, facts):
        text = f"what rule {facts.number} of ruleset {title} makes, it matches again, and so for ever"
        yield finding("N206", subject.file, facts.line, text)


def _swallowed(left: str, right: str) -> str | None:
    """What is wrong with a left side that holds a replacement, too: what was read as one is a comment then."""
    pattern = left.strip(" ")
    place = min((at for sign in (codes.MAILER, codes.HOST) if (at := pattern.find(sign, 1)) > 0), default=0)
    if place and not any(character in _CODES for character in right):
        return "the replacement has become part of the pattern: blanks stand where a tab should"
    _, blanks, rest = pattern.rpartition("  ")
    if blanks and (not _is_pattern(rest) or _is_comment(right)):
        return "several blanks within the pattern: a tab was meant, perhaps"
    return None


def _is_pattern(text: str) -> bool:
    """Whether nothing in it stands in replacements only."""
    return not any(character in _OF_REPLACEMENTS for character in text)


def _is_comment(text: str) -> bool:
    return len(words_of(text)) > 1 and not any(character in _CODES for character in text)


# -- loops


def _loops(subject: Subject, facts: RuleFacts) -> bool:
    """Whether the rule surely matches what it makes."""
    if facts.once or facts.ends or facts.may_end or facts.pattern == ():
        return False
    return covers(facts.pattern, facts.made) or (facts.is_plain and _loops_when_tried(subject, facts))


class _Nothing:
    """Look-ups that find nothing."""

    def lookup(self, question: Question) -> Answer:
        del question
        return NOT_FOUND

    def generation(self, map_name: str) -> int | None:
        del map_name
        return 0

    def key_form(self, map_name: str) -> KeyForm:
        del map_name
        return KeyForm()


def _loops_when_tried(subject: Subject, facts: RuleFacts) -> bool:
    """Run the rule alone on small workspaces that match it: its classes may hold what it makes."""
    if any(atom.takes is Takes.MACRO for atom in facts.pattern):
        return False
    engine = Engine([Ruleset("tried", 199, (facts.rule,))], subject.configuration.classes, tokenizer=subject.tokenizer)
    ruleset = engine.find("tried")
    assert ruleset is not None
    for filling in _SAMPLES:
        workspace = _sample(subject, facts.pattern, filling)
        if workspace is not None:
            run = engine.run(Macros(), _Nothing())
            engine.apply(run, ruleset, workspace)
            if any(complaint.text.startswith("Infinite loop") for complaint in run.complaints):
                return True
    return False


def _sample(subject: Subject, pattern: Pattern, filling: tuple[str, ...]) -> list[str] | None:
    """A workspace for a pattern; None when a class it needs is empty."""
    workspace: list[str] = []
    for atom in pattern:
        match atom.takes:
            case Takes.LITERAL:
                workspace.append(atom.text)
            case Takes.ANY:
                workspace += filling
            case Takes.MEMBER:
                member = next(subject.configuration.classes.members(atom.text), None)
                if member is None:
                    return None
                workspace += subject.tokenizer.scan(member).tokens
            case _:
                workspace.append("x2")
    return workspace


# -- rules that others take everything from


def _neighbours(subject: Subject, title: str, rules: Sequence[RuleFacts]) -> Iterator[Finding]:
    for at, facts in enumerate(rules):
        before = rules[at - 1] if at else None
        if before is not None and (before.left, before.rule.right) == (facts.left, facts.rule.right):
            text = f"rule {facts.number} of ruleset {title} is rule {before.number} again"
            changes = facts.once and meets(facts.made, facts.pattern)  # it takes two away, say
            yield finding("N209" if changes else "N205", subject.file, facts.line, text)
        elif (earlier := _shadow(rules, at)) is not None:
            text = (
                f"rule {facts.number} of ruleset {title} never applies: "
                f"rule {earlier.number} (line {earlier.line}) takes all that {spell_codes(facts.rule.left)} matches"
            )
            plainly = earlier.number + 1 == facts.number or covers(earlier.pattern, SOMETHING)
            yield finding("N203" if plainly else "N208", subject.file, facts.line, text)


def _shadow(rules: Sequence[RuleFacts], at: int) -> RuleFacts | None:
    """The earlier rule that leaves nothing over for this one: none in between may make it anew."""
    facts = rules[at]
    for earlier in reversed(rules[:at]):
        takes_all = (earlier.ends or not earlier.once) and earlier.is_fixed and facts.is_fixed
        if takes_all and covers(earlier.pattern, facts.pattern):
            return earlier
        if not earlier.ends and meets(earlier.made, facts.pattern):
            return None
    return None


# -- calls


def _endless_calls(subject: Subject) -> Iterator[Finding]:
    onward: dict[str, tuple[str, RuleFacts]] = {}
    for title, rules in subject.rules.items():
        for at, facts in enumerate(rules):
            for called, argument in _calls(subject, facts):
                way = _way_of(subject, title, facts, called, argument)
                if way == [title]:
                    text = f"rule {facts.number} calls its own ruleset {title} again with what it matches itself"
                    yield finding("N207", subject.file, facts.line, text)
                elif way:
                    text = f"the rulesets {' and '.join(way)} call each other without end"
                    yield finding("N207", subject.file, facts.line, text)
                elif title not in onward and _is_always_reached(rules, at):
                    onward[title] = called, facts
    for title in onward:
        if (back := _way_back(onward, title)) is not None:
            text = f"the rulesets {' and '.join(back)} call each other without end"
            yield finding("N207", subject.file, onward[title][1].line, text)


def _way_of(subject: Subject, title: str, facts: RuleFacts, called: str, argument: Pattern) -> list[str]:
    """The rulesets on the way by which what a rule calls leads back to it; empty when it need not."""
    way = [title]
    while len(way) <= MAX_CALLS:
        rules = subject.rules.get(called, ())
        first = next((rule for rule in rules if meets(rule.pattern, argument)), None)
        if first is None or not covers(first.pattern, argument):
            return []
        if first is facts:
            return way
        way.append(called)
        following = next(_calls(subject, first), None)
        if following is None:
            return []
        called, argument = following
    return []


def _calls(subject: Subject, facts: RuleFacts) -> Iterator[tuple[str, Pattern]]:
    """Title of each ruleset a rule calls, and what may be its workspace."""
    for at, token in enumerate(facts.right[:-1]):
        if token == codes.CALL and (title := subject.title(dequote(facts.right[at + 1]))) is not None:
            yield title, right_side(facts.right[at + 2 :], facts.bound)


def _is_always_reached(rules: Sequence[RuleFacts], at: int) -> bool:
    return covers(rules[at].pattern, ANYTHING) and not any(rule.ends or rule.may_end for rule in rules[:at])


def _way_back(onward: dict[str, tuple[str, RuleFacts]], start: str) -> list[str] | None:
    way = [start]
    while (step := onward.get(way[-1])) is not None:
        if step[0] == start:
            return way if len(way) > 1 else None
        if step[0] in way:
            return None
        way.append(step[0])
    return None
