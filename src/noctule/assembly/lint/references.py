"""N1xx: names that are used and never defined."""

import itertools
import re
from collections.abc import Iterator

from noctule.assembly.lint.subject import Line, Subject
from noctule.assembly.lint.table import Finding, finding
from noctule.base.text import ascii_lower
from noctule.config.mailers import built_in_mailers
from noctule.rewrite.workspace import dequote
from noctule.symbols import codes

# Macros that have a value while mail is handled; docs/configuration/macros.md says which (a test compares).
# fmt: off
RUNTIME_MACROS = frozenset((
    *"abcdefghijklmnopqrstuvwxz_",
    "addr_type", "alg_bits", "auth_authen", "auth_author", "auth_ssf", "auth_type", "bodytype",
    "cert_altnames", "cert_fp", "cert_issuer",
    "cert_md5", "cert_subject", "cipher", "cipher_bits", "client_addr", "client_connections",
    "client_flags", "client_name", "client_port", "client_ptr", "client_rate", "client_resolve", "cn_issuer",
    "cn_subject", "currHeader", "daemon_addr", "daemon_family", "daemon_flags", "daemon_info", "daemon_name",
    "daemon_port", "deliveryMode", "dsn_envid", "dsn_notify", "dsn_ret", "envid", "hdr_name", "hdrlen", "if_addr",
    "if_addr_out", "if_family", "if_family_out", "if_name", "if_name_out", "load_avg", "mail_addr", "mail_from",
    "mail_host", "mail_mailer", "msg_id", "msg_size", "nbadrcpts", "nrcpts", "ntries", "opMode", "quarantine", "queue",
    "queue_interval", "rcpt_addr", "rcpt_flags", "rcpt_host", "rcpt_mailer", "sendmailMTACluster", "server_addr",
    "server_name", "sts_sni", "time", "tls_version", "total_rate", "verify",
))
# fmt: on
RUNTIME_CLASSES = frozenset(("w", "m", "k", "t", "cert_altnames"))
# What rules answer with `$#` besides mailers; single letters and numbers are the answers of srv_features and its like.
ANSWERS = frozenset(("accept", "discard", "error", "ok", "relay", "temp", "temporary"))
# What the m4 library's rules ask of a site, which need not answer.
HOOK_MACROS = frozenset("BCEFHLMRSUVWXY")
HOOK_MAPS = frozenset({"stsxnodaneflag"})
HOOK_MAILERS = frozenset({"unknown"})  # of hosts, when there is no MAILER(`smtp')
HOOK_CLASSES = frozenset((*"EGLMNUVWXYZ", "Canonify", "LDAPRoute", "LDAPRouteEquiv", "TrustAuthMech", "VirtHost"))
_NAME = f"{codes.NAME_BEGIN}([^{codes.NAME_END}]*){codes.NAME_END}"
_MACRO = re.compile(f"([{codes.MACRO}{codes.DEFERRED}]){_NAME}")
_ASKED = re.compile(codes.IF + _NAME)
_CLASS = re.compile(f"([{codes.MATCH_CLASS}{codes.MATCH_NOT_CLASS}]){_NAME}")
_SET = re.compile(codes.MAP_BEGIN + r"(\w+)\s+\{?(\w+)\}?\s")
_CONDITION = re.compile(r"\?" + codes.MACRO + _NAME)
_DEFINED = re.compile(r"\{(\w+)\}|(.)")
_EXPANDING = frozenset("CDHKMORSX")


def check(subject: Subject) -> Iterator[Finding]:
    """Macros and classes in all lines; maps, mailers and rulesets in rules, mailers and headers."""
    yield from _macros(subject)
    yield from _classes(subject)
    yield from _in_rules(subject)
    yield from _rulesets_of_declarations(subject)


def _macros(subject: Subject) -> Iterator[Finding]:
    macro_maps = {known.name for known in subject.configuration.maps.values() if known.map_class == "macro"}
    known = RUNTIME_MACROS | set(subject.configuration.macros)
    for line in subject.lines:
        known |= {found[1] for found in _ASKED.finditer(line.text)}
        known |= {found[2] for found in _SET.finditer(line.text) if ascii_lower(found[1]) in macro_maps}
        if line.letter == "D" and (defined := _DEFINED.match(line.text)):
            known |= {defined[1] or defined[2]}  # even to nothing
        if line.letter == "H":
            known |= {found[1] for found in _CONDITION.finditer(line.text)}
    for line in subject.lines:
        if line.letter not in _EXPANDING:
            continue
        for found in _MACRO.finditer(_sides(line) if line.letter == "R" else line.text):
            if found[2] not in known:
                shown = f"${'&' if found[1] == codes.DEFERRED else ''}{_braced(found[2])}"
                code = "N106" if found[2] in HOOK_MACROS else "N101"
                yield finding(code, subject.file, line.number, f"nothing defines the macro {shown}")


def _sides(line: Line) -> str:
    """A rule without its comment."""
    left, _, rest = line.text.partition("\t")
    return f"{left}\t{rest.lstrip(chr(9)).partition(chr(9))[0]}"


def _braced(name: str) -> str:
    return name if len(name) == 1 else f"{{{name}}}"


def _classes(subject: Subject) -> Iterator[Finding]:
    known = set(subject.configuration.classes.names()) | RUNTIME_CLASSES
    for line in subject.lines:
        if line.letter in ("C", "F") and (defined := _DEFINED.match(line.text)):
            known.add(defined[1] or defined[2])
    for line in subject.lines:
        text = _sides(line) if line.letter == "R" else line.text if line.letter == "C" else ""
        for found in _CLASS.finditer(text):
            if found[2] not in known:
                sign = codes.SPELLING[found[1]]
                code = "N106" if found[2] in HOOK_CLASSES else "N102"
                yield finding(code, subject.file, line.number, f"nothing fills the class {sign}{_braced(found[2])}")


def _in_rules(subject: Subject) -> Iterator[Finding]:
    maps = set(subject.configuration.maps) | {"host", "aliases"}
    mailers = set(subject.configuration.mailers) | set(built_in_mailers()) | ANSWERS | _queue_groups(subject)
    for facts in (facts for rules in subject.rules.values() for facts in rules):
        tokens = facts.right
        for token, following in itertools.pairwise(tokens):
            name = dequote(following)
            if not name or name[0] in codes.SPELLING:
                continue
            if token == codes.MAP_BEGIN and ascii_lower(name) not in maps and not name.startswith("Alias"):
                code = "N106" if ascii_lower(name) in HOOK_MAPS else "N103"
                yield finding(code, subject.file, facts.line, f"there is no map {name}")
            elif token == codes.CALL and subject.title(name) is None:
                yield finding("N105", subject.file, facts.line, f"there is no ruleset {name}")
            elif token == codes.MAILER and not _is_answer(ascii_lower(name), mailers):
                code = "N106" if name in HOOK_MAILERS else "N104"
                yield finding(code, subject.file, facts.line, f"there is no mailer {name}")


def _queue_groups(subject: Subject) -> set[str]:
    """What the ruleset queuegroup may answer."""
    return {"mqueue"} | {ascii_lower(name) for name in subject.configuration.queue_groups}


def _is_answer(name: str, mailers: set[str]) -> bool:
    return name in mailers or len(name) == 1 or name.isdecimal()


def _rulesets_of_declarations(subject: Subject) -> Iterator[Finding]:
    configuration = subject.configuration
    for mailer in configuration.mailers.values():
        used = {
            mailer.sender_envelope, mailer.sender_header, mailer.recipient_envelope, mailer.recipient_header,
        } - {"", "0"}  # fmt: skip
        for name in sorted(used):
            if subject.title(name) is None and mailer.position is not None:
                text = f"there is no ruleset {name}, which the mailer {mailer.name} wants"
                yield finding("N105", subject.file, mailer.position.line, text)
    for header in configuration.headers:
        if header.ruleset and subject.title(header.ruleset) is None and header.position is not None:
            text = f"there is no ruleset {header.ruleset}, which is to check the field {header.name}"
            yield finding("N105", subject.file, header.position.line, text)
