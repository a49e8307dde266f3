"""A real PostgreSQL for a test: on loopback, with TLS, in a folder of its own.

    with postgreshost.running() as database:
        ... database.port, database.folder (of the socket) ...

The user `USER` with `PASSWORD` owns the database `DATABASE`, which the test fills with `execute`.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import slapdhost

USER, PASSWORD, DATABASE = "mail", "data base", "accounts"
_WHO_MAY = "local all root trust\nlocal all all scram-sha-256\nhost all all all scram-sha-256\n"
_UNPRIVILEGED = "postgres"  # who runs it when root does the tests: it refuses to run as root


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A running PostgreSQL."""

    folder: Path
    port: int

    def execute(self, sql: str) -> None:
        """Run statements, as the owner of all."""
        words = ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-p", str(self.port), "-U", "root"]
        done = subprocess.run([*words, DATABASE], input=sql, capture_output=True, text=True, timeout=20)
        assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def running() -> Iterator[Database]:
    """Skips the test where there is no PostgreSQL."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="postgres-") as name:
        folder = Path(name)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            database = Database(folder=folder, port=free.getsockname()[1])
        slapdhost.certificates(folder)
        (folder / "server.key").chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(folder, _UNPRIVILEGED)
            for path in folder.iterdir():
                shutil.chown(path, _UNPRIVILEGED)
        _run(
            folder, programs / "initdb", "-D", folder / "data", "-U", "root", "--auth=trust", "--no-sync", "-E", "UTF8"
        )
        (folder / "data/pg_hba.conf").write_text(
            "local all root trust\nlocal all all scram-sha-256\nhost all all all scram-sha-256\n"
        )
        with serving(database):
            _run(folder, programs / "createdb", "-h", folder, "-p", str(database.port), "-U", "root", DATABASE)
            database.execute(f"CREATE USER {USER} PASSWORD '{PASSWORD}'")
            yield database


@contextlib.contextmanager
def serving(database: Database) -> Iterator[None]:
    """The server of a folder that `running` has made; it may be stopped and started again."""
    folder, programs = database.folder, _programs()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": database.port,
        "unix_socket_directories": folder,
        "fsync": "off",
        "ssl": "on",
        "ssl_cert_file": folder / "server.pem",
        "ssl_key_file": folder / "server.key",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    control = [programs / "pg_ctl", "-D", folder / "data", "-s", "-w", "-l", folder / "log"]
    _run(folder, *control, "-o", options, "start")
    try:
        yield
    finally:
        _run(folder, *control, "-m", "immediate", "stop", check=False)


def _run(folder: Path, *words: str | Path, check: bool = True) -> None:
    user = _UNPRIVILEGED if os.geteuid() == 0 else None
    log = folder / "output"
    with log.open("ab") as output:
        done = subprocess.run(
            [str(word) for word in words], user=user, cwd=folder, stdout=output, stderr=output, timeout=60
        )
    assert done.returncode == 0 or not check, log.read_text()


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "/nonexistent")]
    if not found[-1].exists() or shutil.which("psql") is None:
        pytest.skip("no PostgreSQL on this machine")
    return found[-1].parent
