"""AUTH in sessions of a small site."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from noctule.accounts.guesses import ACCOUNT, Guesses
from noctule.accounts.passwordfile import PasswordFile, PasswordFileBackEnd, Scrypt
from noctule.files import SafetyPolicy
from noctule.receive.services import Passwords
from noctule.receive.settings import AuthSettings
from receive.smallsite import run
from receive.test_encryption import TlsSite, World

SUBJECT = "/O=A (b)/CN=client.example"
PASSWORD = "wonder land"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("tls"))


class AuthSite(TlsSite):
    """Where the client's certificate and a password log in the same user."""

    def __init__(self, folder: Path, world: World) -> None:
        super().__init__(folder, world, flags="")
        offered, change = AuthSettings(mechanisms=("EXTERNAL", "PLAIN")), self._change
        self._change = lambda settings: replace(change(settings), auth=offered)

    async def __aenter__(self) -> "AuthSite":
        await super().__aenter__()
        file = PasswordFile.new(lambda count: b"r" * count)
        file.users[SUBJECT] = Scrypt.of(PASSWORD.encode(), b"s" * 16)
        path = self.folder / "passwords"
        path.write_text(str(file))
        path.chmod(0o600)
        back_end = PasswordFileBackEnd(str(path), SafetyPolicy.of(["TrustStickyBit"]))
        self.guesses = Guesses(lambda: 1000.0)
        self.daemon.services = replace(
            self.daemon.services, passwords=Passwords(back_end=back_end, guesses=self.guesses), sleep=self._sleep
        )
        return self


def plain(password: str) -> str:
    return "AUTH PLAIN " + base64.b64encode(f"\0{SUBJECT}\0{password}".encode()).decode()


def count(guesses: Guesses) -> float | None:
    """Seconds the next guess at the account would have to wait."""
    wait = guesses.begin("", SUBJECT + "@mail.example.test")
    guesses.forgive("", SUBJECT + "@mail.example.test")
    return wait


def test_what_guesses_nothing_forgives_no_guess(tmp_path: Path, world: World) -> None:
    async def scenario() -> None:
        async with AuthSite(tmp_path, world) as site:
            for _ in range(ACCOUNT.free):
                stranger = await site.client()
                await stranger.say("EHLO laptop.example")
                assert (await stranger.say(plain("wrong"))).startswith("535")
                await stranger.close()
            assert count(site.guesses) == 1.0
            for _ in range(3):
                client = await site.secure("good")
                await client.say("EHLO laptop.example")
                assert (await client.say("AUTH EXTERNAL =")).startswith("235")
            assert count(site.guesses) == 1.0
            client = await site.client()
            await client.say("EHLO laptop.example")
            assert (await client.say(plain(PASSWORD))).startswith("235")
            assert site.slept == [1.0]

    run(scenario)


def test_every_way_to_be_wrong_is_answered_alike(tmp_path: Path, world: World) -> None:
    async def scenario() -> None:
        async with AuthSite(tmp_path, world) as site:
            said = set()
            for message in (f"\0{SUBJECT}\0no", "\0nobody\0no", f"\0nobody\0{PASSWORD}", "\0nobody\0" + "x" * 1025):
                client = await site.client()
                await client.say("EHLO laptop.example")
                said.add(await client.say("AUTH PLAIN " + base64.b64encode(message.encode()).decode()))
            assert said == {"535 5.7.0 authentication failed"}

    run(scenario)
