"""A real slapd for a test: ldap:// and ldaps:// on loopback, ldapi://, in a folder of its own.

    with slapdhost.running(tmp_path) as directory:
        ... directory.uri, directory.tls_uri, directory.local_uri, directory.ca_file ...

What it holds (`SUFFIX` is dc=example,dc=test; every name below lies in it):

cn=admin                 the root of the database, password `ADMIN_PASSWORD`
uid=alice,ou=people      and `bob`, `carol`: people with mail, cn, employeeNumber and a password, `PASSWORDS`
uid=proxyUser,ou=agents  may act for everybody in ou=people (authzTo), by any SASL mechanism, and on ldapi by EXTERNAL
                         for the user who runs the test

and what the test gives as `ldif` or adds.  A SASL name, with a realm or without, is the entry with that uid.
Passwords are in the clear, as DIGEST-MD5 and SCRAM need them; carol's is {SSHA}.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

SUFFIX = "dc=example,dc=test"
ADMIN = f"cn=admin,{SUFFIX}"
ADMIN_PASSWORD = "keeper"
PROXY = "proxyUser"
PROXY_PASSWORD = "proxy secret"
PASSWORDS = {"alice": "wonder land", "bob": "bückling", "carol": "hashed"}
_MODULES = Path("/usr/lib/ldap")
_SCHEMAS = Path("/etc/ldap/schema")
_SLAPD = shutil.which("slapd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

# The attributes and object classes of Sendmail's default LDAP look-ups, with numbers out of an example's arc.
_MAIL_SCHEMA = """\
attributetype ( 1.3.6.1.4.1.32473.1.1 NAME 'sendmailMTAKey' EQUALITY caseIgnoreMatch SUP name )
attributetype ( 1.3.6.1.4.1.32473.1.2 NAME 'sendmailMTAAliasGrouping' EQUALITY caseIgnoreMatch SUP name )
attributetype ( 1.3.6.1.4.1.32473.1.3 NAME 'sendmailMTAAliasValue' EQUALITY caseIgnoreMatch SUP name )
attributetype ( 1.3.6.1.4.1.32473.1.4 NAME 'sendmailMTAAliasSearch' EQUALITY caseExactMatch SUP name )
attributetype ( 1.3.6.1.4.1.32473.1.5 NAME 'sendmailMTAAliasURL' EQUALITY caseExactMatch SUP labeledURI )
attributetype ( 1.3.6.1.4.1.32473.1.6 NAME 'sendmailMTACluster' EQUALITY caseIgnoreMatch SUP name )
attributetype ( 1.3.6.1.4.1.32473.1.7 NAME 'sendmailMTAHost' EQUALITY caseIgnoreMatch SUP name )
attributetype ( 1.3.6.1.4.1.32473.1.8 NAME 'sendmailMTAMapName' EQUALITY caseIgnoreMatch SUP name )
attributetype ( 1.3.6.1.4.1.32473.1.9 NAME 'sendmailMTAMapValue' EQUALITY caseExactMatch SUP name )
attributetype ( 1.3.6.1.4.1.32473.1.10 NAME 'sendmailMTAClassName' EQUALITY caseIgnoreMatch SUP name )
attributetype ( 1.3.6.1.4.1.32473.1.11 NAME 'sendmailMTAClassValue' EQUALITY caseIgnoreMatch SUP name )
objectclass ( 1.3.6.1.4.1.32473.2.1 NAME 'sendmailMTA' SUP top STRUCTURAL MAY ( sendmailMTACluster $ sendmailMTAHost ) )
objectclass ( 1.3.6.1.4.1.32473.2.2 NAME 'sendmailMTAMap' SUP sendmailMTA STRUCTURAL MAY sendmailMTAMapName )
objectclass ( 1.3.6.1.4.1.32473.2.3 NAME 'sendmailMTAMapObject' SUP sendmailMTAMap STRUCTURAL
  MAY ( sendmailMTAKey $ sendmailMTAMapValue ) )
objectclass ( 1.3.6.1.4.1.32473.2.4 NAME 'sendmailMTAAlias' SUP sendmailMTA STRUCTURAL MAY sendmailMTAAliasGrouping )
objectclass ( 1.3.6.1.4.1.32473.2.5 NAME 'sendmailMTAAliasObject' SUP sendmailMTAAlias STRUCTURAL
  MAY ( sendmailMTAKey $ sendmailMTAAliasValue $ sendmailMTAAliasSearch $ sendmailMTAAliasURL ) )
objectclass ( 1.3.6.1.4.1.32473.2.6 NAME 'sendmailMTAClass' SUP sendmailMTA STRUCTURAL
  MAY ( sendmailMTAClassName $ sendmailMTAClassValue ) )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """A running slapd."""

    folder: Path
    port: int
    tls_port: int
    ca_file: Path

    @property
    def uri(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def tls_uri(self) -> str:
        """By name, as the certificate has it."""
        return f"ldaps://localhost:{self.tls_port}"

    @property
    def local_uri(self) -> str:
        return f"ldapi://{quote(str(self.folder / 'ldapi'), safe='')}"

    def add(self, ldif: str) -> None:
        """Add entries, as the administrator."""
        self._as_admin("ldapadd", ldif)

    def modify(self, ldif: str) -> None:
        self._as_admin("ldapmodify", ldif)

    def _as_admin(self, program: str, ldif: str) -> None:
        words = [program, "-x", "-H", self.uri, "-D", ADMIN, "-w", ADMIN_PASSWORD]
        done = subprocess.run(words, input=ldif, capture_output=True, encoding="utf-8", timeout=20)
        assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def running(folder: Path, *, ldif: str = "", first: str = "") -> Iterator[Directory]:
    """A slapd with the people of this module and `ldif`; `first` are rules of access that come before the others.

    Skips the test where there is no slapd.
    """
    if _SLAPD is None or not (_MODULES / "back_mdb.so").exists():
        pytest.skip("no slapd with back-mdb on this machine")
    folder = folder / "slapd"
    folder.mkdir()
    port, tls_port = _free_ports(2)
    directory = Directory(folder=folder, port=port, tls_port=tls_port, ca_file=folder / "ca.pem")
    certificates(folder)
    _configure(folder, first)
    loading = subprocess.run(
        [_SLAPD, "-T", "add", "-q", "-f", folder / "slapd.conf"],
        input=people() + ldif,
        capture_output=True,
        encoding="utf-8",
        timeout=20,
    )
    assert loading.returncode == 0, loading.stderr
    with serving(directory):
        yield directory


@contextlib.contextmanager
def serving(directory: Directory) -> Iterator[None]:
    """The server of a folder that `running` has made, started again after `stop`."""
    urls = f"{directory.uri} ldaps://127.0.0.1:{directory.tls_port} {directory.local_uri}"
    assert _SLAPD is not None
    command = [_SLAPD, "-h", urls, "-f", str(directory.folder / "slapd.conf"), "-d", "none"]
    with (directory.folder / "log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "LDAPNOINIT": "1"})
    try:
        _wait_for(directory, process)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def people() -> str:
    """The LDIF of what every directory holds."""
    entries = [
        f"dn: {SUFFIX}\nobjectClass: domain\ndc: example\n",
        f"dn: ou=people,{SUFFIX}\nobjectClass: organizationalUnit\nou: people\n",
        f"dn: ou=agents,{SUFFIX}\nobjectClass: organizationalUnit\nou: agents\n",
        (
            f"dn: uid={PROXY},ou=agents,{SUFFIX}\nobjectClass: account\nobjectClass: simpleSecurityObject\n"
            f"uid: {PROXY}\nuserPassword: {PROXY_PASSWORD}\nauthzTo: dn.onelevel:ou=people,{SUFFIX}\n"
        ),
    ]
    for number, (name, password) in enumerate(PASSWORDS.items(), 1):
        kept = _hashed(password) if name == "carol" else password
        entries.append(
            f"dn: uid={name},ou=people,{SUFFIX}\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name.title()} Example\n"
            f"sn: Example\nmail: {name}@example.test\nemployeeNumber: {number}\nuserPassword: {kept}\n"
        )
    return "\n".join(entries) + "\n"


def _hashed(password: str) -> str:
    done = subprocess.run(
        [str(_SLAPD), "-T", "passwd", "-s", password], capture_output=True, encoding="ascii", check=True
    )
    return done.stdout.strip()


def _configure(folder: Path, first: str) -> None:
    (folder / "data").mkdir()
    (folder / "mail.schema").write_text(_MAIL_SCHEMA)
    schemas = [_SCHEMAS / f"{name}.schema" for name in ("core", "cosine", "inetorgperson", "misc", "nis")]
    includes = "".join(f"include {path}\n" for path in [*schemas, folder / "mail.schema"])
    me = f"^gidNumber={os.getegid()}[+]uidNumber={os.geteuid()},cn=peercred,cn=external,cn=auth$"
    (folder / "slapd.conf").write_text(
        f"""{includes}
modulepath {_MODULES}
moduleload back_mdb
pidfile {folder}/pid
password-hash {{CLEARTEXT}}
threads 4
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
TLSVerifyClient try
sasl-host localhost
sasl-secprops noanonymous
authz-policy to
authz-regexp ^uid=([^,]+),cn=[^,]+,cn=auth$ ldap:///{SUFFIX}??sub?(uid=$1)
authz-regexp ^uid=([^,]+),cn=[^,]+,cn=[^,]+,cn=auth$ ldap:///{SUFFIX}??sub?(uid=$1)
authz-regexp {me} uid={PROXY},ou=agents,{SUFFIX}
database mdb
maxsize 16777216
directory {folder}/data
suffix {SUFFIX}
rootdn {ADMIN}
rootpw {ADMIN_PASSWORD}
{first}access to attrs=userPassword by self read by dn.children=ou=agents,{SUFFIX} auth by anonymous auth by * none
access to * by * read
"""
    )


def certificates(folder: Path) -> None:
    """An authority and a server's certificate for localhost, 127.0.0.1, and what libldap takes localhost for."""

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=20)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-days", "30", "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", *key, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    (folder / "names").write_text(f"subjectAltName=DNS:localhost,IP:127.0.0.1,DNS:{socket.gethostname()}\n")
    signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "names"]
    openssl("x509", "-req", "-in", "server.csr", *signing, "-out", "server.pem")


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _wait_for(directory: Directory, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 20
    while True:
        assert process.poll() is None, (directory.folder / "log").read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", directory.tls_port), 1):
            return
        assert time.monotonic() < until, (directory.folder / "log").read_text()
        time.sleep(0.02)
