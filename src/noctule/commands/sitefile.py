"""The text of a new site file, from the answers to a few questions."""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from noctule.base.errors import UsageError

AUTHENTICATED = "auth"  # among those who may submit: everybody with a password
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
_NAME = rf"{_LABEL}(?:\.{_LABEL})*"
_HOST = re.compile(rf"{_NAME}|\[(?:{_NAME}|IPv6:[0-9A-Fa-f:.]+)\]")
_PORT = re.compile(r":([1-9][0-9]{0,4})")
_PATH = re.compile(r"/[^`',()\s$#]*", re.ASCII)
_LAST_PORT = 65_535
_IPV4_OCTET, _IPV6_GROUP = 8, 16  # bits: classes of networks know no finer parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is asked.

    `smart_host` is `host` or `host:port`, the host in brackets when its mail exchangers do not count; `log_in`: it
    wants a password.  `local` is `maildir`, `mbox`, `lmtp:/path/of/socket`, `lmtp:host:port` or `hub:host`;
    `submitters` are networks and the word of AUTHENTICATED.  Certificate and key are paths, "" for none.
    """

    name: str
    ostype: str = "linux"
    directory: str = "/etc/mail"
    smart_host: str = ""
    log_in: bool = False
    local: str = "maildir"
    certificate: str = ""
    key: str = ""
    submitters: Sequence[str] = ()


def site_text(site: Site) -> str:
    """The whole file.  Raises UsageError for an answer that cannot be."""
    parts = [_HEAD.format(name=full_name(site.name), ostype=site.ostype)]
    if site.directory != "/etc/mail":
        parts.append(f"define(`MAIL_SETTINGS_DIR', `{path(site.directory)}/')dnl\n")
    parts += [*_identity(site), *_outside(site), *_local(site), *_tls(site), *_submission(site), _CHECKS]
    parts += _mailers(site)
    return "".join(parts)


def host(text: str) -> str:
    """A host name, or an address in brackets."""
    if not _HOST.fullmatch(text):
        raise UsageError(f"{text or 'nothing'}: not the name of a host")
    return text


def full_name(text: str) -> str:
    """A host name with its domain."""
    if not re.fullmatch(_NAME, text) or "." not in text or re.fullmatch(r"[0-9.]+", text):
        raise UsageError(f"{text or 'nothing'}: not the full name of a host, such as mail.example.org")
    return text


def host_and_port(text: str) -> tuple[str, str]:
    """A host, and a port or ""."""
    port = _PORT.search(text, text.find("]") + 1)
    if port is None:
        return host(text), ""
    if port.end() != len(text) or int(port[1]) > _LAST_PORT:
        raise UsageError(f"{text}: not the number of a port behind the colon")
    return host(text[: port.start()]), port[1]


def local_mail(text: str) -> tuple[str, str]:
    """What takes mail for users here, and where: the path of a socket, `host port`, a host, or ""."""
    kind, _, where = text.partition(":")
    match kind:
        case "maildir" | "mbox" if kind == text:
            return kind, ""
        case "lmtp" if where.startswith("/"):
            return kind, path(where)
        case "lmtp" if where:
            name, port = host_and_port(where)
            if port:
                return kind, f"{name} {port}"
        case "hub":
            return kind, host(where)
    raise UsageError(f"{text}: local mail goes to maildir, mbox, lmtp:SOCKET, lmtp:HOST:PORT or hub:HOST")


def path(text: str) -> str:
    """An absolute path that an mc file can hold."""
    if not _PATH.fullmatch(text):
        raise UsageError(f"{text or 'nothing'}: not an absolute path without blanks, quotes and parentheses")
    return text


def network(text: str) -> str:
    """A network as class R spells it: `192.0.2` for 192.0.2.0/24."""
    try:
        found = ipaddress.ip_network(text)
    except ValueError:
        raise UsageError(f"{text}: not a network such as 192.0.2.0/24") from None
    unit = _IPV4_OCTET if found.version == 4 else _IPV6_GROUP
    if not found.prefixlen or found.prefixlen % unit:
        raise UsageError(f"{text}: the length of the network has to be a multiple of {unit}")
    count = found.prefixlen // unit
    if found.version == 4:
        return ".".join(str(found.network_address).split(".")[:count])
    groups = (f"{int(group, 16):x}" for group in found.network_address.exploded.split(":")[:count])
    return "IPv6:" + ":".join(groups)


_HEAD = """\
divert(-1)
  The configuration of {name}, written by noctule init.

  Try it:       noctule lint site.mc
                noctule explain --config site.mc somebody@example.org
  Run it:       noctule serve --config site.mc
  As a cf file: noctule mc site.mc > sendmail.cf

  All this is thrown away, up to the next line; lines that begin with three
  letters, d, n and l, are comments, too.  Back quotes begin values, and
  apostrophes end them.
divert(0)dnl
VERSIONID(`{name}')dnl
OSTYPE(`{ostype}')dnl
"""

_CHECKS = """
dnl  Who is refused, and who else may relay, tells the table named here, made with
dnl  makemap; it may be missing.
FEATURE(`access_db', `hash -o -T<TMPF> MAIL_SETTINGS_DIR`'access')dnl
FEATURE(`blocklist_recipients')dnl
dnl  Clients that talk before they are greeted are refused.
FEATURE(`greet_pause', `2000')dnl
dnl
dnl  Names and numbers that would help only strangers are not told.
define(`confPRIVACY_FLAGS', ``authwarnings,novrfy,noexpn,noetrn,restrictqrun'')dnl
define(`confSMTP_LOGIN_MSG', `$j Noctule; $b')dnl
define(`confMAX_MESSAGE_SIZE', `52428800')dnl	bytes
"""


def _identity(site: Site) -> Iterator[str]:
    yield f"""
dnl  Who this host is. More names it takes mail for stand one a line in
dnl  {site.directory}/local-host-names.
define(`confDOMAIN_NAME', `{site.name}')dnl
LOCAL_DOMAIN(`{site.name}')dnl
define(`confCW_FILE', `-o MAIL_SETTINGS_DIR`'local-host-names')dnl
FEATURE(`use_cw_file')dnl
"""


def _outside(site: Site) -> Iterator[str]:
    if not site.smart_host:
        yield """
dnl  Mail for the outside goes to the mail exchangers of each domain.
dnl  define(`SMART_HOST', `[relay.example.net]')dnl
"""
        return
    name, port = host_and_port(site.smart_host)
    yield f"""
dnl  Mail for the outside goes to this host. In brackets: the host itself, not its
dnl  mail exchangers.
define(`SMART_HOST', `{name}')dnl
"""
    if port:
        yield f"define(`RELAY_MAILER_ARGS', `TCP $h {port}')dnl\n"
    if site.log_in:
        yield f"""\
dnl  It wants a password, from a table that root alone may read:
dnl      AuthInfo:{name.strip("[]")}	"U:user" "P:password"
dnl  made with: makemap hash {site.directory}/authinfo
FEATURE(`authinfo', `hash -o MAIL_SETTINGS_DIR`'authinfo')dnl
"""


def _local(site: Site) -> Iterator[str]:
    match local_mail(site.local):
        case "maildir", _:
            yield """
dnl  Mail for users here goes to the Maildir in their home directories.
define(`LOCAL_MAILER_PATH', `[MAILDIR]')dnl
define(`LOCAL_MAILER_ARGS', `MAILDIR $z/Maildir')dnl
define(`LOCAL_MAILER_FLAGS', `Pn')dnl
"""
        case "mbox", _:
            yield """
dnl  Mail for users here goes to their mailboxes in /var/mail.
define(`LOCAL_MAILER_PATH', `[MBOX]')dnl
define(`LOCAL_MAILER_ARGS', `MBOX /var/mail/$u')dnl
define(`LOCAL_MAILER_FLAGS', `Pn')dnl
"""
        case "lmtp", where:
            yield f"""
dnl  Mail for users here goes to a message store by LMTP; it knows the users.
define(`confLOCAL_MAILER', `cyrusv2')dnl
define(`CYRUSV2_MAILER_ARGS', `{"FILE" if where.startswith("/") else "TCP"} {where}')dnl
"""
        case _, where:
            yield f"""
dnl  Mail for users here goes to this host, to the port for mail.
define(`MAIL_HUB', `esmtp:{where}')dnl
"""


def _tls(site: Site) -> Iterator[str]:
    if bool(site.certificate) != bool(site.key):
        raise UsageError("a certificate and its key go together")
    if not site.certificate:
        yield """
dnl  No TLS: certificate and key are missing.
dnl  define(`confSERVER_CERT', `/etc/mail/tls/cert.pem')dnl
dnl  define(`confSERVER_KEY', `/etc/mail/tls/key.pem')dnl
"""
        return
    yield f"""
dnl  TLS, as server and as client.
define(`confSERVER_CERT', `{path(site.certificate)}')dnl
define(`confSERVER_KEY', `{path(site.key)}')dnl
define(`confCLIENT_CERT', `{site.certificate}')dnl
define(`confCLIENT_KEY', `{site.key}')dnl
"""


def _submission(site: Site) -> Iterator[str]:
    networks = [network(text) for text in site.submitters if text != AUTHENTICATED]
    if networks:
        yield f"""
dnl  Who may send mail to everywhere: these networks.
RELAY_DOMAIN(`{" ".join(networks)}')dnl
"""
    yield "\nDAEMON_OPTIONS(`Name=MTA, Port=smtp')dnl\n"
    if AUTHENTICATED in site.submitters:
        yield """\
dnl  Users who give their password may send to everywhere. Port 587 is for them
dnl  alone (a); passwords pass over TLS only (p).
DAEMON_OPTIONS(`Name=MSA, Port=submission, M=Ea')dnl
define(`confAUTH_OPTIONS', `p,y')dnl
define(`confAUTH_MECHANISMS', `PLAIN LOGIN')dnl
TRUST_AUTH_MECH(`PLAIN LOGIN')dnl
"""
    else:
        yield "FEATURE(`no_default_msa')dnl\n"


def _mailers(site: Site) -> Iterator[str]:
    yield "\nMAILER(`local')dnl\nMAILER(`smtp')dnl\n"
    if site.local.startswith("lmtp:"):
        yield "MAILER(`cyrusv2')dnl\n"
