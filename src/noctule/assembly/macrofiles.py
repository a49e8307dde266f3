"""The disk as the macro processor sees it."""

import difflib
import errno
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from noctule.base.text import from_bytes
from noctule.config.m4 import Source
from noctule.files.reading import TooLargeError, read_bounded

MAX_FILE = 16 << 20  # bytes
COMMAND_TIMEOUT = 60.0  # seconds
ENTRY = "m4/cf.m4"  # of a configuration library


@dataclass(frozen=True, slots=True)
class DiskFiles:
    """Implements config.m4.Files on this machine.

    `path`: directories for names that are not found as they stand.  `library`: the directory that stands in for a
    configuration library that a file includes by path and that is not installed.  Commands are run only where allowed.
    """

    path: Sequence[str] = ()
    library: str = ""
    allow_commands: bool = False

    def read(self, name: str) -> Source:
        failure: OSError | None = None
        for candidate in self._candidates(name):
            try:
                with Path(candidate).open("rb") as file:
                    return Source(candidate, from_bytes(read_bounded(file, MAX_FILE)))
            except TooLargeError:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG)) from None
            except OSError as error:
                failure = failure or error
            except ValueError as error:  # a NUL in the path
                raise OSError(errno.EINVAL, str(error)) from None
        raise _with_hint(failure, name)

    def _candidates(self, name: str) -> Iterator[str]:
        yield name
        if not name.startswith("/"):
            yield from (str(Path(directory) / name) for directory in self.path)
        if self.library and name.endswith("/" + ENTRY):
            yield str(Path(self.library) / ENTRY)

    def make_temporary(self, template: str) -> str:
        self._permit()
        stem = template.rstrip("X")
        handle, name = tempfile.mkstemp(prefix=Path(stem).name, dir=Path(stem).parent)
        os.close(handle)
        return name

    def run(self, command: str) -> tuple[str, int]:
        self._permit()
        try:
            done = subprocess.run(
                ["/bin/sh", "-c", command],  # what syscmd is: the administrator allows it
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                timeout=COMMAND_TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)) from None
        return from_bytes(done.stdout[:MAX_FILE]), done.returncode

    def _permit(self) -> None:
        if not self.allow_commands:
            raise OSError(errno.EPERM, "commands are not allowed here (noctule mc --allow-syscmd)")


def _with_hint(failure: OSError | None, name: str) -> OSError:
    """The failure, with the nearest name there is beside a file that is missing."""
    number = failure.errno if failure is not None and failure.errno else errno.ENOENT
    text = os.strerror(number)
    if number == errno.ENOENT and Path(name).suffix == ".m4":
        known = sorted(path.stem for path in Path(name).parent.glob("*.m4"))
        near = difflib.get_close_matches(Path(name).stem, known, 1)
        if near:
            text += f"; is `{near[0]}' meant?"
    return OSError(number, text)
