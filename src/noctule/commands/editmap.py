"""editmap: asks for, sets or deletes one key of a map file."""

import getopt
import sys
from collections.abc import Callable, Sequence

from noctule.base.errors import NoctuleError
from noctule.base.text import ascii_lower, from_bytes, to_bytes
from noctule.files import Relaxation, SafetyError, SafetyPolicy
from noctule.mail.status import Exit
from noctule.maps.build import changing, dump_map, map_path, resolve_class

_USAGE = 'Usage: editmap [-C cffile] [-N] [-f] [-q|-u|-x] maptype mapname key [ "value ..." ]'
_POLICY = SafetyPolicy(frozenset({Relaxation.MAP_IN_UNSAFE_DIR_PATH}))


def main(argv: Sequence[str] | None = None) -> int:
    """Run with these arguments (default: the process's); the exit status."""
    try:
        options, words = getopt.getopt(list(sys.argv[1:] if argv is None else argv), "C:fNqux")
    except getopt.GetoptError as error:
        print(f"editmap: invalid option -- '{error.opt}'\n{_USAGE}", file=sys.stderr)
        return Exit.USAGE
    flags = {name[1:] for name, _ in options}
    actions: dict[str, tuple[int, Callable[..., int]]] = {"q": (3, _query), "u": (4, _update), "x": (3, _delete)}
    chosen = flags & set(actions)
    if len(chosen) != 1 or len(words) != actions[min(chosen)][0]:
        print(_USAGE, file=sys.stderr)
        return Exit.USAGE
    map_class, name, key, *value = (from_bytes(word.encode("utf-8", "surrogateescape")) for word in words)
    key = key if "f" in flags else ascii_lower(key)
    ending = "\0" if "N" in flags else ""
    try:
        kind = resolve_class(map_class)
        path = map_path(kind, name)
        return actions[min(chosen)][1](kind, path, name, key, ending, *value)
    except (NoctuleError, OSError) as error:
        reason = error.reason if isinstance(error, SafetyError) else getattr(error, "strerror", None) or error
        print(f"editmap: error opening type {map_class} map {name}: {reason}", file=sys.stderr)
        return Exit.CANTCREAT


def _query(kind: str, path: str, name: str, key: str, _ending: str) -> int:
    for known, value in dump_map(kind, path):
        if known == key:
            sys.stdout.buffer.write(to_bytes(value) + b"\n")
            sys.stdout.buffer.flush()
            return Exit.OK
    print(f"editmap: couldn't find key {key} in map {name}", file=sys.stderr)
    return Exit.UNAVAILABLE


def _update(kind: str, path: str, _name: str, key: str, ending: str, value: str) -> int:
    with changing(kind, path, policy=_POLICY, keep=True) as database:
        database.put(to_bytes(key + ending), to_bytes(value + ending), overwrite=True)
    return Exit.OK


def _delete(kind: str, path: str, name: str, key: str, ending: str) -> int:
    with changing(kind, path, policy=_POLICY, keep=True, create=False) as database:
        if not database.delete(to_bytes(key + ending)):
            print(f"editmap: key {key} doesn't exist in map {name}", file=sys.stderr)
    return Exit.OK
