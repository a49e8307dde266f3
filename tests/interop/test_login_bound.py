"""Logging in with a channel binding, over real TLS 1.2 and 1.3: one Noctule to another (RFC 5802, 5929, 9266)."""

import smtplib
from dataclasses import dataclass

import pytest

from certificates import Authority, hashed
from interop.noctuled import Noctule, free_port
from interop.peers import wait_for
from interop.test_login import PASSWORD, assert_secret, site

MECHANISMS = ("SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS")
CASES = {
    31: ("TLSv1.2", MECHANISMS[0]),
    32: ("TLSv1.2", MECHANISMS[1]),
    33: ("TLSv1.3", MECHANISMS[0]),
    34: ("TLSv1.3", MECHANISMS[1]),
}
STRONGEST = 35
LOGGED = 16  # characters of a mechanism that the log shows
FEATURES = """Stls_clt_features
R[127.0.0.31] $| $*	$@ "Options=SSL_OP_NO_TLSv1_3"
R[127.0.0.32] $| $*	$@ "Options=SSL_OP_NO_TLSv1_3"
R$*	$@ ""
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What both sides logged."""

    client: str
    server: str


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    db = pytest.importorskip("berkeleydb").db
    folder = tmp_path_factory.mktemp("bound")
    authority = Authority(folder / "authority")
    pair = authority.issue("server", ("CN", "smart.example"))
    trust = f"O CACertFile={authority.file}\nO CACertPath={hashed(folder / 'hashed', authority.file)}\n"
    files = f"O ServerCertFile={pair.certificate}\nO ServerKeyFile={pair.key}\n"
    login = f"O SaslConfPath={folder}/smart\nO AuthMechanisms={' '.join(MECHANISMS)} SCRAM-SHA-256 PLAIN"
    server_cf = site(folder / "smart", "smart.example", options=trust + files + login)
    (folder / "smart/Sendmail.conf").write_text(f"auxprop_plugin: sasldb\nsasldb_path: {folder}/smart/sasldb2\n")
    users = db.DB()
    users.open(str(folder / "smart/sasldb2"), dbtype=db.DB_HASH, flags=db.DB_CREATE, mode=0o600)
    users.put(b"alice\0smart.example\0userPassword", PASSWORD.encode())
    users.close()
    wanted = {number: f' "M:{mechanism}"' for number, (_, mechanism) in CASES.items()} | {STRONGEST: ""}
    secret = f'"U:alice" "P:{PASSWORD}"'
    rules = "".join(f"R[127.0.0.{number}] $| $*\t$# {secret}{only}\n" for number, only in wanted.items())
    port = free_port()
    with Noctule(server_cf, folder / "smart", f"DaemonPortOptions=Name=All, Addr=0.0.0.0, Port={port}") as server:
        client_cf = site(
            folder / "client",
            "client.example",
            options=f"{trust}O AuthMechanisms={' '.join(MECHANISMS)} SCRAM-SHA-256 PLAIN",
            rules=f"{FEATURES}Sauthinfo\n{rules}",
            mailer="smart",
            port=str(port),
        )
        with Noctule(client_cf, folder / "client") as client:
            with smtplib.SMTP("127.0.0.1", client.port, timeout=20) as session:
                for number in wanted:
                    session.sendmail("me@here.example", [f"friend@{number}.example"], "Subject: x\r\n\r\nx\r\n")
            wait_for(lambda: client.log.read_text().count("mailer=smart") >= len(wanted), client.log.read_text)
        return Seen(client.log.read_text(), server.log.read_text())


@pytest.mark.parametrize("number", CASES)
def test_each_version_and_mechanism(seen: Seen, number: int) -> None:
    version, mechanism = CASES[number]
    relay = f"relay=[127.0.0.{number}]"
    assert f"STARTTLS=client, {relay}, version={version}, " in seen.client
    assert f"AUTH=client, {relay}, mech={mechanism[:LOGGED]}, bits=0" in seen.client
    (line,) = [line for line in seen.client.splitlines() if f"to=<friend@{number}.example>" in line]
    assert "stat=Sent" in line


def test_the_server_says_so_too(seen: Seen) -> None:
    logged = [line for line in seen.server.splitlines() if "AUTH=server" in line]
    assert sorted(line.partition("mech=")[2].partition(",")[0] for line in logged) == sorted(
        [mechanism[:LOGGED] for _, mechanism in CASES.values()] + [MECHANISMS[0][:LOGGED]]
    )


def test_a_binding_comes_before_everything_else(seen: Seen) -> None:
    assert f"AUTH=client, relay=[127.0.0.{STRONGEST}], mech={MECHANISMS[0][:LOGGED]}," in seen.client


def test_no_secret_in_any_log(seen: Seen) -> None:
    assert seen.server.count("<-- AUTH") > len(CASES)
    assert_secret(seen.client + seen.server, PASSWORD)
