"""All checks over one configuration."""

from collections.abc import Iterable
from contextlib import closing

from noctule.assembly.checking import include_map_errors
from noctule.assembly.lint import complaints, dangers, files, keys, options, references, rules
from noctule.assembly.lint.defines import check_defines
from noctule.assembly.lint.subject import Subject
from noctule.assembly.lint.table import Finding, Level
from noctule.assembly.mc import SUFFIX, Generated
from noctule.assembly.reading import Request, read_configuration, source_of
from noctule.assembly.tables import open_tables, safety_policy
from noctule.maps import Environment

_OF_THE_TEXT = (references.check, rules.check, options.check, dangers.check)
_OF_THE_DISK = (files.check, keys.check, dangers.check_queue)


def lint_file(path: str, settings: tuple[str, ...] = ()) -> list[Finding]:
    """All findings about a cf or mc file and the files it names.

    `settings` are options of a command line.  Raises ConfigurationError when the file cannot be read.
    """
    source = source_of(path)
    configuration = read_configuration(Request(path=path, settings=settings, mode="t"))
    with closing(open_tables(configuration, Environment(policy=safety_policy(configuration.options)))) as table:
        include_map_errors(configuration, table.errors)
    subject = Subject.of(configuration, source.text, path)
    found = [finding for check in (*_OF_THE_TEXT, *_OF_THE_DISK) for finding in check(subject)]
    placed = [
        finding.at(source.source(finding.position.line)) if finding.position.file == path else finding
        for finding in found
    ]
    defines = check_defines(path, source.libraries) if path.endswith(SUFFIX) else ()
    every = _in_order([*complaints.check(subject), *defines, *placed])
    return [finding for finding in every if not _is_none_of_theirs(finding, source)]


def _is_none_of_theirs(finding: Finding, source: Generated) -> bool:
    """Good to know, but about a line of a configuration library, which its users do not change."""
    return finding.kind.level is Level.INFO and source.is_library(finding.position.source)


def lint(subject: Subject) -> list[Finding]:
    """The findings for which the configuration alone is looked at."""
    return _in_order(finding for check in (complaints.check, *_OF_THE_TEXT) for finding in check(subject))


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(
        dict.fromkeys(findings), key=lambda found: (found.position.file, found.position.line, found.kind.code)
    )
