"""sasldb2 files, as saslpasswd2 writes them: a Berkeley DB hash of passwords.  Needs the extra `berkeleydb`.

A key is the user, the realm and the property between NUL bytes; the value of `userPassword` is the password itself.
"""

import asyncio
import hmac

from noctule.base.errors import TemporaryError
from noctule.base.text import to_bytes
from noctule.files import Purpose, SafetyError, SafetyPolicy, open_for_reading, rules_for
from noctule.sasl.login import Login, Secret

PATH = "/etc/sasldb2"


class SasldbBackEnd:
    """One file.  It is opened for each question, so that changes count at once."""

    gives_secrets = True

    def __init__(self, path: str, policy: SafetyPolicy) -> None:
        self.name = f"sasldb {path}"
        self._path = path
        self._rules = rules_for(Purpose.SASL_DATABASE, policy)

    async def verify(self, login: Login, password: bytes) -> bool:
        secret = await self.secret(login)
        known = secret.password if secret is not None else None
        return hmac.compare_digest(known or b"", password) and known is not None

    async def secret(self, login: Login) -> Secret | None:
        key = b"\0".join((to_bytes(login.name), to_bytes(login.realm), b"userPassword"))
        password = await asyncio.to_thread(self._stored, key)
        return Secret(password=password) if password else None

    async def close(self) -> None:
        pass

    def _stored(self, key: bytes) -> bytes | None:
        try:
            from berkeleydb import db
        except ImportError:
            raise TemporaryError(f"{self.name}: needs the extra `berkeleydb'") from None
        opened = db.DB()
        try:
            open_for_reading(self._path, self._rules).close()
            opened.open(self._path, dbtype=db.DB_HASH, flags=db.DB_RDONLY)
            value: bytes | None = opened.get(key)
        except SafetyError as error:
            raise TemporaryError(f"{self.name}: safesasl failed: {error.reason}") from error
        except (OSError, db.DBError) as error:
            raise TemporaryError(f"{self.name}: {getattr(error, 'strerror', '') or error}") from error
        finally:
            opened.close()
        return value
