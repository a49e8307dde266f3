"""sasldb2 files as Cyrus SASL's own program writes them."""

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from noctule.accounts.sasldb import SasldbBackEnd
from noctule.base.errors import TemporaryError
from noctule.files import SafetyPolicy
from noctule.sasl.login import Login

pytest.importorskip("berkeleydb")
SASLPASSWD = shutil.which("saslpasswd2") or "/usr/sbin/saslpasswd2"
RELAXED = SafetyPolicy.of(["TrustStickyBit"])  # temporary directories are world-writable
ALICE = Login("alice", "example.org")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    if not Path(SASLPASSWD).exists():
        pytest.skip("saslpasswd2 is not installed")
    path = tmp_path / "sasldb2"
    command = [SASLPASSWD, "-p", "-c", "-f", str(path), "-u", "example.org", "alice"]
    subprocess.run(command, input=b"wonderland", check=True, capture_output=True)
    path.chmod(0o600)
    return path


def test_passwords(file: Path) -> None:
    back_end = SasldbBackEnd(str(file), RELAXED)
    assert asyncio.run(back_end.verify(ALICE, b"wonderland"))
    assert not asyncio.run(back_end.verify(ALICE, b"wrong"))
    assert not asyncio.run(back_end.verify(ALICE, b""))
    assert not asyncio.run(back_end.verify(Login("bob", "example.org"), b"wonderland"))
    assert not asyncio.run(back_end.verify(Login("alice", "example.net"), b"wonderland"))
    assert asyncio.run(back_end.verify(Login("alice@example.org", "example.net"), b"wonderland"))


def test_the_password_itself(file: Path) -> None:
    secret = asyncio.run(SasldbBackEnd(str(file), RELAXED).secret(ALICE))
    assert secret is not None and secret.password == b"wonderland"


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_file_others_may_read(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(TemporaryError, match=r"^sasldb .*: safesasl failed: .* readable"):
        asyncio.run(SasldbBackEnd(str(file), RELAXED).secret(ALICE))
    asyncio.run(SasldbBackEnd(str(file), SafetyPolicy.of(["TrustStickyBit", "GroupReadableSASLDBFile"])).close())


def test_no_file_and_no_database(tmp_path: Path) -> None:
    with pytest.raises(TemporaryError, match=r"^sasldb .*: No such file"):
        asyncio.run(SasldbBackEnd(str(tmp_path / "none"), RELAXED).secret(ALICE))
    (tmp_path / "text").write_text("no database")
    (tmp_path / "text").chmod(0o600)
    with pytest.raises(TemporaryError, match=r"^sasldb "):
        asyncio.run(SasldbBackEnd(str(tmp_path / "text"), RELAXED).secret(ALICE))
