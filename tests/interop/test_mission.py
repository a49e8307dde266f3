"""The whole way: passwords in OpenLDAP, PLAIN made safe by smtps, mail handed to an IMAP server, and fetched there.

An administrator's site as he would write it for Sendmail with Cyrus SASL: `site.mc`, `Sendmail.conf`, certificates.
"""

import base64
import contextlib
import os
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509

import slapdhost
import stockcf
from certificates import Authority
from interop.imaphosts import Cyrus, Dovecot, ImapHost
from interop.noctuled import Noctule, free_port
from interop.peers import Missing, wait_for

SASL2 = Path("/usr/lib/sasl2")
OURS = Path(__file__).parents[2] / "src/noctule/share/cf"
HOST = "mail.example.test"
LIMIT = 15 * 1024 * 1024
SITE = f"""\
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `{HOST}')dnl
define(`confPRIVACY_FLAGS', `goaway')dnl
define(`confSMTP_LOGIN_MSG', `$j')dnl
define(`confMAX_MESSAGE_SIZE', `{LIMIT}')dnl
define(`confAUTH_MECHANISMS', `PLAIN')dnl
define(`confAUTH_OPTIONS', `p,y')dnl
TRUST_AUTH_MECH(`PLAIN')dnl
define(`confCACERT_PATH', `@certs@')dnl
define(`confCACERT', `@certs@/authority.pem')dnl
define(`confSERVER_CERT', `@certs@/mail.pem')dnl
define(`confSERVER_KEY', `@certs@/mail.key')dnl
define(`confLOCAL_MAILER', `cyrusv2')dnl
define(`CYRUSV2_MAILER_ARGS', `FILE @lmtp@')dnl
define(`confLOG_LEVEL', `20')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
MAILER(`smtp')dnl
MAILER(`cyrusv2')dnl
LOCAL_CONFIG
Cw{HOST}
"""
SENDMAIL_CONF = f"""\
pwcheck_method: auxprop
auxprop_plugin: ldapdb
ldapdb_uri: @uri@
ldapdb_id: {slapdhost.PROXY}
ldapdb_pw: {slapdhost.PROXY_PASSWORD}
ldapdb_mech: DIGEST-MD5
mech_list: PLAIN
"""
MESSAGE = b"From: alice@mail.example.test\r\nSubject: over smtps\r\n\r\nRead me by IMAP.\r\n"


@dataclass(frozen=True, slots=True)
class Mission:
    """The running site."""

    noctule: Noctule
    smtps: int
    trusted: ssl.SSLContext
    options: tuple[str, ...]

    def connect(self) -> smtplib.SMTP_SSL:
        """A mail program on the smtps port, elsewhere: this host itself may relay without a word."""
        elsewhere = ("127.0.0.2", 0)
        return smtplib.SMTP_SSL("localhost", self.smtps, timeout=30, context=self.trusted, source_address=elsewhere)


@pytest.fixture(params=[Cyrus, Dovecot], ids=["cyrus", "dovecot"])
def imap(request: pytest.FixtureRequest) -> Iterator[ImapHost]:
    with tempfile.TemporaryDirectory(prefix="imap-") as folder:  # in /tmp: a socket's path is at most 107 bytes
        Path(folder).chmod(0o755)
        try:
            server = request.param(Path(folder) / "store", {"alice": "imap one", "bob": "imap two"})
        except Missing as reason:
            pytest.skip(str(reason))
        with server:
            yield server


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[slapdhost.Directory]:
    with slapdhost.running(tmp_path_factory.mktemp("directory")) as running:
        yield running


@pytest.fixture(scope="module", params=["theirs", "ours"])
def library(request: pytest.FixtureRequest) -> Path:
    """Sendmail's m4 library, and Noctule's."""
    if request.param == "ours":
        return OURS
    try:
        return stockcf.library()
    except stockcf.NoLibrary as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def mission(
    tmp_path_factory: pytest.TempPathFactory, directory: slapdhost.Directory, library: Path
) -> Iterator[Mission]:
    """A site whose mail nobody takes."""
    folder = tmp_path_factory.mktemp("site")
    with started(folder, directory, folder / "lmtp", library) as running:
        yield running


@contextlib.contextmanager
def started(folder: Path, directory: slapdhost.Directory, lmtp: Path, library: Path) -> Iterator[Mission]:
    certificates = Authority(folder / "certs")
    certificates.issue("mail", ("CN", "localhost"), alternatives=[x509.DNSName("localhost")])
    words = {"certs": str(folder / "certs"), "lmtp": str(lmtp), "uri": directory.tls_uri}
    (folder / "site.mc").write_text(filled(SITE, words))
    (folder / "sasl2").mkdir()
    (folder / "sasl2/Sendmail.conf").write_text(filled(SENDMAIL_CONF, words))
    (folder / "aliases").write_text("")
    cf = folder / "site.cf"
    command = ["m4", f"-D_CF_DIR_={library}/", library / "m4/cf.m4", folder / "site.mc"]
    cf.write_bytes(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    smtps = free_port()
    usual = os.geteuid() == 0 and SASL2.is_dir()  # then the file is seen where the administrator keeps it
    options = (
        *(() if usual else (f"SaslConfPath={folder / 'sasl2'}",)),
        f"AliasFile={folder / 'aliases'}",
        "DontBlameSendmail=TrustStickyBit",
        "Workers=1",
    )
    listening = f"DaemonPortOptions=Name=TLSMTA, Addr=127.0.0.1, Port={smtps}, M=s"
    trusted = ssl.create_default_context(cafile=str(certificates.file))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LDAPTLS_CACERT", str(directory.ca_file))  # the system's ldap.conf would say so
        with Noctule(cf, folder, listening, *options, mounts=((folder / "sasl2", str(SASL2)),) * usual) as noctule:
            yield Mission(noctule, smtps, trusted, options)


def filled(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


def plain(user: str, password: str) -> str:
    """What one types after AUTH PLAIN."""
    return base64.b64encode(f"\0{user}\0{password}".encode()).decode()


def test_from_login_to_mailbox(tmp_path: Path, directory: slapdhost.Directory, imap: ImapHost, library: Path) -> None:
    password = slapdhost.PASSWORDS["alice"]
    with started(tmp_path, directory, imap.lmtp, library) as mission, mission.connect() as client:
        assert client.ehlo("laptop.example.test")[0] == 250
        assert client.esmtp_features["auth"].split() == ["PLAIN"]
        assert client.esmtp_features["size"] == str(LIMIT)
        assert not {"expn", "verb", "starttls"} & client.esmtp_features.keys()
        # who has not said who he is may write to us, and to nobody else
        client.mail("<alice@mail.example.test>")
        assert client.rcpt("friend@far.example")[0] == 550
        assert client.rcpt("bob@mail.example.test")[0] == 250
        client.rset()
        assert client.docmd("AUTH", f"PLAIN {plain('alice', 'wrong')}")[0] == 535
        assert client.docmd("AUTH", f"PLAIN {plain('nobody', password)}")[0] == 535
        assert client.docmd("AUTH", f"PLAIN {plain('alice', password)}") == (235, b"2.0.0 OK Authenticated")
        client.mail("<alice@mail.example.test>", [f"SIZE={LIMIT}"])
        assert client.rcpt("friend@far.example")[0] == 250
        client.rset()
        assert client.mail("<alice@mail.example.test>", [f"SIZE={LIMIT + 1}"])[0] == 552
        client.rset()
        refused = client.sendmail("alice@mail.example.test", ["bob@mail.example.test"], MESSAGE)
        assert not refused
        log = mission.noctule.log
        wait_for(lambda: "stat=Sent" in log.read_text(), log.read_text)
    (message,) = imap.mail("bob")
    assert message.endswith(b"\r\n\r\nRead me by IMAP.\r\n")
    assert b"(authenticated bits=0)" in message and b"with ESMTPSA id" in message
    text = log.read_text()
    assert "AUTH=server, relay=[127.0.0.2], authid=alice, mech=PLAIN, bits=0" in text
    assert "AUTH failure (PLAIN): " in text and "user=nobody, relay=[127.0.0.2]" in text
    assert "mailer=cyrusv2" in text
    for secret in (password, slapdhost.PROXY_PASSWORD, "wrong"):
        assert secret not in text
        assert plain("alice", secret) not in text
    assert plain("nobody", password) not in text


def test_in_the_clear_there_is_no_password_to_give(mission: Mission) -> None:
    with smtplib.SMTP("localhost", mission.noctule.port, timeout=30) as client:
        client.ehlo("laptop.example.test")
        assert "auth" not in client.esmtp_features and "starttls" in client.esmtp_features
        assert client.docmd("AUTH", f"PLAIN {plain('alice', 'wonder land')}")[0] == 503
        client.starttls(context=mission.trusted)
        client.login("alice", slapdhost.PASSWORDS["alice"])


def test_the_banner_has_no_version_and_goaway_holds(mission: Mission) -> None:
    with socket.create_connection(("127.0.0.1", mission.noctule.port), 30) as connection:
        assert connection.recv(200) == f"220 {HOST} ESMTP\r\n".encode()
    with smtplib.SMTP("localhost", mission.noctule.port, timeout=30) as client:
        assert client.docmd("MAIL", "FROM:<a@far.example>") == (503, b"5.0.0 Polite people say HELO first")
        client.ehlo("laptop.example.test")
        assert client.docmd("VRFY", "alice")[0] == 252
        assert client.docmd("EXPN", "alice")[0] == 502


def test_openssl_s_client_types_it(mission: Mission) -> None:
    command = ["openssl", "s_client", "-connect", f"localhost:{mission.smtps}", "-quiet", "-crlf"]
    typed = f"EHLO laptop.example.test\nAUTH PLAIN {plain('bob', slapdhost.PASSWORDS['bob'])}\nQUIT\n"
    trusting = ["-CAfile", mission.noctule.root / "certs/authority.pem", "-verify_return_error"]
    with subprocess.Popen(
        [*command, *trusting], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        said = [process.stdout.readline()]
        for line in typed.splitlines():
            process.stdin.write(f"{line}\n".encode())
            process.stdin.flush()
            said.append(process.stdout.readline())
            while said[-1][3:4] == b"-":
                said.append(process.stdout.readline())
        process.stdin.close()
    assert b"250-AUTH PLAIN\r\n" in said
    assert b"235 2.0.0 OK Authenticated\r\n" in said


def test_the_administrators_look_from_the_terminal(mission: Mission) -> None:
    root = mission.noctule.root
    program = Path(sys.executable).with_name("sendmail")
    options = [f"-O{option}" for option in (*mission.options, f"QueueDirectory={mission.noctule.queue}")]
    done = subprocess.run(
        [program, f"-C{root / 'site.cf'}", *options, "-bs", "-Am"],
        input=b"EHLO localhost\r\n",
        capture_output=True,
        timeout=60,
    )
    assert done.stdout.startswith(f"220 {HOST} ESMTP\r\n".encode())
    assert b"250-STARTTLS\r\n" in done.stdout and f"250-SIZE {LIMIT}\r\n".encode() in done.stdout


def test_a_directory_that_is_down_is_neither_yes_nor_no(tmp_path: Path) -> None:
    with slapdhost.running(tmp_path) as directory, started(tmp_path, directory, tmp_path / "lmtp", OURS) as mission:
        os.kill(int((directory.folder / "pid").read_text()), signal.SIGKILL)
        with mission.connect() as client:
            client.ehlo("laptop.example.test")
            code, text = client.docmd("AUTH", f"PLAIN {plain('alice', slapdhost.PASSWORDS['alice'])}")
            assert (code, text) == (454, b"4.7.0 Temporary authentication failure")
        log = mission.noctule.log.read_text()
        assert f"AUTH failure (PLAIN): temporary failure: ldapdb {directory.tls_uri}" in log
