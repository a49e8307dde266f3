"""Building map files: the work of makemap, newaliases and editmap.

Every change is made in a copy that takes the file's place when it is complete and on disk: a reader never sees half a
map, and a failure leaves the old one.  Two who change one file at once take turns.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from noctule.base.errors import ConfigurationError, NoctuleError
from noctule.base.text import ascii_lower, from_bytes, to_bytes
from noctule.files import Purpose, SafetyPolicy, check_target, locked, replacement, rules_for
from noctule.maps.aliases import MARKER, Alias, AliasError, parse_aliases
from noctule.maps.classes import available, class_info, implicit_classes
from noctule.maps.databases import Database, open_database

MAX_LINE = 65536  # bytes of one line of makemap's input
_MODE = 0o640
_MAX_TURNS = 100
_BLANKS = " \t\r\v\f"
_WORD = re.compile(f"[{_BLANKS}]")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How text becomes keys and values; the flags of makemap."""

    keep_case: bool = False  # -f
    final_nul: bool = False  # -N
    duplicates: bool = False  # -d: one key may have several values
    empty_values: bool = False  # -e
    overwrite: bool = False  # -r: a later value takes the place of an earlier one
    append: bool = False  # -o: add to what the map holds
    comment: str = "#"  # -D
    delimiter: str = ""  # -t; "": blanks

    def key(self, text: str) -> bytes:
        return to_bytes(text if self.keep_case else ascii_lower(text)) + self._ending

    def value(self, text: str) -> bytes:
        return to_bytes(text) + self._ending

    @property
    def _ending(self) -> bytes:
        return b"\0" if self.final_nul else b""


class AliasNameError(NoctuleError):
    """A name that cannot have an alias; `problems` are what to say about it, each a line of its own."""

    def __init__(self, *problems: str) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasStatistics:
    """What newaliases prints at the end, and how many lines were wrong."""

    aliases: int = 0
    longest: int = 0
    total: int = 0  # bytes of names and values
    errors: int = 0

    def line(self, path: str) -> str:
        return f"{path}: {self.aliases} aliases, longest {self.longest} bytes, {self.total} bytes total"


def resolve_class(name: str, fallback: str = "") -> str:
    """The class to build when `name` is asked for: `implicit` is the first database class available.

    `fallback` is taken when the library of `name` is missing.  Raises ConfigurationError when nothing can be built.
    """
    if name == "implicit" and (first := next(implicit_classes(), None)) is not None:
        return first.name
    info = class_info(name)
    if info is not None and info.rebuildable and info.library:
        if available(info):
            return name
        if fallback:
            return resolve_class(fallback)
        need = f"extra {info.extra}" if info.extra else f"library {info.library}"
        raise ConfigurationError(f"class {name} not available (needs {need})")
    raise ConfigurationError("Unknown database type")


def map_path(map_class: str, name: str) -> str:
    """The file of a map: `name` with the suffix of its class, if it lacks it."""
    info = class_info(map_class)
    suffix = info.suffix if info is not None else ""
    return name if name.endswith(suffix) else name + suffix


def build_map(
    map_class: str,
    path: str,
    lines: Iterable[bytes],
    how: Format,
    *,
    policy: SafetyPolicy,
    complain: Say,
    tell: Say | None = None,
    owner: int | None = None,
) -> int:
    """Build a map from lines `key value`; the number of wrong ones, each told to `complain` as `line N: text`.

    The right lines are stored all the same, as makemap does.  `tell` hears of every pair (-v).
    Raises OSError, SafetyError, DatabaseError.
    """
    errors = 0
    with changing(map_class, path, policy=policy, owner=owner, keep=how.append, duplicates=how.duplicates) as database:
        for number, raw in enumerate(lines, 1):
            problem = _store(database, from_bytes(raw), how, tell)
            if problem is not None:
                errors += 1
                complain(f"line {number}: {problem}")
    return errors


def _store(database: Database, line: str, how: Format, tell: Say | None) -> str | None:
    """Put one line into the database; gives what is wrong with it."""
    try:
        pair = parse_line(line, how)
    except ValueError as error:
        return str(error)
    if pair is None:
        return None
    key, value = pair
    if tell is not None:
        tell(f"key=`{key}', val=`{value}'")
    try:
        stored = database.put(how.key(key), how.value(value), overwrite=how.overwrite or how.append)
    except NoctuleError as error:
        return f"key {key}: put error: {error}"
    return None if stored else f"key {key}: duplicate key"


def parse_line(line: str, how: Format) -> tuple[str, str] | None:
    """Key and value of one line; None for a comment or an empty one.  Raises ValueError with makemap's words."""
    line = line.removesuffix("\n")
    if len(line) > MAX_LINE:
        raise ValueError(f"line too long ({MAX_LINE} bytes max)")
    if not line or line.startswith(how.comment):
        return None
    if "\0" in line:
        raise ValueError("syntax error (NUL character)")
    if how.delimiter:
        key, _, rest = line.partition(how.delimiter)
        value = rest.lstrip(how.delimiter)
    else:
        if line[0] in _BLANKS:
            raise ValueError("syntax error (leading space)")
        key = _WORD.split(line, maxsplit=1)[0]
        value = line[len(key) :].lstrip(_BLANKS)
    if not value and not how.empty_values:
        raise ValueError(f"no RHS for LHS {key}")
    return (key if how.keep_case else ascii_lower(key)), value


def build_aliases(
    map_class: str,
    path: str,
    lines: Iterable[str],
    *,
    policy: SafetyPolicy,
    complain: Say,
    name_of: Callable[[str], str] = lambda name: name,
    owner: int | None = None,
) -> AliasStatistics:
    """Build an alias database, with the marker that says it is complete.

    `name_of` gives the local user a name stands for (`bob@localhost` is `bob`), or raises AliasNameError.  Complaints
    are `line N: text`.  Raises OSError, SafetyError, DatabaseError.
    """
    count = longest = total = errors = 0
    seen: set[str] = set()
    with changing(map_class, path, policy=policy, owner=owner) as database:
        for entry in parse_aliases(lines):
            name, problems = _named(entry, name_of)
            for problem in problems:
                complain(f"line {entry.line}: {problem}")
            if problems or isinstance(entry, AliasError):
                errors += 1
                continue
            if name in seen:
                complain(f"line {entry.line}: {entry.name}... Warning: duplicate alias name {name}")
            seen.add(name)
            key, value = to_bytes(name), to_bytes(entry.value)
            database.put(key, value, overwrite=True)
            count, longest, total = count + 1, max(longest, len(value)), total + len(key) + len(value)
        database.put(MARKER.encode(), MARKER.encode(), overwrite=True)
    return AliasStatistics(aliases=count, longest=longest, total=total, errors=errors)


def _named(entry: Alias | AliasError, name_of: Callable[[str], str]) -> tuple[str, list[str]]:
    """The key of an alias, or what is wrong with it."""
    if isinstance(entry, AliasError):
        return "", [entry.text]
    try:
        return name_of(entry.name), []
    except AliasNameError as error:
        return "", [f"{entry.name}... {problem}" for problem in error.problems]


@contextlib.contextmanager
def changing(
    map_class: str,
    path: str,
    *,
    policy: SafetyPolicy,
    owner: int | None = None,
    keep: bool = False,
    duplicates: bool = False,
    create: bool = True,
) -> Iterator[Database]:
    """A database to write, put in the place of `path` when the block ends well.

    `owner` (a user number: TrustedUser's) gets a file that is new.  `keep`: it begins with what `path` holds, which
    must exist unless `create`.  Raises OSError, SafetyError, DatabaseError; TimeoutError when another writer does not
    finish.
    """
    check_target(path, rules_for(Purpose.WRITE_MAP, policy))
    path = os.path.realpath(path)
    with _my_turn(path) as mode:
        copied = keep and mode is not None
        if keep and mode is None and not create:
            raise FileNotFoundError(2, os.strerror(2), path)
        with replacement(path, _MODE if mode is None else mode, owner) as new:
            if copied:
                shutil.copyfile(path, new)
            database = open_database(map_class, new, create=not copied, duplicates=duplicates and not copied)
            try:
                yield database
            finally:
                database.close()


def dump_map(map_class: str, path: str) -> Iterator[tuple[str, str]]:
    """Every key and value, final NULs taken off.  Raises OSError, DatabaseError."""
    os.close(os.open(path, os.O_RDONLY | os.O_CLOEXEC))  # the libraries' own errors do not say why
    database = open_database(map_class, path)
    try:
        for key, value in database.items():
            yield from_bytes(key.removesuffix(b"\0")), from_bytes(value.removesuffix(b"\0"))
    finally:
        database.close()


@contextlib.contextmanager
def _my_turn(path: str) -> Iterator[int | None]:
    """Hold the lock of the present file; gives its mode, or None if there is none."""
    for _ in range(_MAX_TURNS):
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            yield None
            return
        try:
            with locked(descriptor):
                mine = os.fstat(descriptor)
                if _same_file(path, mine):  # nobody has replaced it while we waited
                    yield mine.st_mode & 0o777
                    return
        finally:
            os.close(descriptor)
    raise TimeoutError(f"{path} is replaced all the time")


def _same_file(path: str, seen: os.stat_result) -> bool:
    try:
        now = os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        return False
    return (now.st_dev, now.st_ino) == (seen.st_dev, seen.st_ino)
