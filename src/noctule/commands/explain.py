"""noctule explain: what becomes of an address, and which rules did it."""

import json
import os
import sys
from collections.abc import Sequence
from enum import Enum, auto
from typing import Any

from noctule.assembly.explaining import Destination, Explanation, explain
from noctule.assembly.nexthop import NextHop
from noctule.assembly.reception import Checked, Peer, peer_at
from noctule.assembly.workbench import Bench, workbench
from noctule.commands.branches import byte_text, can_print, decoded, draw, of_explanation, say, verdict_text
from noctule.commands.flags import FlagError
from noctule.commands.lint import place_of
from noctule.commands.summary import summary
from noctule.config import Configuration
from noctule.mail.status import Exit
from noctule.rewrite.explain import Applied, Asked, Looked, Skipped, Step, Tried, decided_by, rule_text
from noctule.rewrite.printing import spelled

LOCAL = "127.0.0.1"
_SILENT = frozenset({"macro", "dequote", "arith", "null", "syslog"})  # map classes that know nothing of a site


class Style(Enum):
    """How an explanation is printed."""

    SUMMARY = auto()
    TREE = auto()
    JSON = auto()


def style_of(*, as_json: bool, rules: bool) -> Style:
    """The style that the flags ask for."""
    if as_json:
        return Style.JSON
    return Style.TREE if rules else Style.SUMMARY


def run(
    configuration: Configuration,
    address: str,
    *,
    sender: str,
    client: str,
    auth: str,
    style: Style,
    all_rules: bool,
) -> int:
    """Print it; the result is the exit status, Exit.OK when the address is accepted and leads somewhere."""
    with workbench(configuration) as bench:
        peer = _peer(bench, client, byte_text(auth))
        explanation = explain(bench, byte_text(address), sender=byte_text(sender), peer=peer)
    colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    match style:
        case Style.JSON:
            text = json.dumps(_explanation(explanation, all_rules), ensure_ascii=False)
            print(json.dumps(json.loads(decoded(text)), indent=1))  # strings hold bytes until then
        case Style.TREE:
            tree = of_explanation(explanation, all_rules=all_rules)
            for line in draw(tree, colours=colours, boxes=can_print("│")):
                say(line)
        case Style.SUMMARY:
            for line in summary(explanation, silent=_silent(configuration), colours=colours):
                say(line)
    return _status(explanation)


def _silent(configuration: Configuration) -> frozenset[str]:
    return frozenset(name for name, known in configuration.maps.items() if known.map_class in _SILENT)


def _status(explanation: Explanation) -> Exit:
    """What a program that sends there would end with."""
    for reply in (checked.reply for checked in explanation.checks):
        if reply is not None:
            return Exit.TEMPFAIL if reply.code < 500 else Exit.NOUSER
    trouble = explanation.trouble
    if trouble is None:
        return Exit.OK
    if trouble.temporary:
        return Exit.TEMPFAIL
    return Exit.NOUSER if explanation.destination.refused else Exit.NOHOST


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
        "auth": explanation.auth or None,
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
        "next_hop": _next_hop(destination.next_hop),
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


def _next_hop(hop: NextHop | None) -> dict[str, Any] | None:
    if hop is None:
        return None
    return {
        "destination": hop.destination,
        "socket": hop.socket or None,
        "servers": [
            {
                "name": server.name,
                "preference": server.preference,
                "addresses": server.addresses,
                "problem": server.problem or None,
            }
            for server in hop.servers
        ],
        "problem": hop.problem or None,
        "temporary": hop.temporary,
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
