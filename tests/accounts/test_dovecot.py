"""Passwords that a real Dovecot knows."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from interop.imaphosts import Dovecot
from interop.peers import Missing
from noctule.accounts.dovecot import DovecotBackEnd
from noctule.base.errors import TemporaryError
from noctule.sasl.login import Login


@pytest.fixture(scope="module")
def back_end() -> Iterator[DovecotBackEnd]:
    with tempfile.TemporaryDirectory(prefix="auth-") as folder:  # in /tmp: a socket's path is at most 107 bytes
        Path(folder).chmod(0o755)
        try:
            server = Dovecot(Path(folder) / "store", {"alice": "wonder land"})
        except Missing as reason:
            pytest.skip(str(reason))
        with server:
            yield DovecotBackEnd(str(server.folder / "run/auth-client"))


@pytest.mark.parametrize(
    ("user", "password", "right"),
    [("alice", b"wonder land", True), ("alice", b"wrong", False), ("nobody", b"wonder land", False)],
)
def test_passwords(back_end: DovecotBackEnd, user: str, password: bytes, right: bool) -> None:
    assert asyncio.run(back_end.verify(Login(user, "example.org"), password)) is right


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(TemporaryError, match=rf"^dovecot {tmp_path}/none: "):
        asyncio.run(DovecotBackEnd(str(tmp_path / "none")).verify(Login("alice", "example.org"), b"x"))
