"""N4xx: the files a configuration names, and who else may write them."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from noctule.assembly.lint.options import option_of
from noctule.assembly.lint.subject import Subject
from noctule.assembly.lint.table import Finding, finding
from noctule.assembly.tables import alias_files, safety_policy
from noctule.base.text import words_of
from noctule.files.policy import Purpose, rules_for
from noctule.files.safety import SafetyError, check_target
from noctule.maps.arguments import GENERIC, parse_arguments
from noctule.maps.classes import class_info, implicit_classes
from noctule.symbols.expand import spell_codes

_OF_OPTIONS = {
    "HelpFile": Purpose.HELP,
    "ErrorHeader": Purpose.ERROR_HEADER,
    "StatusFile": Purpose.WRITE_STATISTICS,
    "ServiceSwitchFile": Purpose.SERVICE_SWITCH,
    "ServerKeyFile": Purpose.KEY,
    "ClientKeyFile": Purpose.KEY,
    "DefaultAuthInfo": Purpose.AUTH_INFO,
}
_OF_A_CLASS = re.compile(r"(?:\{\w+\}|.)(-o)?\S*?\s*(/[^\s@]*)")
KEYED = frozenset(("hash", "btree", "lmdb", "cdb", "implicit"))


@dataclass(frozen=True, slots=True)
class MapFiles:
    """The files of one map: what is asked, and what it is built from ("" when it is the same file)."""

    name: str
    line: int
    built: tuple[str, ...]  # the first that is there counts
    source: str
    optional: bool
    purpose: Purpose


def check(subject: Subject) -> Iterator[Finding]:
    """Class files, maps, alias files, files of options, programs of mailers."""
    for known in map_files(subject):
        yield from _map(subject, known)
    seen: set[tuple[Purpose, str]] = set()
    for line, purpose, path in _plain_files(subject):
        if (purpose, path) not in seen:
            seen.add((purpose, path))
            yield from _one(subject, line, purpose, path)


def map_files(subject: Subject) -> Iterator[MapFiles]:
    """Every map and alias file that is made of a file."""
    for known in subject.configuration.maps.values():
        line = known.position.line if known.position else 0
        arguments, _ = parse_arguments(known.arguments, GENERIC, map_name="", class_name="")
        if _has_file(known.map_class, arguments.file):
            optional = "o" in arguments.flags
            yield _files_of(known.name, line, known.map_class, arguments.file, Purpose.MAP, optional=optional)
    lines = [line.number for line in subject.lines if (o := option_of(line)) is not None and o.name == "AliasFile"]
    for alias in alias_files(subject.configuration.options):
        if _has_file(alias.map_class, alias.file):
            line = lines[-1] if lines else 0
            optional = "-o" in words_of(alias.arguments)
            yield _files_of("aliases", line, alias.map_class, alias.file, Purpose.ALIASES, optional=optional)


def _has_file(map_class: str, file: str) -> bool:
    return map_class in KEYED | {"text", "stab"} and file.startswith("/")


def _files_of(name: str, line: int, map_class: str, file: str, purpose: Purpose, *, optional: bool) -> MapFiles:
    if map_class == "implicit":
        built = tuple(file + info.suffix for info in implicit_classes())
        return MapFiles(name, line, built, file, optional, purpose)
    info = class_info(map_class)
    suffix = info.suffix if info else ""
    if not suffix:
        return MapFiles(name, line, (file,), "", optional, purpose)
    source = file.removesuffix(suffix)
    return MapFiles(name, line, (source + suffix,), source, optional, purpose)


def _map(subject: Subject, known: MapFiles) -> Iterator[Finding]:
    built = next((path for path in known.built if _changed(path) is not None), None)
    if built is None:
        if not known.optional and known.built:
            text = f"the map {known.name} has no file {known.built[0]}"
            yield finding("N402", subject.file, known.line, text)
    else:
        yield from _one(subject, known.line, known.purpose, built)
    if known.source and (changed := _changed(known.source)) is not None:
        yield from _one(subject, known.line, known.purpose, known.source)
        if built is not None and changed > (_changed(built) or changed):
            text = f"{known.source} was changed after {built} was built from it"
            yield finding("N403", subject.file, known.line, text)


def _changed(path: str) -> float | None:
    """When the file was changed last; None when it is not there or cannot be seen."""
    try:
        return os.stat(path).st_mtime  # noqa: PTH116
    except (OSError, ValueError):  # a NUL in the path
        return None


def _plain_files(subject: Subject) -> Iterator[tuple[int, Purpose, str]]:
    for line in subject.lines:
        if line.letter == "F" and (found := _OF_A_CLASS.match(spell_codes(line.text))) and not found[1]:
            yield line.number, Purpose.CLASS, found[2]
        option = option_of(line)
        if option is not None and option.name in _OF_OPTIONS:
            path = str(subject.configuration.options[option.name])
            if path.startswith("/"):
                yield line.number, _OF_OPTIONS[option.name], path
    for mailer in subject.configuration.mailers.values():
        if mailer.path.startswith("/") and mailer.position is not None:
            yield mailer.position.line, Purpose.PROGRAM, mailer.path


def _one(subject: Subject, line: int, purpose: Purpose, path: str) -> Iterator[Finding]:
    try:
        status = os.stat(path)  # noqa: PTH116
        check_target(path, rules_for(purpose, safety_policy(subject.configuration.options)))
        if stat.S_ISREG(status.st_mode) and status.st_mode & stat.S_IWOTH:  # the daemon lets some pass, Sendmail too
            yield finding("N401", subject.file, line, f"{path} is not safe: everybody can write to it")
    except SafetyError as error:
        reason = error.reason[:1].lower() + error.reason[1:]
        if not (purpose is Purpose.PROGRAM and "link" in reason):
            yield finding("N401", subject.file, line, f"{path} is not safe: {reason}")
    except FileNotFoundError:
        yield finding("N404", subject.file, line, f"there is no file {path}")
    except (OSError, ValueError) as error:
        yield finding("N405", subject.file, line, f"cannot look at {path}: {getattr(error, 'strerror', error)}")
