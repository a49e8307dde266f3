"""What the checks look at: the lines as they were written, and what was read from them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from noctule.assembly.lint.patterns import Pattern, left_side, right_side
from noctule.config import Configuration, translate
from noctule.config.lines import logical_lines
from noctule.rewrite.tokenizer import Table, Tokenizer
from noctule.symbols import codes
from noctule.symbols.rules import Rule

_RULESET = re.compile(r"\s*(\w+)(?:\s*=\s*(\d+))?")


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line: `text` is what follows its letter, with codes (symbols.codes), nothing expanded."""

    number: int
    letter: str
    text: str


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """A rule as far as it can be understood without running it."""

    rule: Rule
    number: int  # within its ruleset, from 1
    left: tuple[str, ...]
    right: tuple[str, ...]  # without `$:` or `$@` at its beginning
    pattern: Pattern
    bound: tuple[Pattern, ...]
    made: Pattern  # what the replacement comes to
    once: bool  # `$:`
    ends: bool  # `$@` or `$#`: no rule follows
    may_end: bool  # what it calls may give `$#`
    written: str  # the left side before macros were expanded

    @property
    def line(self) -> int:
        return self.rule.position.line

    @property
    def is_fixed(self) -> bool:
        """Its pattern is the same whatever macros hold when it is read."""
        return codes.MACRO not in self.written

    @property
    def is_plain(self) -> bool:
        """Tokens and `$n` only."""
        return not any(token[0] in _ACTIVE for token in self.right)


_ACTIVE = frozenset((codes.MAP_BEGIN, codes.HOST_BEGIN, codes.CALL, codes.DEFERRED))


@dataclass(frozen=True, slots=True)
class Subject:
    """A configuration under examination.  `rules` is keyed by the title of the ruleset."""

    file: str
    configuration: Configuration
    lines: tuple[Line, ...]
    tokenizer: Tokenizer
    rules: Mapping[str, tuple[RuleFacts, ...]]
    begun: frozenset[str] = field(default_factory=frozenset)  # names and numbers of rulesets with an S line

    @classmethod
    def of(cls, configuration: Configuration, source: str, file: str) -> "Subject":
        """`source` is the text the configuration was read from."""
        options = configuration.options
        tokenizer = Tokenizer(options.string("OperatorChars"), options.string("BlankSub") or " ")
        lines = tuple(_lines(source))
        written = {line.number: line.text.partition("\t")[0] for line in lines if line.letter == "R"}
        rules = {
            ruleset.name or str(ruleset.number): tuple(
                _facts(rule, number, tokenizer, written.get(rule.position.line, ""))
                for number, rule in enumerate(ruleset.rules, 1)
            )
            for ruleset in configuration.rulesets
        }
        return cls(file, configuration, lines, tokenizer, rules, frozenset(_begun(configuration, lines)))

    def title(self, name: str) -> str | None:
        """The title of the ruleset that a name or number means; None for one that no S line begins."""
        for ruleset in self.configuration.rulesets:
            if name in {ruleset.name, str(ruleset.number)}:
                title = ruleset.name or str(ruleset.number)
                return title if title in self.begun or ruleset.rules else None
        return None


def _lines(source: str) -> Iterator[Line]:
    for number, line in logical_lines(source):
        text = translate(line)
        if text:
            yield Line(number, text[0], text[1:])


def _begun(configuration: Configuration, lines: Sequence[Line]) -> Iterator[str]:
    names = {str(ruleset.number): ruleset.name or str(ruleset.number) for ruleset in configuration.rulesets}
    for line in lines:
        found = _RULESET.match(line.text) if line.letter == "S" else None
        if found is not None:
            yield names.get(found[1], found[1])


def _facts(rule: Rule, number: int, tokenizer: Tokenizer, written: str) -> RuleFacts:
    left = tokenizer.scan(rule.left, table=Table.RULES, repair=False).tokens
    right = tokenizer.scan(rule.right, table=Table.RULES, repair=False).tokens
    prefix = right[0] if right[:1] in ((codes.HOST,), (codes.USER,)) else ""
    right = right[1:] if prefix else right
    pattern, bound = left_side(left)
    return RuleFacts(
        rule=rule,
        number=number,
        left=left,
        right=right,
        pattern=pattern,
        bound=tuple(bound),
        made=right_side(right, bound),
        once=prefix == codes.USER,
        ends=prefix == codes.HOST or right[:1] == (codes.MAILER,),
        may_end=right[:1] == (codes.CALL,) or codes.MAILER in right,
        written=written,
    )
