"""AuthInfo in the access table and in a table of its own: a site made by our m4 library logs in at its smart host."""

import smtplib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from interop.noctuled import PROGRAM, Noctule, free_port
from interop.peers import wait_for
from interop.test_login import PASSWORD, REFUSE, site

MC = """\
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `client.example')dnl
define(`RELAY_MAILER_ARGS', `TCP $h {port}')dnl
define(`SMART_HOST', `relay:[127.0.0.11]')dnl
define(`confAUTH_MECHANISMS', `SCRAM-SHA-256 PLAIN')dnl
define(`confLOG_LEVEL', `20')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`access_db', `hash -T<TMPF> {folder}/access')dnl
{feature}
MAILER(`smtp')dnl
"""
AUTHINFO = f'"U:alice" "P:{PASSWORD}"'
CASES = {
    "access": ("", 'Connect:127.0.0.1\tRELAY\nAuthInfo:127.0.0.11\t{info} "M:PLAIN"\n', ""),
    "access, for all": ("", 'Connect:127.0.0.1\tRELAY\nAuthInfo:\t{info} "M:PLAIN"\n', ""),
    "own": ("FEATURE(`authinfo', `hash {folder}/authinfo')dnl", "Connect:127.0.0.1\tRELAY\n", "AuthInfo:\t{info}\n"),
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A smart host."""
    db = pytest.importorskip("berkeleydb").db
    folder = tmp_path_factory.mktemp("server") / "smart"
    options = f"O SaslConfPath={folder}\nO AuthMechanisms=SCRAM-SHA-256 PLAIN"
    cf = site(folder, "smart.example", rules=REFUSE, options=options)
    (folder / "Sendmail.conf").write_text(f"auxprop_plugin: sasldb\nsasldb_path: {folder}/sasldb2\n")
    users = db.DB()
    users.open(f"{folder}/sasldb2", dbtype=db.DB_HASH, flags=db.DB_CREATE, mode=0o600)
    users.put(b"alice\0smart.example\0userPassword", PASSWORD.encode())
    users.close()
    port = free_port()
    with Noctule(cf, folder, f"DaemonPortOptions=Name=All, Addr=0.0.0.0, Port={port}"):
        yield port


@pytest.mark.parametrize("case", CASES)
def test_a_log_in_at_the_smart_host(tmp_path: Path, port: int, case: str) -> None:
    feature, access, authinfo = (text.format(folder=tmp_path, info=AUTHINFO) for text in CASES[case])
    (tmp_path / "site.mc").write_text(MC.format(folder=tmp_path, port=port, feature=feature))
    for name, text in (("access", access), ("authinfo", authinfo)):
        command = [PROGRAM.with_name("makemap"), "hash", tmp_path / name]
        subprocess.run(command, input=text.encode(), check=True)
        (tmp_path / f"{name}.db").chmod(0o600)
    for name in ("hosts", "aliases", "local-host-names"):
        (tmp_path / name).write_text("127.0.0.1 localhost\n" if name == "hosts" else "")
    options = (f"HostsFile={tmp_path}/hosts", f"AliasFile={tmp_path}/aliases", "DontBlameSendmail=TrustStickyBit")
    with Noctule(tmp_path / "site.mc", tmp_path, *options, "Workers=1") as client:
        with smtplib.SMTP("127.0.0.1", client.port, timeout=30) as session:
            session.sendmail("me@here.example", ["friend@far.example"], "Subject: x\r\n\r\nx\r\n")
        wait_for(lambda: "to=<friend@far.example>" in client.log.read_text(), client.log.read_text)
        text = client.log.read_text()
    mechanism = "PLAIN" if "PLAIN" in access else "SCRAM-SHA-256"
    assert f"AUTH=client, relay=[127.0.0.11], mech={mechanism}, bits=0" in text
    assert "stat=Sent" in text and PASSWORD not in text
