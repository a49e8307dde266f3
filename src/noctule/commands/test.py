"""noctule test: does a configuration do what is expected of it?"""

from collections.abc import Sequence
from pathlib import Path

from noctule.assembly.expectations import Expectation, read_expectations
from noctule.assembly.proving import prove
from noctule.assembly.workbench import workbench
from noctule.base.errors import ConfigurationError
from noctule.commands.branches import say
from noctule.commands.flags import FlagError
from noctule.commands.testreports import REPORTS
from noctule.config import Configuration
from noctule.mail.status import Exit

FAILED = 1


def run(configuration: Configuration, files: Sequence[str], style: str = "tap") -> int:
    """Try every expectation; the result is the exit status, 1 when one was wrong.  `style` is a key of REPORTS."""
    expectations = [expectation for file in files for expectation in _read(file)]
    with workbench(configuration) as bench:
        proofs = [prove(bench, expectation) for expectation in expectations]
    say(REPORTS[style](proofs))
    return Exit.OK if all(proof.ok for proof in proofs) else FAILED


def _read(file: str) -> list[Expectation]:
    try:
        text = Path(file).read_text("latin-1")
    except OSError as error:
        raise FlagError(f"{file}: {error.strerror}", Exit.NOINPUT) from None
    try:
        return list(read_expectations(text, file))
    except ConfigurationError as error:
        raise FlagError(str(error), Exit.DATAERR) from None
