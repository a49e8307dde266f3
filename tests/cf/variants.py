"""Every row of what a site may say, in several values: site files that each differ in one thing from a base.

data/rows.tsv names the rows: kind, name, and how much they matter today (core, useful, obsolete).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cf.cases import ACCESS, FEATURES, NAME, site

ROWS = Path(__file__).parent / "data" / "rows.tsv"
MAILERS = ("procmail", "fax", "cyrus", "cyrusv2", "usenet", "pop", "phquery", "mail11", "qpage", "ssh", "xagent")
SSH = "_DEFIFNOT(`SSH_MAILER_USER', `mail')\n_DEFIFNOT(`SSH_MAILER_DIR', `/tmp')\n"
TABLES = (
    f"{ACCESS}\nFEATURE(`blocklist_recipients')\nFEATURE(`virtusertable')\nFEATURE(`mailertable')\n"
    "FEATURE(`dnsbl', `list.example', , `t')\nFEATURE(`enhdnsbl', `list.example', , `t')\nFEATURE(`mtamark')\n"
    "FEATURE(`use_cw_file')\nFEATURE(`use_ct_file')\nINPUT_MAIL_FILTER(`filter', `S=local:/run/f.sock')\n"
)
EVERYTHING = (
    f"define(`__OSTYPE__')\n{NAME}{TABLES}{SSH}MAILER(`local')\nMAILER(`smtp')\nMAILER(`uucp')\n"
    + "".join(f"MAILER(`{mailer}')\n" for mailer in MAILERS)
)  # fmt: skip
PLAIN = site("", ("smtp",))
FAILING = "FEATURE(`access_db', `socket -T<TMPF> inet:1@127.0.0.1')\n"  # nobody answers there
OSTYPE = "OSTYPE(`linux')dnl\n"  # how the files begin
VIRTUAL = "VIRTUSER_DOMAIN(`virtual.example')\n"
VALUES = {"plain": "mark7", "odd": 'one, "two"  `three\' x', "empty": ""}
# Defines that rules ask for, or that another feature reads: the value that shows them, and further lines.
SENSIBLE: dict[str, tuple[str, str]] = {
    "confSMTP_MAILER": ("smtp8", ""),
    "confLOCAL_MAILER": ("cyrusv2", ""),
    "confRELAY_MAILER": ("smtp", "define(`SMART_HOST', `smart.example')\n"),
    "confUUCP_MAILER": ("uucp-dom", ""),
    "confREJECT_MSG": ('"554 not you"', ""),
    "confRELAY_MSG": ('"551 no"', ""),
    "confRCPTREJ_MSG": ('"550 none of that name"', ""),
    "TLS_PERM_ERR": ("1", ""),
    "confDOMAIN_NAME": ("other.example.org", ""),
    "NO_NETINET6": ("", ""),
    "_USE_DECNET_SYNTAX_": ("", ""),
    "_USE_DEPRECATED_ROUTE_ADDR_": ("", ""),
    "_STRICT_RFC821_": ("", ""),
    "_REQUIRE_QUAL_RCPT_": ("", ""),
    "_USETMPFTOKEN_": ("", FAILING),
    "_VIRTUSER_STOP_ONE_LEVEL_RECURSION_": ("", VIRTUAL),
    "_NO_VIRTUSER_RECURSION_": ("", VIRTUAL),
    "_FFR_NOCANONIFY_HEADERS": ("", ""),
    "_FFR_5_": ("", ""),
    "_FFR_LOOKUPTAG_": ("", ""),
    "_FFR_REJECT_IP_IN_CHECK_RCPT_": ("", ""),
    "MSP_QUEUE_DIR": ("/var/spool/own", "FEATURE(`msp')\n"),
    "confEBINDIR": ("/opt/bin", "FEATURE(`smrsh')\n"),
    "confTIME_ZONE": ("EST5EDT", ""),
    "LUSER_RELAY": ("local:catchall", ""),
    "_CERT_REGEX_ISSUER_": ("-s1 (.*)", ""),
    "_CERT_REGEX_SUBJECT_": ("-s1 (.*)", ""),
    "_FFR_MAIL_MACRO": ("", "FEATURE(`delay_checks')\n"),
    "_FFR_TLS_ALTNAMES": ("", ""),
    "confMESSAGE_TIMEOUT": ("3d/2h", ""),
    "MASQUERADE_NAME": ("masq.example", ""),
    "confDELIVERY_MODE": ("deferred", ""),
}
RULE = "R$+ < @ sender.example . >\t$#local $: $1"
HOOK = "R$* hook $*\t$#error $@ 5.7.0 $: 550 hooked"
# Macros that a site calls, beside those that fill classes.
MACROS: dict[str, str] = {
    "VERSIONID": "VERSIONID(`own, two')",
    "OSTYPE": "OSTYPE(`solaris8')",
    "DOMAIN": "DOMAIN(`generic')",
    "FEATURE": "FEATURE(`redirect')",
    "HACK": ACCESS + "\nHACK(`xconnect')",
    "MAILER": "MAILER(`procmail')",
    "MAILER_DEFINITIONS": "MAILER_DEFINITIONS\nMown,\tP=/bin/own, F=lsD, S=11, R=21, A=own $u\ndivert(0)dnl",
    "DAEMON_OPTIONS": "DAEMON_OPTIONS(`Port=26, Name=Other')\nDAEMON_OPTIONS(`Port=27, M=E')",
    "CLIENT_OPTIONS": "CLIENT_OPTIONS(`Family=inet')\nCLIENT_OPTIONS(`Family=inet6, Addr=::1')",
    "MAIL_FILTER": "MAIL_FILTER(`filter', `S=local:/run/f.sock, F=T')",
    "INPUT_MAIL_FILTER": "INPUT_MAIL_FILTER(`f', `S=local:/run/f.sock')\nINPUT_MAIL_FILTER(`g', `S=inet:1@localhost')",
    "QUEUE_GROUP": "QUEUE_GROUP(`slow', `P=/var/spool/slow, I=1h')",
    "MODIFY_MAILER_FLAGS": (
        "MODIFY_MAILER_FLAGS(`LOCAL', `-m')\nMODIFY_MAILER_FLAGS(`SMTP', `+Rm')\nMODIFY_MAILER_FLAGS(`RELAY', `mD')"
    ),
    "MASQUERADE_AS": "MASQUERADE_AS(`masq.example')",
    "EXPOSED_USER": "MASQUERADE_AS(`masq.example')\nEXPOSED_USER(`joe ann')",
    "LOCAL_USER": "define(`MAIL_HUB', `hub.example')\nLOCAL_USER(`joe ann')",
    "TRUST_AUTH_MECH": "TRUST_AUTH_MECH(`PLAIN LOGIN')",
    "LOCAL_CONFIG": "LOCAL_CONFIG\nC{w}special.example\nDXown\ndivert(0)dnl",
    "LOCAL_RULE_0": f"LOCAL_RULE_0\n{RULE}\ndivert(0)dnl",
    "LOCAL_RULE_1": "LOCAL_RULE_1\nR$* < @ sender.example . > $*\t$1 < @ first.example . > $2\ndivert(0)dnl",
    "LOCAL_RULE_2": "LOCAL_RULE_2\nR$* < @ sender.example . > $*\t$1 < @ second.example . > $2\ndivert(0)dnl",
    "LOCAL_RULE_3": "LOCAL_RULE_3\nR$* < @ $+ . old > $*\t$: $1 < @ $2 . example > $3\ndivert(0)dnl",
    "LOCAL_RULESETS": "LOCAL_RULESETS\nSLocal_check_rcpt\nRhook@$*\t$#error $@ 5.7.1 $: 550 hooked\ndivert(0)dnl",
    "LOCAL_NET_CONFIG": (
        "define(`SMART_HOST', `smart.example')\nLOCAL_NET_CONFIG\n"
        "R$* < @ $* .near.example. > $*\t$#esmtp $@ $2.near.example $: $1 < @ $2.near.example. > $3\ndivert(0)dnl"
    ),
    "LOCAL_DNSBL": (
        "FEATURE(`dnsbl', `none.example')\nLOCAL_DNSBL\nR$*\t$: $&{client_addr}\n"
        "R192.0.2.66\t$#error $@ 5.7.1 $: 550 hooked\ndivert(0)dnl"
    ),
    "LOCAL_UUCP": f"MAILER(`smtp')\nMAILER(`uucp')\nLOCAL_UUCP\n{RULE}\ndivert(0)dnl",
    "LOCAL_SRV_FEATURES": "LOCAL_SRV_FEATURES\nR$*\t$# v\ndivert(0)dnl",
    "LOCAL_CLT_FEATURES": "LOCAL_CLT_FEATURES\nR$*\t$# D\ndivert(0)dnl",
    "LOCAL_TRY_TLS": "LOCAL_TRY_TLS\nRbroken.example\t$#error $@ 5.7.1 $: 550 no TLS\ndivert(0)dnl",
    "LOCAL_TLS_RCPT": f"LOCAL_TLS_RCPT\nRhook $*\t$#error $@ 5.7.0 $: 550 hooked\n{HOOK}\ndivert(0)dnl",
    "LOCAL_TLS_CLIENT": "LOCAL_TLS_CLIENT\nRTEMP $| $*\t$#error $@ 4.7.0 $: 450 hooked\ndivert(0)dnl",
    "LOCAL_TLS_SERVER": "LOCAL_TLS_SERVER\nRNO\t$#error $@ 4.7.0 $: 450 hooked\ndivert(0)dnl",
    "UUCPSMTP": "LOCAL_RULE_3\nUUCPSMTP(`uuname', `special.example')\ndivert(0)dnl",
    "SITECONFIG": "MAILER(`smtp')\nMAILER(`uucp')\nLOCAL_CONFIG\nSITECONFIG(`absent', `uuname', `W')\ndivert(0)dnl",
    "PUSHDIVERT": "PUSHDIVERT(6)dnl\nC{w}special.example\nPOPDIVERT`'dnl",
    "POPDIVERT": (
        "PUSHDIVERT(6)dnl\nPUSHDIVERT(-1)\nC{w}no.example\nPOPDIVERT`'dnl\nC{w}special.example\nPOPDIVERT`'dnl"
    ),
    "CONCAT": "LOCAL_DOMAIN(CONCAT(`a', `b', `c', `d', `e', `f', `g'))",
    "DOL": (
        "define(`_own_', `LOCAL_RULE_0\nR`'DOL(+) < @ sender.example . >\tDOL(`#')local DOL(:) DOL(1)\n"
        "divert(0)')dnl\n_own_`'dnl"
    ),
    "lower": "LOCAL_DOMAIN(lower(`SPECIAL.Example'))",
    "strcasecmp": "LOCAL_DOMAIN(`x'strcasecmp(`a', `A')strcasecmp(`a', `b')`.example')",
    "_DEFIFNOT": "_DEFIFNOT(`SMART_HOST', `smart.example')_DEFIFNOT(`SMART_HOST', `other.example')",
    "_OPTINS": "define(`_own_', `x')LOCAL_DOMAIN(`a'_OPTINS(`_own_', `.', `.example')_OPTINS(`_no_', `y', `z'))",
    "_OPTION": (
        "define(`_own_', `7')LOCAL_CONFIG\n_OPTION(`MaxHopCount', `_own_', `x')\n"
        "_OPTION(`SoftBounce', `_no_', `x')\ndivert(0)dnl"
    ),
    "_MODMF_": (
        "MODIFY_MAILER_FLAGS(`OWN', `+x')\nMAILER_DEFINITIONS\n"
        "Mown,\tP=/bin/own, F=_MODMF_(`lsD', `OWN'), S=11, R=21, A=own $u\ndivert(0)dnl"
    ),
    "SITE": "MAILER(`smtp')\nMAILER(`uucp')\nLOCAL_CONFIG\nSITECONFIG(`absent', `uuname', `U')\nSITE(`far near')\n"
    "SITE(`one', `S')\ndivert(0)dnl",
}  # fmt: skip
CLASS_MACRO = re.compile(r"MASQUERADE_DOMAIN|MASQUERADE_EXCEPTION|EXPOSED_USER|LOCAL_USER|LOCAL_DOMAIN|RELAY_DOMAIN|"
                         r"VIRTUSER_DOMAIN|GENERICS_DOMAIN|CANONIFY_DOMAIN|LDAPROUTE_DOMAIN|LDAPROUTE_EQUIVALENT|"
                         r"TRUST_AUTH_MECH")  # fmt: skip
MANY = "".join(f", `argument {number}'" for number in range(1, 10))


@dataclass(frozen=True)
class Row:
    """A name that a site file may use."""

    kind: str
    name: str
    matters: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True)
class Variant:
    """A site file that uses a row, and the one without."""

    row: Row
    what: str
    text: str
    base: str
    without: str = ""  # the base has no such entries in its access table: a pattern

    def __str__(self) -> str:
        return f"{self.row}: {self.what}"


def rows() -> list[Row]:
    return [Row(*line.split("\t")) for line in ROWS.read_text().splitlines()]


def variants() -> Iterator[Variant]:
    for row in rows():
        yield from _KINDS[row.kind](row)


def _of_define(row: Row) -> Iterator[Variant]:
    for what, value in VALUES.items():
        yield Variant(row, what, f"define(`{row.name}', `{value}')dnl\n{EVERYTHING}", EVERYTHING)
    if row.name in SENSIBLE:
        value, lines = SENSIBLE[row.name]
        mailers = () if "msp" in lines else ("local", "smtp", "cyrusv2", "uucp")
        before = "" if "msp" in lines or "access_db" in lines else TABLES
        base = site(f"{before}{lines}", mailers)
        if row.name == "confDOMAIN_NAME":
            base = base.replace(NAME, "")
        head = ""
        if row.name == "_USETMPFTOKEN_":  # asked for while the library is loaded
            base = f"include(_CF_DIR_`m4/cf.m4')dnl\n{base}"
        else:
            head, base = base[: len(OSTYPE)], base[len(OSTYPE) :]
        yield Variant(row, "sensible", f"{head}define(`{row.name}', `{value}')dnl\n{base}", head + base)
    if row.name == "__OSTYPE__":
        yield Variant(row, "sensible", EVERYTHING, EVERYTHING.removeprefix("define(`__OSTYPE__')\n"))


def _of_macro(row: Row) -> Iterator[Variant]:
    if CLASS_MACRO.fullmatch(row.name.removesuffix("_FILE")):
        values = {"file": "-o /etc/mail/own", "odd": "-o /etc/mail/own %[^#]"} if row.name.endswith("_FILE") else {}
        values = values or {"one": "one.example", "several": "`one.example two.example'", "comma": "one, two"}
        for what, value in {**values, "empty": ""}.items():
            yield _plain(row, what, f"{row.name}(`{value}')")
        yield _plain(row, "swallows", f"{row.name}(`one.example') the rest of the line\nLOCAL_DOMAIN(`next.example')")
    if row.name in MACROS:
        yield _plain(row, "called", MACROS[row.name])


def _of_feature(row: Row) -> Iterator[Variant]:
    name = row.name
    if name not in ("msp", "nullclient"):
        yield _plain(row, "bare", f"FEATURE(`{name}')")
        yield _plain(row, "empty", f"FEATURE(`{name}', `')")
        yield _plain(row, "word", f"{ACCESS}\nFEATURE(`{name}', `mark7')")
        yield _plain(row, "many", f"{ACCESS}\nFEATURE(`{name}'{MANY})")
        yield _plain(row, "late", f"MAILER(`local')\nMAILER(`smtp')\nFEATURE(`{name}')")
    for key, lines in FEATURES.items():
        if key.partition(",")[0] == name:
            yield _plain(row, key.partition(",")[2] or "with", lines)


def _of_ostype(row: Row) -> Iterator[Variant]:
    base = site("", ("local", "smtp", "uucp", "procmail"), "@").replace("OSTYPE(`@')", "define(`__OSTYPE__')")
    yield Variant(row, "called", base.replace("define(`__OSTYPE__')", f"OSTYPE(`{row.name}')"), base)


def _of_mailer(row: Row) -> Iterator[Variant]:
    call = {"esmtp": "smtp", "smtp8": "smtp", "dsmtp": "smtp", "relay": "smtp", "cyrusbb": "cyrus", "ph": "phquery"}
    name = "uucp" if "uucp" in row.name else call.get(row.name, row.name)
    without = f"define(`__OSTYPE__')dnl\n{NAME}{SSH}"
    if name in ("local", "prog"):
        yield Variant(row, "again", f"{without}MAILER(`local')\nMAILER(`local')\n", without)
        changes = "MODIFY_MAILER_FLAGS(`LOCAL', `+x')\nMODIFY_MAILER_FLAGS(`SHELL', `+x')\n"
        yield Variant(row, "changed", without + changes, without)
        return
    base = without if name == "smtp" else f"{without}MAILER(`smtp')\n"
    yield Variant(row, "called", f"{base}MAILER(`{name}')\n", base)
    yield Variant(row, "again", f"{base}MAILER(`{name}')\nMAILER(`{name}')\n", base)
    yield Variant(row, "changed", f"MODIFY_MAILER_FLAGS(`{name.upper()}', `+x-m')\n{base}MAILER(`{name}')\n", base)


# Entries of the access table, by the row they stand for: a pattern of their lines.
ENTRIES = {
    "Connect:": r"Connect:",
    "From:": r"From:",
    "To:": r"To:",
    "Spam:": r"Spam:",
    "ClientRate:": r"ClientRate:",
    "ClientConn:": r"ClientConn:",
    "GreetPause:": r"GreetPause:",
    "TLS_Srv:": r"TLS_Srv:",
    "TLS_Clt:": r"TLS_Clt:",
    "TLS_Rcpt:": r"TLS_Rcpt:",
    "Try_TLS:": r"Try_TLS:",
    "Srv_Features:": r"Srv_Features:",
    "Clt_Features:": r"Clt_Features:",
    "TLS_Srv_features:": r"TLS_Srv_features:",
    "TLS_Clt_features:": r"TLS_Clt_features:",
    "CERTISSUER:": r"CERTISSUER:",
    "CERTSUBJECT:": r"CERTSUBJECT:",
    "CITag": r"OurAuthority:",
    "AuthInfo:": r"AuthInfo:",
    "QGRP:": r"qgrp:",
    "Compat:": r"Compat:",
    "without a tag": r"(203\.0\.113\.5|bulk\.example)\t",
    "OK": r".*\tOK$",
    "RELAY": r".*\tRELAY$",
    "REJECT of clients and senders": r"(Connect|From):.*\tREJECT$",
    "REJECT of recipients": r"To:.*\tREJECT$",
    "DISCARD": r".*\tDISCARD$",
    "SKIP": r".*\tSKIP$",
    "QUARANTINE": r".*\tQUARANTINE:",
    "ERROR:D.S.N:code text": r".*\tERROR:\d\.\d\.\d:\d{3}",
    "ERROR:code text": r".*\tERROR:\d{3} ",
    "ERROR:text": r".*\tERROR:[a-z]",
    "code text": r".*\t\d{3} ",
    "FRIEND": r".*\tFRIEND",
    "HATER": r".*\tHATER",
    "SPAMFRIEND": r"",
    "SUBJECT": r".*\tSUBJECT",
    "VERIFY, ENCR": r".*\t(\w+\+)?(VERIFY|ENCR)",
    "number": r"(ClientRate|ClientConn|GreetPause):.*\t\d+$",
    "temporary failure": r"",
}
_USING = ("blocklist_recipients", "ratecontrol", "conncontrol", "greet_pause", "queuegroup", "compat_check",
          "relay_mail_from", "tls_session_features", "lookupdotdomain")  # fmt: skip
USING_ACCESS = "FEATURE(`access_db', , `skip')\n" + "".join(f"FEATURE(`{name}')\n" for name in _USING)


def _of_access(row: Row) -> Iterator[Variant]:
    """Its entries in the table, and not."""
    lines = USING_ACCESS
    if row.name in ("Spam:", "FRIEND", "HATER"):
        lines += f"FEATURE(`delay_checks', `{'hater' if row.name == 'HATER' else 'friend'}')\n"
    match row.name:
        case "SPAMFRIEND":
            compatible = "FEATURE(`blocklist_recipients')\nFEATURE(`delay_checks', `friend'"
            yield Variant(row, "ignored", site(f"{ACCESS}\n{compatible})", ("smtp",)),
                          site(f"{ACCESS}\n{compatible}, `n')", ("smtp",)))  # fmt: skip
        case "temporary failure":
            yield _plain(row, "told", FAILING)
        case name:
            yield Variant(row, "entries", site(lines, ("smtp",)), site(lines, ("smtp",)), ENTRIES[name])


def _plain(row: Row, what: str, lines: str) -> Variant:
    lonely = "MAILER(" in lines or any(word in lines for word in ("`nullclient'", "`msp'"))
    return Variant(row, what, site(lines, () if lonely else ("smtp",)), PLAIN)


_KINDS = {
    "define": _of_define,
    "macro": _of_macro,
    "feature": _of_feature,
    "ostype": _of_ostype,
    "mailer": _of_mailer,
    "access": _of_access,
}
