"""Mail programs log in here: msmtp, swaks, curl, Python's smtplib; by each mechanism they speak, with and without TLS.

Alice is in a file that `noctule user` wrote; Bob's password is known in the clear, as CRAM-MD5 and DIGEST-MD5 need it;
Dora has a bearer token, Kate a Kerberos ticket.
"""

import base64
import contextlib
import importlib.util
import json
import os
import re
import shutil
import smtplib
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography import x509

import kdchost
import tokenhost
from certificates import Authority
from interop.noctuled import PROGRAM, Noctule
from interop.peers import Missing, wait_for
from interop.test_login import site

PASSWORDS = {"alice": "wonder land", "bob": "bricks+mortar", "dora": "token-of.dora_5f3a", "kate": kdchost.PASSWORD}
WRONG = "guessed at random"
HASHED = ("PLAIN", "LOGIN", "SCRAM-SHA-256")  # what a hashed password is good for
TOKENS = ("XOAUTH2", "OAUTHBEARER")
MECHANISMS = ["EXTERNAL", "GSSAPI", *HASHED, *TOKENS, "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5"]
USERS = dict.fromkeys(HASHED, "alice") | dict.fromkeys(TOKENS, "dora") | {"GSSAPI": "kate"}
HOST = "localhost"  # what clients call it, and so what their tickets are for
MESSAGE = "From: me@here.example\r\nSubject: hello\r\n\r\nhello\r\n"


@dataclass(frozen=True, slots=True)
class Site:
    """The running server, and whom its clients trust."""

    noctule: Noctule
    authority: Path
    certificate: Path
    key: Path
    ticket: dict[str, str] | None  # the environment of somebody who has one

    @property
    def port(self) -> str:
        return str(self.noctule.port)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    db = pytest.importorskip("berkeleydb").db
    folder = tmp_path_factory.mktemp("clients") / "site"
    certificates = Authority(folder.parent / "certs")
    server = certificates.issue("server", ("CN", "localhost"), alternatives=[x509.DNSName("localhost")])
    client = certificates.issue("client", ("O", "Example"), ("CN", "carol"))
    options: dict[str, object] = {
        "QueueDirectory": folder / "queue",
        "SaslConfPath": folder,
        "AuthMechanisms": " ".join(MECHANISMS),
        "CACertFile": certificates.file,
        "CACertPath": certificates.folder,
        "ServerCertFile": server.certificate,
        "ServerKeyFile": server.key,
    }
    rules = "Scheck_mail\nR$*\t$: $&{auth_type}\nR$@\t$#error $@ 5.7.1 $: 550 who are you\n"
    cf = site(folder, HOST, rules=rules, options="\n".join(f"O {name}={value}" for name, value in options.items()))
    settings = (
        f"pwcheck_method: passwordfile auxprop\nauxprop_plugin: sasldb\n"
        f"passwordfile_path: {folder}/users\nsasldb_path: {folder}/sasldb2\n"
    )
    users = db.DB()
    users.open(f"{folder}/sasldb2", dbtype=db.DB_HASH, flags=db.DB_CREATE, mode=0o600)
    users.put(f"bob\0{HOST}\0userPassword".encode(), PASSWORDS["bob"].encode())
    users.close()
    (folder / "Sendmail.conf").write_text(settings)
    command = [PROGRAM, "user", "--config", cf, "--scram", "add", "alice"]
    subprocess.run(command, input=PASSWORDS["alice"].encode(), check=True)
    answer = json.dumps({"active": True, "username": "dora"}).encode()
    with tokenhost.running(folder / "tokens", tokenhost.Host(tokens={PASSWORDS["dora"]: (200, answer)})) as host:
        more = "".join(f"{key}: {value}\n" for key, value in host.lines().items())
        with contextlib.ExitStack() as stack:
            ticket = None
            with contextlib.suppress(Missing):
                kdc = stack.enter_context(kdchost.running(folder / "kdc", ["kate"], [f"smtp/{HOST}"]))
                ticket = kdc.cache("kate")
                more += f"keytab: {kdc.keytab}\n"
                stack.enter_context(pytest.MonkeyPatch.context()).setenv("KRB5_CONFIG", ticket["KRB5_CONFIG"])
            (folder / "Sendmail.conf").write_text(settings + more)
            noctule = stack.enter_context(Noctule(cf, folder))
            yield Site(noctule, certificates.file, client.certificate, client.key, ticket)


Send = Callable[[Site, str, str, str, bool], bool]


def run(command: list[str], text: str = "", environment: dict[str, str] | None = None) -> bool:
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}")
    done = subprocess.run(
        command, input=text.encode(), capture_output=True, timeout=60, env=os.environ | (environment or {})
    )
    print(done.stdout.decode(), done.stderr.decode())
    return done.returncode == 0


def msmtp(served: Site, mechanism: str, user: str, password: str, encrypted: bool) -> bool:
    tls = ["--tls=on", "--tls-starttls=on", f"--tls-trust-file={served.authority}"] if encrypted else ["--tls=off"]
    server = ["--host=localhost", f"--port={served.port}", "--domain=laptop.example", "--from=me@here.example"]
    told = [f"--auth={mechanism.lower()}", f"--user={user}", f"--passwordeval=echo '{password}'"]
    return run(["msmtp", "--file=/dev/null", *server, *tls, *told, "friend@localhost"], MESSAGE, served.ticket)


def swaks(served: Site, mechanism: str, user: str, password: str, encrypted: bool) -> bool:
    tls = ["--tls", "--tls-ca-path", str(served.authority), "--tls-verify"] if encrypted else []
    server = ["--server", "localhost", "--port", served.port, "--ehlo", "laptop.example", "--from", "me@here.example"]
    told = ["--auth", mechanism, "--auth-user", user, "--auth-password", password]
    return run(["swaks", *server, *tls, *told, "--to", "friend@localhost"])


def curl(served: Site, mechanism: str, user: str, password: str, encrypted: bool) -> bool:
    tls = ["--ssl-reqd", "--cacert", str(served.authority)] if encrypted else []
    if mechanism == "EXTERNAL":
        tls += ["--cert", str(served.certificate), "--key", str(served.key), "--sasl-ir", "--user", ":"]
    elif mechanism in TOKENS:
        tls += ["--user", f"{user}:", "--oauth2-bearer", password]
    elif mechanism == "GSSAPI":
        tls += ["--user", f"{user}@{kdchost.REALM}:"]
    else:
        tls += ["--user", f"{user}:{password}"]
    letter = ["--mail-from", "me@here.example", "--mail-rcpt", "friend@localhost", "--upload-file", "-"]
    url = f"smtp://localhost:{served.port}/laptop.example"
    told = ["--login-options", f"AUTH={mechanism}"]
    return run(["curl", "--silent", *tls, *told, *letter, url], MESSAGE, served.ticket)


def python(served: Site, mechanism: str, user: str, password: str, encrypted: bool) -> bool:
    with smtplib.SMTP("localhost", served.noctule.port, timeout=60) as client:
        client.ehlo("laptop.example")
        if encrypted:
            client.starttls(context=ssl.create_default_context(cafile=str(served.authority)))
            client.ehlo("laptop.example")
        client.user, client.password = user, password
        answer = getattr(client, f"auth_{mechanism.lower().replace('-', '_')}")
        try:
            client.auth(mechanism, answer)
        except smtplib.SMTPAuthenticationError:
            return False
        return not client.sendmail("me@here.example", ["friend@localhost"], MESSAGE)


SPEAK: dict[Send, list[str]] = {
    msmtp: [*HASHED, *TOKENS, "GSSAPI", "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5"],
    swaks: ["PLAIN", "LOGIN", "DIGEST-MD5", "CRAM-MD5"],
    # SCRAM only where it was built with GNU SASL; OAUTHBEARER, where that is offered, though told XOAUTH2
    curl: ["PLAIN", "LOGIN", "OAUTHBEARER", "GSSAPI", "DIGEST-MD5", "CRAM-MD5"],
    python: ["PLAIN", "LOGIN", "CRAM-MD5"],
}


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "tls"])
@pytest.mark.parametrize(("send", "mechanism"), [(send, name) for send, names in SPEAK.items() for name in names])
def test_each_client_by_each_mechanism(served: Site, send: Send, mechanism: str, encrypted: bool) -> None:
    if mechanism == "GSSAPI" and (served.ticket is None or importlib.util.find_spec("gssapi") is None):
        pytest.skip("needs a KDC and the extra gssapi")
    user = USERS.get(mechanism, "bob")
    logged = len(served.noctule.log.read_text())
    assert send(served, mechanism, user, PASSWORDS[user], encrypted), served.noctule.log.read_text()[logged:]
    wanted = f"authid={user}, mech={mechanism}, bits=0"
    wait_for(lambda: wanted in served.noctule.log.read_text()[logged:], served.noctule.log.read_text)


def test_curl_by_xoauth2_where_there_is_nothing_better(served: Site, tmp_path: Path) -> None:
    root = served.noctule.root
    with Noctule(root / "site.cf", tmp_path, "AuthMechanisms=XOAUTH2", "LogFormat=json") as noctule:
        assert curl(replace(served, noctule=noctule), "XOAUTH2", "dora", PASSWORDS["dora"], True)
        text = noctule.log.read_text()
    assert [line for line in map(json.loads, text.splitlines()) if line.get("mech") == "XOAUTH2"]
    assert PASSWORDS["dora"] not in text and base64.b64encode(PASSWORDS["dora"].encode()).decode()[:-4] not in text


def test_a_worker_leaves_no_core(served: Site) -> None:
    for worker in served.noctule.workers():
        limits = Path(f"/proc/{worker}/limits").read_text()
        assert re.search(r"^Max core file size +[01] +[01] +bytes", limits, re.MULTILINE), limits


@pytest.mark.parametrize(("send", "mechanism"), [(msmtp, "XOAUTH2"), (msmtp, "OAUTHBEARER"), (curl, "OAUTHBEARER")])
@pytest.mark.parametrize(("user", "token"), [("dora", WRONG), ("alice", PASSWORDS["dora"])])
def test_a_wrong_token_or_that_of_another(served: Site, send: Send, mechanism: str, user: str, token: str) -> None:
    logged = len(served.noctule.log.read_text())
    assert not send(served, mechanism, user, token, True)
    wanted = (
        f"AUTH failure ({mechanism}): authentication failure (-13) SASL(-13): authentication failure: token refused,"
    )
    wait_for(lambda: wanted in served.noctule.log.read_text()[logged:], served.noctule.log.read_text)


@pytest.mark.parametrize("send", SPEAK)
@pytest.mark.parametrize(("mechanism", "user"), [("PLAIN", "alice"), ("CRAM-MD5", "bob")])
def test_a_wrong_password(served: Site, send: Send, mechanism: str, user: str) -> None:
    assert not send(served, mechanism, user, WRONG, True)


def test_nobody_may_send_without(served: Site) -> None:
    refused = pytest.raises(smtplib.SMTPSenderRefused, match="who are you")
    with smtplib.SMTP("localhost", served.noctule.port, timeout=60) as client, refused:
        client.sendmail("me@here.example", ["friend@localhost"], MESSAGE)


def test_a_certificate_logs_in_by_itself(served: Site) -> None:
    assert curl(served, "EXTERNAL", "", "", True), served.noctule.log.read_text()
    assert "authid=/O=Example/CN=carol, mech=EXTERNAL" in served.noctule.log.read_text()


def test_no_password_in_the_log(served: Site) -> None:
    """At level 20, where every command and reply is logged; after all the others have logged in."""
    text = served.noctule.log.read_text()
    assert "<-- AUTH" in text
    for secret in (*PASSWORDS.values(), WRONG, tokenhost.SECRET):
        assert secret not in text
        for message in (f"user=dora\1auth=Bearer {secret}\1\1", f"n,a=dora,\1auth=Bearer {secret}"):
            assert base64.b64encode(message.encode()).decode()[:-4] not in text
        for hidden in (secret, *(f"{author}\0{user}\0{secret}" for user in PASSWORDS for author in ("", user))):
            assert base64.b64encode(hidden.encode()).decode().rstrip("=")[:-1] not in text
