"""Is this an open relay?  The rules are asked, as a daemon would ask them for a client from elsewhere."""

from collections.abc import Iterator

from noctule.assembly.rules import build_addresses
from noctule.base.questions import NO_SUCH_MAP, NOT_FOUND, Answer, KeyForm, Question, found
from noctule.base.text import ascii_lower
from noctule.config import Configuration, MapDeclaration
from noctule.maps import Declaration, Environment, MapTable
from noctule.maps.arguments import GENERIC_WITHOUT_FILE, parse_arguments
from noctule.rewrite.addresses import Addresses
from noctule.rewrite.results import Discarded, Quarantined, Rejected, Resolved, Verdict
from noctule.symbols.macros import Macros

_COMPUTED = frozenset(("arith", "arpa", "dequote", "macro", "null", "regex", "syslog"))
# A site may know one of these, or refuse all of one kind; two that are taken are strangers.
_CLIENTS = (
    ("client.elsewhere.example", "192.0.2.77", "OK"),
    ("[198.51.100.99]", "198.51.100.99", "FAIL"),
    ("host.somewhere.example", "203.0.113.5", "OK"),
)
_ENOUGH = 2
_HOST = "relay-probe.example"


class ClosedWorld:
    """Look-ups without files, programs and network: hosts exist, tables are empty, the rest is computed."""

    def __init__(self, configuration: Configuration) -> None:
        self._declared = configuration.maps
        computed = [known for known in configuration.maps.values() if known.map_class in _COMPUTED]
        declarations = [Declaration(known.name, known.map_class, known.arguments) for known in computed]
        self._table = MapTable(declarations, Environment())
        self._computed = {known.name for known in computed}

    def lookup(self, question: Question) -> Answer:
        name = ascii_lower(question.map)
        if name in self._computed:
            return self._table.lookup(question)
        declared = self._declared.get(name)
        if declared is None:
            return found(f"{question.key.removesuffix('.')}.") if name == "host" else NO_SUCH_MAP
        return found(question.key + _appended(declared)) if declared.map_class == "host" else NOT_FOUND

    def generation(self, map_name: str) -> int | None:
        del map_name
        return None

    def key_form(self, map_name: str) -> KeyForm:
        return self._table.key_form(map_name)


def _appended(declared: MapDeclaration) -> str:
    arguments, _ = parse_arguments(declared.arguments, GENERIC_WITHOUT_FILE, map_name="", class_name="host")
    return arguments.flags.get("a", "")


def relays_for_strangers(configuration: Configuration) -> tuple[str, str] | None:
    """A sender and a recipient elsewhere that are taken from clients elsewhere and sent on; None when they are refused.

    The sender may be of our own domain, too: anybody can say that he is.
    """
    addresses, world = build_addresses(configuration), ClosedWorld(configuration)
    us = configuration.macros.get("j") or "localhost"
    for sender in ("<somebody@elsewhere.example>", f"<postmaster@{us}>"):
        for recipient in _recipients(us):
            strangers = _strangers(configuration, sender)
            if sum(_is_taken(addresses, scope, world, recipient) for scope in strangers) >= _ENOUGH:
                return sender, recipient
    return None


def _strangers(configuration: Configuration, sender: str) -> Iterator[Macros]:
    """The macros of a connection from each client."""
    for name, address, resolve in _CLIENTS:
        values = {
            "client_addr": address,
            "client_name": name,
            "client_ptr": name if resolve == "OK" else f"[{address}]",
            "client_resolve": resolve,
            "client_port": "40000",
            "daemon_name": "MTA",
            "daemon_flags": "",
            "verify": "NONE",
            "s": "client.elsewhere.example",
            "r": "ESMTP",
            "f": sender,
            "mail_from": sender,
            "_": f"{name} [{address}]",
        }
        yield Macros(configuration.macros, values)


def _recipients(us: str) -> Iterator[str]:
    """The ways to write an address elsewhere that relays have been tricked with."""
    yield f"<anybody@{_HOST}>"
    yield f"<anybody%{_HOST}@{us}>"
    yield f"<@{us}:anybody@{_HOST}>"
    yield f"<{_HOST}!anybody@{us}>"
    yield f'<"anybody@{_HOST}"@{us}>'
    yield f"<anybody@{_HOST}@{us}>"


def _is_taken(addresses: Addresses, scope: Macros, world: ClosedWorld, recipient: str) -> bool:
    client = scope.get("client_name") or "", scope.get("client_addr") or ""
    asked = (("check_relay", client), ("check_mail", (scope.get("f") or "",)), ("check_rcpt", (recipient,)))
    if any(_refuses(addresses.check(ruleset, words, scope, world)) for ruleset, words in asked):
        return False
    resolved = addresses.parse(recipient, scope, world)
    return isinstance(resolved, Resolved) and not resolved.complaints and not resolved.mailer.is_local


def _refuses(verdict: Verdict) -> bool:
    return isinstance(verdict, Rejected | Discarded | Quarantined)
