"""Other MTAs, for a test: the real Postfix and the real Sendmail, each in a Debian root that somebody has set up.

The roots are folders `postfix` and `sendmail` below $NOCTULE_ORACLE (default ~/.cache/noctule-oracle).  A peer runs in
a chroot with its own process and mount namespaces: what it writes lands in the test's folder, nothing of it stays when
the test ends, and other users of the root do not notice.
"""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

ROOTS = Path(os.environ.get("NOCTULE_ORACLE", Path.home() / ".cache" / "noctule-oracle"))
USER = "box"
_ENTER = """
root=$1; shift
mount --bind /dev "$root/dev"; mount -t proc proc "$root/proc"
while [ "$1" != -- ]; do mount --bind "$1" "$root$2"; shift 2; done
shift; exec chroot "$root" "$@"
"""


class Missing(Exception):  # noqa: N818 - a reason to skip, not an error
    """The reason why a peer cannot run here."""


def loopback() -> str:
    """An address of this machine that nobody else is likely to use."""
    return f"127.{random.randint(1, 250)}.{random.randint(1, 250)}.{random.randint(2, 250)}"


class Peer(ABC):
    """An MTA on port 25 of an address of its own.  Mail for anybody at `domain` ends in one mailbox."""

    root: str

    def __init__(self, folder: Path, domain: str, name_server: str) -> None:
        self.address = loopback()
        self.domain = domain
        self.folder = folder
        self._root = ROOTS / self.root
        self._mounts: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() != 0:
            raise Missing("needs root, for a chroot and port 25")
        if not (self._root / ".done").exists():
            raise Missing(f"no {self.root} root below $NOCTULE_ORACLE")
        folder.mkdir()
        self._file("/etc/resolv.conf", f"nameserver {name_server}\noptions timeout:2 attempts:1\n")

    def __enter__(self) -> "Peer":
        inside = ["unshare", "--mount", "--pid", "--fork", "--propagation", "private"]
        script = ["sh", "-ec", _ENTER, "enter", str(self._root), *self._mounts, "--", *self.command()]
        with (self.folder / "output").open("wb") as output:
            self._process = subprocess.Popen([*inside, *script], stdout=output, stderr=output, start_new_session=True)
        try:
            wait_for(self._greets, (self.folder / "output").read_text)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        first = subprocess.run(["pgrep", "-P", str(self._process.pid)], capture_output=True, text=True, check=False)
        for pid in first.stdout.split():
            os.kill(int(pid), signal.SIGKILL)  # and with it everything in its process namespace
        self._process.wait(30)

    @abstractmethod
    def command(self) -> list[str]:
        """Its daemon, staying in the foreground."""

    @abstractmethod
    def delivered(self) -> list[bytes]:
        """The messages in its mailbox, lines ending in LF."""

    def _greets(self) -> bool:
        assert self._process is not None and self._process.poll() is None, (self.folder / "output").read_text()
        try:
            with socket.create_connection((self.address, 25), 10) as connection:
                return connection.recv(4) == b"220 "
        except ConnectionRefusedError:
            return False

    def _file(self, path: str, text: str) -> None:
        """Put a file over one of the root's."""
        own = self.folder / path.strip("/").replace("/", "-")
        own.write_text(text)
        self._mounts += [str(own), path]

    def _directory(self, path: str, mode: int = 0o755, *, copied: bool = False) -> Path:
        """Put a directory over one of the root's: an empty one, or a copy."""
        own = self.folder / path.strip("/").replace("/", "-")
        if copied:
            shutil.copytree(self._root / path.strip("/"), own, symlinks=True)
        else:
            own.mkdir()
        seen = (self._root / path.strip("/")).stat()
        os.chown(own, seen.st_uid, seen.st_gid)
        own.chmod(mode)
        self._mounts += [str(own), path]
        return own


class Postfix(Peer):
    """Delivers to a Maildir."""

    root = "postfix"

    def __init__(self, folder: Path, domain: str, name_server: str) -> None:
        super().__init__(folder, domain, name_server)
        for path in ("/var/spool/postfix", "/var/lib/postfix", "/var/log"):
            self._directory(path)
        self._mail = self._directory("/var/mail", 0o777)
        etc = self._directory("/etc/postfix", copied=True)
        (etc / "main.cf").write_text(
            f"""compatibility_level = 3.6
myhostname = mx.{domain}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
virtual_mailbox_domains = {domain}
virtual_mailbox_base = /var/mail
virtual_mailbox_maps = static:{USER}/
virtual_uid_maps = static:12345
virtual_gid_maps = static:12345
virtual_mailbox_limit = 0
message_size_limit = 50000000
maillog_file = /var/log/postfix.log
"""
        )
        rows = (etc / "master.cf.proto").read_text()
        rows = re.sub(r"^smtp +inet", f"{self.address}:25 inet", rows, flags=re.MULTILINE)
        chroot = re.compile(r"^((?:[^#\s]\S*\s+)(?:\S+\s+){3})y", re.MULTILINE)
        (etc / "master.cf").write_text(chroot.sub(r"\1n", rows))

    def command(self) -> list[str]:
        return ["postfix", "start-fg"]

    def delivered(self) -> list[bytes]:
        return [path.read_bytes() for path in self._mail.glob(f"{USER}/new/*")]


class Sendmail(Peer):
    """Debian's Sendmail with its stock configuration: procmail delivers to a mailbox in mbox form."""

    root = "sendmail"

    def __init__(self, folder: Path, domain: str, name_server: str) -> None:
        super().__init__(folder, domain, name_server)
        self._directory("/var/spool/mqueue", 0o700)
        self._mail = self._directory("/var/mail", 0o3775)
        accounts = (self._root / "etc/passwd").read_text()
        self._file("/etc/passwd", f"{accounts}{USER}:x:12345:12345::/nonexistent:/bin/sh\n")
        etc = self._directory("/etc/mail", copied=True)
        (etc / "aliases").unlink(missing_ok=True)
        (etc / "aliases").write_text("")
        configuration = (etc / "sendmail.cf").read_text("latin-1")
        configuration = re.sub(
            r"^(O (DaemonPortOptions|AliasFile)=|R.*greet_pause).*\n", "", configuration, flags=re.MULTILINE
        )
        own = f"O DaemonPortOptions=Name=MTA, Addr={self.address}, Port=25\nO AliasFile=stab:/etc/mail/aliases\n"
        (etc / "sendmail.cf").write_text(f"{configuration}{own}O PidFile=/dev/null\nCw{domain}\n", "latin-1")

    def command(self) -> list[str]:
        return ["sendmail", "-bD"]

    def delivered(self) -> list[bytes]:
        mailbox = self._mail / USER
        text = mailbox.read_bytes() if mailbox.exists() else b""
        messages = re.split(rb"^From \S+ .*\n", text, flags=re.MULTILINE)[1:]
        return [message.removesuffix(b"\n").replace(b"\n>From ", b"\nFrom ") for message in messages]


def wait_for(ready: Callable[[], object], problem: Callable[[], str], limit: float = 30.0) -> None:
    """Look until ready() holds; another program's doing, so there is nothing to wait on."""
    end = time.monotonic() + limit
    while not ready():
        assert time.monotonic() < end, problem()
        time.sleep(0.05)
