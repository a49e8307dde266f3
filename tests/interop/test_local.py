"""Local mail under stock configurations: procmail, programs, files, lists and `.forward`, each as whom it is for.

The users exist in a copy of /etc that only the daemon under test sees.
"""

import os
import re
import shutil
import smtplib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import stockcf
from interop.noctuled import Noctule
from interop.peers import ROOTS, wait_for

USERS = {"carol": 23001, "dave": 23002, "erin": 23003, "frank": 23004}
DEFAULT, WORKER = 23009, 23008
BODY = "Told to everybody.\n"
HOMES, LISTS = "/mnt", "/srv"
NOT_OURS = re.compile(r"^(O (TrustedUser|RunAsUser|AliasFile)=|F.*/etc/mail/|R.*greet_pause).*\n", re.MULTILINE)
MDA = ROOTS / "sendmail/usr/sbin/sensible-mda"

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become users"),
    pytest.mark.skipif(shutil.which("procmail") is None, reason="needs procmail"),
]
ALIASES = f"""\
robot: "|cat > {LISTS}/open/program"
archive: {LISTS}/open/archive
team: :include:{LISTS}/team
secret: :include:{LISTS}/secret
"""


class Host:
    """What the daemon sees of the machine: accounts, homes, lists, mailboxes."""

    def __init__(self, root: Path) -> None:
        self.homes, self.lists, self.mail = (self._folder(root / name) for name in ("homes", "lists", "mail"))
        self.mail.chmod(0o1777)
        self.etc = root / "etc"
        shutil.copytree("/etc", self.etc, symlinks=True)
        with (self.etc / "passwd").open("a") as accounts:
            accounts.writelines(f"{name}:x:{uid}:{uid}::{HOMES}/{name}:/bin/sh\n" for name, uid in USERS.items())
        programs = self.etc / "mail/smrsh"  # where sensible-mda looks for procmail
        programs.mkdir(parents=True, exist_ok=True)
        (programs / "procmail").unlink(missing_ok=True)
        (programs / "procmail").symlink_to("/usr/bin/procmail")
        for name, uid in USERS.items():
            self.give(self._folder(self.homes / name), uid, 0o700)
        self.give(self._folder(self.lists / "open"), DEFAULT, 0o755)

    @staticmethod
    def _folder(path: Path) -> Path:
        path.mkdir()
        path.chmod(0o755)
        return path

    @staticmethod
    def give(path: Path, uid: int, mode: int) -> None:
        os.chown(path, uid, uid)
        path.chmod(mode)

    def write(self, path: Path, text: str, uid: int, mode: int = 0o644) -> None:
        path.write_text(text)
        self.give(path, uid, mode)

    def forward(self, name: str, text: str) -> None:
        self.write(self.homes / name / ".forward", text, USERS[name], 0o600)

    @property
    def mounts(self) -> tuple[tuple[Path, str], ...]:
        return (self.homes, HOMES), (self.lists, LISTS), (self.mail, "/var/mail"), (self.etc, "/etc")


def configuration(name: str, root: Path) -> Path:
    """A stock configuration, less what names its distribution's accounts and files."""
    try:
        text = stockcf.stock_cf(name).read_text("latin-1")
    except stockcf.NoLibrary as reason:
        pytest.skip(str(reason))
    text = re.sub(
        r"^(O (TrustedUser|RunAsUser|AliasFile)=|F.*/etc/mail/|R.*greet_pause).*\n", "", text, flags=re.MULTILINE
    )
    text = re.sub(r"^Kaccess hash .*", f"Kaccess text -k0 -v1 {root}/access", text, flags=re.MULTILINE)
    if name == "debian":
        if not MDA.exists():
            pytest.skip("needs sensible-mda, of the sendmail root below $NOCTULE_ORACLE")
        text = text.replace("P=/usr/sbin/sensible-mda", f"P={MDA}")
    (root / "access").write_text("Connect:127.0.0.1\tRELAY\n")
    cf = root / "sendmail.cf"
    cf.write_text(f"{text}Cwlocalhost\n", "latin-1")
    return cf


def interpreter_is_for_all() -> bool:
    library = Path(os.__file__)
    return all(folder.stat().st_mode & 0o001 for folder in library.parents)


def send(port: int, *names: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.sendmail("root@localhost", [f"{name}@localhost" for name in names], f"Subject: x\n\n{BODY}")


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A folder that every user can enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize(
    ("name", "options"),
    [("generic-linux", ()), ("generic-linux", (f"RunAsUser={WORKER}:{WORKER}",)), ("debian", ())],
    ids=["generic-linux", "unprivileged", "debian"],
)
def test_everybody_gets_it_as_himself(name: str, options: tuple[str, ...], open_path: Path) -> None:
    if options and not interpreter_is_for_all():
        pytest.skip("needs a Python that other users can read")
    host = Host(open_path)
    host.forward("dave", '\\dave\n"|cat > copy"\n')
    host.forward("erin", f"{HOMES}/erin/saved\n")
    host.forward("frank", "carol\n")
    (host.homes / "frank").chmod(0o777)  # anybody could have written that
    host.write(host.lists / "team", f'carol\n"|cat > {HOMES}/carol/by-team"\n', USERS["carol"])
    host.write(host.lists / "secret", "carol\n", 0, 0o600)
    (open_path / "aliases").write_text(ALIASES)
    options = (
        *options,
        f"AliasFile=stab:{open_path}/aliases",
        f"DefaultUser={DEFAULT}:{DEFAULT}",
        "DontBlameSendmail=TrustStickyBit",
        "ConnectionRateThrottle=0",
        "Workers=1",
    )
    expected = {
        host.mail / "carol": USERS["carol"],
        host.mail / "dave": USERS["dave"],
        host.mail / "frank": USERS["frank"],
        host.homes / "dave/copy": USERS["dave"],
        host.homes / "erin/saved": USERS["erin"],
        host.homes / "carol/by-team": USERS["carol"],
        host.lists / "open/program": DEFAULT,
        host.lists / "open/archive": DEFAULT,
    }

    def told(path: Path) -> bool:
        return path.exists() and path.read_text().rstrip("\n").endswith(BODY.rstrip("\n"))

    with Noctule(configuration(name, open_path), open_path, *options, mounts=host.mounts) as daemon:
        send(daemon.port, "dave", "erin", "frank", "team", "robot", "archive", "secret")
        wait_for(lambda: all(told(path) for path in expected), daemon.log.read_text, 20)
        assert {path: path.stat().st_uid for path in expected} == expected
        unreadable = f"Cannot open {LISTS}/secret: Permission denied"
        wait_for(lambda: unreadable in daemon.log.read_text(), daemon.log.read_text)
    assert not (host.mail / "erin").exists()
    assert (host.mail / "carol").read_text().count(BODY) == 1, "frank's .forward is not believed"
