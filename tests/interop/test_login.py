"""Logging in at a smart host: one Noctule to another, by each mechanism."""

import base64
import smtplib
from dataclasses import dataclass
from pathlib import Path

import pytest

from interop.noctuled import Noctule, free_port
from interop.peers import wait_for

CONFIGURATION = """\
V10/Berkeley
Cwlocalhost
Dj{host}
O OperatorChars=.:%@!^/[]+
O DontBlameSendmail=TrustStickyBit
O MailboxDatabase=file:{folder}/passwd
O HostsFile={folder}/hosts
O LogLevel=20
O Workers=1
O Timeout.iconnect=10s
{options}
{rules}
SCanonify=3
R$* < $+ > $*		$2
R$+ @ $+		$@ $1 < @ $2 >
SParse=0
R$+ < @ $- . $+ >	$#{mailer} $@ [127.0.0.$2] $: $1@$2.$3
R$+			$#local $: $1
SFinal=4
R$* < $+ > $*		$1 $2 $3
Msmart,		P=[IPC], F=mDFMuXa, E=\\r\\n, T=DNS/RFC822/SMTP, A=TCP $h {port}
Mlocal,		P=[IPC], F=lsDFMnqXzA@/:|m, E=\\r\\n, T=DNS/RFC822/SMTP, A=FILE {folder}/nobody
Mprog,		P=/bin/sh, F=lsDFMoqeu9, A=sh -c $u
"""
PASSWORD, WRONG_PASSWORD = "wonder land", "secretly wrong"
MANY, WRONG, UNSURE, NOBODY = 21, 22, 23, 24
MECHANISMS = ["SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5", "PLAIN", "LOGIN"]
AUTHINFO = {
    **{n: f'"U:alice" "P:{PASSWORD}" "M:{name}"' for n, name in enumerate(MECHANISMS, 11)},
    MANY: f'"U:alice" "I:alice" "P={base64.b64encode(PASSWORD.encode()).decode()}" "M:LOGIN SCRAM-SHA-256 PLAIN"',
    WRONG: f'"U:alice" "P:{WRONG_PASSWORD}" "M:PLAIN"',
    UNSURE: "temp",
}
REFUSE = """Scheck_mail
R$*			$: $&{auth_type} $| $&{auth_authen}
R$| $*			$#error $@ 5.7.1 $: "550 who are you"
"""


def site(folder: Path, host: str, **words: str) -> Path:
    folder.mkdir()
    (folder / "passwd").write_text("")
    (folder / "hosts").write_text("127.0.0.1 localhost\n")
    given = {"options": "", "rules": "", "mailer": "local", "port": "25"} | words
    (folder / "site.cf").write_text(CONFIGURATION.format(host=host, folder=folder, **given))
    return folder / "site.cf"


@dataclass(frozen=True, slots=True)
class Seen:
    """What both sides logged."""

    client: str
    server: str

    def of(self, number: int) -> str:
        """The line about the recipient who needs authinfo rule `number`."""
        (line,) = [line for line in self.client.splitlines() if f"to=<friend@{number}.example>" in line]
        return line


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """One client sends by one server, under an address of the server's for each kind of authinfo."""
    db = pytest.importorskip("berkeleydb").db
    folder = tmp_path_factory.mktemp("login")
    options = f"O SaslConfPath={folder}/smart\nO AuthMechanisms={' '.join(MECHANISMS)}"
    server_cf = site(folder / "smart", "smart.example", rules=REFUSE, options=options)
    (folder / "smart/Sendmail.conf").write_text(f"auxprop_plugin: sasldb\nsasldb_path: {folder}/smart/sasldb2\n")
    users = db.DB()
    users.open(str(folder / "smart/sasldb2"), dbtype=db.DB_HASH, flags=db.DB_CREATE, mode=0o600)
    users.put(b"alice\0smart.example\0userPassword", PASSWORD.encode())
    users.close()
    port = free_port()
    with Noctule(server_cf, folder / "smart", f"DaemonPortOptions=Name=All, Addr=0.0.0.0, Port={port}") as server:
        rules = "".join(f"R[127.0.0.{n}] $| $*	$# {info}\n" for n, info in AUTHINFO.items())
        client_cf = site(
            folder / "client", "client.example", rules=f"Sauthinfo\n{rules}", mailer="smart", port=str(port)
        )
        with Noctule(client_cf, folder / "client") as client:
            with smtplib.SMTP("127.0.0.1", client.port, timeout=20) as session:
                for number in (*AUTHINFO, NOBODY):
                    session.sendmail("me@here.example", [f"friend@{number}.example"], "Subject: x\r\n\r\nx\r\n")
            wait_for(lambda: client.log.read_text().count("mailer=smart") > len(AUTHINFO), client.log.read_text)
        return Seen(client.log.read_text(), server.log.read_text())


@pytest.mark.parametrize(("number", "mechanism"), list(enumerate(MECHANISMS, 11)))
def test_each_mechanism(seen: Seen, number: int, mechanism: str) -> None:
    assert "stat=Sent" in seen.of(number)
    assert f"AUTH=client, relay=[127.0.0.{number}], mech={mechanism}, bits=0" in seen.client
    assert f"AUTH=server, relay=localhost [127.0.0.1], authid=alice, mech={mechanism}, bits=0" in seen.server


def test_the_strongest_first(seen: Seen) -> None:
    assert f"AUTH=client, relay=[127.0.0.{MANY}], mech=SCRAM-SHA-256," in seen.client


def test_a_wrong_password_keeps_the_mail(seen: Seen) -> None:
    assert "dsn=4.7.0" in seen.of(WRONG) and "stat=Deferred: 535 5.7.0 authentication failed" in seen.of(WRONG)


def test_without_credentials_nobody_logs_in(seen: Seen) -> None:
    assert "dsn=5.7.1" in seen.of(NOBODY) and "who are you" in seen.client


def test_when_nobody_can_tell_the_mail_waits(seen: Seen) -> None:
    assert f"AUTH=client, relay=[127.0.0.{UNSURE}], temporary failure, connection abort" in seen.client
    assert "dsn=4.3.0, stat=Deferred: Temporary AUTH failure" in seen.of(UNSURE)


def test_no_secret_in_any_log(seen: Seen) -> None:
    """At level 20, where every command and reply is logged."""
    assert seen.server.count("<-- AUTH") > len(MECHANISMS)
    assert_secret(seen.client + seen.server, PASSWORD, WRONG_PASSWORD)


def assert_secret(text: str, *secrets: str) -> None:
    """Neither as they are nor as PLAIN and LOGIN encode them."""
    for secret in secrets:
        assert secret not in text
        for hidden in (secret, f"\0alice\0{secret}", f"alice\0alice\0{secret}"):
            assert base64.b64encode(hidden.encode()).decode().rstrip("=")[:-1] not in text
