"""text: a file of columns.  The first line that has the key counts; case never matters."""

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from noctule.base.errors import ConfigurationError
from noctule.base.text import ascii_lower, from_bytes
from noctule.files import bounded_lines
from noctule.maps.arguments import Arguments, character, number
from noctule.maps.environment import Environment
from noctule.maps.filemap import FileMap
from noctule.maps.map import Map

_BLANKS = " \t"


class TextMap(FileMap):
    """Kx text -k0 -v1 -z: /etc/passwd

    Columns count from 0; the value column is 0 too unless -v says otherwise.  Without -z they are separated by runs of
    blanks.  A line beginning with `#` is a comment.
    """

    class_name = "text"
    missing_status = 68

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        flags = arguments.flags
        self._problem = "" if self.path.startswith("/") else f'text map "{name}": file name must be fully qualified'
        self._key_column = self._column("k", flags.get("k", "0"))
        self._value_column = self._column("v", flags.get("v", "0"))
        self._delimiter = character(flags.get("z", ""))
        self._values: dict[str, str] = {}

    def load(self, file: BinaryIO) -> None:
        self._values = {}
        for key, value in self._pairs(file):
            self._values.setdefault(ascii_lower(key), value)

    def unload(self) -> None:
        self._values = {}

    def get(self, key: str) -> str | None:
        return self._values.get(ascii_lower(key))

    def failure(self, reason: str, *, missing: bool) -> str:
        del missing
        return f'text map "{self.name}": unsafe map file {self.path}: {reason}'

    def _reopen(self) -> None:
        if self._problem:
            self._fail(self._problem)
        super()._reopen()

    def _column(self, letter: str, value: str) -> int:
        try:
            return number(value, f'text map "{self.name}", file {self.path}: -{letter}')
        except ConfigurationError as error:
            self._problem = self._problem or error.text
            return 0

    def _pairs(self, file: BinaryIO) -> Iterator[tuple[str, str]]:
        last = max(self._key_column, self._value_column)
        for raw in bounded_lines(file):
            line = from_bytes(raw)
            if line.startswith("#"):
                continue
            columns = line.split(self._delimiter) if self._delimiter else _words(line)
            if len(columns) > last:
                yield columns[self._key_column], columns[self._value_column]


def _words(line: str) -> list[str]:
    """Separated by runs of blanks and tabs: other white space, such as the CR of a foreign line end, is text.

    Blanks before the first word separate it from an empty column, in whose place it can be had, too.
    """
    words = re.split("[ \t]+", line)
    if not words[0] and len(words) > 1:
        words[0] = words[1]
    return words
