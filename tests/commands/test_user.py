"""noctule user, as one types it."""

import smtplib
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from assembly.examplesite import lay_out_site
from interop.noctuled import Noctule

PROGRAM = Path(sys.executable).with_name("noctule")


def user(file: Path, *words: str, password: str = "") -> subprocess.CompletedProcess[str]:
    command = [PROGRAM, "user", "--file", file, *words]
    return subprocess.run(command, input=f"{password}\n", capture_output=True, encoding="utf-8", timeout=60)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "passwords"


def test_add_list_and_delete(file: Path) -> None:
    assert user(file, "add", "alice", password="wonder land").returncode == 0
    assert user(file, "--scram", "add", "bob@example.net", password="builder").returncode == 0
    assert user(file, "list").stdout == "alice\nbob@example.net\n"
    assert user(file, "del", "alice").returncode == 0
    assert user(file, "list").stdout == "bob@example.net\n"
    gone = user(file, "del", "alice")
    assert (gone.returncode, gone.stderr) == (67, "alice: no such user\n")


def test_the_file_is_nobodys_business(file: Path) -> None:
    user(file, "add", "alice", password="wonderland")
    user(file, "add", "bob", password="builder")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text()
    assert "alice:$scrypt$ln=15,r=8,p=1$" in text
    assert "wonderland" not in text


@pytest.mark.parametrize("name", ["", "a:b", "a b", "#a", "a\nb", "a" * 300])
def test_what_is_no_name(file: Path, name: str) -> None:
    done = user(file, "add", name, password="x")
    assert done.returncode != 0 and not file.exists()


def test_no_password_is_none(file: Path) -> None:
    done = user(file, "add", "alice")
    assert done.returncode != 0 and "no password" in done.stderr and not file.exists()


def test_a_file_of_something_else_is_left_alone(file: Path) -> None:
    file.write_text("root:x:0:0::/root:/bin/sh\n")
    done = user(file, "add", "alice", password="x")
    assert done.returncode != 0 and f"{file}: line 1: expected" in done.stderr
    assert file.read_text().startswith("root:")


def test_a_configuration_need_not_be_whole_to_say_where_the_file_is(tmp_path: Path) -> None:
    (tmp_path / "site.cf").write_text(f"V10/Berkeley\nO SaslConfPath={tmp_path}\nO DontBlameSendmail=TrustStickyBit\n")
    (tmp_path / "Sendmail.conf").write_text(f"pwcheck_method: passwordfile\npasswordfile_path: {tmp_path}/passwords\n")
    command = [PROGRAM, "user", "--config", tmp_path / "site.cf", "add", "alice"]
    done = subprocess.run(command, input="wonder land\n", capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "passwords").read_text().splitlines()[-1].startswith("alice:")


def test_who_was_added_may_log_in(tmp_path: Path) -> None:
    site = lay_out_site(tmp_path)
    command = [PROGRAM, "user", "--config", site, "-O", "DontBlameSendmail=TrustStickyBit", "add", "alice"]
    done = subprocess.run(command, input=b"wonder land\n", capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    (tmp_path / "run").mkdir()
    with (
        Noctule(site, tmp_path / "run", "DontBlameSendmail=TrustStickyBit", "Workers=1") as noctule,
        smtplib.SMTP("127.0.0.1", noctule.port, timeout=30) as client,
    ):
        client.ehlo()
        assert client.esmtp_features["auth"].split() == ["SCRAM-SHA-256"]
        client.starttls(context=trusting)
        client.ehlo()
        with pytest.raises(smtplib.SMTPAuthenticationError, match="authentication failed"):
            client.login("alice", "wrong")
        assert client.login("alice", "wonder land")[0] == 235
