"""Hashed passwords in a file."""

import asyncio
import time
from pathlib import Path

import pytest

from noctule.accounts.passwordfile import PasswordFile, PasswordFileBackEnd, Scram, Scrypt, parse_hash
from noctule.base.errors import TemporaryError
from noctule.files import SafetyPolicy
from noctule.sasl.login import Login

ALICE = Login("alice", "example.org")
CHEAP = 4
RELAXED = SafetyPolicy.of(["TrustStickyBit"])  # temporary directories are world-writable


def written(path: Path, file: PasswordFile) -> PasswordFileBackEnd:
    path.write_text(str(file))
    path.chmod(0o600)
    return PasswordFileBackEnd(str(path), RELAXED)


def scrypt_file() -> PasswordFile:
    users = {
        "alice": Scrypt.of(b"wonderland", b"salt of alice", CHEAP),
        "bob@example.net": Scrypt.of(b"builder", b"salt of bob", CHEAP),
    }
    return PasswordFile(b"d" * 16, dict(users))


@pytest.mark.parametrize(
    ("given", "password", "right"),
    [
        ("alice", b"wonderland", True),
        ("alice@anywhere.example", b"wonderland", True),
        ("bob@example.net", b"builder", True),
        ("bob", b"builder", False),
        ("alice", b"builder", False),
        ("carol", b"wonderland", False),
        ("alice", b"", False),
    ],
)
def test_passwords(tmp_path: Path, given: str, password: bytes, right: bool) -> None:
    back_end = written(tmp_path / "passwords", scrypt_file())
    assert asyncio.run(back_end.verify(Login(given, "example.org"), password)) is right


def test_scrypt_against_rfc_7914() -> None:
    known = Scrypt.of(b"pleaseletmein", b"SodiumChloride", 14, 8, 1)
    assert known.key.hex().startswith("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")


def test_scram_keys_serve_both(tmp_path: Path) -> None:
    back_end = written(tmp_path / "passwords", PasswordFile(b"d" * 16, {"alice": Scram.of(b"wonderland", b"salt")}))
    secret = asyncio.run(back_end.secret(ALICE))
    assert secret is not None and secret.scram["sha256"].salt == b"salt"
    assert asyncio.run(back_end.verify(ALICE, b"wonderland"))


def test_who_does_not_exist_looks_as_who_does(tmp_path: Path) -> None:
    back_end = written(tmp_path / "passwords", PasswordFile(b"d" * 16, {"alice": Scram.of(b"wonderland", b"0" * 16)}))
    carol = Login("carol", "example.org")
    first, second = asyncio.run(back_end.secret(carol)), asyncio.run(back_end.secret(carol))
    assert first is not None and first == second
    assert len(first.scram["sha256"].salt) == 16
    assert not asyncio.run(back_end.verify(carol, b"wonderland"))


def test_a_user_without_scram_looks_as_who_does_not_exist(tmp_path: Path) -> None:
    back_end = written(tmp_path / "passwords", mixed_file())
    for name in ("alice", "carol"):
        secret = asyncio.run(back_end.secret(Login(name, "example.org")))
        assert secret is not None and secret.decoy and secret.scram["sha256"].iterations == 4096
    real = asyncio.run(back_end.secret(Login("bob", "example.org")))
    assert real is not None and not real.decoy


def mixed_file() -> PasswordFile:
    users = {"alice": Scrypt.of(b"wonderland", b"salt", 14), "bob": Scram.of(b"builder", b"salt of bob")}
    return PasswordFile(b"d" * 16, dict(users))


def test_everybody_takes_as_long(tmp_path: Path) -> None:
    back_end = written(tmp_path / "passwords", mixed_file())

    def seconds(name: str) -> float:
        def once() -> float:
            begun = time.process_time()
            assert not asyncio.run(back_end.verify(Login(name, "example.org"), b"wrong"))
            return time.process_time() - begun

        return min(once() for _ in range(3))

    taken = [seconds(name) for name in ("alice", "bob", "carol")]
    assert max(taken) < 2 * min(taken)


def test_in_a_mixed_file_each_password_counts(tmp_path: Path) -> None:
    back_end = written(tmp_path / "passwords", mixed_file())
    assert asyncio.run(back_end.verify(ALICE, b"wonderland"))
    assert asyncio.run(back_end.verify(Login("bob", "example.org"), b"builder"))
    assert not asyncio.run(back_end.verify(ALICE, b"builder"))


def test_a_changed_file_counts_at_once(tmp_path: Path) -> None:
    path, file = tmp_path / "passwords", scrypt_file()
    back_end = written(path, file)
    assert asyncio.run(back_end.verify(ALICE, b"wonderland"))
    del file.users["alice"]
    written(path, file)
    assert not asyncio.run(back_end.verify(ALICE, b"wonderland"))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_others_may_read(tmp_path: Path, mode: int) -> None:
    back_end = written(tmp_path / "passwords", scrypt_file())
    (tmp_path / "passwords").chmod(mode)
    with pytest.raises(TemporaryError, match=r"^passwords .*/passwords: safesasl failed"):
        asyncio.run(back_end.verify(ALICE, b"wonderland"))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(TemporaryError, match="No such file"):
        asyncio.run(PasswordFileBackEnd(str(tmp_path / "none"), RELAXED).verify(ALICE, b"x"))


def test_a_broken_file_tells_its_line(tmp_path: Path) -> None:
    path = tmp_path / "passwords"
    path.write_text("# comment\nalice:wonderland\n")
    path.chmod(0o600)
    with pytest.raises(TemporaryError, match="line 2") as caught:
        asyncio.run(PasswordFileBackEnd(str(path), RELAXED).verify(ALICE, b"x"))
    assert "wonderland" not in str(caught.value)


def test_what_is_written_can_be_read() -> None:
    file = PasswordFile(b"d" * 16, {"alice": Scram.of(b"x", b"salt"), **scrypt_file().users})
    assert PasswordFile.parse(str(file)) == file


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "$scrypt$ln=99,r=8,p=1$c2FsdA==$a2V5",
        "$scrypt$ln=4,r=8,p=1$!$a2V5",
        "{SCRAM-SHA-256}9999999,c2E=,c2E=,c2E=",
    ],
)
def test_no_hash(text: str) -> None:
    assert parse_hash(text) is None
