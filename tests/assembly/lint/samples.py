"""Configurations to lint, and ways to spoil them."""

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import stockcf
from config.disk import read
from config.test_stock import Packaged
from noctule.assembly.lint import Finding, Subject, complaints, dangers, lint, options, references, rules
from noctule.rewrite.engine import Engine
from noctule.symbols.classes import Classes
from noctule.symbols.macros import Macros
from noctule.symbols.rules import Ruleset
from rewrite.asking import Tables

FAMILIES: dict[str, tuple[Callable[[Subject], Iterable[Finding]], ...]] = {
    "0": (complaints.check,),
    "1": (references.check,),
    "2": (complaints.check, rules.check),
    "5": (options.check,),
    "6": (dangers.check,),
}
EXAMPLE = Path(__file__).parents[3] / "examples/by-hand/sendmail.cf"


class Everything(Packaged):
    """A machine with all accounts of the package and all files."""

    def file_text(self, path: str) -> str:
        return "example.test\n"


def subject(source: str) -> Subject:
    return Subject.of(read(source, opener=Everything()), source, "case.cf")


def findings(source: str) -> list[Finding]:
    return lint(subject(source))


def codes(source: str) -> set[str]:
    return {finding.kind.code for finding in findings(source)}


def codes_of(wanted: Iterable[str], source: str) -> set[str]:
    """The same, of the families of checks that these codes come from: the others would only take time."""
    looked_at = subject(source)
    checks = {check for code in wanted for check in FAMILIES[code[1]]}
    return {finding.kind.code for check in checks for finding in check(looked_at)}


def source_of(name: str) -> str:
    """A stock configuration, or the example written by hand.  Raises stockcf.NoLibrary."""
    if name != "example":
        return stockcf.stock_cf(name).read_text("latin-1")
    text = EXAMPLE.read_text()
    for mark, value in {"@NAME@": "mail.example.test", "@VAR@": "/nowhere", "@PORT@": "2525"}.items():
        text = text.replace(mark, value)
    return text


@dataclass(frozen=True)
class Spoiling:
    """A way to spoil a configuration, and the findings of which one must come."""

    name: str
    expected: frozenset[str]
    spoil: Callable[[list[str], random.Random], list[str] | None]  # None: nothing here to spoil


def _rules(lines: list[str], wanted: str = "") -> list[int]:
    """Places of the rules whose sides (the comment does not count) hold something."""
    pattern = re.compile(wanted)
    return [at for at, line in enumerate(lines) if _sides(line) and pattern.search(_sides(line))]


def _sides(line: str) -> str:
    found = re.match(r"R[^\t]*\t+[^\t]*", line)
    return found[0] if found else ""


def _replacing(wanted: str, new: str) -> Callable[[list[str], random.Random], list[str] | None]:
    """Spoil one place of one rule."""

    def spoil(lines: list[str], dice: random.Random) -> list[str] | None:
        places = _rules(lines, wanted)
        if not places:
            return None
        at = dice.choice(places)
        place = dice.choice(list(re.finditer(wanted, _sides(lines[at]))))
        changed = lines[at][: place.start()] + place.expand(new) + lines[at][place.end() :]
        return [*lines[:at], changed, *lines[at + 1 :]]

    return spoil


def _inserting(
    places: Callable[[list[str]], Iterable[int]], make: Callable[[list[str], int], str]
) -> Callable[[list[str], random.Random], list[str] | None]:
    """Put one line more before one of some places."""

    def spoil(lines: list[str], dice: random.Random) -> list[str] | None:
        known = list(places(lines))
        if not known:
            return None
        at = dice.choice(known)
        return [*lines[:at], make(lines, at), *lines[at:]]

    return spoil


def _first_rules(lines: list[str]) -> list[int]:
    """Places of rules that begin a ruleset of more than one."""
    rules = _rules(lines)
    firsts = [at for at in rules if not any(lines[back].startswith("R") for back in _until_ruleset(lines, at))]
    return [at for at in firsts if lines[at + 1].startswith("R")]


def _until_ruleset(lines: list[str], at: int) -> range:
    start = max((back for back in range(at) if lines[back].startswith("S")), default=0)
    return range(start, at)


def _name_of(lines: list[str], at: int) -> str:
    return next(lines[back] for back in range(at, -1, -1) if lines[back].startswith("S"))[1:].split("=")[0].strip()


def _tab(lines: list[str], dice: random.Random) -> list[str] | None:
    at = dice.choice(_rules(lines))
    changed = re.sub(r"\t+", " " * dice.randint(1, 3), lines[at], count=1)
    return [*lines[:at], changed, *lines[at + 1 :]]


def _twice(lines: list[str], dice: random.Random) -> list[str] | None:
    at = dice.choice([at for at in _rules(lines) if not lines[at + 1].startswith("\t")])
    return [*lines[: at + 1], lines[at], *lines[at + 1 :]]


def _loop(lines: list[str], dice: random.Random) -> list[str] | None:
    """Take the `$:` from a rule that is known to loop then, because it was run."""
    places = [at for at in _rules(lines, r"^R[^\t]*\t+\$: ") if not lines[at + 1].startswith("\t")]
    dice.shuffle(places)
    for at in places:
        changed = re.sub(r"^(R[^\t]*\t+)\$: ", r"\1", lines[at])
        spoiled = [*lines[:at], changed, *lines[at + 1 :]]
        if _runs_for_ever(changed):
            return spoiled
    return None


def _runs_for_ever(rule: str) -> bool:
    """Run the rule alone on workspaces that are spelled like its pattern."""
    if re.search(r"\$[&\[(>]|\t\$#|\$~", _sides(rule)):
        return False
    made = read(f"V10\nO OperatorChars=.:%@!^/[]+\nCwa.test\nStried\n{rule}\n", opener=Everything())
    source = next(known for known in made.rulesets if known.name == "tried")
    engine = Engine([Ruleset("tried", 1, source.rules)], Classes({"w": ["a"]}))
    ruleset = engine.find("tried")
    assert ruleset is not None
    left = _sides(rule).partition("\t")[0][1:]
    for any_token in ("", "b"):
        text = re.sub(r"\$\*", any_token, re.sub(r"\$[+-]", "b", re.sub(r"\$=w", "a", left)))
        tokens = engine.tokenizer.scan(text).tokens
        run = engine.run(Macros(), Tables())
        engine.apply(run, ruleset, tokens)
        if "$" not in text and any(complaint.text.startswith("Infinite loop") for complaint in run.complaints):
            return True
    return False


def _mailer_ruleset(lines: list[str], dice: random.Random) -> list[str] | None:
    at = dice.choice([at for at, line in enumerate(lines) if line.startswith("M")])
    changed = re.sub(r"\b([SR])=[A-Za-z]\w+", r"\1=NoSuchRules", lines[at], count=1)
    return [*lines[:at], changed, *lines[at + 1 :]] if changed != lines[at] else None


def _options(lines: list[str]) -> list[int]:
    return [at for at, line in enumerate(lines) if line.startswith("O ")]


def _as_root(lines: list[str], dice: random.Random) -> list[str]:
    """The option may be there already, further down."""
    kept = [line for line in lines if not line.startswith("O DefaultUser")]
    at = dice.choice(_options(kept))
    return [*kept[:at], "O DefaultUser=0:0", *kept[at:]]


def _check_rcpt(lines: list[str]) -> list[int]:
    return [at for at in _first_rules(lines) if _name_of(lines, at).endswith("check_rcpt")][:1]


def _relay_rules(lines: list[str]) -> list[int]:
    return [at for at in _first_rules(lines) if _name_of(lines, at) in {"Rcpt_ok", "Relay_ok"}]


def _of(*names: str) -> frozenset[str]:
    return frozenset(names)


SPOILINGS = (
    Spoiling("macro", _of("N101"), _replacing(r"\$(&?)(?:[a-zA-Z]|\{\w+\})(?![\w(])", r"$\1{NoSuchMacro}")),
    Spoiling("class", _of("N102"), _replacing(r"\$([=~])(?:\{\w+\}|\w)", r"$\1{NoSuchClass}")),
    Spoiling("map", _of("N103"), _replacing(r"\$\(\w+", "$(nosuchmap")),
    Spoiling("mailer", _of("N104"), _replacing(r"\$#\s*(?:local|error|esmtp|relay)", "$#nosuchmailer")),
    Spoiling("ruleset", _of("N105"), _replacing(r"\$>\s*\"?\w+\"?", "$>NoSuchRules")),
    Spoiling("ruleset of a mailer", _of("N105"), _mailer_ruleset),
    Spoiling("replacement", _of("N202"), _replacing(r"(?<=\t)([^\t]*)\$[1-9]", r"\1$9")),
    Spoiling("tab", _of("N201", "N001"), _tab),
    Spoiling("twice", _of("N203", "N205", "N209"), _twice),
    Spoiling("catch-all", _of("N203"), _inserting(_first_rules, lambda _lines, _at: "R$*\t\t$@ $1")),
    Spoiling("catch-all that loops", _of("N206"), _inserting(_first_rules, lambda _lines, _at: "R$*\t\t$1")),
    Spoiling("loop", _of("N206"), _loop),
    Spoiling(
        "endless call",
        _of("N207"),
        _inserting(_first_rules, lambda lines, at: f"R$*\t\t$: $>{_name_of(lines, at)} $1"),
    ),
    Spoiling("obsolete option", _of("N501"), _inserting(_options, lambda _lines, _at: "O UnsafeGroupWrites=true")),
    Spoiling("open relay", _of("N601", "N606"), _inserting(_check_rcpt, lambda _lines, _at: "R$*\t\t$@ OK")),
    Spoiling("never", _of("N204"), _inserting(_first_rules, lambda _lines, _at: "R$#local $*\t\t$@ $1")),
    Spoiling(
        "dangerous word",
        _of("N604"),
        _inserting(_options, lambda _lines, _at: "O DontBlameSendmail=WorldWritableAliasFile"),
    ),
    Spoiling("programs as root", _of("N605"), _as_root),
    Spoiling("promiscuous", _of("N601", "N606"), _inserting(_relay_rules, lambda _lines, _at: "R$*\t\t$@ RELAY")),
    Spoiling("unknown option", _of("N001"), _inserting(_options, lambda _lines, _at: "O NoSuchOption=1")),
)
