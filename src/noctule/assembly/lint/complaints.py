"""N0xx, and what of N2xx the reader of the configuration finds itself."""

from collections.abc import Iterator

from noctule.assembly.lint.subject import Subject
from noctule.assembly.lint.table import KINDS, Finding
from noctule.base.errors import Position
from noctule.config.complaints import Severity

_CODES = {Severity.ERROR: "N001", Severity.WARNING: "N002", Severity.NOTE: "N003"}
_SPECIAL = (("(tab expected)", "N201"), ("out of bounds", "N202"))


def check(subject: Subject) -> Iterator[Finding]:
    """Every complaint of the reader and of the maps, in Sendmail's words, where they say it was made."""
    for complaint in subject.configuration.complaints:
        special = (code for part, code in _SPECIAL if part in complaint.text)
        position = complaint.position or Position(subject.file, 0)
        yield Finding(KINDS[next(special, _CODES[complaint.severity])], position, complaint.text)
