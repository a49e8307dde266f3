"""TLS with others: OpenSSL's own client in the scenarios administrators try, Postfix and Sendmail both ways."""

import os
import shutil
import smtplib
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from assembly.configurations import write_cf
from certificates import Authority, Pair, hashed
from interop.noctuled import Noctule
from interop.peers import USER, Peer, Postfix, Sendmail, wait_for
from interop.test_second_mta import HERE, THERE, Letter, assert_whole, running, safe_path, send, whole

__all__ = ["safe_path"]

FILES = ("authority.pem", "mta.pem", "mta.key")


class World:
    """Certificates as files."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        self.path = hashed(folder / "hashed", self.authority.file)
        other = Authority(folder / "other")
        self.pairs: dict[tuple[str, str], Pair] = {}
        for kind in ("RSA", "ECDSA"):
            self.pairs["ours", kind] = self.authority.issue(f"ours-{kind}", rsa_key=kind == "RSA")
            self.pairs["stranger", kind] = other.issue(f"stranger-{kind}", rsa_key=kind == "RSA")
        self.servers = {
            "RSA": self.authority.issue("rsa", ("CN", "mail.example.test"), rsa_key=True),
            "ECDSA": self.authority.issue("ecdsa", ("CN", "mail.example.test")),
        }
        self.peer = self.authority.issue("mta", ("CN", "mx.far.test"))

    def options(self) -> list[str]:
        """Both kinds of certificate."""
        certificates = ",".join(str(pair.certificate) for pair in self.servers.values())
        keys = ",".join(str(pair.key) for pair in self.servers.values())
        return [
            f"CACertFile={self.authority.file}",
            f"CACertPath={self.path}",
            f"ServerCertFile={certificates}",
            f"ServerKeyFile={keys}",
            f"ClientCertFile={self.servers['RSA'].certificate}",
            f"ClientKeyFile={self.servers['RSA'].key}",
            "DontBlameSendmail=TrustStickyBit",
        ]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def daemon(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Noctule]:
    folder = tmp_path_factory.mktemp("noctule")
    configuration = write_cf(folder, "O DontProbeInterfaces=true")
    with Noctule(configuration, folder, "Workers=1", *world.options()) as noctule:
        yield noctule


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
@pytest.mark.parametrize("key", ["RSA", "ECDSA"])
@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize(("shown", "verify"), [("ours", "OK"), ("none", "NO"), ("stranger", "FAIL")])
def test_openssl_s_client(world: World, daemon: Noctule, version: str, shown: str, verify: str, key: str) -> None:
    pair = world.pairs.get((shown, key))
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{daemon.port}", "-starttls", "smtp", version]
    command += ["-CApath", str(world.path), "-verify_return_error", "-sigalgs"]
    command += ["RSA-PSS+SHA256:RSA+SHA256" if key == "RSA" else "ECDSA+SHA256"]
    if pair is not None:
        command += ["-cert", str(pair.certificate), "-key", str(pair.key)]
    before = daemon.log.stat().st_size
    done = subprocess.run(command, input="Q\n", capture_output=True, text=True, timeout=20)
    assert "Verification: OK" in done.stdout, done.stdout + done.stderr
    assert ("Peer signature type: ECDSA" in done.stdout) == (key == "ECDSA"), done.stdout

    def said() -> str:
        return daemon.log.read_text()[before:]

    wait_for(lambda: "STARTTLS=server, relay=" in said(), said)
    shown_version = version.removeprefix("-").replace("tls1_", "TLSv1.")
    assert f"STARTTLS=server, relay=localhost [127.0.0.1], version={shown_version}, verify={verify}, cipher=" in said()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_a_client_that_wants_to_negotiate_again_is_refused(world: World, daemon: Noctule) -> None:
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{daemon.port}", "-starttls", "smtp", "-tls1_2"]
    done = subprocess.run(command, input="R\n", capture_output=True, text=True, timeout=20)
    assert "RENEGOTIATING" in done.stdout + done.stderr
    assert "no renegotiation" in done.stderr


@pytest.mark.parametrize("handshaken", [False, True], ids=["before the handshake", "after it"])
def test_a_client_that_closes_its_half_is_let_go(daemon: Noctule, handshaken: bool) -> None:
    stranger = ssl.create_default_context()
    stranger.check_hostname, stranger.verify_mode = False, ssl.CERT_NONE
    with smtplib.SMTP("127.0.0.1", daemon.port, timeout=20) as client:
        client.ehlo()
        assert client.docmd("STARTTLS")[0] == 220
        assert client.sock is not None
        if handshaken:
            client.sock = stranger.wrap_socket(client.sock)
        socket.socket.shutdown(client.sock, socket.SHUT_WR)
        assert client.sock.recv(1) == b""
        client.close()


@pytest.mark.parametrize("number", [0, 1])
def test_two_authorities_of_one_name(tmp_path: Path, number: int) -> None:
    """The links `hash.0` and `hash.1` are both followed."""
    authorities = [Authority(tmp_path / folder, ("CN", "Same Name")) for folder in ("old", "new")]
    path = hashed(tmp_path / "hashed", *(authority.file for authority in authorities))
    assert sorted(link.suffix for link in path.iterdir()) == [".0", ".1"]
    server = Authority(tmp_path / "own", ("CN", "Own"))
    shown, client = server.issue("server", ("CN", "localhost")), authorities[number].issue("client")
    options = [f"CACertFile={server.file}", f"CACertPath={path}", "DontBlameSendmail=TrustStickyBit"]
    options += [f"ServerCertFile={shown.certificate}", f"ServerKeyFile={shown.key}"]
    with Noctule(write_cf(tmp_path, "O DontProbeInterfaces=true"), tmp_path, "Workers=1", *options) as daemon:
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{daemon.port}", "-starttls", "smtp"]
        command += ["-cert", str(client.certificate), "-key", str(client.key)]
        subprocess.run(command, input="Q\n", capture_output=True, text=True, timeout=20)
        wait_for(lambda: "STARTTLS=server, relay=" in daemon.log.read_text(), daemon.log.read_text)
        assert "verify=OK" in daemon.log.read_text()


class TlsPostfix(Postfix):
    """Offers TLS and uses it; its files are put in place by `equip`."""

    def __init__(self, folder: Path, domain: str, name_server: str) -> None:
        super().__init__(folder, domain, name_server)
        with (folder / "etc-postfix/main.cf").open("a") as file:
            file.write(
                """smtpd_tls_security_level = may
smtpd_tls_chain_files = /etc/postfix/mta.key, /etc/postfix/mta.pem
smtpd_tls_CAfile = /etc/postfix/authority.pem
smtpd_tls_ask_ccert = yes
smtpd_tls_received_header = yes
smtp_tls_security_level = verify
smtp_tls_verify_cert_match = mail.example.test
smtp_tls_chain_files = /etc/postfix/mta.key, /etc/postfix/mta.pem
smtp_tls_CAfile = /etc/postfix/authority.pem
"""
            )
        _equip(folder.parent, folder / "etc-postfix")


class TlsSendmail(Sendmail):
    def __init__(self, folder: Path, domain: str, name_server: str) -> None:
        super().__init__(folder, domain, name_server)
        pairs = ("ServerCertFile=mta.pem", "ServerKeyFile=mta.key", "ClientCertFile=mta.pem", "ClientKeyFile=mta.key")
        lines = [pair.replace("=", "=/etc/mail/") for pair in (*pairs, "CACertFile=authority.pem")]
        with (folder / "etc-mail/sendmail.cf").open("a") as file:
            file.writelines(f"O {line}\n" for line in (*lines, "CACertPath=/etc/mail", "LogLevel=9"))
        _equip(folder.parent, folder / "etc-mail")


def _equip(source: Path, target: Path) -> None:
    for name in FILES:
        shutil.copy(source / name, target / name)
        os.chown(target / name, 0, 0)
        (target / name).chmod(0o600 if name.endswith(".key") else 0o644)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, for port 25")
@pytest.mark.skipif(shutil.which("swaks") is None, reason="needs swaks")
@pytest.mark.parametrize("kind", [TlsPostfix, TlsSendmail])
def test_other_servers_both_ways(world: World, safe_path: Path, kind: type[Peer]) -> None:
    for name in FILES:
        shutil.copy(world.authority.folder / name, safe_path / name)
    with running(kind, safe_path, *world.options()) as pair:
        out, back = Letter.new(), Letter.new()
        send(out, f"127.0.0.1:{pair.noctule.port}", f"{USER}@{HERE}", f"{USER}@{THERE}")
        [there] = whole(pair.peer.delivered, 1)
        assert_whole(out, there)
        send(back, f"{pair.peer.address}:25", f"{USER}@{THERE}", f"{USER}@{HERE}")
        [here] = whole(pair.here, 1)
        assert_whole(back, here)
        log = pair.noctule.log.read_text()
        for side in ("client", "server"):
            assert f"STARTTLS={side}, relay=" in log
            (line,) = [line for line in log.splitlines() if f"STARTTLS={side}, relay=" in line]
            assert "version=TLSv1.3, verify=OK, cipher=TLS_AES_256_GCM_SHA384, bits=256/256" in line, line
        assert b"TLSv1.3" in there.partition(b"\n\n")[0]
        assert b"with ESMTPS" in here.partition(b"\r\n\r\n")[0] or b"with ESMTPS" in here
