"""Addresses of every shape, and the test mode commands the comparison is made of: the same ones every time."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

LOCALS = (
    "user", "User.Name", "user+detail", "user+", "+", "user++x", "a.b.c", "root", "Postmaster", "MAILER-DAEMON",
    "user%relay.example", "a%b%c.example", "host!user", "a!b!user", "x.example!user", '"quoted user"', '"quo"ted',
    '"a@b"', '"a\\"b"', "a\\@b", "\\user", "a!b%c", "user&x", "{curly}", "o'brien", "x=y", "#hash", "user=dom",
    "-dash", "_under", "..dots.", "1234", "user/dir", "/file/name", "|program arg", '"|prog with args"',
    ":include:/list", '":include: /list"', "user*", "~user", "a^b", "user?", "bad", "friend", "joe", "b\xe9b",
)  # fmt: skip
DOMAINS = (
    "", "@x.com", "@mail.example.test", "@MAIL.Example.Test", "@localhost", "@vm", "@mail", "@example.test",
    "@relay.example", "@sub.relay.example", "@[127.0.0.1]", "@[10.1.2.3]", "@[IPv6:::1]", "@[IPv6:2001:db8::1]",
    "@single", "@x.com.", "@a.UUCP", "@host.BITNET", "@node.DECNET", "@x.FAX", "@POP", "@new.x.com.REDIRECT",
    "@mail.local.example", "@spam.example", "@xn--bcher-kva.example", "@x..com", "@.x.com", "@x.com:25",
)  # fmt: skip
SPECIALS = (
    "<>", "<@>", "@", "@@", "a@", "@b", "a@b@c", "<a@b>", "<<a@b>>", "<a@b", "a@b>", "a<b@c>d", "<a@b><c@d>",
    "Full Name <a@b.example>", '"Full, Name" <a@b.example> (comment)', "a@b.example (Full Name)", "(just a comment)",
    "(nested (comment)) a@b.example", "a(comment)b@c.example", "a@b.example(", "a@b.example)", "list:;", "list: a@b;",
    "group: a@b.example, c@d.example;", "a@b.example;", "friends: joe;", "undisclosed-recipients:;", "a:b@c.example",
    "@route.example:user@x.com", "@a,@b:user@x.com", "<@a.example,@b.example:user@x.com>", "@mail.example.test:u@x.com",
    "user@a.example@b.example", "u%h@mail.example.test", "h!u@mail.example.test", "u%h@localhost", "u%h%i@localhost",
    "a.example!b.example!u@mail.example.test", "node::user", "1.2::user", "u@a:b.example", "u@[", "u@]",
    "u@[1.2.3.4", "u@1.2.3.4", "[1.2.3.4]", "u@[1.2.3.4].x", "u@[x.com]", '"', '""', '""@x.com', '"unbalanced@x.com',
    '"a b"@x.com', "a b@x.com", "a  b", "a . b @ x . com", "a@x.com b", "a,b", "a@x.com,b@y.com", ",a", "a,", "<a,b>",
    "a\\,b@x.com", "\\", "a\\", "\\\\", "a@x.com\\", "$x", "$&w", "$*", "$#local", "a$|b", "#comment", "a#b", "%", "%%",
    "!", "a!", "!b", "u%", "%h", "u%@h", "u@%h", ".", "a.", ".a", "..", "a..b@x.com", ":", "::", ":include:", "|", "/",
    '"|"', '"/a b"', "|/bin/cat@x.com", "/etc/passwd@x.com", "*", "$", "user@host.UUCP.", "UUCP", "u@UUCP", "u@BITNET",
    "u@x.com@", "u@@x.com", "u@x@", "<u>@x.com", "<u@x.com> trailing", "leading <u@x.com>", "=?utf-8?q?x?= <u@x.com>",
    "u@\xfcber.example", "b\xfccher@x.com", "\xe4", "u@x.com\t", "\tu@x.com", "u@x.com  ", "  u@x.com", "u\t@x.com",
    "u@x_y.com", "u@-x.com", "u@x.c", "U@X.COM", "u+d@mail.example.test", "u+d+e@localhost", "u+*@localhost", "u@*.com",
    "long" * 30 + "@x.com", "u@" + "sub." * 40 + "x.com", "a@" * 20 + "b", "x!" * 30 + "u", "u%h" * 20, "(" * 10 + "a",
    "<" * 5 + "a", "a" + ">" * 5, '"' * 7, "\x01ctrl@x.com", "u@x.com\x7f", "[IPv6:::1]!u", "u@[IPv6:1:2:3:4:5:6:7:8]",
    "u@[IPv6:]", "u@IPv6:::1", "a;b;c", "a: b: c", "list:u@x.com;,v@y.com", "<list:;>", "<a b@c>", "< a@b >", "< >",
)  # fmt: skip
FLAGS = ("ER", "ES", "HR", "HS")
CHECKS = ("check_mail", "check_rcpt", "check_relay", "check_compat", "trust_auth", "tls_rcpt", "queuegroup")
_PIECES = (
    "a", "b", "joe@x.com", '"', '"Q t"', "(c)", "(", ")", "<", ">", "<u@h>", ":", ";", "::", "[", "]", "\\", '\\"',
    " ", "@", ",", ".", "x:", "grp: ", "first last", "()", '""', "'",
)  # fmt: skip
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")


def addresses(site: list[str]) -> list[str]:
    """All addresses; `site` are domains and addresses found in the tables of a configuration."""
    found = dict.fromkeys(SPECIALS)
    for number, local in enumerate(LOCALS):
        for offset in range(7):
            found[local + DOMAINS[(number * 5 + offset * 4) % len(DOMAINS)]] = None
    for number, domain in enumerate(site):
        for local in ("user", "joe+det", "info", LOCALS[number % len(LOCALS)]):
            found[domain if "@" in domain else f"{local}@{domain}"] = None
    return [address for address in found if address.strip()]


def site_words(folder: Path) -> list[str]:
    """Domains and addresses in the tables of a site."""
    found: dict[str, None] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".mc":
            continue
        for word in path.read_text("latin-1").split():
            if "@" in word and not word.startswith(("@", "error", "$")) and ":" not in word:
                found[word] = None
            for domain in _DOMAIN.findall(word):
                found[domain] = None
    return list(found)


def header_fields(count: int = 3000) -> list[str]:
    """Header fields put together from pieces that make trouble."""
    chance = random.Random(20)
    fields = dict.fromkeys(SPECIALS)
    while len(fields) < count:
        field = "".join(chance.choice(_PIECES) for _ in range(chance.randint(1, 9)))
        fields[field] = None
    return list(dict.fromkeys(field.strip() for field in fields if field.strip()))


def commands(rulesets: list[str], mailers: list[str], maps: list[str], site: list[str]) -> Iterator[str]:
    """Everything a comparison asks, in order."""
    yield from ("=M", "$=w", "$=m", "$=P", "$=O", "$m", "$j", "$w", "$M", "${addr_type}", "$n", "$Z", "$Y", "$S", "$R")
    yield from (f"=S{name}" for name in rulesets)
    everyone = addresses(site)
    flags = ""
    for number, address in enumerate(everyone):
        yield f"3,0 {address}"
        yield f"/parse {address}"
        wanted = FLAGS[number % len(FLAGS)]
        if wanted != flags:
            flags = wanted
            yield f"/tryflags {flags}"
        yield f"/try {mailers[number % len(mailers)]} {address}"
    yield "/tryflags ER"
    for number, address in enumerate(everyone[:: len(everyone) // 60]):
        check = CHECKS[number % len(CHECKS)]
        if check in rulesets:
            yield f".D{{client_addr}}192.0.2.{number}"
            yield f".D{{client_name}}host{number}.spam.example"
            yield f"{check} {address}"
            yield f"{check} <{address}>"
    for name in maps:
        for key in ("x.com", "user@x.com", "mail.example.test", '"quoted key"', "a b"):
            yield f"/map {name} {key}"
    yield from (
        ".D{site}value with $j",
        "${site}",
        ".CPNEW OTHER",
        "$=P",
        "3,0 u@x.NEW",
        ".DSsmart.example",
        "3,0 u@x.com",
    )
    yield "-d21.12"
    yield from (f"3,0 {address}" for address in everyone[:: len(everyone) // 50])
    yield from ("-d21.0", "3,0 last@x.com")
