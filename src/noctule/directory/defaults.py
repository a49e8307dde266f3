"""The system's settings for all LDAP clients: ldap.conf(5).

Administrators say there which authority signs their directory's certificate; what a map or account back end does not
say itself is taken from here.  A line is a keyword and its value; unknown keywords are for others.  Environment
variables named LDAP and the keyword come after the file, LDAPNOINIT turns all of it off, as libldap has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from noctule.base.text import BLANKS, first_word, from_bytes

PATHS = ("/etc/ldap/ldap.conf", "/etc/openldap/ldap.conf")
_MAX_FILE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """How to trust a server.  Without any authority of its own it trusts those of the system."""

    authorities_file: str = ""
    authorities_folder: str = ""
    certificate: str = ""
    key: str = ""
    verify: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What ldap.conf says: `settings` by keyword in upper case."""

    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def tls(self) -> Tls:
        say = self.settings.get
        return Tls(
            authorities_file=say("TLS_CACERT", ""),
            authorities_folder=say("TLS_CACERTDIR", ""),
            certificate=say("TLS_CERT", ""),
            key=say("TLS_KEY", ""),
            verify=say("TLS_REQCERT", "demand").lower() not in {"never", "allow", "try"},
        )

    @property
    def uri(self) -> str:
        return self.settings.get("URI", "ldap://localhost")

    @property
    def base(self) -> str:
        return self.settings.get("BASE", "")


def system_defaults(environment: Mapping[str, str], more: str = "") -> Defaults:
    """What this system says, and what the file `more` adds.  A file that cannot be read says nothing."""
    if "LDAPNOINIT" in environment:
        return Defaults()
    places = (environment["LDAPCONF"],) if environment.get("LDAPCONF") else PATHS
    settings: dict[str, str] = {}
    for place in (*places, *filter(None, [more])):
        settings |= _file(Path(place))
    settings |= {name[4:]: value for name, value in environment.items() if name.startswith("LDAP") and len(name) > 4}
    return Defaults(settings=settings)


def _file(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            text = from_bytes(file.read(_MAX_FILE))
    except OSError:
        return {}
    settings = (first_word(line) for line in text.split("\n") if not line.startswith("#"))
    return {name.upper(): value.rstrip(BLANKS) for name, value in settings if value}
