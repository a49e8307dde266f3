"""PAM, asked in threads: its modules may take their time (the extra `pam`).

They run with the rights of this process, and inside it.  A worker that is another user (RunAsUser) cannot read the
shadow file: there, saslauthd asks PAM on its behalf.
"""

import importlib.util
import itertools

from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.base.text import to_bytes
from noctule.net.aside import Aside
from noctule.sasl.login import Login, Secret

SERVICE = "smtp"  # as saslauthd calls it: /etc/pam.d/smtp
# What PAM says of the user (_pam_types.h): permission denied, wrong password, not enough credentials, unknown, too many
# tries, password, account or credentials expired.  Anything else says something of PAM itself.
_NO = frozenset({6, 7, 8, 10, 11, 12, 13, 16, 17})


class PamBackEnd:
    """One service of PAM."""

    gives_secrets = False

    def __init__(self, service: str) -> None:
        """Raises ConfigurationError."""
        if importlib.util.find_spec("pamela") is None:
            raise ConfigurationError("pwcheck_method: pam: needs the extra `pam'")
        self.name = f"pam {service}"
        self._service = service
        self._aside: Aside[bool] = Aside()
        self._numbers = itertools.count()

    async def verify(self, login: Login, password: bytes) -> bool:
        """Is this the user's password, and may he log in now?  Raises TemporaryError."""
        try:
            return await self._aside.ask(lambda _: self._asked(to_bytes(login.name), password), next(self._numbers))
        except TimeoutError as error:
            raise TemporaryError(f"{self.name}: no answer") from error

    async def secret(self, login: Login) -> Secret | None:
        """Never: PAM gives none."""
        del login
        return None

    async def close(self) -> None:
        pass

    def _asked(self, name: bytes, password: bytes) -> bool:
        import pamela

        try:
            pamela.authenticate(name, (password,), self._service, resetcred=0)
        except pamela.PAMError as error:
            if error.errno in _NO:
                return False
            raise TemporaryError(f"{self.name}: {error.message}") from None
        return True
