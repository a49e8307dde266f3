"""IMAP servers that take mail by LMTP, for a test: the real Cyrus and the real Dovecot, in folders of their own.

Each listens for LMTP on a unix socket (`lmtp`) and for IMAP on a port of loopback (`port`), has the accounts that it is
given, whose INBOX begins with the first message, and refuses mail for others.
"""

import imaplib
import os
import shutil
import signal
import socket
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

from interop.noctuled import free_port
from interop.peers import Missing, wait_for

ROOT = Path(__file__).parents[2]


class ImapHost(ABC):
    """Accounts are names with their passwords; mailboxes live in `folder`, which other users can pass through."""

    def __init__(self, folder: Path, accounts: Mapping[str, str]) -> None:
        if os.geteuid() != 0:
            raise Missing("needs root, to become the mail store's user")
        self.folder = folder
        self.port = free_port()
        self.accounts = accounts
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir()
        folder.chmod(0o755)

    @property
    @abstractmethod
    def lmtp(self) -> Path:
        """The socket that takes mail."""

    @abstractmethod
    def command(self) -> list[str | Path]:
        """Its daemon, staying in the foreground."""

    def __enter__(self) -> "ImapHost":
        log = self.folder / "output"
        with log.open("wb") as output:
            self._process = subprocess.Popen(self.command(), stdout=output, stderr=output, start_new_session=True)
        try:
            wait_for(self._greets, log.read_text)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(30)

    def _greets(self) -> bool:
        assert self._process is not None and self._process.poll() is None, (self.folder / "output").read_text()
        try:
            with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
                return connection.recv(4) == b"* OK" and self.lmtp.is_socket()
        except ConnectionRefusedError:
            return False

    def mail(self, user: str) -> list[bytes]:
        """The messages in the user's INBOX, as IMAP gives them: lines ending in CRLF."""
        with imaplib.IMAP4("127.0.0.1", self.port, 10) as client:
            client.login(user, self.accounts[user])
            client.select()
            _, numbers = client.search(None, "ALL")
            fetched = [client.fetch(number.decode(), "(BODY.PEEK[])")[1][0] for number in numbers[0].split()]
        return [part[1] for part in fetched if isinstance(part, tuple)]


class Cyrus(ImapHost):
    """Passwords in a sasldb of its own; runs as the `cyrus` user of Debian's package."""

    programs = Path("/usr/lib/cyrus/bin")

    def __init__(self, folder: Path, accounts: Mapping[str, str]) -> None:
        super().__init__(folder, accounts)
        places = (self.programs, ROOT / ".peers/cyrus-imapd" / self.programs.relative_to("/"))
        imapd = next((place / "imapd" for place in places if (place / "imapd").exists()), None)
        if imapd is None or not (self.programs / "master").exists() or shutil.which("saslpasswd2") is None:
            raise Missing("needs cyrus-common, cyrus-imapd and sasl2-bin")
        for name in ("run", "spool", *(f"lib/{part}" for part in ("db", "proc", "socket", "log", "msg", "quota"))):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self._imapd_conf = folder / "imapd.conf"
        self._imapd_conf.write_text(self._settings())
        self._cyrus_conf = folder / "cyrus.conf"
        self._cyrus_conf.write_text(
            f"""START {{ recover cmd="{self.programs}/ctl_cyrusdb -C {self._imapd_conf} -r" }}
SERVICES {{
  imap cmd="{imapd} -C {self._imapd_conf}" listen="127.0.0.1:{self.port}" prefork=0
  lmtp cmd="{self.programs}/lmtpd -C {self._imapd_conf}" listen="{self.lmtp}" prefork=0
}}
EVENTS {{ }}
"""
        )
        for name, password in accounts.items():
            add = ["saslpasswd2", "-p", "-c", "-f", str(folder / "sasldb2"), "-u", socket.gethostname(), name]
            subprocess.run(add, input=password.encode(), check=True)
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "cyrus", "mail")

    def _settings(self) -> str:
        return f"""configdirectory: {self.folder}/lib
partition-default: {self.folder}/spool
defaultpartition: default
lmtpsocket: {self.lmtp}
autocreate_quota: 0
autocreate_post: yes
autocreate_users: {" ".join(self.accounts)}
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {self.folder}/sasldb2
sasl_mech_list: PLAIN
"""

    @property
    def lmtp(self) -> Path:
        return self.folder / "lib/socket/lmtp"

    def command(self) -> list[str | Path]:
        pid = self.folder / "run/pid"
        return [self.programs / "master", "-D", "-C", self._imapd_conf, "-M", self._cyrus_conf, "-p", pid]


class Dovecot(ImapHost):
    """Passwords in a passwd-file; Maildirs."""

    def __init__(self, folder: Path, accounts: Mapping[str, str]) -> None:
        super().__init__(folder, accounts)
        program = shutil.which("dovecot", path="/usr/sbin:/usr/bin:/usr/local/sbin")
        if program is None or not Path("/usr/lib/dovecot/lmtp").exists():
            raise Missing("needs dovecot-imapd and dovecot-lmtpd")
        self._program = program
        (folder / "run").mkdir()
        users = folder / "users"
        homes = folder / "homes"
        homes.mkdir()
        shutil.chown(homes, "mail", "mail")
        users.write_text("".join(f"{name}:{{PLAIN}}{word}:8:8::{homes}/{name}\n" for name, word in accounts.items()))
        self._settings = folder / "dovecot.conf"
        self._settings.write_text(
            f"""base_dir = {folder}/run
log_path = {folder}/log
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
first_valid_uid = 8
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = {users}
}}
userdb {{
  driver = passwd-file
  args = {users}
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {self.port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0666
  }}
}}
"""
        )

    @property
    def lmtp(self) -> Path:
        return self.folder / "run/lmtp"

    def command(self) -> list[str | Path]:
        return [self._program, "-F", "-c", self._settings]
