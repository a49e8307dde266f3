"""What test mode is asked about a configuration, and what of the answers counts."""

import itertools
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

LOCAL_PARTS = ("joe", "ann", "bob", "user", "root", "info", "sales", "gone", "list", "wiki", "drop", "hook", "joe+box",
               "test+x", "\"a b\"", "postmaster", "friendly", "hated", "nobody", "dean", "pre=joe", "pre+joe", "\\joe",
               "/tmp/x", "|prog", ":include:/x")  # fmt: skip
DOMAINS = ("hub.example.org", "hub", "localhost", "example.com", "user.example.com", "sender.example",
           "partner.example", "public.example", "unknown.example", "virtual.example", "sub.virtual.example",
           "virtual2.example", "catch.example", "plus.example", "routed.example", "x.below.example", "local.example",
           "refused.example", "later.example", "uu.example", "host.example", "old.example", "oldhub.example",
           "gen.example", "sub.gen.example", "not.gen.example", "whole.example", "relayed.example",
           "sub.relayed.example", "research.example", "x.labs.example", "labs.example", "closed.example",
           "trusted.example", "ok.example", "bulk.example", "x.dyn.example", "ldap.example", "slow.example",
           "secure.example", "cw1.example", "localdomain.example", "special.example", "first.example", "one.example",
           "x.near.example", "x.old", "best.example", "uuname.UUCP", "bithost.BITNET", "node.DECNET", "5551234.FAX",
           "elsewhere.REDIRECT", "masq.example", "hub.example.org.", "[192.0.2.25]", "[192.0.2.1]",
           "[IPv6:2001:db8:0:0:0:0:0:1]",
           "[smart.example]", "example", "a..b.example", "-x.example", "x_y.example")  # fmt: skip
SHAPES = ("{l}@{d}", "{l}@{d}", "{l}@{d}", "<{l}@{d}>", "{l}%{d}@hub.example.org", "{l}%far.example@{d}", "{d}!{l}",
          "uuname!{d}!{l}", "{l}@{d}@hub.example.org", "@hub.example.org:{l}@{d}", "<@{d}:{l}@far.example>", "{l}",
          "Name <{l}@{d}>", "{l}@{d} (comment)", "node::{l}", "{l}.{d}", "a!b%{l}@{d}", "{l}@")  # fmt: skip
ODD = ("", "<>", "@", "<@>", "joe@@hub.example.org", "a@b@c", "list:;", "x:a@b,c@d;", "\"\"@hub.example.org", "!", "%",
       "a!", "!a", "joe@[1.2.3.4", "joe@hub.example.org@", "joe@hub.example.org,ann@example.com", "..", "a%b%c@d",
       "MAILER-DAEMON", "<joe>", "joe@.", "joe@.example", "%@hub.example.org", "joe@localhost.localdomain")  # fmt: skip


def addresses(count: int, seed: int) -> list[str]:
    """A fixed first part that visits every domain and every shape, then random ones."""
    dice = random.Random(seed)
    first = [f"{dice.choice(LOCAL_PARTS)}@{domain}" for domain in DOMAINS]
    first += [f"{local}@hub.example.org" for local in LOCAL_PARTS] + list(LOCAL_PARTS)
    first += [shape.format(l="joe", d="example.com") for shape in SHAPES] + list(ODD)
    dice.shuffle(first)
    while len(first) < count:
        shape, local, domain = dice.choice(SHAPES), dice.choice(LOCAL_PARTS), dice.choice(DOMAINS)
        first.append(shape.format(l=local, d=domain))
    return first[:count]


# Macros of the session; the first one is what every other is a change of.
PLAIN = {
    "client_addr": "203.0.113.9", "client_name": "far.example", "client_resolve": "OK", "client_ptr": "far.example",
    "auth_type": "", "auth_authen": "", "auth_author": "", "auth_ssf": "", "verify": "NONE", "cert_subject": "",
    "cert_issuer": "", "cn_subject": "", "cn_issuer": "", "cipher_bits": "", "tls_version": "", "server_name": "",
    "server_addr": "", "client_rate": "1", "client_connections": "1", "daemon_flags": "", "s": "far.example",
    "f": "user@example.com", "mail_mailer": "", "mail_host": "", "mail_addr": "",
    "mail_from": "<user@example.com>", "addr_type": "e r",
}  # fmt: skip
SITUATIONS: dict[str, dict[str, str]] = {
    "stranger": {},
    "local": {"client_addr": "127.0.0.1", "client_name": "localhost", "client_ptr": "localhost"},
    "submitted": {"client_addr": "", "client_name": ""},
    "listed": {"client_addr": "192.0.2.7", "client_name": "client.example", "client_rate": "4",
               "client_connections": "3"},
    "later": {"client_addr": "192.0.2.8", "client_name": "[192.0.2.8]", "client_resolve": "FAIL"},
    "discarded": {"client_addr": "192.0.2.9", "client_name": "x.dyn.example"},
    "quarantined": {"client_addr": "192.0.2.10", "client_name": "x.example"},
    "accepted": {"client_addr": "192.0.2.11", "client_name": "x.example", "client_rate": "99"},
    "relayed": {"client_addr": "192.0.2.128", "client_name": "x.example"},
    "network": {"client_addr": "198.51.100.3", "client_name": "pc.relayed.example"},
    "v6": {"client_addr": "IPv6:2001:db8:0:0:0:0:0:5", "client_name": "six.example"},
    "forged": {"client_addr": "203.0.113.77", "client_name": "[203.0.113.77]", "client_resolve": "FORGED"},
    "unresolved": {"client_addr": "203.0.113.5", "client_name": "[203.0.113.5]", "client_resolve": "TEMP"},
    "spammer": {"client_addr": "203.0.113.66", "client_name": "spammer.example", "client_ptr": "spammer.example"},
    "class R": {"client_addr": "192.0.2.200", "client_name": "in.relayed.example", "client_connections": "50"},
    "PLAIN": {"auth_type": "PLAIN", "auth_authen": "joe", "auth_author": "joe", "auth_ssf": "0"},
    "LOGIN": {"auth_type": "LOGIN", "auth_authen": "joe", "auth_author": ""},
    "verified": {"verify": "OK", "cert_subject": "/CN=client.example", "cert_issuer": "/CN=Our+20CA",
                 "cn_subject": "client.example", "cipher_bits": "256", "tls_version": "TLSv1.3"},
    "weak": {"verify": "NO", "cipher_bits": "40", "tls_version": "TLSv1", "client_name": "client.example"},
    "strict": {"verify": "NO", "cipher_bits": "40", "tls_version": "TLSv1.2", "client_name": "strict.example"},
    "broken TLS": {"verify": "TEMP", "client_name": "client.example", "server_name": "broken.example"},
    "unqualified ok": {"daemon_flags": "u", "client_name": "x.example"},
    "no relay": {"daemon_flags": "E r b", "client_addr": "127.0.0.1", "client_name": "localhost"},
    "bad helo": {"s": "hub", "client_addr": "203.0.113.99"},
    "rate": {"client_rate": "6", "client_connections": "5", "client_addr": "203.0.113.98"},
}  # fmt: skip
SENDERS = ("user@example.com", "<>", "joe", "joe@hub.example.org", "bad@sender.example", "quiet@sender.example",
           "x@x.dyn.example", "relay@partner.example", "a@trusted.example", "a@ok.example", "nobody@sender.example",
           "x@bulk.example", "x@unknown.example", "x@[192.0.2.25]", "x@localhost", "a!b", "hook@example.com",
           "x@gen.example")  # fmt: skip
PLACES = ("ES", "ER", "HS", "HR")  # sender or recipient, of the envelope or in a header
PAIR = "NoctulePair"  # passes what is typed as `a <|> b` on as `a $| b`
PAIRED = ("check_relay", "check_compat", "greet_pause", "tls_client", "check_mail", "check_rcpt")


def helper_rules(rulesets: Iterable[str]) -> str:
    """Rulesets to add to a configuration, one for each that wants `$|`."""
    known = set(rulesets)
    return "".join(f"S{PAIR}_{name}\nR$* < | > $*\t$: $> {name} $1 $| $2\n" for name in PAIRED if name in known)


@dataclass(frozen=True)
class Question:
    """A line for test mode; `topic` sorts the answers.  Without topic it sets something and has no answer."""

    line: str
    topic: str = ""


def questions(
    rulesets: set[str],
    mailers: list[str],
    count: int,
    seed: int,
    recipients: int = 25,
    classes: Iterable[str] = (),
) -> Iterator[Question]:
    """Everything that is asked of one configuration.

    Each of `count` addresses is asked for its triple and, with each mailer, in one of the four places; in turns, so
    that none is left out early, `recipients` of them are asked about in each situation.
    """
    every = addresses(count, seed)
    yield from (Question(f".D{{{name}}}{value}") for name, value in PLAIN.items())
    yield Question("=M", "mailers")
    yield from (Question(f"$={name}", "class") for name in classes)
    yield from (Question(f"/parse {address}", "parse") for address in every)
    for number, flags in enumerate(PLACES):
        yield Question(f"/tryflags {flags}")
        for mailer in mailers:
            yield from (Question(f"/try {mailer} {address}", f"try {flags} {mailer}") for address in every[number::4])
    turns = itertools.cycle(random.Random(seed).sample(every, len(every)))
    for name, changes in SITUATIONS.items():
        yield from (Question(f".D{{{macro}}}{value}") for macro, value in {**PLAIN, **changes}.items())
        taken = list(itertools.islice(turns, min(len(every), recipients)))
        yield from _of_a_session(rulesets, name, {**PLAIN, **changes}, taken)


def _of_a_session(rulesets: set[str], name: str, macros: dict[str, str], recipients: list[str]) -> Iterator[Question]:
    def ask(ruleset: str, text: str) -> Iterator[Question]:
        if ruleset in rulesets:
            paired = f"{PAIR}_{ruleset}" if " <|> " in text else ruleset
            yield Question(f"{paired} {text}", f"{ruleset} [{name}]")

    if macros["client_addr"]:
        yield from _of_a_connection(ask, macros)
    yield from ask("check_vrfy", "joe")
    yield from ask("check_etrn", "example.com")
    for sender in SENDERS:
        yield Question(f".D{{mail_addr}}{sender.strip('<>')}")
        yield from ask("check_mail", sender)
    for number, recipient in enumerate(recipients):
        sender = SENDERS[number % len(SENDERS)]
        yield Question(f".Df{sender.strip('<>')}")
        yield Question(f".D{{mail_from}}<{sender.strip('<>')}>")
        yield from ask("check_rcpt", recipient)
        yield from ask("check_compat", f"{sender} <|> {recipient}")
        yield from ask("queuegroup", recipient)
        yield from ask("bcc", recipient.rpartition("@")[2])
    yield from ask("check_compat", "user@example.com <|> joe@hub.example.org")
    yield from ask("check_compat", "a@b.example <|> c@d.example")


def _of_a_connection(ask: Callable[[str, str], Iterator[Question]], macros: dict[str, str]) -> Iterator[Question]:
    """What is asked when there is a client, or a server to deliver to."""
    client = f"{macros['client_name']} <|> {macros['client_addr']}"
    yield from ask("check_relay", client)
    yield from ask("greet_pause", client)
    for ruleset in ("srv_features", "tls_srv_features"):
        yield from ask(ruleset, macros["client_name"])
    for verb in ("STARTTLS", "MAIL"):
        yield from ask("tls_client", f"{macros['verify']} <|> {verb}")
    yield from ask("trust_auth", "joe")
    for server, address in (("mx.secure.example", "192.0.2.30"), ("weak.example", "192.0.2.31"),
                            ("broken.example", "192.0.2.32"), ("smart.example", "192.0.2.25"),
                            ("old.example", "192.0.2.33")):  # fmt: skip
        yield Question(f".D{{server_name}}{server}")
        yield Question(f".D{{server_addr}}{address}")
        for ruleset in ("try_tls", "authinfo", "clt_features", "tls_clt_features"):
            yield from ask(ruleset, server)
        yield from ask("tls_server", macros["verify"])
    for recipient in ("joe@secure.example", "ann@secure.example", "hook@example.com"):
        yield from ask("tls_rcpt", recipient)


_RETURNS = re.compile(r"^\S+\s+returns:(.*)$", re.MULTILINE)
_TRACE = re.compile(r"^\S+\s+(?:input|returns):.*\n?", re.MULTILINE)


def verdict(question: Question, answer: str) -> str:
    """What counts of an answer: never how it was come to."""
    if question.line.startswith(("$=", "=M")):
        plain = re.sub(r" U=\S+", "", answer.replace("procmail -Y ", "procmail "))  # Debian leaves -Y out; users differ
        return "\n".join(sorted(plain.splitlines()))
    if question.line.startswith("/"):
        return re.sub(r"^Trying .*\n?", "", _TRACE.sub("", answer), flags=re.MULTILINE).strip()
    returns = _RETURNS.findall(answer)
    result = returns[-1].strip() if returns else ""
    rest = re.sub(r"^== Ruleset .* (status \d+)$", r"\1", _TRACE.sub("", answer).strip(), flags=re.MULTILINE)
    if question.topic.startswith(("check_", "tls_client", "tls_server", "tls_rcpt", "try_tls", "trust_auth")) and not (
        result.startswith(("$# error", "$# discard", "$# quarantine", "$# error"))
    ):
        result = "accepted"
    before, separator, text = result.partition("$:")
    result = before + separator + re.sub(r'[\s"]', "", text) if "$#" in before else result  # as it is put together
    return "\n".join(filter(None, (result, *dict.fromkeys(rest.splitlines()))))  # look-ups may be repeated
