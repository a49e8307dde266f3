"""Maps made from one file: opened at the first question, opened again when the file changes."""

import os
from abc import abstractmethod
from collections.abc import Mapping
from typing import BinaryIO, ClassVar

from noctule.base.debug import Topic
from noctule.base.errors import TemporaryError
from noctule.base.questions import Answer, AnswerKind, found
from noctule.files import Purpose, SafetyError, TooLargeError, open_for_reading, rules_for, try_lock, unlock
from noctule.maps.arguments import Arguments
from noctule.maps.environment import Environment
from noctule.maps.map import Map

Stamp = tuple[int, int, int, int]


class FileMap(Map):
    """A subclass turns an open file into something to ask (`load`) and asks it (`get`).

    A file that is missing or unsafe is reported once, and again only after it has been usable in between; until
    then each look-up is a temporary failure and tries again.  A missing file of an optional map (-o) holds nothing.
    """

    suffix: ClassVar[str] = ""
    missing_status: ClassVar[int] = 0  # of "not found"

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        self.path = self.file_name()
        self._stamp: Stamp | None = None
        self._present = False
        self._trusted_until = float("-inf")
        self._generation = 0
        self._reported = False

    @abstractmethod
    def load(self, file: BinaryIO) -> None:
        """Replace what is loaded by this file.  May raise OSError, TooLargeError, TemporaryError."""

    @abstractmethod
    def get(self, key: str) -> str | None:
        """The value of a folded key."""

    def unload(self) -> None:
        """Forget what is loaded."""

    def find(self, key: str, args: tuple[str, ...]) -> Answer:
        del args
        if not self._current():
            return Answer(AnswerKind.NOT_FOUND)
        value = self.get(key)
        return Answer(AnswerKind.NOT_FOUND, status=self.missing_status) if value is None else found(value)

    def generation(self) -> int | None:
        try:
            self._current()
        except TemporaryError:
            return None
        return self._generation

    def is_open(self) -> bool:
        try:
            return self._current()
        except TemporaryError:
            return True

    def close(self) -> None:
        self._stamp = None
        self._trusted_until = float("-inf")
        self.unload()

    def file_name(self) -> str:
        file = self.arguments.file
        return file if file.endswith(self.suffix) else file + self.suffix

    def failure(self, reason: str, *, missing: bool) -> str:
        """Sendmail's words for a file that cannot be used."""
        kind = "missing" if missing else "unsafe"
        return f'{self.class_name} map "{self.name}": {kind} map file {self.path}: {reason}'

    def _current(self) -> bool:
        """Have the present file loaded; False if there is none and need not be.  Raises TemporaryError."""
        now = self.environment.clock()
        if now >= self._trusted_until:
            self._present = self._looked_at()
            self._trusted_until = now + self.environment.recheck
        return self._present

    def _looked_at(self) -> bool:
        stamp = _stamp(self.path)
        if stamp is not None and stamp == self._stamp:
            return True
        if stamp is None and self.optional:
            if self._stamp is not None:
                self.close()
                self._generation += 1
            return False
        self._reopen()
        return True

    def _reopen(self) -> None:
        self.close()
        self._generation += 1
        self.environment.debug.say(
            Topic.OPENING_MAPS, 2, f"{self.class_name}_map_open({self.name}, {self.arguments.file}, 0)"
        )
        try:
            with open_for_reading(self.path, rules_for(Purpose.MAP, self.environment.policy)) as file:
                if not try_lock(file.fileno(), exclusive=False):
                    raise TemporaryError(f"{self.path} is being rebuilt")
                try:
                    seen = os.fstat(file.fileno())
                    self.load(file)
                finally:
                    unlock(file.fileno())  # closing is not enough when the file stays mapped
        except FileNotFoundError as error:
            self._fail(self.failure(error.strerror or "", missing=True))
        except SafetyError as error:
            self._fail(self.failure(error.reason, missing=False))
        except OSError as error:
            self._fail(self.failure(error.strerror or str(error), missing=False))
        except TooLargeError as error:
            self._fail(self.failure(str(error), missing=False))
        self._stamp = (seen.st_dev, seen.st_ino, seen.st_mtime_ns, seen.st_size)
        self._reported = False

    def _fail(self, text: str) -> None:
        self.unload()
        if not self._reported:
            self._reported = True
            self.environment.report(text)
        raise TemporaryError(text)


def _stamp(path: str) -> Stamp | None:
    try:
        seen = os.stat(path)  # noqa: PTH116 - once for every look-up
    except OSError:
        return None
    return seen.st_dev, seen.st_ino, seen.st_mtime_ns, seen.st_size
