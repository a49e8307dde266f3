"""What `noctule test` prints: TAP, version 13, for people and harnesses; JSON; JUnit's XML, which CI services read."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from noctule.assembly.proving import Proof
from noctule.commands.branches import decoded
from noctule.commands.lint import place_of
from noctule.rewrite.explain import rule_text


def as_tap(proofs: Sequence[Proof]) -> str:
    """A line for each expectation; below one that failed, where it stands, what came of it and by which rule."""
    lines = [line for number, proof in enumerate(proofs, 1) for line in _lines(number, proof)]
    failed = sum(not proof.ok for proof in proofs)
    end = [f"# {failed} of {len(proofs)} failed"] if failed else []
    return "\n".join([*lines, f"1..{len(proofs)}", *end])


def _lines(number: int, proof: Proof) -> Iterator[str]:
    text = proof.expectation.text.replace(" #", " \\#")  # TAP: what follows would be a directive
    if proof.ok:
        yield f"ok {number} - {text}"
        return
    yield f"not ok {number} - {text}"
    yield f"#   at {proof.expectation.position}"
    yield f"#   got {proof.got}"
    yield f"#   {_decision(proof)}"


def _decision(proof: Proof) -> str:
    return f"decided by {rule_text(proof.rule.rule)}" if proof.rule else "no rule applied"


def as_json(proofs: Sequence[Proof]) -> str:
    """A list of objects, one for each expectation."""
    entries = [_entry(proof) for proof in proofs]
    return json.dumps(json.loads(decoded(json.dumps(entries, ensure_ascii=False))), indent=1)


def _entry(proof: Proof) -> dict[str, Any]:
    expectation, rule = proof.expectation, proof.rule
    decided = {**place_of(rule.rule.position), "rule": rule_text(rule.rule).partition(": ")[2]} if rule else None
    return {
        **place_of(expectation.position),
        "text": expectation.text,
        "expected": expectation.expected,
        "got": proof.got,
        "ok": proof.ok,
        "decided_by": decided,
    }


def as_junit(proofs: Sequence[Proof]) -> str:
    """One test suite; a file is the class of its test cases."""
    failed = sum(not proof.ok for proof in proofs)
    cases = [line for proof in proofs for line in _case(proof)]
    suite = f'<testsuite name="noctule test" tests="{len(proofs)}" failures="{failed}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', suite, *cases, "</testsuite>"])


def _case(proof: Proof) -> Iterator[str]:
    expectation = proof.expectation
    name = quoteattr(f"{expectation.position.line}: {_printable(expectation.text)}")
    head = f"  <testcase classname={quoteattr(expectation.position.file)} name={name}"
    if proof.ok:
        yield f"{head}/>"
        return
    message = quoteattr(_printable(f"got {proof.got}, {_decision(proof)}"))
    yield f"{head}><failure message={message}/></testcase>"


def _printable(text: str) -> str:
    """XML has no control characters."""
    return "".join(max(character, " ") for character in text)


REPORTS: dict[str, Callable[[Sequence[Proof]], str]] = {"tap": as_tap, "json": as_json, "junit": as_junit}
