"""Access tokens of a real HTTPS server on this host."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import tokenhost
from noctule.base.errors import TemporaryError
from noctule.deliver.accesstokens import MARGIN, PAUSE, UNSAID, AccessTokens, read_answer, read_grant, trusting
from noctule.net.https import Answer


def granted(**said: object) -> tuple[int, bytes]:
    return 200, json.dumps(said).encode()


class Client:
    """One who asks, with a file and a clock of his own."""

    def __init__(self, host: tokenhost.Host, folder: Path, **more: str) -> None:
        self.host = host
        self.now = 1000.0
        self.file = folder / "grant"
        self.readable = True
        values = {"token_url": f"{host.url}/token", "client_id": tokenhost.ID, "client_secret": tokenhost.SECRET}
        values |= {"refresh_token": "R1", "ca_file": str(host.authority)} | more
        self.file.write_text("# a smart host\n\n" + "".join(f"{key}: {value}\n" for key, value in values.items()))
        self.tokens = AccessTokens(self._read, self._write, lambda: self.now, trusting)

    def _read(self, path: str) -> str:
        return Path(path).read_text()

    def _write(self, path: str, text: str) -> None:
        if not self.readable:
            raise PermissionError(13, "Permission denied")
        Path(path).write_text(text)

    def get(self) -> str:
        return asyncio.run(self.tokens.get(str(self.file)))

    def problem(self) -> str:
        with pytest.raises(TemporaryError) as caught:
            self.get()
        for secret in (tokenhost.SECRET, "R1", "R2", "A1"):
            assert secret not in str(caught.value)
        return str(caught.value)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[tokenhost.Host]:
    with tokenhost.running(tmp_path / "certs", tokenhost.Host()) as running:
        yield running


def test_one_token_serves_until_it_is_about_to_run_out(host: tokenhost.Host, tmp_path: Path) -> None:
    client = Client(host, tmp_path)
    host.refreshed["R1"] = granted(access_token="A1", expires_in=3600)
    assert [client.get(), client.get()] == ["A1", "A1"]
    host.refreshed["R1"] = granted(access_token="A2")
    client.now += 3600 - MARGIN - 1
    assert client.get() == "A1"
    client.now += 1
    assert client.get() == "A2"
    client.now += UNSAID
    client.get()
    assert host.asked == ["/token"] * 3


def test_a_refused_token_is_not_used_again_and_not_asked_for_at_once(host: tokenhost.Host, tmp_path: Path) -> None:
    client = Client(host, tmp_path)
    host.refreshed["R1"] = granted(access_token="A1", expires_in=3600)
    client.get()
    client.tokens.refused(str(client.file))
    assert client.problem() == f"{client.file}: the last token was refused"
    client.now += PAUSE
    assert client.get() == "A1"
    assert host.asked == ["/token"] * 2


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((400, b'{"error": "invalid_grant", "error_description": "revoked"}'), "status 400 invalid_grant revoked"),
        ((503, b"busy"), "status 503, no JSON"),
        ((200, b"[]"), "status 200, no JSON"),
        (granted(token="A1"), "no access token"),
        (granted(access_token="A1\r\nMAIL"), "no access token"),
        (granted(access_token="A1", expires_in="soon"), "an answer that is not understood"),
    ],
)
def test_what_is_no_token_is_asked_for_again_only_after_a_while(
    host: tokenhost.Host, tmp_path: Path, answer: tuple[int, bytes], problem: str
) -> None:
    client = Client(host, tmp_path)
    host.refreshed["R1"] = answer
    assert client.problem() == client.problem() == f"{host.url}/token: {problem}"
    assert host.asked == ["/token"]
    client.now += PAUSE
    client.problem()
    assert host.asked == ["/token"] * 2


def test_an_authorisation_server_that_is_down_or_not_trusted(host: tokenhost.Host, tmp_path: Path) -> None:
    assert Client(host, tmp_path, token_url="https://127.0.0.1:1/").problem().endswith(": Connection refused")
    assert "certificate verify failed" in Client(host, tmp_path, ca_file="").problem()
    assert "No such file" in Client(host, tmp_path, ca_file="/none").problem()


def test_a_new_refresh_token_takes_the_place_of_the_old_one(host: tokenhost.Host, tmp_path: Path) -> None:
    client = Client(host, tmp_path)
    host.refreshed["R1"] = granted(access_token="A1", expires_in=60, refresh_token="R2")
    host.refreshed["R2"] = granted(access_token="A2", expires_in=60)
    assert client.get() == "A1"
    assert "refresh_token: R2\n" in client.file.read_text() and "R1" not in client.file.read_text()
    client.now += 60
    assert client.get() == "A2"


def test_a_new_refresh_token_that_cannot_be_kept(host: tokenhost.Host, tmp_path: Path) -> None:
    client = Client(host, tmp_path)
    client.readable = False
    host.refreshed["R1"] = granted(access_token="A1", refresh_token="R2")
    assert client.problem() == f"{client.file}: cannot keep the new refresh token: Permission denied"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("token_url: https://x/\nclient_id: n\n", "no refresh_token"),
        ("token_url: http://x/\nclient_id: n\nrefresh_token: secret\n", "token_url: expected an https URL"),
        ("refresh_tokne: secret\n", "line 1 is not understood"),
        ("\nsecret\n", "line 2 is not understood"),
    ],
)
def test_a_file_that_is_not_understood_is_not_shown(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as caught:
        read_grant(text)
    assert "secret" not in str(caught.value)


def test_deep_json_is_no_answer() -> None:
    with pytest.raises(ValueError, match="no JSON"):
        read_answer(Answer(200, b"[" * 60_000))
