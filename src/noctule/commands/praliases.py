"""praliases: lists the alias databases."""

import getopt
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from noctule.base.errors import NoctuleError
from noctule.base.text import from_bytes, to_bytes
from noctule.commands.cfscan import CONFIGURATION, option_values
from noctule.mail.status import Exit
from noctule.maps.aliasfiles import parse_alias_files
from noctule.maps.build import dump_map, map_path
from noctule.maps.classes import implicit_classes

_USAGE = "usage: praliases [-C cffile] [-f aliasfile] [key ...]"


def main(argv: Sequence[str] | None = None) -> int:
    """Run with these arguments (default: the process's); the exit status."""
    try:
        options, keys = getopt.getopt(list(sys.argv[1:] if argv is None else argv), "C:f:")
    except getopt.GetoptError as error:
        print(f"praliases: invalid option -- '{error.opt}'\n{_USAGE}", file=sys.stderr)
        return Exit.USAGE
    flags = dict(options)
    try:
        files = [flags["-f"]] if "-f" in flags else list(_alias_files(flags.get("-C", CONFIGURATION)))
    except OSError as error:
        print(f"praliases: {error.filename}: {error.strerror}", file=sys.stderr)
        return Exit.NOINPUT
    results = [_list(file, keys) for file in files]
    return max(results, default=Exit.OK)


def _list(file: str, keys: Sequence[str]) -> int:
    try:
        pairs = dict(_pairs(file))
    except (OSError, NoctuleError) as error:
        print(f"praliases: {file}: open: {getattr(error, 'strerror', None) or error}", file=sys.stderr)
        return Exit.NOINPUT
    for key in keys:
        name = from_bytes(key.encode("utf-8", "surrogateescape"))
        _print(f"{name}:{pairs[name]}" if name in pairs else f"{name}: No such key")
    if not keys:
        for name, value in pairs.items():
            _print(f"{name}:{value}")
    return Exit.OK


def _pairs(file: str) -> Iterator[tuple[str, str]]:
    for info in implicit_classes():
        path = map_path(info.name, file)
        if Path(path).exists():
            return dump_map(info.name, path)
    raise FileNotFoundError(2, "No such file or directory", file)


def _alias_files(configuration: str) -> Iterator[str]:
    return (file.file for file in parse_alias_files(option_values(configuration, "AliasFile")))


def _print(text: str) -> None:
    sys.stdout.buffer.write(to_bytes(text) + b"\n")
    sys.stdout.buffer.flush()
