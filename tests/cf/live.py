"""Features that ask DNS, and what they are asked while a name server answers (see names.py and the file zone)."""

from collections.abc import Iterator
from pathlib import Path

from cf.cases import ACCESS, Case, site
from cf.questions import PLAIN, Question

ZONE = Path(__file__).parent / "zone"
LISTED = "$&{client_addr}"
LIVE: dict[str, str] = {
    "none": "",
    "nocanonify": "FEATURE(`nocanonify')",
    "accept_unresolvable_domains": "FEATURE(`accept_unresolvable_domains')",
    "access_db": ACCESS,
    "resok": "LOCAL_CONFIG\nC{ResOk}TEMP\ndivert(0)dnl",
    "dnsbl": "FEATURE(`dnsbl', `list.example')",
    "dnsbl,t": "FEATURE(`dnsbl', `list.example', , `t')",
    "dnsbl,texts": f"FEATURE(`dnsbl', `list.example', `\"550 5.7.9 no: \" {LISTED}', `\"451 try again\"')",
    "dnsbl,two": "FEATURE(`dnsbl', `list.example', `quarantine')\nFEATURE(`dnsbl', `two.example', `discard', `t')",
    "dnsbl,DNSBL_MAP": "define(`DNSBL_MAP', `dns -R TXT')dnl\nFEATURE(`dnsbl', `list.example', , `t')",
    "dnsbl,DNSBL_MAP_OPT": "define(`DNSBL_MAP_OPT', `-d2s -r2')dnl\nFEATURE(`dnsbl', `list.example')",
    "dnsbl,access": ACCESS + "\nFEATURE(`dnsbl', `list.example')",
    "dnsbl,delay_checks": ACCESS + "\nFEATURE(`delay_checks', `friend')\nFEATURE(`dnsbl', `list.example')",
    "enhdnsbl": "FEATURE(`enhdnsbl', `enh.example')",
    "enhdnsbl,t": "FEATURE(`enhdnsbl', `enh.example', , `t')",
    "enhdnsbl,one": "FEATURE(`enhdnsbl', `enh.example', `\"550 enhanced \" $&{client_addr}', `t', `127.0.0.2.')",
    "enhdnsbl,several": "FEATURE(`enhdnsbl', `enh.example', , `\"450 later\"', `127.0.0.3.', `127.0.0.$-.')",
    "enhdnsbl,quarantine": "FEATURE(`enhdnsbl', `list.example', `quarantine', `', `127.0.0.4.')",
    "enhdnsbl,discard": "FEATURE(`enhdnsbl', `list.example', `discard')\nFEATURE(`enhdnsbl', `enh.example', , `t')",
    "enhdnsbl,EDNSBL_TO": "define(`EDNSBL_TO', `2')\nFEATURE(`enhdnsbl', `list.example')",
    "rhsbl": ACCESS + "\nFEATURE(`rhsbl', `list.example')",
    "rhsbl,text": ACCESS + "\nFEATURE(`rhsbl', `list.example', `\"550 bad sender \" $&f', `t')",
    "rhsbl,failure": ACCESS + "\nFEATURE(`rhsbl', `list.example', , `\"451 who knows\"')",
    "rhsbl,dnsbl": ACCESS + "\nFEATURE(`dnsbl', `two.example')\nFEATURE(`rhsbl', `list.example')",
    "dnsbl,rhsbl": ACCESS + "\nFEATURE(`rhsbl', `list.example')\nFEATURE(`dnsbl', `two.example')",
    "rhsbl,delay_checks": ACCESS + "\nFEATURE(`delay_checks')\nFEATURE(`rhsbl', `list.example', , `t')",
    "mtamark": "FEATURE(`mtamark')",
    "mtamark,texts": "FEATURE(`mtamark', `\"550 no server\"', `t')",
    "badmx": "FEATURE(`badmx')",
    "badmx,pattern": "FEATURE(`badmx', `^192\\.0\\.2\\.6')",
    "badmx,access": ACCESS + "\nFEATURE(`badmx')",
    "badmx,unresolvable": "FEATURE(`accept_unresolvable_domains')\nFEATURE(`badmx')",
    "bestmx_is_local": "FEATURE(`bestmx_is_local')",
    "bestmx_is_local,domains": "FEATURE(`bestmx_is_local', `ourmx.example thirdmx.example')",
    "bestmx_is_local,virtusertable": (
        "FEATURE(`virtusertable')\nVIRTUSER_DOMAIN(`ourmx.example')\nFEATURE(`bestmx_is_local')"
    ),
    "bestmx_is_local,stickyhost": "define(`MAIL_HUB', `central.example')\nFEATURE(`bestmx_is_local')",
    "relay_based_on_MX": "FEATURE(`relay_based_on_MX')",
    "relay_based_on_MX,access": ACCESS + "\nFEATURE(`blocklist_recipients')\nFEATURE(`relay_based_on_MX')",
    "relay_based_on_MX,loose": "FEATURE(`loose_relay_check')\nFEATURE(`relay_based_on_MX')",
    "both MX": "FEATURE(`relay_based_on_MX')\nFEATURE(`bestmx_is_local')",
    "require_rdns": "FEATURE(`require_rdns')\nFEATURE(`dnsbl', `list.example')",
    "canonify_hosts": "FEATURE(`nocanonify', `canonify_hosts')\nCANONIFY_DOMAIN(`alias.example good.example')",
    "relay_entire_domain": "FEATURE(`relay_entire_domain')\nRELAY_DOMAIN(`relayed.example good.example')",
    "mailertable": "FEATURE(`mailertable')",
    "SMART_HOST": "define(`SMART_HOST', `smart.example')",
    "UUCP": "MAILER(`smtp')\nMAILER(`uucp')",
}
DOMAINS = ("good.example", "alias.example", "dangling.example", "loop1.example", "mxonly.example",
           "mxdangling.example", "nullmx.example", "nullmxa.example", "loopmx.example", "tenmx.example",
           "zeromx.example", "numbermx.example", "mixedmx.example", "secondbad.example", "ourmx.example",
           "backupmx.example", "thirdmx.example", "ouralias.example", "slowexchanger.example", "brokenmx.example",
           "mxlater.example", "slow.example", "nowhere.example", "aaaa.example", "x.wild.example", "a.wildmx.example",
           "empty.example", "bad.example", "sub.bad.example", "later", "relayed.example", "hub.example.org",
           "far.example", "exempt.example", "relayer.example", "refused.example", "dropped.example", "later.example",
           "good", "good.UUCP", "good.example.", "[192.0.2.26]", "[192.0.2.27]",
           "ourmx.example@nowhere.example")  # fmt: skip
CLIENTS = ("192.0.2.7", "192.0.2.8", "192.0.2.9", "192.0.2.10", "192.0.2.11", "192.0.2.12", "192.0.2.13", "127.0.0.1",
           "IPv6:2001:db8:0:0:0:0:0:61", "")  # fmt: skip


def live() -> Iterator[Case]:
    for name, lines in LIVE.items():
        yield Case(f"live/{name}", site(lines, () if "MAILER(" in lines else ("smtp",)), zone=ZONE)


def questions(rulesets: set[str]) -> Iterator[Question]:
    """What is asked in each case, of those check rulesets that it has."""
    for question in _every():
        if question.topic.partition(" ")[0] in rulesets | {"parse", ""}:
            yield question


def _every() -> Iterator[Question]:
    for domain in DOMAINS:
        yield Question(f"/parse x@{domain}", "parse")
        yield Question(f"/parse a%b@{domain}", "parse")
    for number, client in enumerate(CLIENTS):
        sender = DOMAINS[number]
        yield from _macros({"client_addr": client, "client_name": "far.example", "mail_addr": f"x@{sender}"})
        yield from _senders(client, DOMAINS if number in (0, 6) else DOMAINS[number::7])
        recipients = DOMAINS if number == 6 else DOMAINS[number::7]
        yield from (Question(f"check_rcpt x@{domain}", f"check_rcpt [{client}]") for domain in recipients)
        yield Question(f"check_rcpt a%b@{DOMAINS[number + 10]}", f"check_rcpt [{client}]")


def _senders(client: str, domains: tuple[str, ...]) -> Iterator[Question]:
    for domain in domains:
        yield from _macros({"mail_addr": f"x@{domain}", "mail_host": domain, "f": f"x@{domain}"})
        if client:
            yield Question(f"NoctulePair_check_relay far.example <|> {client}", f"check_relay [{client}] {domain}")
        yield Question(f"check_mail x@{domain}", f"check_mail [{client}]")


def _macros(values: dict[str, str]) -> Iterator[Question]:
    if "client_addr" in values:
        values = {**PLAIN, **values}
    yield from (Question(f".D{{{name}}}{value}") for name, value in values.items())
