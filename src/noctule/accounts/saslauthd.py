"""saslauthd: a daemon that asks PAM, shadow, Kerberos ... on our behalf, over a Unix socket.

A request is the user, the password, the service and the realm, each with its length in two bytes before it; the answer
is one such string that begins with OK or NO.
"""

from noctule import net
from noctule.base.errors import TemporaryError
from noctule.base.text import to_bytes
from noctule.sasl.login import Login, Secret

PATH = "/var/run/saslauthd/mux"
SERVICE = b"smtp"
_TIMEOUT = 30.0  # seconds: PAM delays a no
_MAX_ANSWER = 1024


class SaslauthdBackEnd:
    """One daemon."""

    gives_secrets = False

    def __init__(self, path: str) -> None:
        self.name = f"saslauthd {path}"
        self._path = path

    async def verify(self, login: Login, password: bytes) -> bool:
        strings = (to_bytes(login.name), password, SERVICE, to_bytes(login.realm))
        request = b"".join(len(string).to_bytes(2, "big") + string for string in strings)
        try:
            answer = await self._ask(request)
        except OSError as error:
            raise TemporaryError(f"{self.name}: {error.strerror or error or 'timed out'}") from error
        if answer[:2] not in {b"OK", b"NO"}:
            raise TemporaryError(f"{self.name}: no answer that can be understood")
        return answer.startswith(b"OK")

    async def secret(self, login: Login) -> Secret | None:
        """Never: the daemon gives none."""
        del login
        return None

    async def close(self) -> None:
        pass

    async def _ask(self, request: bytes) -> bytes:
        stream = await net.connect_unix(self._path, timeout=_TIMEOUT)
        try:
            stream.write(request)
            answer = b""
            while len(answer) < 2 or len(answer) < 2 + int.from_bytes(answer[:2], "big"):
                data = await stream.read(_TIMEOUT)
                if not data or len(answer) > _MAX_ANSWER:
                    break
                answer += data
            return answer[2:]
        finally:
            stream.abort()
