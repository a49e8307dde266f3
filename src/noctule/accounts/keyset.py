"""The public keys of an issuer of tokens (JSON Web Key Set, RFC 7517), from a URL or a file.

They are remembered for `LIFETIME`.  A key that is not among them may be new: then they are read again, but not more
often than every `PAUSE`, so that made-up names of keys do not keep the issuer busy.
"""

import http
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from noctule.base.errors import TemporaryError
from noctule.files import Purpose, SafetyError, SafetyPolicy, TooLargeError, open_for_reading, read_bounded, rules_for
from noctule.net.https import MAX_ANSWER, Https, Request, reason

LIFETIME = 600.0  # seconds: how long a key may count that the issuer has taken back
PAUSE = 30.0  # seconds
MAX_KEYS = 100
Key = Mapping[str, Any]
Read = Callable[[], Awaitable[bytes]]


class KeySet:
    """`read` gives the text of the set, or raises TemporaryError; `clock` counts seconds."""

    def __init__(self, name: str, read: Read, clock: Callable[[], float]) -> None:
        self.name = name
        self._read = read
        self._clock = clock
        self._keys: tuple[Key, ...] = ()
        self._read_at = float("-inf")

    async def key(self, id_: str | None) -> Key | None:
        """The key of this id, or without one the only key there is.  None: no such key.  Raises TemporaryError."""
        age = self._clock() - self._read_at
        found = self._find(id_)
        if not 0 <= age < LIFETIME or (found is None and age >= PAUSE):
            keys = self._parsed(await self._read())
            self._keys, self._read_at = keys, self._clock()
            found = self._find(id_)
        return found

    def _find(self, id_: str | None) -> Key | None:
        if id_ is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.get("kid") == id_), None)

    def _parsed(self, text: bytes) -> tuple[Key, ...]:
        try:
            found = json.loads(text)["keys"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise TemporaryError(f"{self.name}: no set of keys") from error
        if not isinstance(found, list) or len(found) > MAX_KEYS:
            raise TemporaryError(f"{self.name}: no set of at most {MAX_KEYS} keys")
        return tuple(key for key in found if isinstance(key, dict) and key.get("use", "sig") == "sig")


def from_url(url: str, https: Https) -> Read:
    """Reads a set over HTTPS."""

    async def read() -> bytes:
        try:
            answer = await https.ask(Request(url=url))
        except OSError as error:
            raise TemporaryError(f"{url}: {reason(error)}") from error
        if answer.status != http.HTTPStatus.OK:
            raise TemporaryError(f"{url}: status {answer.status}")
        return answer.body

    return read


def from_file(path: str, policy: SafetyPolicy) -> Read:
    """Reads a set from a file, which nobody else may write."""

    async def read() -> bytes:
        try:
            with open_for_reading(path, rules_for(Purpose.CERTIFICATE, policy)) as file:
                return read_bounded(file, MAX_ANSWER)
        except OSError as error:
            raise TemporaryError(f"{path}: {error.strerror}") from error
        except SafetyError as error:
            raise TemporaryError(str(error)) from error
        except TooLargeError as error:
            raise TemporaryError(f"{path}: {error}") from error

    return read
