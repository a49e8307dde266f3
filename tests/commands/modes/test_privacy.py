"""restrictmailq, restrictqrun and restrictexpand for people who are neither root nor of the queue's group.

What Sendmail 8.17 says was seen with `setpriv --reuid 65534 ... sendmail -OPrivacyOptions=WORD -bp` and the like.
"""

import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from assembly.configurations import write_cf

NOBODY = pwd.getpwnam("nobody")
GROUP = 1  # the queue directory's; nobody is not in it
# With the real ids of somebody and the effective ones of root, as a program with the setuid bit has them.
AS_USER = """
import os, sys
uid, gid, groups = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
os.setgroups([int(group) for group in groups.split()])
os.setresgid(gid, 0, 0)
os.setresuid(uid, 0, 0)
from noctule.commands.sendmail import main
sys.exit(main(["sendmail", *sys.argv[4:]]))
"""
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be another user")


def run(cf: Path, *argv: str, groups: str = "", root: bool = False) -> tuple[str, int]:
    who = ("0", "0") if root else (str(NOBODY.pw_uid), str(NOBODY.pw_gid))
    done = subprocess.run(
        [sys.executable, "-c", AS_USER, *who, groups, f"-C{cf}", *argv],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        text=True,
    )
    return done.stdout, done.returncode


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that everybody can get at."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def site(folder: Path, word: str, *, owner: int = 0) -> Path:
    cf = write_cf(folder, f"O PrivacyOptions={word}", "O DeliveryMode=i")
    os.chown(folder / "queue", owner, GROUP)
    (folder / "queue").chmod(0o775)
    return cf


def test_restrictmailq_shows_the_queue_to_its_group(folder: Path) -> None:
    cf = site(folder, "restrictmailq")
    empty = (f"{folder}/queue is empty\n\t\tTotal requests: 0\n", 0)
    assert run(cf, "-bp") == ("You are not permitted to see the queue\n\t\tTotal requests: 0\n", 0)
    assert run(cf, "-bp", groups=str(GROUP)) == empty
    assert run(cf, "-bp", root=True) == empty


def test_the_owner_without_the_group_may_not_see_it(folder: Path) -> None:
    cf = site(folder, "restrictmailq", owner=NOBODY.pw_uid)
    assert run(cf, "-bp") == ("You are not permitted to see the queue\n\t\tTotal requests: 0\n", 0)


def test_restrictqrun_lets_the_owner_run_the_queue(folder: Path) -> None:
    refused = ("You do not have permission to process the queue\n", 77)
    cf = site(folder, "restrictqrun")
    assert run(cf, "-q") == run(cf, "-qIabc") == run(cf, "-q", groups=str(GROUP)) == refused
    assert run(cf, "-q", root=True) == ("", 0)
    cf = site(folder, "restrictqrun", owner=NOBODY.pw_uid)
    assert run(cf, "-q") == ("", 0)


def test_daemons_are_for_those_who_own_the_queue(folder: Path) -> None:
    """Statuses and words: Sendmail 8.17, `setpriv --reuid 2001 ... sendmail -bd` and the like."""
    cf = site(folder, "public")
    assert run(cf, "-bd") == ("550 Permission denied (real uid not trusted)\n", 64)
    refused = ("Permission denied (real uid not trusted)\n", 64)
    assert run(cf, "-bD") == run(cf, "-q30m") == refused


def test_without_the_words_everybody_may(folder: Path) -> None:
    cf = site(folder, "goaway", owner=NOBODY.pw_uid)
    assert run(cf, "-bp") == (f"{folder}/queue is empty\n\t\tTotal requests: 0\n", 0)
    assert run(cf, "-q") == ("", 0)


@pytest.mark.parametrize(("word", "told"), [("public", True), ("restrictexpand", False)])
def test_restrictexpand_overrides_verbose(folder: Path, word: str, told: bool) -> None:
    cf = site(folder, word, owner=NOBODY.pw_uid)
    said, _ = run(cf, "-v", "nobody")
    assert ("nobody..." in said) is told


def test_bv_warns_ordinary_users(folder: Path) -> None:
    cf = site(folder, "public")
    notice = "Notice: -bv may give misleading output for non-privileged user"
    assert run(cf, "-bv", "root")[0].splitlines()[0] == notice
    assert notice not in run(cf, "-bv", "root", root=True)[0]
