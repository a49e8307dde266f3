"""A Noctule daemon for a test: its own process tree, queue, log and port."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("noctule")


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def in_namespace(mounts: tuple[tuple[Path, str], ...]) -> list[str]:
    """What to put in front of a command so that it alone sees these mounts."""
    script = 'while [ "$1" != -- ]; do mount --bind "$1" "$2"; shift 2; done; shift; exec "$@"'
    pairs = [str(path) for pair in mounts for path in pair]
    return ["unshare", "--mount", "--propagation", "private", "sh", "-ec", script, "inside", *pairs, "--"]


class Noctule:
    """Starts on `configuration` with options of its own; `stop` drains it.

    `mounts` (as root) are paths that it sees in the places of others: pairs of what, and where.
    """

    def __init__(
        self,
        configuration: Path,
        root: Path,
        *options: str,
        interval: str = "",
        mounts: tuple[tuple[Path, str], ...] = (),
    ) -> None:
        self.port = free_port()
        self.root = root
        self.log = root / "maillog"
        self.queue = root / "queue"
        self.queue.mkdir(mode=0o700, exist_ok=True)
        self._configuration = configuration
        self.options = [
            f"QueueDirectory={self.queue}",
            f"PidFile={root / 'pid'}",
            f"DaemonPortOptions=Name=MTA, Addr=127.0.0.1, Port={self.port}",
            *options,
        ]
        self._interval = interval
        self._inside = in_namespace(mounts) if mounts else []
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Noctule":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        flags = [f"-O{option}" for option in self.options]
        if self._interval:
            flags.append(f"-q{self._interval}")
        command = [*self._inside, PROGRAM, "serve", "--config", self._configuration, "--log", self.log, *flags]
        self.process = subprocess.Popen(command, cwd=self.root)
        try:
            self._wait_for_banner()
        except BaseException:
            self.stop()
            raise

    def _wait_for_banner(self) -> None:
        """Connections wait in the backlog as soon as the port is bound; until then they are refused."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            assert self.process is not None
            assert self.process.poll() is None, f"ended with {self.process.returncode}"
            try:
                with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
                    assert connection.recv(4) == b"220 "
                    return
            except ConnectionRefusedError:
                continue
        raise AssertionError("no banner")

    def workers(self) -> list[int]:
        """Process ids of the workers now."""
        assert self.process is not None
        listed = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [int(pid) for pid in listed.stdout.split()]

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        if "PYTEST_KEEP" in os.environ:
            shutil.copy(self.log, os.environ["PYTEST_KEEP"])
        return status
