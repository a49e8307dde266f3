"""The cases of data/ldap_cases.txt, and the real Sendmail's answers:  PYTHONPATH=tests python tests/maps/ldap_oracle.py

A line `! flags` gives LDAPDefaultSpec to the K line after it.  {at} stands for the flags that lead to the directory, a
slapd on loopback that holds data/ldap.ldif; {uri}, {port}, {admin} and {dir} for what they say.
"""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import slapdhost
from maps.oracle import DATA, FOLDER, RESOLV_CONF, ROOT, Case, answers, write_files
from resolve.server import Zone, serving

SECRET = "ldap-secret"


@dataclass
class LdapCase(Case):
    """A case with the LDAPDefaultSpec it is declared under."""

    default: str = ""


def ldif() -> str:
    return (DATA / "ldap.ldif").read_text("utf-8")


def ldap_cases() -> Iterator[LdapCase]:
    default, case = "", None
    for line in (DATA / "ldap_cases.txt").read_text("utf-8").splitlines():
        if line.startswith("! "):
            default = line[2:]
        elif line.startswith("= "):
            if case is not None:
                yield case
            case, default = LdapCase(line[2:], default=default), ""
        elif case is not None:
            key, *args = line.encode("latin-1").decode("unicode_escape").split("\t")
            case.questions.append((key, tuple(args) if args else None))
    assert case is not None
    yield case


def placed(text: str, host: slapdhost.Directory, folder: str) -> str:
    """The text with the places of one run."""
    for name, value in {
        "{at}": f"-w3 -h 127.0.0.1 -p {host.port} -b {slapdhost.SUFFIX}",
        "{uri}": host.uri,
        "{port}": str(host.port),
        "{admin}": slapdhost.ADMIN,
        "{dir}": folder,
    }.items():
        text = text.replace(name, value)
    return text


def unplaced(line: str, host: slapdhost.Directory) -> str:
    return line.replace(host.uri, "{uri}").replace(f"-p {host.port}", "-p {port}").replace(f":{host.port}", ":{port}")


def record(host: slapdhost.Directory) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    for case in ldap_cases():
        placed_case = Case(placed(case.declaration, host, FOLDER), case.questions)
        options = (f"O LDAPDefaultSpec={placed(case.default, host, FOLDER)}",) if case.default else ()
        heard = answers(placed_case, options)
        yield (
            case.default,
            case.declaration,
            {key: [unplaced(line, host) for line in lines] for key, lines in heard.items()},
        )


if __name__ == "__main__":
    write_files(ROOT / FOLDER[1:])
    secret = ROOT / FOLDER[1:] / SECRET
    secret.write_text(slapdhost.ADMIN_PASSWORD + "\n")
    secret.chmod(0o600)
    (ROOT / FOLDER[1:] / "resolv.conf").write_text(RESOLV_CONF)
    zone = Zone(".", (DATA / "zone.txt").read_text())
    with (
        serving(zone, ("127.0.0.77", 53)),
        tempfile.TemporaryDirectory() as folder,
        slapdhost.running(Path(folder), ldif=ldif()) as host,
    ):
        recorded = [[default, declaration, heard] for default, declaration, heard in record(host)]
    (DATA / "ldap_answers.json").write_text(json.dumps(recorded, indent=1) + "\n")
