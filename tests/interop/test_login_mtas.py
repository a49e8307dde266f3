"""Postfix and Sendmail, with Cyrus SASL, log in at a Noctule; by each mechanism they can."""

import contextlib
import shutil
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

import kdchost
from certificates import Authority
from interop.noctuled import Noctule, free_port
from interop.peers import Missing, Peer, Postfix, Sendmail, loopback, wait_for
from interop.test_login import REFUSE, site
from interop.test_login_elsewhere import PLUGINS

USER, PASSWORD, WRONG = "bob", "bricks+mortar", "guessed+at+random"
HOST = "localhost"
NUMBERED = dict(enumerate(["SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5", "PLAIN", "LOGIN"], 11))
REFUSED = 20
KERBEROS, CERTIFICATE = 21, 22
SUBJECT = "/O=Example/CN=carol"
POSTFIX = """
smtp_sasl_auth_enable = yes
smtp_sasl_security_options =
smtp_sasl_password_maps = static:{user}:{password}
smtp_host_lookup = native
transport_maps = inline:{{ {transports} }}
import_environment = MAIL_CONFIG KRB5_CONFIG=/etc/postfix/krb5.conf KRB5CCNAME=FILE:/etc/postfix/tickets
"""
SENDMAIL = """V10/Berkeley
Cwclient.example
Djclient.example
Dnoperator
O OperatorChars=.:%@!^/[]+
O DontBlameSendmail=TrustStickyBit
O QueueDirectory=/etc/mail/queue
O DaemonPortOptions=Name=MTA, Addr={address}, Port=25
O PidFile=/dev/null
O SuperSafe=True
O TempFileMode=0600
O AuthMechanisms=EXTERNAL {mechanisms}
O CACertFile=/etc/mail/authority.pem
O CACertPath=/etc/mail
O ClientCertFile=/etc/mail/client.pem
O ClientKeyFile=/etc/mail/client.key
Sauthinfo
{rules}
SCanonify=3
R$* < $+ > $*		$2
R$+ @ $+		$@ $1 < @ $2 >
SParse=0
R$+ < @ $- . $+ >	$#smart $@ [127.0.0.$2] $: $1@$2.$3
R$+			$#local $: $1
SFinal=4
R$* < $+ > $*		$1 $2 $3
Msmart,		P=[IPC], F=mDFMuXa, E=\\r\\n, T=DNS/RFC822/SMTP, A=TCP $h {port}
Mlocal,		P=[IPC], F=lsDFMnqXzA@/:|m, E=\\r\\n, T=DNS/RFC822/SMTP, A=TCP [127.0.0.9] 1
Mprog,		P=/bin/sh, F=lsDFMoqeu9, A=sh -c $u
"""


def equipped(peer: Peer) -> None:
    """Cyrus SASL's plug-ins."""
    if not (PLUGINS / "libscram.so").exists():
        raise Missing("needs libsasl2-modules")
    peer._mounts += [str(PLUGINS), str(PLUGINS)]


class PostfixClient(Postfix):
    """A transport for each mechanism."""

    mechanisms = NUMBERED | {KERBEROS: "GSSAPI"}

    def __init__(self, folder: Path, port: int, kdc: kdchost.Realm | None, _: Authority) -> None:
        super().__init__(folder, "client.example", loopback())
        etc = folder / "etc-postfix"
        known = self.mechanisms | {REFUSED: "PLAIN"}
        transports = ", ".join(f"{{ {n}.example = smtp{n}:[{HOST}]:{port} }}" for n in known)
        with (etc / "main.cf").open("a") as file:
            file.write(POSTFIX.format(user=USER, password=PASSWORD, transports=transports))
        with (etc / "master.cf").open("a") as file:
            for number, mechanism in known.items():
                file.write(f"smtp{number} unix - - n - - smtp -o smtp_sasl_mechanism_filter={mechanism}\n")
                if number == REFUSED:
                    file.write(f"  -o smtp_sasl_password_maps=static:{USER}:{WRONG}\n")
        equipped(self)
        if kdc is not None:
            shutil.copy(kdc.folder / "krb5.conf", etc)
            shutil.copy(kdc.cache(USER)["KRB5CCNAME"].removeprefix("FILE:"), etc / "tickets")
            (etc / "tickets").chmod(0o644)


class SendmailClient(Sendmail):
    """A rule of authinfo for each mechanism, and STARTTLS with a certificate."""

    mechanisms = NUMBERED | {CERTIFICATE: "EXTERNAL"}

    def __init__(self, folder: Path, port: int, _: kdchost.Realm | None, authority: Authority) -> None:
        super().__init__(folder, "client.example", loopback())
        etc = folder / "etc-mail"
        rules = [
            f'R[127.0.0.{n}] $| $*\t$# "U:{USER}" "P:{PASSWORD}" "M:{mechanism}" "R:{HOST}"'
            for n, mechanism in NUMBERED.items()
        ]
        rules += [
            f'R[127.0.0.{REFUSED}] $| $*\t$# "U:{USER}" "P:{WRONG}" "M:PLAIN" "R:{HOST}"',
            f'R[127.0.0.{CERTIFICATE}] $| $*\t$# "U:{SUBJECT}" "P:none" "M:EXTERNAL"',
        ]
        words = {"address": self.address, "port": port, "rules": "\n".join(rules)}
        (etc / "sendmail.cf").write_text(SENDMAIL.format(mechanisms=" ".join(NUMBERED.values()), **words))
        pair = authority.issue("client", ("O", "Example"), ("CN", "carol"))
        shutil.copy(authority.file, etc / "authority.pem")
        shutil.copy(pair.certificate, etc / "client.pem")
        shutil.copy(pair.key, etc / "client.key")
        (etc / "client.key").chmod(0o600)
        (etc / "queue").mkdir(mode=0o700)
        self._file("/etc/hosts", "127.0.0.1 localhost\n")
        equipped(self)


@pytest.fixture(scope="module")
def kdc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kdchost.Realm | None]:
    with contextlib.ExitStack() as stack:
        realm = None
        with contextlib.suppress(Missing):
            realm = stack.enter_context(kdchost.running(tmp_path_factory.mktemp("kdc"), [USER], [f"smtp/{HOST}"]))
            stack.enter_context(pytest.MonkeyPatch.context()).setenv("KRB5_CONFIG", realm.environment["KRB5_CONFIG"])
        yield realm


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certs"))


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, kdc: kdchost.Realm | None, authority: Authority
) -> Iterator[Noctule]:
    """Takes mail only from who has logged in."""
    db = pytest.importorskip("berkeleydb").db
    folder = tmp_path_factory.mktemp("server") / "smart"
    pair = authority.issue("server", ("CN", HOST), alternatives=[x509.DNSName(HOST)])
    options = {
        "SaslConfPath": folder,
        "AuthMechanisms": "EXTERNAL GSSAPI " + " ".join(NUMBERED.values()),
        "CACertFile": authority.file,
        "CACertPath": authority.folder,
        "ServerCertFile": pair.certificate,
        "ServerKeyFile": pair.key,
    }
    cf = site(folder, HOST, rules=REFUSE, options="\n".join(f"O {name}={value}" for name, value in options.items()))
    keytab = f"keytab: {kdc.keytab}\n" if kdc is not None else ""
    (folder / "Sendmail.conf").write_text(f"auxprop_plugin: sasldb\nsasldb_path: {folder}/sasldb2\n{keytab}")
    users = db.DB()
    users.open(f"{folder}/sasldb2", dbtype=db.DB_HASH, flags=db.DB_CREATE, mode=0o600)
    users.put(f"{USER}\0{HOST}\0userPassword".encode(), PASSWORD.encode())
    users.close()
    with Noctule(cf, folder, f"DaemonPortOptions=Name=All, Addr=0.0.0.0, Port={free_port()}") as noctule:
        yield noctule


@pytest.fixture(scope="module", params=[PostfixClient, SendmailClient], ids=["postfix", "sendmail"])
def client(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    server: Noctule,
    kdc: kdchost.Realm | None,
    authority: Authority,
) -> Iterator[PostfixClient | SendmailClient]:
    port = int(server.options[-1].rpartition("=")[2])
    try:
        peer = request.param(tmp_path_factory.mktemp("peer") / "peer", port, kdc, authority)
    except Missing as reason:
        pytest.skip(str(reason))
    with peer:
        with smtplib.SMTP(peer.address, 25, timeout=30) as session:
            for number in (*peer.mechanisms, REFUSED):
                session.sendmail("me@here.example", [f"friend@{number}.example"], "Subject: x\r\n\r\nx\r\n")
        yield peer


def test_each_mechanism(server: Noctule, client: PostfixClient | SendmailClient, kdc: kdchost.Realm | None) -> None:
    text = server.log.read_text
    for number, mechanism in client.mechanisms.items():
        if mechanism == "GSSAPI" and (kdc is None or not (PLUGINS / "libgssapiv2.so").exists()):
            continue
        user = SUBJECT if mechanism == "EXTERNAL" else USER
        wait_for(lambda: f"to=<friend@{number}.example>" in text(), text)  # noqa: B023
        assert f"authid={user}, mech={mechanism}, bits=0" in text()


def test_a_wrong_password(server: Noctule, client: Peer) -> None:
    wait_for(
        lambda: (
            f"AUTH failure (PLAIN): authentication failure (-13) SASL(-13): authentication failure: "
            f"Password verification failed, user={USER}" in server.log.read_text()
        ),
        server.log.read_text,
    )
    assert f"to=<friend@{REFUSED}.example>" not in server.log.read_text()


def test_no_password_in_the_log(server: Noctule, client: Peer) -> None:
    text = server.log.read_text()
    assert PASSWORD not in text and WRONG not in text
