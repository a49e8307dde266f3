"""What the database classes (hash, btree, cdb, lmdb) share: keys with and without a final NUL.

C programs store the NUL that ends their strings, or do not.  Both kinds of file exist, so both spellings of a key are
tried; the one that hits first is remembered.
"""

from abc import abstractmethod
from collections.abc import Mapping

from noctule.base.text import from_bytes
from noctule.maps.arguments import Arguments
from noctule.maps.environment import Environment
from noctule.maps.filemap import FileMap
from noctule.maps.map import Map, key_bytes


class KeyedFileMap(FileMap):
    """A subclass says what the file holds for the bytes of a key."""

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        flags = arguments.flags
        self._endings = (b"\0",) if "N" in flags else (b"",) if "O" in flags else (b"", b"\0")
        self._known_ending: bytes | None = None

    @abstractmethod
    def stored(self, key: bytes) -> bytes | None:
        """The value exactly as stored.  Raises TemporaryError when the file cannot be read."""

    def unload(self) -> None:
        self._known_ending = None

    def get(self, key: str) -> str | None:
        data = key_bytes(key)
        if data is None:
            return None
        endings = self._endings if self._known_ending is None else (self._known_ending,)
        for ending in endings:
            value = self.stored(data + ending)
            if value is not None:
                self._known_ending = ending
                return from_bytes(value.removesuffix(b"\0"))
        return None
