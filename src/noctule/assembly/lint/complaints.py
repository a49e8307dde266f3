"""N0xx, and what of N2xx the reader of the configuration finds itself."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from noctule.assembly.lint.subject import Subject
from noctule.assembly.lint.table import Finding, finding
from noctule.base.text import BLANKS
from noctule.config.complaints import Complaint, Severity

_CODES = {Severity.ERROR: "N001", Severity.WARNING: "N002", Severity.NOTE: "N003"}
_PLACED = re.compile(r"(\S+):(\d+): ")  # what a macro library says names the line of the mc file
_BLANKS = frozenset(" \t")
_SPECIAL = (("(tab expected)", "N201"), ("out of bounds", "N202"))


def check(subject: Subject) -> Iterator[Finding]:
    """Every complaint of the reader and of the maps, in Sendmail's words."""
    for complaint in _whole(subject.configuration.complaints):
        if complaint.position is None and complaint.text.startswith(subject.told):
            continue
        special = (code for part, code in _SPECIAL if part in complaint.text)
        line = complaint.position.line if complaint.position else 0
        yield finding(next(special, _CODES[complaint.severity]), subject.file, line, complaint.text)


def of_library(told: Iterable[str], file: str) -> Iterator[Finding]:
    """What a macro library said while it made a configuration of a file, with the line of that file."""
    for complaint in _whole(Complaint(Severity.WARNING, None, line) for line in told):
        placed = _PLACED.match(complaint.text)
        if placed is None:
            yield finding("N002", file, 0, complaint.text)
        else:
            yield finding("N002", placed[1], int(placed[2]), complaint.text[placed.end() :])


def _whole(complaints: Iterable[Complaint]) -> Iterator[Complaint]:
    """Messages of several lines, each of which is a complaint, in one."""
    held: Complaint | None = None
    for complaint in complaints:
        if held is not None and complaint.position == held.position and complaint.text[:1] in _BLANKS:
            held = replace(held, text=f"{held.text} {complaint.text.strip(BLANKS)}")
            continue
        if held is not None:
            yield held
        held = complaint
    if held is not None:
        yield held
