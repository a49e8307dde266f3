"""The text of a new site file, from the answers to a few questions."""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from noctule.base.errors import UsageError

AUTHENTICATED = "auth"  # among those who may submit: everybody with a password
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Za-z.:_-]+\]")
_PATH = re.compile(r"/[^`',()\s$#]*", re.ASCII)
_IPV4_OCTET, _IPV6_GROUP = 8, 16  # bits: classes of networks know no finer parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is asked.

    `local` is `maildir`, `mbox`, `lmtp:/path/of/socket`, `lmtp:host:port` or `hub:host`; `submitters` are networks and
    the word of AUTHENTICATED.  Certificates are paths, "" for none.
    """

    name: str
    ostype: str = "linux"
    directory: str = "/etc/mail"
    smart_host: str = ""
    local: str = "maildir"
    certificate: str = ""
    key: str = ""
    authorities: str = ""
    submitters: Sequence[str] = ()


def site_text(site: Site) -> str:
    """The whole file.  Raises UsageError for an answer that cannot be."""
    parts = [_HEAD.format(name=host(site.name), ostype=site.ostype)]
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
define(`confSMTP_LOGIN_MSG', `$j ESMTP; $b')dnl
define(`confMAX_MESSAGE_SIZE', `52428800')dnl	bytes
"""


def _identity(site: Site) -> Iterator[str]:
    yield f"""
dnl  Who this host is. More names it takes mail for stand one a line in
dnl  {site.directory}/local-host-names.
define(`confDOMAIN_NAME', `{host(site.name)}')dnl
LOCAL_DOMAIN(`{host(site.name)}')dnl
define(`confCW_FILE', `-o MAIL_SETTINGS_DIR`'local-host-names')dnl
FEATURE(`use_cw_file')dnl
"""


def _outside(site: Site) -> Iterator[str]:
    if site.smart_host:
        yield f"""
dnl  Mail for the outside goes to this host. In brackets: the host itself, not its
dnl  mail exchangers.
define(`SMART_HOST', `{host(site.smart_host)}')dnl
"""
    else:
        yield """
dnl  Mail for the outside goes to the mail exchangers of each domain.
dnl  define(`SMART_HOST', `[relay.example.net]')dnl
"""


def _local(site: Site) -> Iterator[str]:
    kind, _, where = site.local.partition(":")
    match kind:
        case "maildir":
            yield """
dnl  Mail for users here goes to the Maildir in their home directories.
define(`LOCAL_MAILER_PATH', `[MAILDIR]')dnl
define(`LOCAL_MAILER_ARGS', `MAILDIR $z/Maildir')dnl
define(`LOCAL_MAILER_FLAGS', `Pn')dnl
"""
        case "mbox":
            yield """
dnl  Mail for users here goes to their mailboxes in /var/mail.
define(`LOCAL_MAILER_PATH', `[MBOX]')dnl
define(`LOCAL_MAILER_ARGS', `MBOX /var/mail/$u')dnl
define(`LOCAL_MAILER_FLAGS', `Pn')dnl
"""
        case "lmtp":
            yield f"""
dnl  Mail for users here goes to a message store by LMTP; it knows the users.
define(`confLOCAL_MAILER', `cyrusv2')dnl
define(`CYRUSV2_MAILER_ARGS', `{_lmtp(where)}')dnl
"""
        case "hub":
            yield f"""
dnl  Mail for users here goes to this host.
define(`MAIL_HUB', `{host(where)}')dnl
"""
        case _:
            raise UsageError(f"{site.local}: local mail goes to maildir, mbox, lmtp:SOCKET, lmtp:HOST:PORT or hub:HOST")


def _lmtp(where: str) -> str:
    if where.startswith("/"):
        return f"FILE {path(where)}"
    name, _, port = where.rpartition(":")
    if not port.isdecimal():
        raise UsageError(f"lmtp:{where}: wanted is the path of a socket, or host:port")
    return f"TCP {host(name)} {port}"


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
    if site.authorities:
        yield f"define(`confCACERT', `{path(site.authorities)}')dnl\n"


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
