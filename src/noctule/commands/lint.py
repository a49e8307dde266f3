"""noctule lint: what is suspicious in a configuration, for people and for programs."""

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from noctule.assembly.lint import TABLE, Finding, Level, lint_file
from noctule.base.errors import ConfigurationError, Position
from noctule.base.version import __version__

CLEAN, FOUND, UNREADABLE = 0, 1, 2  # exit statuses
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_NOTE = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note"}


def run(path: str, style: str, settings: tuple[str, ...] = ()) -> int:
    """Print the findings about a cf or mc file; `style` is a key of STYLES.  The result is the exit status."""
    try:
        findings = lint_file(path, settings)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return UNREADABLE
    print(STYLES[style](findings))
    return FOUND if any(finding.kind.level is not Level.INFO for finding in findings) else CLEAN


def as_text(findings: Sequence[Finding]) -> str:
    """A finding and how to mend it in two lines, and the sum of all."""
    lines = [f"{finding}\n    {finding.kind.mending}" for finding in findings]
    counts = (sum(finding.kind.level is level for finding in findings) for level in Level)
    errors, warnings, infos = counts
    return "\n".join([*lines, f"errors {errors}, warnings {warnings}, infos {infos}"])


def place_of(position: Position) -> dict[str, Any]:
    """File and line to change; for a line that an mc file made, its number in the cf file, too."""
    written = position.source or position
    cf = {"cf_line": position.line} if position.source else {}
    return {"file": written.file, "line": written.line, **cf}


def as_json(findings: Sequence[Finding]) -> str:
    """A list of objects."""
    return json.dumps(
        [
            {
                "code": finding.kind.code,
                "severity": finding.kind.level.value,
                **place_of(finding.position),
                "text": finding.text,
                "title": finding.kind.title,
                "mending": finding.kind.mending,
            }
            for finding in findings
        ],
        indent=2,
    )


def as_sarif(findings: Sequence[Finding]) -> str:
    """SARIF 2.1.0, which code review and CI services read."""
    rules = [
        {
            "id": kind.code,
            "shortDescription": {"text": kind.title},
            "help": {"text": kind.mending},
            "defaultConfiguration": {"level": _NOTE[kind.level]},
        }
        for kind in TABLE
    ]
    tool = {"driver": {"name": "noctule lint", "version": __version__, "rules": rules}}
    results = [_result(finding) for finding in findings]
    log = {"$schema": _SARIF, "version": "2.1.0", "runs": [{"tool": tool, "results": results}]}
    return json.dumps(log, indent=2)


def _result(finding: Finding) -> dict[str, Any]:
    written = finding.position.source or finding.position
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(written.file)}}
    if written.line:
        place["region"] = {"startLine": written.line}
    return {
        "ruleId": finding.kind.code,
        "level": _NOTE[finding.kind.level],
        "message": {"text": f"{finding.text}. {finding.kind.mending}"},
        "locations": [{"physicalLocation": place}],
    }


STYLES: dict[str, Callable[[Sequence[Finding]], str]] = {"text": as_text, "json": as_json, "sarif": as_sarif}
