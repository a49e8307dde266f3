"""Site files to compare the two libraries with: stock files, given sites, each feature alone, and random mixtures."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TABLES = Path(__file__).parent / "tables"
OWN_SITES = Path(__file__).parent / "sites"
SITES = os.environ.get("NOCTULE_SITES", "")
NAME = "define(`confDOMAIN_NAME', `hub.example.org')dnl\n"
ACCESS = "FEATURE(`access_db')"

# Each entry: the lines to add.  A feature that does nothing without another one has that one before it.
FEATURES: dict[str, str] = {
    "accept_unqualified_senders": "FEATURE(`accept_unqualified_senders')",
    "accept_unresolvable_domains": "FEATURE(`accept_unresolvable_domains')",
    "access_db": ACCESS,
    "access_db,skip,relaytofulladdress": (
        "FEATURE(`access_db', `hash -T<TMPF> -o /etc/mail/access', `skip', `relaytofulladdress')"
    ),
    "access_db,lookupdotdomain": "FEATURE(`access_db', , `lookupdotdomain')",
    "allmasquerade": "MASQUERADE_AS(`masq.example')\nFEATURE(`allmasquerade')",
    "always_add_domain": "FEATURE(`always_add_domain')",
    "always_add_domain,domain": "FEATURE(`always_add_domain', `added.example')",
    "authinfo": "FEATURE(`authinfo')",
    "authinfo,access": ACCESS,
    "badmx": "FEATURE(`badmx')",
    "bcc": "FEATURE(`bcc')",
    "bcc,access": ACCESS + "\nFEATURE(`bcc', `access')",
    "bestmx_is_local": "FEATURE(`bestmx_is_local')",
    "bestmx_is_local,domains": "FEATURE(`bestmx_is_local', `best.example')",
    "bitdomain": "FEATURE(`bitdomain')",
    "blacklist_recipients": ACCESS + "\nFEATURE(`blacklist_recipients')",
    "block_bad_helo": "FEATURE(`block_bad_helo')",
    "blocklist_recipients": ACCESS + "\nFEATURE(`blocklist_recipients')",
    "check_cert_altnames": ACCESS + "\nFEATURE(`check_cert_altnames')",
    "check_other": "FEATURE(`check_other')",
    "compat_check": ACCESS + "\nFEATURE(`compat_check')",
    "conncontrol": ACCESS + "\nFEATURE(`conncontrol')",
    "conncontrol,nodelay,terminate": ACCESS + "\nFEATURE(`conncontrol', `nodelay', `terminate')",
    "delay_checks": ACCESS + "\nFEATURE(`delay_checks')",
    "delay_checks,friend": ACCESS + "\nFEATURE(`delay_checks', `friend')",
    "delay_checks,hater": ACCESS + "\nFEATURE(`delay_checks', `hater')",
    "delay_checks,friend,nodelay": (
        ACCESS + "\nFEATURE(`delay_checks', `friend')\nFEATURE(`ratecontrol', `nodelay')\nFEATURE(`conncontrol')"
    ),
    "dnsbl": "FEATURE(`dnsbl', `list.example')",
    "dnsbl,text,temporary": "FEATURE(`dnsbl', `list.example', `\"550 listed: \" $&{client_addr}', `t')",
    "dnsbl,quarantine": "FEATURE(`dnsbl', `list.example', `quarantine')",
    "domainmap": "FEATURE(`domainmap', `virtual.example', `hash /etc/mail/mapped')",
    "domaintable": "FEATURE(`domaintable')",
    "drac": "FEATURE(`drac')",
    "enhdnsbl": "FEATURE(`enhdnsbl', `list.example', , `t', `127.0.0.2.')",
    "generics_entire_domain": (
        "FEATURE(`genericstable')\nGENERICS_DOMAIN(`gen.example hub.example.org')\nFEATURE(`generics_entire_domain')"
    ),
    "genericstable": "FEATURE(`genericstable')\nGENERICS_DOMAIN_FILE(`/etc/mail/generics-domains')",
    "greet_pause": "FEATURE(`greet_pause', `5000')",
    "greet_pause,access": ACCESS + "\nFEATURE(`greet_pause', `5000')",
    "ldap_routing": (
        "LDAPROUTE_DOMAIN(`ldap.example')\n"
        "FEATURE(`ldap_routing', `hash -o /etc/mail/mailertable', `hash -o /etc/mail/virtusertable', `bounce')"
    ),
    "ldap_routing,passthru,preserve": (
        "LDAPROUTE_DOMAIN(`virtual.example routed.example')\nLDAPROUTE_EQUIVALENT(`plus.example')\n"
        "FEATURE(`ldap_routing', `hash -o /etc/mail/mailertable', `hash -o /etc/mail/virtusertable', , `preserve')"
    ),
    "limited_masquerade": (
        "MASQUERADE_AS(`masq.example')\nMASQUERADE_DOMAIN(`gen.example')\nFEATURE(`limited_masquerade')"
    ),
    "local_lmtp": "FEATURE(`local_lmtp')",
    "local_no_masquerade": "MASQUERADE_AS(`masq.example')\nFEATURE(`local_no_masquerade')",
    "local_procmail": "FEATURE(`local_procmail')",
    "local_procmail,maildrop": "FEATURE(`local_procmail', `/usr/bin/maildrop', `maildrop -d $u', `SPf')",
    "lookupdotdomain": ACCESS + "\nFEATURE(`lookupdotdomain')",
    "loose_relay_check": "FEATURE(`loose_relay_check')",
    "mailertable": "FEATURE(`mailertable')",
    "masquerade_entire_domain": (
        "MASQUERADE_AS(`masq.example')\nMASQUERADE_DOMAIN(`gen.example')\nFEATURE(`masquerade_entire_domain')"
    ),
    "masquerade_envelope": "MASQUERADE_AS(`masq.example')\nFEATURE(`masquerade_envelope')",
    "msp": "FEATURE(`msp')",
    "msp,host,MSA": "FEATURE(`msp', `[127.0.0.1]', `MSA')",
    "mtamark": "FEATURE(`mtamark')",
    "no_default_msa": "FEATURE(`no_default_msa')",
    "nocanonify": "FEATURE(`nocanonify')",
    "nocanonify,canonify_hosts": "FEATURE(`nocanonify', `canonify_hosts')\nCANONIFY_DOMAIN(`example.com')",
    "nopercenthack": "FEATURE(`nopercenthack')",
    "nopercenthack,reject": "FEATURE(`nopercenthack', `reject')",
    "notsticky": "FEATURE(`notsticky')",
    "nouucp": "FEATURE(`nouucp')",
    "nouucp,reject": "FEATURE(`nouucp', `reject')",
    "nouucp,nospecial": "FEATURE(`nouucp', `nospecial')",
    "nullclient": "FEATURE(`nullclient', `hub.example.net')",
    "prefixmod": "FEATURE(`prefixmod', `pre +', `x')",
    "preserve_local_plus_detail": "FEATURE(`preserve_local_plus_detail')",
    "preserve_luser_host": "define(`LUSER_RELAY', `esmtp:luser.example')\nFEATURE(`preserve_luser_host')",
    "promiscuous_relay": "FEATURE(`promiscuous_relay')",
    "queuegroup": ACCESS + "\nFEATURE(`queuegroup')\nQUEUE_GROUP(`slow', `P=/tmp')\nQUEUE_GROUP(`fast', `P=/tmp')",
    "ratecontrol": ACCESS + "\nFEATURE(`ratecontrol')",
    "ratecontrol,nodelay,terminate": ACCESS + "\nFEATURE(`ratecontrol', `nodelay', `terminate')",
    "redirect": "FEATURE(`redirect')",
    "relay_based_on_MX": "FEATURE(`relay_based_on_MX')",
    "relay_entire_domain": "FEATURE(`relay_entire_domain')",
    "relay_hosts_only": ACCESS + "\nRELAY_DOMAIN(`relayed.example')\nFEATURE(`relay_hosts_only')",
    "relay_local_from": "FEATURE(`relay_local_from')",
    "relay_mail_from": ACCESS + "\nFEATURE(`relay_mail_from')",
    "relay_mail_from,domain": ACCESS + "\nFEATURE(`relay_mail_from', `domain')",
    "require_rdns": "FEATURE(`require_rdns')",
    "rhsbl": "FEATURE(`rhsbl', `list.example')",
    "smrsh": "FEATURE(`smrsh')",
    "stickyhost": "FEATURE(`stickyhost')",
    "stickyhost,hub": "define(`MAIL_HUB', `central.example')\nFEATURE(`stickyhost')",
    "sts": "FEATURE(`sts')",
    "tls_failures": "FEATURE(`tls_failures')",
    "tls_session_features": ACCESS + "\nFEATURE(`tls_session_features')",
    "use_client_ptr": ACCESS + "\nFEATURE(`use_client_ptr')",
    "use_ct_file": "FEATURE(`use_ct_file')",
    "use_cw_file": "FEATURE(`use_cw_file')",
    "uucpdomain": "FEATURE(`uucpdomain')\nMAILER(`smtp')\nMAILER(`uucp')",
    "virtuser_entire_domain": (
        "FEATURE(`virtusertable')\nVIRTUSER_DOMAIN(`virtual.example plus.example')\nFEATURE(`virtuser_entire_domain')"
    ),
    "virtusertable": "FEATURE(`virtusertable')\nVIRTUSER_DOMAIN_FILE(`/etc/mail/virtual-domains')",
    "virtusertable,domains": "FEATURE(`virtusertable')\nVIRTUSER_DOMAIN(`virtual.example virtual2.example')",
}
SETTINGS = (
    "MASQUERADE_AS(`masq.example')",
    "MASQUERADE_AS(`masq.example')\nEXPOSED_USER(`root ann')\nMASQUERADE_DOMAIN(`gen.example')",
    "MASQUERADE_AS(`masq.example')\nMASQUERADE_DOMAIN(`gen.example')\nMASQUERADE_EXCEPTION(`not.gen.example')",
    "define(`SMART_HOST', `smart.example')",
    (
        "define(`SMART_HOST', `relay:[smart.example]')\nLOCAL_NET_CONFIG\n"
        "R$* < @ $* .near.example. > $*\t$#esmtp $@ $2.near.example $: $1 < @ $2.near.example. > $3\ndivert(0)dnl"
    ),
    "define(`LOCAL_RELAY', `localrelay.example')",
    "define(`MAIL_HUB', `esmtp:mailhub.example')\nLOCAL_USER(`root')",
    "define(`LUSER_RELAY', `luser.example')",
    "define(`LUSER_RELAY', `local:catchall')",
    "define(`LUSER_RELAY', `error:5.1.1:550 nobody of that name')",
    "define(`BITNET_RELAY', `bitnet.example')\ndefine(`UUCP_RELAY', `uucp.example')",
    "define(`DECNET_RELAY', `decnet.example')\ndefine(`FAX_RELAY', `fax.example')",
    "RELAY_DOMAIN(`relayed.example 192.0.2.200')",
    "RELAY_DOMAIN_FILE(`/etc/mail/relay-domains')",
    "LOCAL_DOMAIN(`localdomain.example cw1.example')",
    "TRUST_AUTH_MECH(`PLAIN LOGIN')",
    "define(`confAUTH_MECHANISMS', `PLAIN LOGIN')\nTRUST_AUTH_MECH(`PLAIN')",
    "define(`confRELAY_MSG', `\"551 no relaying, go away\"')",
    "define(`confREJECT_MSG', `\"554 you are not wanted\"')",
    "define(`confDELIVERY_MODE', `queueonly')\ndefine(`confPRIVACY_FLAGS', ``goaway,restrictqrun'')",
    "define(`confSMTP_MAILER', `smtp8')\ndefine(`confRELAY_MAILER', `smtp')",
    "define(`SMTP_MAILER_FLAGS', `0')\nMODIFY_MAILER_FLAGS(`SMTP', `+R')",
    "define(`LOCAL_MAILER_PATH', `/bin/deliver')\nMODIFY_MAILER_FLAGS(`LOCAL', `-m')",
    "define(`confDOMAIN_NAME', `other.example.org')",
    "define(`confPROCESS_TITLE_PREFIX', `x')\ndefine(`confTO_IDENT', `0')",
    "DAEMON_OPTIONS(`Port=587, Name=MSA, M=Ea')",
    "CLIENT_OPTIONS(`Family=inet')",
    "INPUT_MAIL_FILTER(`filter', `S=local:/run/filter.sock, F=T, T=S:4m;R:4m')",
    "define(`UUCP_MAILER_MAX', `2000')",
    "define(`PSEUDONYMS', `x')",
    "LOCAL_RULE_0\nR$+ < @ special.example . >\t$#local $: $1\ndivert(0)dnl",
    "LOCAL_RULE_1\nR$+ @ first.example\t$1 @ second.example\ndivert(0)dnl",
    "LOCAL_RULE_2\nR$+ @ one.example\t$1 @ two.example\ndivert(0)dnl",
    "LOCAL_RULE_3\nR$* < @ $+ . old > $*\t$: $1 < @ $2 . example > $3\ndivert(0)dnl",
    "LOCAL_RULESETS\nSLocal_check_rcpt\nRhook@$*\t$#error $@ 5.7.1 $: 550 hooked\ndivert(0)dnl",
    "LOCAL_RULESETS\nSLocal_check_mail\nR$* hook @ $*\t$#discard $: hooked\ndivert(0)dnl",
    "LOCAL_RULESETS\nSLocal_check_relay\nR$* $| 192.0.2.66\t$#error $@ 4.7.0 $: 421 hooked\ndivert(0)dnl",
    "LOCAL_TLS_RCPT\nR$* hook $*\t$#error $@ 5.7.0 $: 550 hooked\ndivert(0)dnl",
    "LOCAL_TLS_CLIENT\nR$* TEMP $*\t$#error $@ 4.7.0 $: 450 hooked\ndivert(0)dnl",
    "LOCAL_SRV_FEATURES\nR192.0.2.66\t$# v\ndivert(0)dnl",
)
MAILERS = ("smtp", "procmail", "cyrus", "cyrusv2", "usenet", "fax", "pop", "phquery", "mail11", "qpage", "uucp")
OSTYPES = ("linux", "bsd4.4", "solaris8", "freebsd6", "aix5", "hpux11", "darwin", "debian", "unknown")


@dataclass(frozen=True)
class Case:
    """A site file: its text, the folder whose files stand over the common tables, and a zone to be answered, if any."""

    name: str
    text: str
    folder: Path | None = None
    zone: Path | None = None


def stock(library: Path) -> Iterator[Case]:
    for path in sorted(library.rglob("*.mc")):
        yield Case(f"stock/{path.stem}", path.read_text("latin-1"))


def sites() -> Iterator[Case]:
    for path in sorted(OWN_SITES.rglob("*.mc")):
        folder = None if path.parent == OWN_SITES else path.parent
        yield Case(f"own/{path.stem}", path.read_bytes().decode("latin-1"), folder)
    for path in sorted(Path(SITES).glob("*/*.mc")) if SITES else []:
        yield Case(f"site/{path.stem}", path.read_text("latin-1"), path.parent)


def features() -> Iterator[Case]:
    yield Case("feature/none", site("", ("smtp",)))
    for name, lines in FEATURES.items():
        mailers = () if "MAILER(" in lines or name in ("nullclient", "msp", "msp,host,MSA") else ("smtp",)
        yield Case(f"feature/{name}", site(lines, mailers))


def late() -> Iterator[Case]:
    """Features that want the access table before them, with the table behind them and without it."""
    for name, lines in FEATURES.items():
        if lines.startswith(ACCESS + "\n"):
            alone = lines.removeprefix(ACCESS + "\n")
            yield Case(f"late/{name}", site(f"{alone}\n{ACCESS}", ("smtp",)))
            yield Case(f"without/{name}", site(alone, ("smtp",)))


def settings() -> Iterator[Case]:
    for number, lines in enumerate(SETTINGS):
        yield Case(f"setting/{number}:{lines.splitlines()[0]}", site(lines, ("smtp",)))


def platforms(library: Path) -> Iterator[Case]:
    """Each ostype with all mailers that need nothing else, and each mailer."""
    for path in sorted((library / "ostype").glob("*.m4")):
        yield Case(f"ostype/{path.stem}", site("", ("local", "smtp", "uucp"), path.stem))
    for path in sorted((library / "mailer").glob("*.m4")):
        mailers = ("local",) if path.stem in ("local", "smtp") else ("local", "smtp")
        yield Case(f"mailer/{path.stem}", site("", tuple(dict.fromkeys((*mailers, path.stem)))))


def mixtures(count: int, seed: int) -> Iterator[Case]:
    lonely = {
        "nullclient",
        "msp",
        "msp,host,MSA",
        "uucpdomain",
        "preserve_luser_host",
        "stickyhost,hub",
    }
    names = [name for name in FEATURES if name not in lonely]
    for number in range(count):
        dice = random.Random(f"{seed}/{number}")
        chosen = {name.partition(",")[0]: name for name in dice.sample(names, dice.randint(2, 8))}
        lines = dice.sample(SETTINGS, dice.randint(0, 4)) + [FEATURES[name] for name in chosen.values()]
        once = list(dict.fromkeys(line for part in lines for line in _whole(part)))
        mailers = ("smtp", *dice.sample(MAILERS[1:], dice.randint(0, 2)))
        text = "\n".join(_once(once, ACCESS)) if any("access_db'," in line for line in once) else "\n".join(once)
        yield Case(f"mixture/{seed}.{number}", site(text, mailers, dice.choice(OSTYPES)))


def _whole(part: str) -> list[str]:
    """Its lines; those that belong together as one."""
    return [part] if part.endswith("divert(0)dnl") else part.splitlines()


def _once(lines: list[str], line: str) -> list[str]:
    """Without a line that says the same as a fuller one, which comes first then."""
    fuller = [known for known in lines if "access_db'," in known]
    return fuller[:1] + [known for known in lines if known != line and known not in fuller]


def site(lines: str, mailers: tuple[str, ...], ostype: str = "linux") -> str:
    calls = "".join(f"MAILER(`{mailer}')dnl\n" for mailer in mailers)
    local = "" if "nullclient" in lines or "`msp'" in lines or "local" in mailers else "MAILER(`local')dnl\n"
    first, hooks = _parted(lines)
    return f"OSTYPE(`{ostype}')dnl\n{NAME}{first}\n{local}{calls}{hooks}"


def _parted(text: str) -> tuple[str, str]:
    """Lines in front of the mailers, and rules behind them."""
    first: list[str] = []
    hooks: list[str] = []
    target = first
    for line in text.splitlines():
        if line.startswith(("LOCAL_RULE", "LOCAL_NET", "LOCAL_TLS", "LOCAL_SRV")):
            target = hooks
        target.append(line)
        if line == "divert(0)dnl":
            target = first
    return "\n".join(first) + "\n", "\n".join(hooks) + "\n"
