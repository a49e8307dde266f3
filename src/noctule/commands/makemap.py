"""makemap: a keyed map from text on standard input."""

import getopt
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from noctule.base.errors import ConfigurationError, NoctuleError
from noctule.base.text import BLANKS
from noctule.commands.cfscan import CONFIGURATION, trusted_user
from noctule.files import Purpose, Relaxation, SafetyError, SafetyPolicy, rules_for, unsafe_directory
from noctule.mail.status import Exit
from noctule.maps.build import MAX_LINE, Format, build_map, dump_map, map_path, resolve_class
from noctule.maps.classes import buildable_classes

_USAGE = """\
Usage: makemap [-C cffile] [-N] [-c cachesize] [-D commentchar]
               [-d] [-e] [-f] [-i type] [-l] [-o] [-r] [-s] [-t delimiter]
               [-u] [-v] type mapname"""
_UNSAFE = frozenset(
    {Relaxation.WRITE_MAP_TO_HARD_LINK, Relaxation.WRITE_MAP_TO_SYM_LINK, Relaxation.LINKED_MAP_IN_WRITABLE_DIR}
)


@dataclass(slots=True)
class _Asked:
    """What the command line asks for."""

    flags: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def __contains__(self, letter: str) -> bool:
        return letter in self.flags


def main(argv: Sequence[str] | None = None) -> int:
    """Run with these arguments (default: the process's); the exit status."""
    try:
        options, words = getopt.getopt(list(sys.argv[1:] if argv is None else argv), "C:c:D:defi:LlNorst:uvx")
    except getopt.GetoptError as error:
        print(f"makemap: invalid option -- '{error.opt}'\n{_USAGE}", file=sys.stderr)
        return Exit.USAGE
    asked = _Asked({name[1:]: value for name, value in options}, words)
    if "l" in asked or "L" in asked or "x" in asked:
        return _list_classes(asked)
    if len(words) != 2:
        print(_USAGE, file=sys.stderr)
        return Exit.USAGE
    return _work(asked, *words)


def _work(asked: _Asked, map_class: str, name: str) -> int:
    fallback = asked.flags.get("i", "")
    try:
        kind = resolve_class(map_class, fallback)
        path = map_path(kind, name)
        if "u" in asked:
            return _dump(kind, path, asked.flags.get("t", "\t"))
        return _build(asked, kind, name, path)
    except (ConfigurationError, SafetyError, NoctuleError, OSError) as error:
        reason = error.reason if isinstance(error, SafetyError) else getattr(error, "strerror", None) or error
        print(f"makemap: error opening type {map_class} map {name}: {reason}", file=sys.stderr)
        return Exit.CANTCREAT


def _build(asked: _Asked, kind: str, name: str, path: str) -> int:
    how = Format(
        keep_case="f" in asked,
        final_nul="N" in asked,
        duplicates="d" in asked,
        empty_values="e" in asked,
        overwrite="r" in asked,
        append="o" in asked,
        comment=asked.flags.get("D", "#")[:1] or "#",
        delimiter=_delimiter(asked.flags.get("t", "")),
    )
    policy = SafetyPolicy(frozenset({Relaxation.MAP_IN_UNSAFE_DIR_PATH} | (_UNSAFE if "s" in asked else set())))
    _warn_of_directory(path)
    errors = build_map(
        kind,
        path,
        iter(lambda: sys.stdin.buffer.readline(MAX_LINE + 2), b""),
        how,
        policy=policy,
        complain=lambda text: print(f"makemap: {name}: {text}", file=sys.stderr),
        tell=print if "v" in asked else None,
        owner=trusted_user(asked.flags.get("C", CONFIGURATION)),
    )
    return Exit.DATAERR if errors else Exit.OK


def _warn_of_directory(path: str) -> None:
    unsafe = unsafe_directory(path, rules_for(Purpose.WRITE_MAP, SafetyPolicy()))
    if unsafe is not None:
        print(f"WARNING: {unsafe[1]} {unsafe[0]}", file=sys.stderr)


def _delimiter(text: str) -> str:
    character = {"\\t": "\t", "\\n": "\n"}.get(text, text[:1])
    if text and character in BLANKS and character != "\t":
        print("Invalid separator", file=sys.stderr)
        return ""
    return character


def _dump(kind: str, path: str, delimiter: str) -> int:
    out = sys.stdout.buffer
    for key, value in dump_map(kind, path):
        out.write(f"{key}{delimiter}{value}\n".encode("latin-1"))
    out.flush()
    return Exit.OK


def _list_classes(asked: _Asked) -> int:
    classes = [(info.name, info.suffix.removeprefix(".")) for info in buildable_classes()] + [("implicit", "")]
    if "L" in asked:
        print("cf\nCF")
    for name, suffix in classes:
        print(f"{name}:{suffix}" if "x" in asked else name)
    return Exit.OK
