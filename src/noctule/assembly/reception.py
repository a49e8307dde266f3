"""What the check rulesets say to a client, asked one by one with the macros a session has at that point."""

from collections.abc import Sequence
from dataclasses import dataclass

from noctule.assembly.workbench import Bench
from noctule.mail.reply import Reply
from noctule.receive.caller import Caller, connection_scope, local_caller
from noctule.receive.checks import WITH_COMMENTS, refusal, unresolvable
from noctule.receive.draft import bare
from noctule.receive.settings import Daemon
from noctule.resolve import is_address
from noctule.resolve.clients import ClientVerdict
from noctule.resolve.literals import spelled
from noctule.rewrite.explain import Recorder, Step
from noctule.rewrite.results import Rejected, Resolution, Resolved, Unresolvable, Verdict
from noctule.route.locate import ERROR_MAILER
from noctule.route.results import Refused, Routed

_ADDRESSED = frozenset({"check_mail", "check_rcpt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Who sends: the address of a client with its name, or nobody but this host's standard input; maybe after AUTH."""

    address: str = ""
    name: str = ""  # "" with an address: it has none
    resolve: str = ""  # ${client_resolve}, "" for what the name says
    auth: str = ""  # ${auth_authen}
    mechanism: str = "PLAIN"

    def caller(self) -> Caller:
        if not self.address:
            return local_caller("unknown")
        address = spelled(self.address)
        bracketed = f"[{address}]"
        name = self.name or bracketed
        return Caller(
            peer=f"{name} {bracketed}" if self.name else bracketed,
            name=name,
            known_as=name,
            address=address,
            ptr=self.name,
            resolve=self.resolve or ("OK" if self.name else "FAIL"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One ruleset's verdict.  `reply` is how an SMTP client hears of it, None when it hears nothing."""

    ruleset: str
    arguments: tuple[str, ...]
    verdict: Verdict
    reply: Reply | None
    steps: tuple[Step, ...]
    defined: bool = True


def peer_at(bench: Bench, address: str) -> Peer:
    """The client at an address, named by DNS and the hosts file as a session would.  Raises ValueError."""
    if not is_address(address):
        raise ValueError(f"not an IP address: {address}")
    client = bench.wait(bench.routing.resolver.client(address))
    ok = client.verdict is ClientVerdict.OK
    return Peer(address=address, name=client.name if ok else "", resolve=client.verdict.value)


class Reception:
    """One session's checks, in the order a session asks them."""

    def __init__(self, bench: Bench, peer: Peer) -> None:
        self._bench = bench
        self.caller = peer.caller()
        ports = bench.configuration.options.ports("DaemonPortOptions")
        daemon = Daemon(name=ports[0].name or "Daemon0", flags=ports[0].flags) if ports else Daemon()
        self.scope = connection_scope(bench.configuration.macros, self.caller, daemon, None)
        authenticated = {"auth_authen": peer.auth, "auth_type": peer.mechanism} if peer.auth else {}
        for name, value in authenticated.items():
            self.scope.set(name, value)

    def check(self, ruleset: str, arguments: Sequence[str]) -> Checked:
        """Ask a ruleset with the macros as they are."""
        addresses, recorder = self._bench.routing.addresses, Recorder()
        verdict = addresses.check(
            ruleset, arguments, self.scope, self._bench.asks, comments=ruleset in WITH_COMMENTS, trace=recorder
        )
        about = arguments[0] if ruleset in _ADDRESSED and arguments else ""
        return Checked(
            ruleset=ruleset,
            arguments=tuple(arguments),
            verdict=verdict,
            reply=refusal(verdict, about) if isinstance(verdict, Rejected) else None,
            steps=tuple(recorder.steps),
            defined=addresses.defined(ruleset),
        )

    def relay(self) -> Checked:
        """check_relay: before the greeting."""
        return self.check("check_relay", (self.caller.name, self.caller.address))

    def mail(self, sender: str) -> Checked:
        """MAIL: the sender is resolved, then check_mail is asked."""
        path, recorder = path_of(sender), Recorder()
        resolved = self.know_sender(path, recorder)
        if isinstance(resolved, Unresolvable):
            return _resolving(path, unresolvable(resolved, path), recorder)
        return self.check("check_mail", (path,))

    def know_sender(self, path: str, recorder: Recorder | None = None) -> Resolution | None:
        """Set the macros that tell of a sender."""
        null = path == "<>"
        author = self.scope.get("n") if null else bare(path)
        values = {"mail_from": path, "mail_mailer": "local", "mail_host": "localhost", "mail_addr": ""}
        for name, value in {**values, "f": author, "g": author, "nrcpts": "0", "ntries": "0"}.items():
            self.scope.set(name, value)
        resolved = None
        if not null:
            addresses, asks = self._bench.routing.addresses, self._bench.asks
            resolved = addresses.parse(path, self.scope, asks, sender=True, trace=recorder)
        if isinstance(resolved, Resolved):
            self.scope.set("mail_mailer", resolved.mailer.name)
            self.scope.set("mail_host", resolved.host or "localhost")
            self.scope.set("mail_addr", resolved.user)
        self.scope.set("addr_type", "e s")
        return resolved

    def recipient(self, address: str) -> Checked:
        """RCPT: the recipient is resolved, then check_rcpt is asked; that a user is unknown is said at last."""
        path = path_of(address)
        found = self.know_recipient(path)
        if isinstance(found, Refused) and (found.triple is None or found.triple.mailer == ERROR_MAILER):
            return self._unresolved(path, found)
        checked = self.check("check_rcpt", (path,))
        if isinstance(found, Refused) and checked.reply is None:
            return self._unresolved(path, found)
        return checked

    def know_recipient(self, path: str) -> Routed | Refused:
        """Set the macros that tell of a recipient."""
        self.scope.set("addr_type", "e r")
        found = self._bench.wait(self._bench.routing.router.resolve(path, self.scope))
        if found.triple is not None:
            self.scope.set("rcpt_mailer", found.triple.mailer)
            self.scope.set("rcpt_host", found.triple.host or "localhost")
            self.scope.set("rcpt_addr", found.triple.user)
        return found

    def _unresolved(self, address: str, refused: Refused) -> Checked:
        recorder = Recorder()
        self._bench.routing.addresses.parse(address, self.scope.child(), self._bench.asks, trace=recorder)
        return _resolving(address, refused.said(), recorder)


def path_of(address: str) -> str:
    """An address as MAIL and RCPT spell it, in angle brackets."""
    return address if address.startswith("<") else f"<{address}>"


def _resolving(address: str, reply: Reply, recorder: Recorder) -> Checked:
    """The rules that resolve an address have a word, too."""
    verdict = Rejected(reply.code, reply.enhanced, reply.text)
    return Checked(ruleset="parse", arguments=(address,), verdict=verdict, reply=reply, steps=tuple(recorder.steps))
