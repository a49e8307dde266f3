"""The tree a recorder grows holds all that a trace shows: written as one, it is that of the real Sendmail."""

import json
import lzma
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path

import pytest

import stockcf
from noctule.rewrite.compile import CompiledRuleset
from noctule.rewrite.engine import Engine
from noctule.rewrite.explain import (
    Applied,
    Asked,
    Looked,
    Recorder,
    Skipped,
    Step,
    Tried,
    decision,
    fired,
    look_ups,
)
from noctule.rewrite.printing import seven_bit, spelled, token_list
from noctule.rewrite.testmode import TestMode
from noctule.rewrite.tracing import Complaint
from noctule.symbols.expand import as_bytes
from noctule.symbols.macros import Macros
from rewrite import record_oracle, rig, samples
from rewrite.asking import Tables

CORNERS = sorted((rig.DATA / "corners").glob("*.cf"))
EXAMPLE = Path(__file__).parents[2] / "examples/by-hand/sendmail.cf"
RECORDED = sorted(path.name.removesuffix(".json.xz") for path in record_oracle.RECORDED.glob("*.json.xz"))


def as_trace(steps: Sequence[Step], world: rig.World) -> Iterator[str]:
    """The lines of -d21.12."""
    for step in steps:
        match step:
            case Applied():
                yield f"{spelled(step.ruleset.title):<16.16}   input:{token_list(step.before)}\n"
                yield from as_trace(step.inner, world)
                if step.after is not None and not step.broken:
                    yield f"{spelled(step.ruleset.title):<16.16} returns:{token_list(step.after)}\n"
            case Tried():
                yield f"-----trying rule:{token_list(step.rule.left)}\n"
                yield from _rule(step, world)
            case Asked(question, answer):
                remark = world.remark(question, answer)
                yield f"{seven_bit(remark)}\n" if remark else ""
            case Looked(side, name, value):
                shown = "(NULL)" if value is None else as_bytes(value)
                yield f'rewrite: {side} $&{{{name}}} => "{shown}"\n'
            case Skipped(skipped):
                yield f"-----skip subr {skipped.title} ({skipped.number})\n"
            case complaint:
                yield f"{seven_bit(complaint.text)}\n"


def _rule(step: Tried, world: rig.World) -> Iterator[str]:
    left = [inner for inner in step.inner if isinstance(inner, Looked) and inner.side == "LHS"]
    yield from as_trace(left, world)
    if not step.matched:
        yield from as_trace(step.inner[len(left) :], world)
        yield "" if step.inner[len(left) :] else "----- rule fails\n"
        return
    yield f"-----rule matches:{token_list(step.rule.right)}\n"
    yield from as_trace(step.inner[len(left) :], world)
    if step.after is not None:
        yield f"rewritten as:{token_list(step.after)}\n"


Hides = Callable[[Complaint], bool] | None


class Writer(Recorder):
    """Writes what it has recorded whenever a run is between two rulesets."""

    def __init__(self, write: Callable[[str], None], world: rig.World, hides: Hides) -> None:
        super().__init__()
        self._hides = hides
        self._write = write
        self._world = world

    def _flush(self) -> None:
        if not self._open:
            for line in as_trace(self.steps, self._world):
                self._write(line)
            self.steps.clear()

    def leaving(self, ruleset: CompiledRuleset, tokens: Sequence[str]) -> None:
        super().leaving(ruleset, tokens)
        self._flush()

    def broken(self, ruleset: CompiledRuleset, tokens: Sequence[str]) -> None:
        super().broken(ruleset, tokens)
        self._flush()

    def complained(self, complaint: Complaint) -> None:
        if self._hides is None or not self._hides(complaint):
            super().complained(complaint)
            self._flush()


class Growing(TestMode):
    """A session that traces by way of trees."""

    def _printer(self, hides: Hides = None) -> Recorder:  # type: ignore[override]
        return Writer(self._write, self.world, hides)  # type: ignore[arg-type]


def sessions(source: str, folder: Path) -> tuple[TestMode, TestMode]:
    """One that prints while it runs, and one that prints what was recorded."""
    printing, other = (rig.open_session(source, folder, debug="21.12") for _ in range(2))
    growing = Growing(**{field.name: getattr(other, field.name) for field in fields(other) if field.init})
    return printing, growing


def without_workspace(trace: str) -> str:
    """A tree has the workspace of a loop in the last rule that was applied."""
    return re.sub("workspace: .*\n", "", trace)


@pytest.mark.parametrize("cf", CORNERS, ids=lambda path: path.stem)
def test_trees_hold_what_traces_show_in_every_corner(cf: Path) -> None:
    printing, growing = sessions(cf.read_text("latin-1"), rig.DATA / "stock")
    for command in cf.with_suffix(".txt").read_text("latin-1").split("\n")[:-1]:
        if not command.startswith("-"):
            assert (command, growing.feed(command)) == (command, without_workspace(printing.feed(command)))


def test_trees_hold_what_traces_show_on_the_example_site(tmp_path: Path) -> None:
    source = EXAMPLE.read_text().replace("@NAME@", "mail.example.test").replace("@VAR@", str(tmp_path))
    printing, growing = sessions(source.replace("@PORT@", "2525"), tmp_path)
    everyone = [*samples.addresses([]), *(f"user{n}@mail.example.test" for n in range(50))]
    assert len(everyone) > 300
    for address in everyone:
        for command in (f"3,0 {address}", f"/parse {address}", f"/try esmtp {address}", f"check_rcpt <{address}>"):
            assert (command, growing.feed(command)) == (command, without_workspace(printing.feed(command)))


@pytest.mark.oracle
@pytest.mark.parametrize("name", RECORDED)
def test_trees_hold_what_the_real_sendmail_traced(name: str) -> None:
    try:
        source = rig.stock_source(name)
    except stockcf.NoLibrary as reason:
        pytest.skip(str(reason))
    _, growing = sessions(source.replace(rig.ETC, f"{record_oracle.HOME}/{name}/"), rig.tables(name))
    tracing, compared = False, 0
    for command, answer in json.loads(lzma.decompress((record_oracle.RECORDED / f"{name}.json.xz").read_bytes())):
        if command.startswith("-d"):
            tracing = command == "-d21.12"
        elif tracing:
            assert (command, record_oracle.digest(growing.feed(command))) == (command, answer)
            compared += 1
        elif command.startswith((".", "/tryflags")):
            growing.feed(command)
    assert compared >= 50


# -- decisions


def engine_of(text: str) -> Engine:
    """The rulesets of a cf text."""
    return rig.open_session(f"V10\nO OperatorChars=.:%@!^/[]+\n{text}", rig.DATA / "stock").addresses.engine


CALLS = """Kaccess hash /etc/mail/access
Souter
R$*\t$: $1 $| $>inner $1
R$* $| $#$*\t$#$2
R$* $| $*\t$@ $2
Sinner
Rspam@$+\t$#error $@ 5.7.1 $: "550 no spam"
Rgone@$+\t
R$+@$+\t$: <$2> $1
R<$+> $+\t$@ friend
"""


def applied(text: str, ruleset: str, workspace: str) -> Applied:
    engine = engine_of(text)
    found, recorder = engine.find(ruleset), Recorder()
    assert found is not None
    engine.apply(engine.run(Macros(), Tables(), recorder), found, engine.tokenizer.scan(workspace).tokens)
    step = recorder.steps[-1]
    assert isinstance(step, Applied)
    return step


@pytest.mark.parametrize(
    ("workspace", "line"),
    [("spam@x", 9), ("bob@x", 12), ("bob", 5)],
)
def test_the_rule_that_decided_is_the_one_that_made_the_result(workspace: str, line: int) -> None:
    found = decision(applied(CALLS, "outer", workspace))
    assert found is not None
    assert found.rule.position.line == line


def test_nobody_decides_where_no_rule_applies() -> None:
    assert decision(applied("Sempty\nRa\tb\n", "empty", "c")) is None


def test_a_ruleset_that_comes_to_grief_is_closed() -> None:
    rules = "Souter\nR$+\t$: $>inner $1\nSinner\nR$+\t$: $1 $2\n"
    outer = applied(rules, "outer", "a")
    (rule,) = (step for step in outer.inner if isinstance(step, Tried))
    (inner,) = (step for step in rule.inner if isinstance(step, Applied))
    assert (inner.broken, rule.after) == (True, inner.after)
    assert list(fired([outer])) == [rule]


def test_look_ups_are_found_wherever_they_were_made() -> None:
    rules = "Souter\nR$+\t$: $(first $1 $) $>inner $1\nSinner\nR$+\t$@ $(second $1 $)\n"
    outer = applied(rules, "outer", "a")
    assert [asked.question.map for asked in look_ups([outer])] == ["first", "second"]
