"""Logging in at others: Postfix and Sendmail with Cyrus SASL, Dovecot's submission service; by each mechanism."""

import asyncio
import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import kdchost
from deliver.sink import Sink
from deliver.test_authentication import PASSWORD, deliver, run
from interop.imaphosts import Dovecot
from interop.noctuled import free_port
from interop.peers import Missing, Peer, Postfix, Sendmail, loopback
from noctule.mail.outcome import Deferred, Delivered

PLUGINS = Path("/usr/lib/x86_64-linux-gnu/sasl2")
DOMAIN = "far.test"
USER = "joe"
MECHANISMS = ["SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5", "PLAIN", "LOGIN"]
SASL_CONF = """pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {sasldb}
mech_list: GSSAPI """ + " ".join(MECHANISMS)
ALLOWED = f"O AuthMechanisms={' '.join(MECHANISMS)}"


def with_accounts(peer: Peer, folder: Path, conf: str, inside: str, kdc: kdchost.Realm | None) -> None:
    """Cyrus SASL's plug-ins, a sasldb with the user, and the server's Kerberos key."""
    if shutil.which("saslpasswd2") is None or not (PLUGINS / "libscram.so").exists():
        raise Missing("needs sasl2-bin and libsasl2-modules")
    peer._mounts += [str(PLUGINS), str(PLUGINS)]
    add = ["saslpasswd2", "-p", "-c", "-f", str(folder / "sasldb2"), "-u", DOMAIN, USER]
    subprocess.run(add, input=PASSWORD.encode(), check=True)
    (folder / "sasldb2").chmod(0o644)
    (folder / conf).parent.mkdir(exist_ok=True)
    (folder / conf).write_text(SASL_CONF.format(sasldb=f"{inside}/sasldb2"))
    if kdc is not None:
        shutil.copy(kdc.folder / "krb5.conf", folder)
        shutil.copy(kdc.keytab, folder / "keytab")
        (folder / "keytab").chmod(0o644)


class CyrusPostfix(Postfix):
    """Takes mail only from who has logged in."""

    host = f"mx.{DOMAIN}"

    def __init__(self, folder: Path, kdc: kdchost.Realm | None) -> None:
        super().__init__(folder, DOMAIN, loopback())
        etc = folder / "etc-postfix"
        with (etc / "main.cf").open("a") as file:
            file.write(
                f"""smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = {DOMAIN}
smtpd_sasl_security_options = noanonymous
smtpd_sender_restrictions = permit_sasl_authenticated, reject
import_environment = MAIL_CONFIG KRB5_CONFIG=/etc/postfix/krb5.conf KRB5_KTNAME=/etc/postfix/keytab
"""
            )
        with_accounts(self, etc, "sasl/smtpd.conf", "/etc/postfix", kdc)


class CyrusSendmail(Sendmail):
    """With AUTH.  Its AuthRealm is also the host its Kerberos key is for."""

    host = DOMAIN

    def __init__(self, folder: Path, kdc: kdchost.Realm | None) -> None:
        super().__init__(folder, DOMAIN, loopback())
        etc = folder / "etc-mail"
        with (etc / "sendmail.cf").open("a") as file:
            file.write(f"O AuthMechanisms=GSSAPI {' '.join(MECHANISMS)}\nO AuthRealm={DOMAIN}\n")
            file.write("EKRB5_CONFIG=/etc/mail/krb5.conf\nEKRB5_KTNAME=/etc/mail/keytab\n")
            file.write("O DontBlameSendmail=GroupReadableSASLDBFile\n")
        self._file("/etc/hosts", "127.0.0.1 localhost\n192.0.2.1 example.org\n")
        with_accounts(self, etc, "Sendmail.conf", "/etc/mail", kdc)
        (etc / "sasldb2").chmod(0o600)
        self._directory("/usr/lib/sasl2")
        shutil.copy(etc / "Sendmail.conf", folder / "usr-lib-sasl2")
        # one that is not setgid: the Kerberos library heeds the environment only there
        shutil.copyfile(self._root / "usr/libexec/sendmail/sendmail", etc / "sendmail")
        (etc / "sendmail").chmod(0o755)

    def command(self) -> list[str]:
        return ["/etc/mail/sendmail", "-bD"]


@pytest.fixture(scope="module")
def kdc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kdchost.Realm | None]:
    with contextlib.ExitStack() as stack:
        realm = None
        with contextlib.suppress(Missing):
            realm = stack.enter_context(
                kdchost.running(tmp_path_factory.mktemp("kdc"), [USER], [f"smtp/mx.{DOMAIN}", f"smtp/{DOMAIN}"])
            )
        yield realm


@pytest.fixture(scope="module", params=[CyrusPostfix, CyrusSendmail], ids=["postfix", "sendmail"])
def peer(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, kdc: kdchost.Realm | None
) -> Iterator[Peer]:
    try:
        server = request.param(tmp_path_factory.mktemp("peer") / "peer", kdc)
    except Missing as reason:
        pytest.skip(str(reason))
    with server:
        yield server


def authinfo(mechanism: str, password: str = PASSWORD) -> tuple[str, str, str]:
    return (ALLOWED, "Sauthinfo", f'R$*\t$# "I:{USER}" "P:{password}" "R:{DOMAIN}" "M:{mechanism}"')


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_each_mechanism_of_cyrus_sasl(peer: Peer, tmp_path: Path, mechanism: str) -> None:
    async def scenario() -> None:
        (outcome,), log = await deliver(tmp_path, 25, *authinfo(mechanism), host=peer.address, to=f"box@{DOMAIN}")
        assert isinstance(outcome, Delivered), outcome
        assert log == [f"AUTH=client, relay=[{peer.address}], mech={mechanism}, bits=0"]

    run(scenario)


def test_a_kerberos_ticket(
    peer: CyrusPostfix | CyrusSendmail, tmp_path: Path, kdc: kdchost.Realm | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("gssapi")
    if kdc is None or not (PLUGINS / "libgssapiv2.so").exists():
        pytest.skip("needs a KDC and libsasl2-modules-gssapi-mit")
    for name, value in kdc.cache(USER).items():
        monkeypatch.setenv(name, value)
    (tmp_path / "hosts").write_text(f"{peer.address} {peer.host}\n")
    rules = ("O AuthMechanisms=GSSAPI", "Sauthinfo", f'R$*\t$# "U:{USER}"')

    async def scenario() -> None:
        (outcome,), log = await deliver(tmp_path, 25, *rules, host=peer.host, to=f"box@{DOMAIN}")
        assert isinstance(outcome, Delivered), (outcome, log)
        assert log == [f"AUTH=client, relay={peer.host}., mech=GSSAPI, bits=0"]
        monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path}/none")
        (outcome,), log = await deliver(tmp_path, 25, *rules, host=peer.host, to=f"box@{DOMAIN}")
        assert isinstance(outcome, Deferred)
        assert outcome.text.startswith("Deferred: AUTH GSSAPI: No Kerberos credentials available")

    run(scenario)


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "DIGEST-MD5", "PLAIN"])
def test_a_wrong_password(peer: Peer, tmp_path: Path, mechanism: str) -> None:
    async def scenario() -> None:
        rules = authinfo(mechanism, "wrong")
        (outcome,), _ = await deliver(tmp_path, 25, *rules, host=peer.address, to=f"box@{DOMAIN}")
        assert isinstance(outcome, Deferred)
        assert outcome.status == "4.7.0"
        assert outcome.text.startswith("Deferred: 535 5.7.")

    run(scenario)


class Submission(Dovecot):
    """Dovecot's submission service, which hands on to the relay's port."""

    def __init__(self, folder: Path, relay: int) -> None:
        super().__init__(folder, {USER: PASSWORD})
        if not Path("/usr/lib/dovecot/submission").exists():
            raise Missing("needs dovecot-submissiond")
        self.submission = free_port()
        with self._settings.open("a") as file:
            file.write(
                f"""protocols = imap lmtp submission
hostname = submission.far.test
auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256
submission_relay_host = 127.0.0.1
submission_relay_port = {relay}
service submission-login {{
  inet_listener submission {{
    address = 127.0.0.1
    port = {self.submission}
  }}
}}
"""
            )


def test_dovecot_submission(tmp_path: Path) -> None:
    async def scenario(folder: Path) -> None:
        async with Sink().serve() as sink:
            server = Submission(folder / "store", sink.port)
            with server:
                for number, mechanism in enumerate(MECHANISMS):
                    root = tmp_path / str(number)
                    root.mkdir()
                    (outcome,), log = await deliver(root, server.submission, *authinfo(mechanism))
                    assert isinstance(outcome, Delivered), (mechanism, outcome)
                    assert log == [f"AUTH=client, relay=[127.0.0.1], mech={mechanism}, bits=0"]
        assert len(sink.letters) == len(MECHANISMS)

    with tempfile.TemporaryDirectory(prefix="imap-") as folder:  # in /tmp: a socket's path is at most 107 bytes
        Path(folder).chmod(0o755)
        try:
            asyncio.run(scenario(Path(folder)))
        except Missing as reason:
            pytest.skip(str(reason))
