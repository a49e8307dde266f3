"""stab: an alias file, read as it is."""

from collections.abc import Mapping
from typing import BinaryIO

from noctule.base.text import ascii_lower, from_bytes
from noctule.files import bounded_lines
from noctule.maps.aliases import MAX_ALIAS, Alias, parse_aliases
from noctule.maps.arguments import Arguments
from noctule.maps.environment import Environment
from noctule.maps.filemap import FileMap
from noctule.maps.map import Map


class StabMap(FileMap):
    """Kx stab /etc/mail/aliases"""

    class_name = "stab"

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        self._values: dict[str, str] = {}

    def load(self, file: BinaryIO) -> None:
        lines = (from_bytes(line) for line in bounded_lines(file, MAX_ALIAS))
        self._values = {entry.name: entry.value for entry in parse_aliases(lines) if isinstance(entry, Alias)}

    def unload(self) -> None:
        self._values = {}

    def get(self, key: str) -> str | None:
        return self._values.get(ascii_lower(key))
