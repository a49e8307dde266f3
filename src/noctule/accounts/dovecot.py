"""Dovecot's auth service over its Unix socket (`auth-client`), by PLAIN.

After both sides have said VERSION, and the server what it can do up to DONE, one AUTH line gets one answer: OK, or
FAIL, with the word `temp` when Dovecot cannot tell.
"""

import base64
import os

from noctule import net
from noctule.base.errors import TemporaryError
from noctule.base.text import to_bytes
from noctule.sasl.login import Login, Secret

PATH = "/var/run/dovecot/auth-client"
_TIMEOUT = 30.0  # seconds: Dovecot delays a no
_MAX_LINE = 8192
_MAX_LINES = 100


class DovecotBackEnd:
    """One service."""

    gives_secrets = False

    def __init__(self, path: str) -> None:
        self.name = f"dovecot {path}"
        self._path = path

    async def verify(self, login: Login, password: bytes) -> bool:
        try:
            stream = await net.connect_unix(self._path, timeout=_TIMEOUT)
            try:
                return await self._ask(stream, login, password)
            finally:
                stream.abort()
        except OSError as error:
            raise TemporaryError(f"{self.name}: {error.strerror or error or 'timed out'}") from error

    async def secret(self, login: Login) -> Secret | None:
        """Never: the service gives none."""
        del login
        return None

    async def close(self) -> None:
        pass

    async def _ask(self, stream: net.Stream, login: Login, password: bytes) -> bool:
        response = base64.b64encode(b"\0" + to_bytes(login.given) + b"\0" + password)
        stream.write(b"VERSION\t1\t2\nCPID\t%d\n" % os.getpid())
        stream.write(b"AUTH\t1\tPLAIN\tservice=smtp\tsecured\tresp=%b\n" % response)
        buffer = b""
        for _ in range(_MAX_LINES):
            while b"\n" not in buffer:
                data = await stream.read(_TIMEOUT)
                if not data or len(buffer) > _MAX_LINE:
                    raise TemporaryError(f"{self.name}: no answer")
                buffer += data
            line, _, buffer = buffer.partition(b"\n")
            words = line.split(b"\t")
            match words[0]:
                case b"OK":
                    return True
                case b"FAIL" if b"temp" in words:
                    raise TemporaryError(f"{self.name}: temporary failure")
                case b"FAIL":
                    return False
                case b"VERSION" if words[1:2] != [b"1"]:
                    raise TemporaryError(f"{self.name}: speaks another version")
        raise TemporaryError(f"{self.name}: no answer")
