"""Rewriting rules as the configuration reader hands them to the rewriting engine."""

from dataclasses import dataclass

from noctule.base.errors import Position


@dataclass(frozen=True, slots=True)
class Rule:
    """One R line after `$` translation and macro expansion (see symbols.codes); not yet tokenized."""

    left: str
    right: str
    position: Position


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A ruleset: its name ("" when it has only a number), its number (named ones count down from 199), its rules."""

    name: str
    number: int
    rules: tuple[Rule, ...] = ()
