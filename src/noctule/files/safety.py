"""Opening files with suspicion.  The reasons are spelled as Sendmail spells them."""

import os
import stat
from collections.abc import Iterator
from typing import BinaryIO

from noctule.base.errors import NoctuleError
from noctule.files.policy import Rules

_MAX_LINKS = 40


class SafetyError(NoctuleError):
    """A file exists but must not be trusted.  `reason` is Sendmail's text: `World writable directory`."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def open_for_reading(path: str, rules: Rules) -> BinaryIO:
    """Open a regular file of which `rules` tolerate everything.

    Never blocks on a FIFO or device.  Raises OSError when it cannot be opened, SafetyError when it must not be.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        _check_file(path, os.fstat(descriptor), rules)
    except BaseException:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def check_target(path: str, rules: Rules) -> None:
    """May this file be written, or created if it does not exist?

    Raises SafetyError when not, OSError when its directory cannot be looked at.
    """
    try:
        seen = os.lstat(path)
    except FileNotFoundError:
        _check_directories(path, rules)
        return
    if stat.S_ISLNK(seen.st_mode):
        if not rules.symbolic_link:
            raise SafetyError(path, "Symbolic links not allowed")
        _check_link(path, rules)
        seen = os.stat(path)  # noqa: PTH116 - the directory functions below work on plain paths too
    _check_state(path, seen, rules)


def unsafe_directory(path: str, rules: Rules) -> tuple[str, str] | None:
    """The first directory on the way to `path` that strangers can write: (directory, reason), or None."""
    for directory in _directories(path):
        mode = os.stat(directory).st_mode  # noqa: PTH116
        reason = _writable(mode, rules)
        if reason is not None:
            return directory, reason
    return None


def _check_file(path: str, opened: os.stat_result, rules: Rules) -> None:
    seen = os.lstat(path)
    if stat.S_ISLNK(seen.st_mode):
        _check_link(path, rules)
    elif (seen.st_dev, seen.st_ino) != (opened.st_dev, opened.st_ino):
        raise SafetyError(path, "File changed after open")
    _check_state(path, opened, rules)


def _check_state(path: str, file: os.stat_result, rules: Rules) -> None:
    mode = file.st_mode
    _check_directories(path, rules)
    if not stat.S_ISREG(mode):
        raise SafetyError(path, "Regular files only")
    if rules.owned and file.st_uid not in (0, os.geteuid()):
        raise SafetyError(path, "Permission denied")
    if file.st_nlink > 1 and not rules.hard_link:
        raise SafetyError(path, "Hard links not allowed")
    for bit, tolerated, reason in (
        (stat.S_IWGRP, rules.group_writable, "Group writable file"),
        (stat.S_IWOTH, rules.world_writable, "World writable file"),
        (stat.S_IRGRP, rules.group_readable, "Group readable file"),
        (stat.S_IROTH, rules.world_readable, "World readable file"),
        (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH, rules.executable, "Executable files not allowed"),
    ):
        if mode & bit and not tolerated:
            raise SafetyError(path, reason)


def _check_link(path: str, rules: Rules) -> None:
    parent = os.stat(os.path.dirname(os.path.abspath(path)))  # noqa: PTH100, PTH116, PTH120
    in_writable = _writable(parent.st_mode, rules) is not None
    if not rules.symbolic_link or (in_writable and not rules.link_in_writable_directory):
        if in_writable and not rules.any_directory:
            _check_directories(path, rules)
        raise SafetyError(path, "Symbolic links not allowed")


def _check_directories(path: str, rules: Rules) -> None:
    if not rules.any_directory and (found := unsafe_directory(path, rules)) is not None:
        raise SafetyError(path, found[1])


def _writable(mode: int, rules: Rules) -> str | None:
    if rules.sticky_directory and mode & stat.S_ISVTX:
        return None
    if mode & stat.S_IWOTH:
        return "World writable directory"
    if mode & stat.S_IWGRP and not rules.group_writable_directory:
        return "Group writable directory"
    return None


def _directories(path: str) -> Iterator[str]:
    """Every directory that decides what `path` means: those it is spelled with and those its links lead to."""
    seen: set[str] = set()
    pending = [os.path.join(os.getcwd(), path)]  # noqa: PTH109, PTH118 - abspath would drop `..` before links are followed
    links = 0
    while pending:
        current = "/"
        parts = pending.pop().split("/")
        for index, part in enumerate(parts):
            if current not in seen:
                seen.add(current)
                yield current
            current = os.path.normpath(f"{current}/{part}")
            if os.path.islink(current):  # noqa: PTH114
                links += 1
                if links > _MAX_LINKS:
                    raise SafetyError(path, "Too many levels of symbolic links")
                target = os.path.join(os.path.dirname(current), os.readlink(current))  # noqa: PTH115, PTH118, PTH120
                pending.append("/".join([target, *parts[index + 1 :]]))
                break
