"""Several back ends behind one."""

import asyncio

import pytest

from noctule.accounts.backend import Chain
from noctule.base.errors import TemporaryError
from noctule.sasl.login import Login, ScramKeys, Secret

ALICE = Login("alice", "example.org")


class Known:
    """Knows one user."""

    def __init__(self, user: str, password: bytes) -> None:
        self.name = f"known {user}"
        self.gives_secrets = True
        self._user, self._password = user, password
        self.closed = False

    async def verify(self, login: Login, password: bytes) -> bool:
        return login.name == self._user and password == self._password

    async def secret(self, login: Login) -> Secret | None:
        return Secret(password=self._password) if login.name == self._user else None

    async def close(self) -> None:
        self.closed = True


class Down:
    """Cannot be reached."""

    name = "down"
    gives_secrets = False

    async def verify(self, _login: Login, _password: bytes) -> bool:
        raise TemporaryError("down: connection refused")

    async def secret(self, _login: Login) -> Secret | None:
        raise TemporaryError("down: connection refused")

    async def close(self) -> None:
        pass


def test_the_first_yes_counts() -> None:
    async def run() -> None:
        chain = Chain([Known("bob", b"builder"), Down(), Known("alice", b"wonderland")])
        assert await chain.verify(ALICE, b"wonderland")
        secret = await chain.secret(ALICE)
        assert secret is not None and secret.password == b"wonderland"
        assert chain.name == "known bob, down, known alice"
        assert chain.gives_secrets

    asyncio.run(run())


def test_no_without_all_of_them_is_not_a_no() -> None:
    async def run() -> None:
        chain = Chain([Known("bob", b"builder"), Down()])
        with pytest.raises(TemporaryError, match="down: connection refused"):
            await chain.verify(ALICE, b"wonderland")
        with pytest.raises(TemporaryError, match="down: connection refused"):
            await chain.secret(ALICE)

    asyncio.run(run())


def test_no_is_what_all_say() -> None:
    async def run() -> None:
        back_ends = [Known("bob", b"builder"), Known("alice", b"wonderland")]
        chain = Chain(back_ends)
        assert not await chain.verify(ALICE, b"builder")
        assert await chain.secret(Login("carol", "example.org")) is None
        await chain.close()
        assert all(back_end.closed for back_end in back_ends)

    asyncio.run(run())


def test_a_decoy_hides_nobody_further_on() -> None:
    keys = ScramKeys(salt=b"salt", iterations=4096, stored_key=b"", server_key=b"")

    class Decoys(Known):
        async def secret(self, login: Login) -> Secret | None:
            return Secret(scram={"sha256": keys}, decoy=True)

    async def run() -> None:
        chain = Chain([Decoys("bob", b"builder"), Known("alice", b"wonderland")])
        known, unknown = await chain.secret(ALICE), await chain.secret(Login("carol", "example.org"))
        assert known is not None and known.password == b"wonderland"
        assert unknown is not None and unknown.decoy

    asyncio.run(run())
