"""Bearer tokens, asked about at a real HTTPS server on this host."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import tokenhost
from noctule.accounts.introspection import Introspection
from noctule.base.errors import ConfigurationError, TemporaryError

NOW = 1_700_000_000.0
ALICE = {"active": True, "username": "alice", "exp": NOW + 60, "aud": ["smtp", "imap"], "scope": "mail send"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The keys of a Sendmail.conf."""
    answers = {
        "good": (200, json.dumps(ALICE).encode()),
        "broken": (200, b"{"),
        "silent": (200, b"{}"),
        "failing": (503, b""),
        "long": (200, b" " * 70_000 + json.dumps(ALICE).encode()),
    }
    with tokenhost.running(tmp_path_factory.mktemp("certs"), tokenhost.Host(tokens=answers)) as host:
        yield host.lines()


def user(values: dict[str, str], token: str) -> str | None:
    return asyncio.run(Introspection.configured(values, lambda: NOW).user(token.encode()))


def test_good_and_bad_tokens(service: dict[str, str]) -> None:
    assert user(service, "good") == "alice"
    assert user(service, "made up") is None


@pytest.mark.parametrize("token", ["broken", "silent", "failing", "long"])
def test_what_is_no_answer_is_neither_yes_nor_no(service: dict[str, str], token: str) -> None:
    with pytest.raises(TemporaryError, match=r"^oauth https://localhost:\d+/introspect: ") as caught:
        user(service, token)
    assert token not in str(caught.value)


@pytest.mark.parametrize("change", [{"oauth_client_secret": "x"}, {"oauth_ca_file": ""}])
def test_a_server_that_does_not_know_us_or_that_we_do_not(service: dict[str, str], change: dict[str, str]) -> None:
    with pytest.raises(TemporaryError):
        user(service | change, "good")


def test_nobody_there() -> None:
    with pytest.raises(TemporaryError, match="refused"):
        user({"oauth_introspection": "https://127.0.0.1:1/"}, "good")


@pytest.mark.parametrize("url", ["http://localhost/", "https://", "https://me:secret@localhost/"])
def test_no_url_to_send_tokens_to(url: str) -> None:
    with pytest.raises(ConfigurationError, match="expected an https URL"):
        Introspection.configured({"oauth_introspection": url}, lambda: NOW)


def test_an_authority_that_is_not_there(service: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="oauth_ca_file: No such file"):
        Introspection.configured(service | {"oauth_ca_file": str(tmp_path / "none")}, lambda: NOW)
