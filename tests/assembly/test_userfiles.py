"""Users' files through the real helper."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from noctule.accounts import Account
from noctule.assembly.userfiles import UsersFiles
from noctule.base.errors import TemporaryError
from noctule.files import SafetyError
from noctule.privileged import Answer, Client, Identity, Policy, ReadFile, start
from noctule.route.addressfiles import MAX_FILE, AddressFile

ROOT = os.getuid() == 0
UID = 23001 if ROOT else os.getuid()
GID = 23001 if ROOT else os.getgid()
DEFAULT = Identity("", 23009, 23009)
RELAXED = ("ForwardFileInUnsafeDirPath", "IncludeFileInUnsafeDirPath", "ForwardFileInUnsafeDirPathSafe")
as_root = pytest.mark.skipif(not ROOT, reason="needs root, to become users")


@pytest.fixture
def home(public: Path) -> Path:
    """The closed home of a user."""
    home = public / "home"
    home.mkdir(mode=0o700)
    os.chown(home, UID, GID)
    return home


def put(path: Path, data: bytes, uid: int = UID, mode: int = 0o600) -> Path:
    path.write_bytes(data)
    os.chown(path, uid, GID if uid == UID else uid)
    path.chmod(mode)
    return path


def reading(
    use: Callable[[UsersFiles], Awaitable[AddressFile]], *, root_files: frozenset[str] = frozenset()
) -> AddressFile:
    async def run() -> AddressFile:
        process, sock = start(Policy(default_user=DEFAULT, relaxations=RELAXED, root_files=root_files))
        client = Client(sock)
        try:
            return await use(UsersFiles(client, DEFAULT))
        finally:
            await client.close()
            assert await asyncio.to_thread(process.wait, 10) == 0

    return asyncio.run(run())


def owner(home: Path, uid: int = UID) -> Account:
    return Account(name="carol", uid=uid, gid=GID, home=str(home))


def test_a_forward_in_a_closed_home(home: Path) -> None:
    path = put(home / ".forward", b"caf\xe9\n")
    found = reading(lambda files: files.forward(str(path), owner(home)))
    assert found == AddressFile("caf\xe9\n", UID, GID, trusted=True)


def test_no_forward(home: Path) -> None:
    for path in (home / ".forward", home / "none/.forward"):
        with pytest.raises(FileNotFoundError):
            reading(lambda files, path=path: files.forward(str(path), owner(home)))


def test_a_forward_that_anybody_may_write(home: Path) -> None:
    path = put(home / ".forward", b"bob\n", mode=0o646)
    with pytest.raises(SafetyError, match="World writable file"):
        reading(lambda files: files.forward(str(path), owner(home)))


@as_root
def test_a_forward_of_somebody_else(home: Path) -> None:
    path = put(home / ".forward", b"bob\n", 23002, 0o644)
    with pytest.raises(SafetyError, match="Owned by somebody else"):
        reading(lambda files: files.forward(str(path), owner(home)))


@as_root
def test_a_link_leads_only_to_what_the_user_may_read(home: Path) -> None:
    secret = put(home.parent / "secret", b"root's\n", 0)
    (home / ".forward").symlink_to(secret)
    with pytest.raises(PermissionError):
        reading(lambda files: files.forward(str(home / ".forward"), owner(home)))


@as_root
def test_the_list_of_an_alias_is_read_as_the_default_user(home: Path) -> None:
    path = put(home.parent / "list", b"bob\n", mode=0o644)
    assert reading(lambda files: files.include(str(path), None)) == AddressFile("bob\n", UID, GID, trusted=False)
    path.chmod(0o600)
    with pytest.raises(PermissionError):
        reading(lambda files: files.include(str(path), None))


def test_a_list_of_a_forward_is_read_as_its_user(home: Path) -> None:
    path = put(home / "list", b"bob\n")
    assert reading(lambda files: files.include(str(path), owner(home))).text == "bob\n"


@as_root
def test_roots_forward_is_read_by_root_and_no_other_file(home: Path) -> None:
    path = put(home / ".forward", b"bob\n", 0)
    root = owner(home, 0)
    assert reading(lambda files: files.forward(str(path), root), root_files=frozenset({str(path)})).text == "bob\n"
    with pytest.raises(PermissionError):
        reading(lambda files: files.forward(str(path), root))


def test_a_large_list(home: Path) -> None:
    path = put(home / "list", b"\xff" * MAX_FILE)
    assert len(reading(lambda files: files.include(str(path), owner(home))).text) == MAX_FILE
    put(path, b"\xff" * (MAX_FILE + 1))
    with pytest.raises(SafetyError, match=f"more than {MAX_FILE} bytes"):
        reading(lambda files: files.include(str(path), owner(home)))


def test_a_helper_that_cannot_say_is_asked_again_later(home: Path) -> None:
    class Failing:
        async def ask(self, request: ReadFile) -> Answer:
            return Answer(75, "delivery process failed")

    with pytest.raises(TemporaryError, match="list: delivery process failed"):
        asyncio.run(UsersFiles(Failing(), DEFAULT).include(str(home / "list"), owner(home)))
