"""Cyrus SASL's own sample client against our server's side of each mechanism they share."""

import base64
import os
import select
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from noctule.sasl.login import Secret
from noctule.sasl.mechanisms import MECHANISMS
from noctule.sasl.steps import Challenge, Failure, ServerExchange, ServerStep, Success
from sasl.parties import SERVER, answer

PASSWORD = "wonderland"
PROMPT = b"Password: "


class SampleClient:
    """Speaks lines of base64, `C: ` and `S: `; asks for the password where there is no terminal."""

    def __init__(self, mechanism: str, password: str) -> None:
        if shutil.which("sasl-sample-client") is None:
            pytest.skip("needs sasl2-bin")
        who = ["-s", "smtp", "-n", SERVER.host, "-r", SERVER.realm, "-a", "alice", "-u", "alice"]
        self._password = password.encode()
        self._process = subprocess.Popen(
            ["stdbuf", "-o0", "sasl-sample-client", "-m", mechanism, *who],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def __enter__(self) -> "SampleClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def say(self, data: bytes) -> None:
        self._write(b"S: " + base64.b64encode(data))

    def messages(self) -> Iterator[bytes]:
        assert self._process.stdout is not None
        text = b""
        while select.select([self._process.stdout], [], [], 20)[0]:
            data = os.read(self._process.stdout.fileno(), 4096)
            if not data:
                return
            text += data
            if text.endswith(PROMPT):
                self._write(self._password)
                text = b""
            while b"\n" in text:
                line, _, text = text.partition(b"\n")
                if line.startswith(b"C: "):
                    yield base64.b64decode(line[3:])

    def _write(self, line: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()


def step(exchange: ServerExchange, now: ServerStep) -> Challenge | Success | Failure:
    while not isinstance(now, Challenge | Success | Failure):
        now = exchange.answer(answer(now, {"alice": Secret(password=b"wonderland")}))
    return now


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
@pytest.mark.parametrize("name", ["PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"])
def test_it_is_let_in_by_the_right_password_only(name: str, password: str) -> None:
    exchange = MECHANISMS[name].serve(SERVER)
    with SampleClient(name, password) as client:
        client.say(name.encode())
        messages = client.messages()
        chosen, separator, initial = next(messages).partition(b"\0")
        assert chosen == name.encode()
        now = step(exchange, exchange.start(initial if separator else None))
        while isinstance(now, Challenge):
            client.say(now.data)
            now = step(exchange, exchange.respond(next(messages)))
    assert isinstance(now, Success if password == PASSWORD else Failure), now
