"""Rulesets given as text, applied to workspaces given as words."""

from noctule.rewrite.engine import Engine
from noctule.rewrite.run import Run
from noctule.symbols.macros import Macros
from rewrite import rig
from rewrite.asking import Tables


def engine(rules: str) -> Engine:
    return rig.open_session(f"V10/Berkeley\n{rules}", rig.DATA / "stock").addresses.engine


def applied(run: Run, rules: Engine, name: str, text: str) -> str:
    ruleset = rules.find(name)
    assert ruleset is not None
    return " ".join(rules.apply(run, ruleset, text.split()).tokens)


def once(rules: Engine, name: str, text: str, scope: Macros | None = None, asks: Tables | None = None) -> str:
    run = rules.run(scope or Macros(), asks or Tables())
    result = applied(run, rules, name, text)
    run.finish()
    return result
