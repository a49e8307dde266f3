"""saslauthd's socket, spoken by a server that answers as it is told, and by the real daemon."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

import slapdhost
from noctule.accounts.saslauthd import SaslauthdBackEnd
from noctule.base.errors import TemporaryError
from noctule.sasl.login import Login

ALICE = Login("alice@example.net", "example.org")


async def asked(path: Path, answer: bytes) -> tuple[bool, bytes]:
    """What the back end makes of an answer, and what it had sent."""
    heard = bytearray()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(4):
            size = await reader.readexactly(2)
            heard.extend(size + await reader.readexactly(int.from_bytes(size, "big")))
        for byte in answer:
            writer.write(bytes((byte,)))
            await writer.drain()
        writer.close()

    async with await asyncio.start_unix_server(serve, path):
        return await SaslauthdBackEnd(str(path)).verify(ALICE, b"wonder land"), bytes(heard)


@pytest.mark.parametrize(("answer", "right"), [(b"\0\2OK", True), (b"\0\2NO", False), (b"\0\7OK what", True)])
def test_yes_and_no(tmp_path: Path, answer: bytes, right: bool) -> None:
    said, heard = asyncio.run(asked(tmp_path / "mux", answer))
    assert said is right
    assert heard == b"\0\5alice\0\x0bwonder land\0\4smtp\0\x0bexample.net"


@pytest.mark.parametrize("answer", [b"", b"\0", b"\0\0", b"\0\5MAYBE"])
def test_what_is_no_answer(tmp_path: Path, answer: bytes) -> None:
    with pytest.raises(TemporaryError, match=rf"^saslauthd {tmp_path}/mux: "):
        asyncio.run(asked(tmp_path / "mux", answer))


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(TemporaryError, match="No such file"):
        asyncio.run(SaslauthdBackEnd(str(tmp_path / "none")).verify(ALICE, b"x"))


def test_the_real_daemon(tmp_path: Path) -> None:
    """It asks a directory."""
    program = shutil.which("saslauthd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None or os.geteuid() != 0:
        pytest.skip("needs sasl2-bin, and root")
    with slapdhost.running(tmp_path) as directory, tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "conf"
        settings.write_text(
            f"ldap_servers: {directory.uri}\nldap_search_base: {slapdhost.SUFFIX}\nldap_filter: (uid=%u)\n"
        )
        socket = Path(folder) / "mux"
        command = [program, "-d", "-n", "1", "-a", "ldap", "-O", settings, "-m", folder]
        daemon = subprocess.Popen(command, start_new_session=True)  # which ends its whole process group
        try:
            end = time.monotonic() + 20
            while not socket.exists():
                assert daemon.poll() is None and time.monotonic() < end
                time.sleep(0.02)
            for user, password in slapdhost.PASSWORDS.items():
                login = Login(user, "example.org")
                assert asyncio.run(SaslauthdBackEnd(str(socket)).verify(login, password.encode())), user
                assert not asyncio.run(SaslauthdBackEnd(str(socket)).verify(login, b"wrong"))
            assert not asyncio.run(SaslauthdBackEnd(str(socket)).verify(Login("zoe", "example.org"), b"wrong"))
        finally:
            daemon.terminate()
            daemon.wait(20)
