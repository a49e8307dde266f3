"""Others log in at a Noctule: swaks, curl, msmtp and Python's smtplib, by each mechanism they have."""

import shutil
import smtplib
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from interop.noctuled import Noctule
from interop.test_login import site

USER, PASSWORD, WRONG = "alice", "wonder land", "secretly wrong"
MECHANISMS = ["SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5", "PLAIN", "LOGIN"]
MESSAGE = "From: me@here.example\nTo: box@localhost\nSubject: x\n\nx\n"
FROM, TO = "me@here.example", "box@localhost"
Client = Callable[[int, str, str, Path], bool]


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Noctule]:
    db = pytest.importorskip("berkeleydb").db
    folder = tmp_path_factory.mktemp("login")
    options = f"O SaslConfPath={folder}/smart\nO AuthMechanisms={' '.join(MECHANISMS)}"
    rules = "Scheck_mail\nR$*\t$: $&{auth_type}\nR$@\t$#error $@ 5.7.1 $: 550 who are you\n"
    cf = site(folder / "smart", "smart.example", options=options, rules=rules)
    (folder / "smart/Sendmail.conf").write_text(f"auxprop_plugin: sasldb\nsasldb_path: {folder}/smart/sasldb2\n")
    users = db.DB()
    users.open(str(folder / "smart/sasldb2"), dbtype=db.DB_HASH, flags=db.DB_CREATE, mode=0o600)
    users.put(f"{USER}\0smart.example\0userPassword".encode(), PASSWORD.encode())
    users.close()
    with Noctule(cf, folder / "smart") as noctule:
        yield noctule


def ran(*command: str, typed: str = MESSAGE) -> bool:
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}")
    done = subprocess.run(command, input=typed, capture_output=True, text=True, timeout=20, check=False)
    return done.returncode == 0


def swaks(port: int, mechanism: str, password: str, _: Path) -> bool:
    login = ["--auth", mechanism, "--auth-user", USER, "--auth-password", password]
    return ran("swaks", "--server", f"127.0.0.1:{port}", "--from", FROM, "--to", TO, *login)


def curl(port: int, mechanism: str, password: str, folder: Path) -> bool:
    (folder / "message").write_bytes(MESSAGE.replace("\n", "\r\n").encode())
    login = ["--user", f"{USER}:{password}", "--login-options", f"AUTH={mechanism}"]
    mail = ["--mail-from", FROM, "--mail-rcpt", TO, "--upload-file", str(folder / "message")]
    return ran("curl", "--silent", f"smtp://127.0.0.1:{port}", *mail, *login)


def msmtp(port: int, mechanism: str, password: str, folder: Path) -> bool:
    settings = folder / "msmtprc"
    settings.write_text(
        f'account default\nhost 127.0.0.1\nport {port}\nfrom {FROM}\nuser {USER}\npassword "{password}"\n'
        f"auth {mechanism.lower()}\ntls off\n"
    )
    settings.chmod(0o600)
    return ran("msmtp", "-C", str(settings), TO)


def python(port: int, mechanism: str, password: str, _: Path) -> bool:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as session:
        session.ehlo()
        session.user, session.password = USER, password
        speak = getattr(session, f"auth_{mechanism.lower().replace('-', '_')}")
        try:
            session.auth(mechanism, speak)
        except smtplib.SMTPAuthenticationError:
            return False
        session.sendmail(FROM, TO, MESSAGE)
    return True


CASES = [
    *[(swaks, mechanism) for mechanism in ("CRAM-MD5", "PLAIN", "LOGIN")],
    *[(curl, mechanism) for mechanism in ("DIGEST-MD5", "CRAM-MD5", "PLAIN", "LOGIN")],
    *[(msmtp, mechanism) for mechanism in MECHANISMS],
    *[(python, mechanism) for mechanism in ("CRAM-MD5", "PLAIN", "LOGIN")],
]


@pytest.mark.parametrize(("client", "mechanism"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_each_client_and_mechanism(daemon: Noctule, tmp_path: Path, client: Client, mechanism: str) -> None:
    before = daemon.log.stat().st_size
    assert client(daemon.port, mechanism, PASSWORD, tmp_path), daemon.log.read_text()[before:]
    said = daemon.log.read_text()[before:]
    assert f"AUTH=server, relay=localhost [127.0.0.1], authid={USER}, mech={mechanism}, bits=0" in said
    assert not client(daemon.port, mechanism, WRONG, tmp_path)
    said = daemon.log.read_text()[before:]
    assert f"AUTH failure ({mechanism}): " in said
    assert PASSWORD not in said and WRONG not in said


def test_nobody_may_send_without(daemon: Noctule) -> None:
    with smtplib.SMTP("127.0.0.1", daemon.port, timeout=20) as session, pytest.raises(smtplib.SMTPSenderRefused):
        session.sendmail(FROM, TO, MESSAGE)
