"""Mistakes in K lines, which the maps find, among those the reader has found."""

from collections.abc import Iterable

from noctule.config import Complaint, Configuration
from noctule.config.complaints import EX_SOFTWARE, Severity
from noctule.maps.table import MapError


def include_map_errors(configuration: Configuration, mistakes: Iterable[MapError]) -> None:
    """Put MapTable.errors into the complaints of the configuration, at the places of their lines."""
    for mistake in mistakes:
        error = Complaint(Severity.ERROR, mistake.position, mistake.text, EX_SOFTWARE)
        configuration.complaints.insert(_place(configuration.complaints, error), error)


def _place(complaints: list[Complaint], error: Complaint) -> int:
    """Behind the last complaint about an earlier line, or the same one."""
    line = error.position.line if error.position else 0
    earlier = [place for place, known in enumerate(complaints) if known.position and known.position.line <= line]
    return earlier[-1] + 1 if earlier else 0
