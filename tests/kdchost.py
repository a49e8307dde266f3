"""A real MIT Kerberos KDC on this host, for a test.

with kdchost.running(folder, ["alice"], ["smtp/mail.example.test"]) as realm:
    ... realm.environment, realm.keytab, realm.cache(...) ...
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from interop.noctuled import free_port
from interop.peers import Missing, wait_for

REALM = "EXAMPLE.TEST"
PASSWORD = "tick et"  # of all users
PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"
CONFIGURATION = """[libdefaults]
default_realm = {realm}
dns_lookup_kdc = false
dns_lookup_realm = false
dns_canonicalize_hostname = false
rdns = false
udp_preference_limit = 1
[realms]
{realm} = {{
  kdc = 127.0.0.1:{port}
}}
"""
KDC = """[kdcdefaults]
kdc_ports = {port}
kdc_tcp_ports = {port}
[realms]
{realm} = {{
  database_name = {folder}/principals
  key_stash_file = {folder}/stash
  kdc_listen = 127.0.0.1:{port}
  kdc_tcp_listen = 127.0.0.1:{port}
}}
"""


@dataclass(frozen=True, slots=True)
class Realm:
    """The running KDC, the servers' keys, and what programs have to find in their environment."""

    folder: Path
    keytab: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    def cache(self, user: str) -> dict[str, str]:
        """The environment of somebody who has logged in."""
        environment = self.environment | {"KRB5CCNAME": f"FILE:{self.folder}/tickets-{user.replace('/', '-')}"}
        kinit = subprocess.run(["kinit", user], input=PASSWORD.encode(), env=environment, capture_output=True)
        assert kinit.returncode == 0, kinit.stderr
        return environment


@contextlib.contextmanager
def running(folder: Path, users: Sequence[str], services: Sequence[str]) -> Iterator[Realm]:
    """Raises Missing where there is no KDC to run."""
    for program in ("krb5kdc", "kdb5_util", "kadmin.local", "kinit"):
        if shutil.which(program, path=PATH) is None:
            raise Missing(f"needs {program}")
    folder.mkdir(exist_ok=True)
    words = {"realm": REALM, "port": free_port(), "folder": folder}
    (folder / "krb5.conf").write_text(CONFIGURATION.format(**words))
    (folder / "kdc.conf").write_text(KDC.format(**words))
    environment = {
        "PATH": PATH,
        "KRB5_CONFIG": str(folder / "krb5.conf"),
        "KRB5_KDC_PROFILE": str(folder / "kdc.conf"),
        "KRB5CCNAME": f"FILE:{folder}/nobody",
        "KRB5_CLIENT_KTNAME": f"FILE:{folder}/none",
    }

    def run(*command: str) -> None:
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)

    run("kdb5_util", "create", "-s", "-r", REALM, "-P", "master of keys")
    keytab = folder / "keytab"
    for user in users:
        run("kadmin.local", "-r", REALM, "addprinc", "-pw", PASSWORD, user)
    for service in services:
        run("kadmin.local", "-r", REALM, "addprinc", "-randkey", service)
        run("kadmin.local", "-r", REALM, "ktadd", "-k", str(keytab), service)
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(["krb5kdc", "-n"], env=environment, stdout=log, stderr=log) as process,
    ):
        realm = Realm(folder, keytab, environment, process)
        try:
            wait_for(lambda: b"starting..." in (folder / "log").read_bytes(), (folder / "log").read_text)
            yield realm
        finally:
            process.terminate()
            process.wait(20)
