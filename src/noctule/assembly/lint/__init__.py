"""What is suspicious in a configuration: `noctule lint`.

Each module is one family of checks: it takes a `Subject` and yields findings.  `table` is the one list of what can be
found; docs/configuration/lint.md is written from it.  Nothing here changes anything, starts a program of a rule, or
asks DNS.
Called by: commands.  May import: what assembly may.
"""

from noctule.assembly.lint.check import lint, lint_file
from noctule.assembly.lint.subject import Subject
from noctule.assembly.lint.table import TABLE, Finding, Kind, Level

__all__ = ["TABLE", "Finding", "Kind", "Level", "Subject", "lint", "lint_file"]
