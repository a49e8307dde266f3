"""noctule test: does a configuration do what is expected of it?  Prints TAP, version 13."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from noctule.assembly.expectations import Expectation, read_expectations
from noctule.assembly.proving import Proof, prove
from noctule.assembly.workbench import workbench
from noctule.base.errors import ConfigurationError
from noctule.commands.branches import say
from noctule.commands.flags import FlagError
from noctule.config import Configuration
from noctule.mail.status import Exit
from noctule.rewrite.explain import rule_text

FAILED = 1


def run(configuration: Configuration, files: Sequence[str]) -> int:
    """Try every expectation; the result is the exit status, 1 when one of them was wrong."""
    expectations = [expectation for file in files for expectation in _read(file)]
    failed = 0
    with workbench(configuration) as bench:
        for number, expectation in enumerate(expectations, 1):
            proof = prove(bench, expectation)
            failed += not proof.ok
            say("\n".join(_lines(number, proof)))
    print(f"1..{len(expectations)}")
    if failed:
        print(f"# {failed} of {len(expectations)} failed")
    return FAILED if failed else Exit.OK


def _read(file: str) -> list[Expectation]:
    try:
        text = Path(file).read_text("latin-1")
    except OSError as error:
        raise FlagError(f"{file}: {error.strerror}", Exit.NOINPUT) from None
    try:
        return list(read_expectations(text, file))
    except ConfigurationError as error:
        raise FlagError(str(error), Exit.DATAERR) from None


def _lines(number: int, proof: Proof) -> Iterator[str]:
    text = proof.expectation.text.replace(" #", " \\#")  # TAP: what follows would be a directive
    if proof.ok:
        yield f"ok {number} - {text}"
        return
    yield f"not ok {number} - {text}"
    yield f"#   at {proof.expectation.position}"
    yield f"#   got {proof.got}"
    yield f"#   decided by {rule_text(proof.rule.rule)}" if proof.rule else "#   no rule applied"
