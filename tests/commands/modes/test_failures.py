"""ErrorMode: by itself, and as `sendmail` ends with it (the statuses are Sendmail's, tried with the same command)."""

import mailbox
import subprocess
import sys
from pathlib import Path

import pytest

from assembly.configurations import USER, write_cf
from deliver.support import envelope, recipient
from noctule.commands.modes.failures import Failures
from noctule.dsn import Action, Notice
from noctule.mail.outcome import Failed
from noctule.mail.status import Exit
from noctule.mqueue.staging import MemoryBody

BIN = Path(sys.executable).parent
USER_UNKNOWN = Failed(status="5.1.1", text="User unknown", reply="550 5.1.1 no")
REFUSING = ("S0", "R nobody\t$#error $@ 5.1.1 $: 550 User unknown")


@pytest.mark.parametrize(
    ("mode", "status", "settled", "saved"),
    [("p", 67, True, 1), ("q", 67, True, 0), ("m", 67, False, 0), ("w", 67, False, 0), ("e", 0, False, 0)],
)
def test_modes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str, status: int, settled: bool, saved: int
) -> None:
    path = tmp_path / "dead.letter"
    failures = Failures(mode, "MAILER-DAEMON", path)
    mail = envelope(recipient(1, "b@x"))
    notices = (Notice(recipient=mail.recipients[0], action=Action.FAILED, at=0.0, outcome=USER_UNKNOWN),)
    assert not failures.settled(mail, notices, MemoryBody(b"hello\r\n")), "another message"
    failures.id = mail.id
    assert failures.settled(mail, notices, MemoryBody(b"hello\r\n")) is settled
    assert failures.status == status
    text = path.read_bytes() if path.exists() else b""
    assert text.startswith(b"From a@example.org Thu Jan") is bool(saved)
    assert text.count(b"\nSubject: hello\n") == text.count(b"\n\nhello\n") == saved
    assert capsys.readouterr().out == f"{path}... Saved message in {path}\n" * saved


def test_what_cannot_be_saved_is_mailed(tmp_path: Path) -> None:
    failures = Failures("p", "MAILER-DAEMON", tmp_path / "absent" / "dead.letter")
    mail = envelope(recipient(1, "b@x"))
    failures.id = mail.id
    failed = Notice(recipient=mail.recipients[0], action=Action.FAILED, at=0.0, outcome=USER_UNKNOWN)
    assert not failures.settled(mail, (failed,), MemoryBody(b""))


def test_the_first_failure_decides() -> None:
    failures = Failures("m", "MAILER-DAEMON", Path())
    failures.add(Exit.NOHOST)
    failures.add(Exit.NOUSER)
    assert failures.status is Exit.NOHOST


@pytest.mark.parametrize(("mode", "status"), [("p", 67), ("q", 67), ("m", 67), ("e", 0)])
def test_a_refused_recipient(tmp_path: Path, mode: str, status: int) -> None:
    cf, home, mail = write_cf(tmp_path, *REFUSING), tmp_path / "home", tmp_path / "mail"
    home.mkdir()
    mail.mkdir()
    done = subprocess.run(
        [BIN / "sendmail", f"-C{cf}", f"-oe{mode}", "-odi", "nobody"],
        input="Subject: hi\n\nhello\n",
        capture_output=True,
        timeout=60,
        env={"HOME": str(home), "TZ": "UTC"},
        text=True,
    )
    saved = home / "dead.letter"
    assert (done.returncode, done.stderr) == (status, "nobody... User unknown\n" if mode == "p" else "")
    assert done.stdout == (f"{saved}... Saved message in {saved}\n" if mode == "p" else "")
    assert saved.exists() is (mode == "p")
    subjects = [letter["Subject"] for letter in mailbox.Maildir(mail / USER)] if (mail / USER).exists() else []
    assert subjects == (["Returned mail: see transcript for details"] if mode in "me" else [])
