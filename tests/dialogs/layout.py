"""What the launchers of both servers make of a laid-out configuration, and of a listing of the queue."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

MAPS = (
    "access",
    "mailertable",
    "virtusertable",
    "genericstable",
    "domaintable",
    "bitdomain",
    "uucpdomain",
    "authinfo",
)
LISTINGS = (("normal", ()), ("quarantined", ("-qQ",)), ("lost", ("-qL",)))
_SINKS = ("ESMTP", "PLAIN", "LMTP", "SEVEN", "UTF8", "DEAD")
_MECHANISMS = "PLAIN LOGIN CRAM-MD5"
_ENTRY = re.compile(r"(?=\S{14})[0-9A-Za-z]{14}[*X?-]?\s+(\d+|\(.*?\))\s.*?(<.*>|\S+)$")
_RECIPIENT = re.compile(r"\s+[<\w|/:\\\"]")
_NO_RECIPIENT = ("(", "7BIT", "8BITMIME", "Total requests")  # beginnings of the other lines of an entry


def definitions(library: str, view: str | Path) -> dict[str, object]:
    """The m4 macros that a site.mc uses."""
    port, sinks = int(os.environ["DIALOG_PORT"]), int(os.environ["DIALOG_SINKS"])
    own = {"_CF_DIR_": library, "DIALOG_DIR": view, "DIALOG_PORT": port, "DIALOG_MSA": port + 1}
    return own | {f"SINK_{name}": sinks + number for number, name in enumerate(_SINKS)}


def entries(state: str, listing: str) -> Iterator[str]:
    """The entries that `mailq` printed, one line each: state, sender, reason, recipients."""
    entry = ""
    for line in listing.splitlines():
        if first := _ENTRY.match(line):
            if entry:
                yield entry
            entry = f"{state} from {first[2]}"
        elif entry and (reason := re.match(r"\s+QUARANTINE: (.*)", line)):
            entry += f" reason [{reason[1].strip()}]"
        elif entry and _RECIPIENT.match(line) and not line.strip().startswith(_NO_RECIPIENT):
            entry += " to " + line.strip()
    if entry:
        yield entry


def sasl_settings(users: str, mechanisms: Path) -> str:
    """The Sendmail.conf for a sasldb2 file; `mechanisms` may be a file that lists which are offered."""
    offered = mechanisms.read_text().strip() if mechanisms.exists() else _MECHANISMS
    lines = ("pwcheck_method: auxprop", "auxprop_plugin: sasldb", f"sasldb_path: {users}", f"mech_list: {offered}")
    return "\n".join(lines) + "\n"


def make_certificate(folder: Path) -> None:
    """A key and the certificate it signs itself."""
    folder.mkdir()
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"]
    files = ["-subj", "/CN=mail.example.test", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run([*command, *files], check=True, capture_output=True)
    (folder / "key.pem").chmod(0o600)
