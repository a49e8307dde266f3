"""noctule explain: what becomes of an address, and which rules did it."""

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from noctule.assembly.explaining import Destination, Explanation, explain
from noctule.assembly.reception import Checked, Peer, peer_at
from noctule.assembly.workbench import Bench, workbench
from noctule.commands.branches import byte_text, can_print, decoded, draw, of_explanation, say, verdict_text
from noctule.commands.flags import FlagError
from noctule.commands.lint import place_of
from noctule.config import Configuration
from noctule.mail.status import Exit
from noctule.rewrite.explain import Applied, Asked, Looked, Skipped, Step, Tried, decided_by, rule_text
from noctule.rewrite.printing import spelled

LOCAL = "127.0.0.1"


def run(
    configuration: Configuration,
    address: str,
    *,
    sender: str,
    client: str,
    auth: str,
    as_json: bool,
    all_rules: bool,
) -> int:
    """Print it; the result is the exit status: 0 when the address is accepted and leads somewhere, else 67."""
    with workbench(configuration) as bench:
        peer = _peer(bench, client, byte_text(auth))
        explanation = explain(bench, byte_text(address), sender=byte_text(sender), peer=peer)
    if as_json:
        text = json.dumps(_explanation(explanation, all_rules), ensure_ascii=False)
        print(json.dumps(json.loads(decoded(text)), indent=1))  # strings hold bytes until then
    else:
        colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        boxes = can_print("│")
        for line in draw(of_explanation(explanation, all_rules=all_rules), colours=colours, boxes=boxes):
            say(line)
    refused = any(checked.reply for checked in explanation.checks) or explanation.destination.refused
    return Exit.NOUSER if refused else Exit.OK


def _peer(bench: Bench, client: str, auth: str) -> Peer:
    try:
        found = peer_at(bench, client or LOCAL)
    except ValueError as error:
        raise FlagError(str(error)) from None
    return Peer(address=found.address, name=found.name, resolve=found.resolve, auth=auth)


# -- for machines


def _explanation(explanation: Explanation, all_rules: bool) -> dict[str, Any]:
    return {
        "address": explanation.address,
        "sender": explanation.sender,
        "client": explanation.client,
        "checks": [_checked(checked, all_rules) for checked in explanation.checks],
        "destination": _destination(explanation.destination, all_rules),
    }


def _checked(checked: Checked, all_rules: bool) -> dict[str, Any]:
    return {
        "ruleset": checked.ruleset,
        "arguments": checked.arguments,
        "verdict": verdict_text(checked),
        "reply": str(checked.reply) if checked.reply else None,
        "decided_by": _decided_by(checked.steps),
        "steps": _steps(checked.steps, all_rules),
    }


def _decided_by(steps: Sequence[Step]) -> dict[str, Any] | None:
    found = decided_by(steps)
    return _rule(found) if found is not None else None


def _destination(destination: Destination, all_rules: bool) -> dict[str, Any]:
    triple = destination.triple
    return {
        "address": destination.address,
        "where": destination.where or None,
        "canonical": spelled(destination.canonical) or None,
        "mailer": triple.mailer if triple else None,
        "host": triple.host if triple else None,
        "user": triple.user if triple else None,
        "refused": destination.refused or None,
        "through": destination.through or None,
        "duplicate": destination.duplicate,
        "decided_by": _decided_by(destination.steps),
        "next_hops": [
            {"host": hop.host, "exchangers": hop.exchangers, "problem": hop.problem or None} for hop in destination.hops
        ],
        "forms": [
            {
                "place": form.place,
                "before": form.before,
                "after": form.after,
                "status": form.status,
                "steps": _steps(form.steps, all_rules),
            }
            for form in destination.forms
        ],
        "steps": _steps(destination.steps, all_rules),
        "members": [_destination(member, all_rules) for member in destination.members],
    }


def _tokens(tokens: Sequence[str] | None) -> list[str] | None:
    return None if tokens is None else [spelled(token) for token in tokens]


def _rule(tried: Tried) -> dict[str, Any]:
    return {**place_of(tried.rule.position), "rule": rule_text(tried.rule).partition(": ")[2]}


def _steps(steps: Sequence[Step], all_rules: bool) -> list[dict[str, Any]]:
    shown = (step for step in steps if all_rules or not isinstance(step, Tried) or step.matched)
    return [_step(step, all_rules) for step in shown]


def _step(step: Step, all_rules: bool) -> dict[str, Any]:
    match step:
        case Applied(ruleset, before, after, broken):
            return {
                "ruleset": ruleset.title,
                "number": ruleset.number,
                "before": _tokens(before),
                "after": _tokens(after),
                "broken": broken,
                "steps": _steps(step.inner, all_rules),
            }
        case Tried(_, before, after, bound):
            return {
                **_rule(step),
                "matched": step.matched,
                "before": _tokens(before),
                "after": _tokens(after),
                "bound": [_tokens(words) for words in bound],
                "steps": _steps(step.inner, all_rules),
            }
        case Asked(question, answer):
            kind, args = answer.kind.value, [spelled(argument) for argument in question.args]
            return {
                "map": question.map,
                "key": spelled(question.key),
                "arguments": args,
                "answer": kind,
                "value": spelled(answer.value),
            }
        case Looked(side, name, value):
            return {"macro": name, "side": side, "value": None if value is None else spelled(value)}
        case Skipped(ruleset):
            return {"empty_ruleset": ruleset.title}
        case complaint:
            return {"complaint": str(complaint)}
