"""Those who can tell whether a password is right: one interface for files, directories, databases, daemons.

A question ends in one of three ways: yes (True, a Secret), no (False, None: wrong password or unknown user, nobody
outside learns which), or TemporaryError, whose text begins with the back end's `name`.  No text ever holds a password.
"""

from collections.abc import Sequence
from typing import Protocol

from noctule.base.errors import TemporaryError
from noctule.sasl.login import Login, Secret


class BackEnd(Protocol):
    """One place where passwords are known."""

    @property
    def name(self) -> str:
        """For log lines: the kind and where it is, as `ldapdb ldaps://localhost`."""
        ...

    @property
    def gives_secrets(self) -> bool:
        """Whether `secret` can ever answer; else only PLAIN and LOGIN work with it."""
        ...

    async def verify(self, login: Login, password: bytes) -> bool:
        """Is this the user's password?  Raises TemporaryError."""
        ...

    async def secret(self, login: Login) -> Secret | None:
        """What is known of the user's password; None or a decoy: no such user, or nothing to give.

        Raises TemporaryError.
        """
        ...

    async def close(self) -> None:
        """Give up connections.  The back end opens them again when it is asked again."""
        ...


class Chain:
    """Several back ends, asked in order: the first yes counts.

    One that is down does not hide a yes of another, but without a yes it makes the answer "cannot tell".
    """

    def __init__(self, back_ends: Sequence[BackEnd]) -> None:
        self._back_ends = tuple(back_ends)

    @property
    def name(self) -> str:
        return ", ".join(back_end.name for back_end in self._back_ends)

    @property
    def gives_secrets(self) -> bool:
        return any(back_end.gives_secrets for back_end in self._back_ends)

    async def verify(self, login: Login, password: bytes) -> bool:
        failures = []
        for back_end in self._back_ends:
            try:
                if await back_end.verify(login, password):
                    return True
            except TemporaryError as error:
                failures.append(str(error))
        if failures:
            raise TemporaryError("; ".join(failures))
        return False

    async def secret(self, login: Login) -> Secret | None:
        failures, decoy = [], None
        for back_end in self._back_ends:
            try:
                secret = await back_end.secret(login)
            except TemporaryError as error:
                failures.append(str(error))
                continue
            if secret is not None and not secret.decoy:
                return secret
            decoy = decoy or secret
        if failures:
            raise TemporaryError("; ".join(failures))
        return decoy

    async def close(self) -> None:
        for back_end in self._back_ends:
            await back_end.close()
