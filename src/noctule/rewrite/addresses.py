"""The address pipeline: which rulesets an address goes through, and what comes of it.

recipient   3, 0, then 2, R= of the mailer, 4 on the user part           `parse`
delivery    3, 1 or 2, S= or R= of the mailer, 4                         `rewrite_for`
checks      one ruleset, whose `$#error` or `$#discard` is the verdict   `check`
features    one ruleset, whose tokens behind `$#` are the answer         `capabilities`
texts       one ruleset, whose tokens are the answer                     `text`
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from noctule.base.debug import Topic
from noctule.base.questions import Lookups
from noctule.base.text import ascii_lower
from noctule.rewrite.crack import NAME, crack
from noctule.rewrite.engine import Engine
from noctule.rewrite.printing import spelled
from noctule.rewrite.results import (
    ADDRESSED,
    Accepted,
    Discarded,
    Quarantined,
    Rejected,
    Resolution,
    Resolved,
    Unresolvable,
    Verdict,
    error_triple,
)
from noctule.rewrite.run import DATAERR, SOFTWARE, TEMPFAIL, Run
from noctule.rewrite.tokenizer import Table, shorten
from noctule.rewrite.tracing import Complaint, Trace
from noctule.rewrite.validity import invalid, syntax_problem
from noctule.rewrite.workspace import dequote
from noctule.symbols import codes
from noctule.symbols.expand import armed, as_bytes, expand_codes
from noctule.symbols.macros import Macros
from noctule.symbols.mailers import Mailer

DEFERRED_TEXT = "Transient parse error -- message queued for future delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressSettings:
    """Options of the configuration that the pipeline needs."""

    colon_ok: bool = False  # ColonOkInAddr
    must_quote: str = "@,;:\\()[].'"  # MustQuoteChars
    level: int = 10  # of the V line


@dataclass(frozen=True, slots=True)
class Rewritten:
    """An address as a mailer wants it; `status` is 75 when a look-up failed temporarily on the way."""

    text: str
    status: int = 0


@dataclass(frozen=True, slots=True)
class _Triple:
    """`$#mailer $@ host $: user` in pieces; None for a part that is not there."""

    mailer: str
    host: list[str] | None
    user: list[str] | None


class Addresses:
    """The pipeline of one configuration.

    `scope` is the macro scope of the connection or envelope at hand; macros set by maps land there when a call ends
    well.  Every method raises `Waiting` when a map has to wait: call it through `settle`.
    """

    def __init__(self, engine: Engine, mailers: Iterable[Mailer], settings: AddressSettings | None = None) -> None:
        self.engine = engine
        self.settings = settings or AddressSettings()
        self.mailers: Mapping[str, Mailer] = {ascii_lower(mailer.name): mailer for mailer in mailers}

    # -- parse

    def parse(
        self,
        address: str,
        scope: Macros,
        asks: Lookups,
        *,
        sender: bool = False,
        header: bool = False,
        delimiter: str = "",
        typed: bool = True,
        trace: Trace | None = None,
    ) -> Resolution | None:
        """Resolve an address; None when there is no address in the text (a comment, nothing).

        `typed` tells the rules in `${addr_type}` which kind of address it is; without it that macro stays as it is.
        """
        run = self._run(scope, asks, trace, sender=sender, header=header, typed=typed)
        result = self._parse(run, address, delimiter, sender or header, sender=sender)
        run.finish()
        return result

    def _parse(self, run: Run, address: str, delimiter: str, later: bool, *, sender: bool) -> Resolution | None:
        run.tell(Topic.PARSING, 1, f"\n--parseaddr({address})")
        scan = self.engine.tokenizer.scan(address, delimiter)
        run.say_scan(address, scan)
        text = address[: scan.end]
        if not scan.tokens:
            run.tell(Topic.PARSING, 1, "parseaddr-->NULL")
            return _refused(run) if run.complaints else None
        if problem := invalid(text, sender=sender):
            run.say(problem)
            return _refused(run)
        text = text.strip(" \t")
        status, tokens = self._steps(run, ("3", "0"), scan.tokens)
        result = self.build(run, tokens, text, later=later)
        complaints = tuple(run.complaints)
        deferral = ""
        if status == TEMPFAIL and (isinstance(result, Resolved) or result.temporary):
            run.tell(Topic.PARSING, 1, "parseaddr: queueing message")
            run.say(Complaint("050", f"{text}... {DEFERRED_TEXT}", TEMPFAIL))
            deferral = run.deferral or DEFERRED_TEXT
        if isinstance(result, Resolved) and (complaints or deferral):
            return replace(result, complaints=complaints, deferral=deferral)
        return result

    def _run(
        self, scope: Macros, asks: Lookups, trace: Trace | None, *, sender: bool, header: bool, typed: bool = True
    ) -> Run:
        run = self.engine.run(scope, asks, trace)
        if typed:
            run.define("addr_type", address_type(sender=sender, header=header))
        return run

    def _steps(self, run: Run, rulesets: Iterable[str], tokens: Sequence[str]) -> tuple[int, Sequence[str]]:
        """Apply rulesets one after the other; the status is 75 if one of them had a temporary failure."""
        status = 0
        for name in rulesets:
            ruleset = self.engine.find(name)
            if ruleset is None:
                continue
            outcome = self.engine.apply(run, ruleset, tokens)
            tokens = outcome.tokens
            if outcome.status == TEMPFAIL:
                status = TEMPFAIL
        return status, tokens

    def build(self, run: Run, tokens: Sequence[str], text: str, *, later: bool = False) -> Resolution:
        """Turn a triple into a mailer, a host and a user.

        `later`: a sender or header address, whose user part old configurations (V below 10) rewrite at delivery only.
        """
        join = self.engine.tokenizer.join
        triple = _triple(tokens)
        if triple is None:
            return _broken(run, "buildaddr: no mailer in parsed address")
        if triple.user is None:
            return _broken(run, "buildaddr: no user")
        host = join(triple.host or ())
        if ascii_lower(triple.mailer) == "error":
            return _error(run, host, join(triple.user, " "), text)
        mailer = self.mailers.get(ascii_lower(triple.mailer))
        if mailer is None:
            return _broken(run, f"buildaddr: unknown mailer {triple.mailer}")
        if triple.host is None and not mailer.is_local:
            return _broken(run, "buildaddr: no host")
        not_remote = "@" in mailer.flags and triple.user[:1] == ["@"]
        user = triple.user[1:] if not_remote else triple.user
        special = self._special(mailer, join(user, " "), include=not not_remote)
        if isinstance(special, str):
            return Resolved(mailer=self.mailers["*include*"], host=host, user=special, not_remote=not_remote)
        result = self._named(run, special, host, user, later=later)
        return replace(result, not_remote=True) if not_remote and isinstance(result, Resolved) else result

    def _named(self, run: Run, mailer: Mailer, host: str, user: Sequence[str], *, later: bool) -> Resolution:
        """The last steps: the user part as the mailer wants it, cases as it wants them, no forbidden characters."""
        run.define("h", host or None)
        rulesets = ["4"]
        if self.settings.level >= 10 or not later:
            rulesets = ["2", *_own_ruleset(mailer.recipient_envelope), "4"]
        _, rewritten = self._steps(run, rulesets, user)
        name = self.engine.tokenizer.join(rewritten)
        if "h" not in mailer.flags:
            host = ascii_lower(host)
        if "u" not in mailer.flags:
            name = ascii_lower(name)
        problem = syntax_problem(name)
        if problem is None:
            return Resolved(mailer=mailer, host=host, user=name)
        complaint, shown = problem
        run.say(complaint)
        run.tell(Topic.PARSING, 1, "parseaddr-->bad q_user")
        return Unresolvable(
            code=501,
            enhanced="5.1.3",
            text=complaint.text,
            status=DATAERR,
            host=host,
            user=shown,
            mailer=mailer.name,
        )

    def _special(self, mailer: Mailer, user: str, *, include: bool) -> Mailer | str:
        """The mailer for programs and files; for an :include:, where it counts, the file's name."""
        bare = user.removeprefix('"')
        if bare.startswith("|") and "|" in mailer.flags:
            return self.mailers.get("prog", mailer)
        if bare.startswith("/") and "/" in mailer.flags:
            return self.mailers.get("*file*", mailer)
        if include and bare.startswith(":") and ":" in mailer.flags and "*include*" in self.mailers:
            name = dequote(user)
            if ascii_lower(name[:9]) == ":include:":
                return name[9:]
        return mailer

    # -- rewrite for a mailer

    def rewrite_for(
        self,
        address: str,
        mailer: Mailer,
        scope: Macros,
        asks: Lookups,
        *,
        sender: bool,
        header: bool,
        canonical: bool = False,
        domain: Sequence[str] = (),
        trace: Trace | None = None,
    ) -> Rewritten:
        """An address as `mailer` writes it into the envelope or a header.

        `canonical` drops comments and phrases (the envelope).  `domain` are the tokens `@`, `example` ... to append to
        a header recipient without a domain, from `domain_of` the sender, when the sender's mailer has F=C.
        """
        run = self.engine.run(scope, asks, trace)
        run.tell(Topic.REMOTE_NAMES, 1, f"remotename({spelled(address)})")
        run.define("addr_type", address_type(sender=sender, header=header))
        scan = self.engine.tokenizer.scan(address)
        run.say_scan(address, scan)
        if not scan.tokens:
            run.finish()
            return Rewritten(address)
        own = _rulesets_of(mailer, sender=sender, header=header)
        rulesets = ("1" if sender else "2", *_own_ruleset(own), "4")
        status, tokens = self._rewritten(run, scan.tokens, rulesets, domain)
        name = self.engine.tokenizer.join(tokens)
        template = NAME if canonical or "c" in mailer.flags else crack(address, self.settings)
        if canonical and name.startswith("@"):
            template = f"<{NAME}>"
        text = template.replace(NAME, name)
        if codes.MACRO in text:  # the value of a `$&x` held it
            text = expand_codes(armed(text), scope)
        done = Rewritten(as_bytes(text), status)
        run.tell(Topic.REMOTE_NAMES, 1, f"remotename => `{spelled(text)}', stat={done.status}")
        run.finish()
        return done

    def _rewritten(
        self, run: Run, tokens: Sequence[str], rulesets: Iterable[str], domain: Sequence[str]
    ) -> tuple[int, Sequence[str]]:
        """Canonical form, with the sender's domain where there is none, and then these rulesets."""
        first, tokens = self._steps(run, ("3",), tokens)
        again = 0
        if domain and "@" not in tokens:
            again, tokens = self._steps(run, ("3",), (*tokens, *domain))
        last, tokens = self._steps(run, rulesets, tokens)
        return max(first, again, last), tokens

    def domain_of(self, sender: str, scope: Macros, asks: Lookups) -> tuple[str, ...]:
        """The tokens from the last `@` of a sender on, for recipients without a domain (F=C)."""
        run = self._run(scope, asks, None, sender=True, header=False)
        scan = self.engine.tokenizer.scan(sender)
        _, tokens = self._steps(run, ("3", "1", "4"), scan.tokens)
        run.finish()
        places = [at for at, word in enumerate(tokens) if word == "@"]
        return tuple(tokens[places[-1] :]) if places else ()

    def localaddr(
        self, user: str, scope: Macros, asks: Lookups, host: str = "", *, trace: Trace | None = None
    ) -> Resolution | None:
        """What ruleset 5 makes of a local user that no alias changed; None: nothing."""
        run = self._run(scope, asks, trace, sender=False, header=False)
        run.define("h", host or None)
        scan = self.engine.tokenizer.scan(user)
        status, tokens = self._steps(run, ("5",), scan.tokens)
        result = self.build(run, tokens, user) if tokens[:1] == (codes.MAILER,) else None
        run.finish()
        if status == TEMPFAIL and result is None:
            return Unresolvable(code=451, enhanced="4.3.0", text=run.deferral or DEFERRED_TEXT, status=TEMPFAIL)
        return result

    # -- checks

    def defined(self, ruleset: str) -> bool:
        """Whether the configuration has the ruleset at all."""
        return self.engine.find(ruleset) is not None

    def unheard(self, ruleset: str) -> bool:
        """Whether to ask this ruleset would change nothing and be told to nobody."""
        return self.engine.watcher is None and not self.defined(ruleset)

    def check(
        self,
        ruleset: str,
        args: Sequence[str],
        scope: Macros,
        asks: Lookups,
        *,
        comments: bool = False,
        trace: Trace | None = None,
    ) -> Verdict:
        """Ask a check ruleset; one that is not defined accepts.

        `comments`: parentheses are tokens (check_eoh, check_eom, check_other, `$>+` header checks).
        """
        run = self.engine.run(scope, asks, trace)
        run.tell(Topic.CHECKS, 2, f"rscheck({ruleset}, {_told(args)})")
        found = self.engine.find(ruleset)
        if found is None:
            run.finish()
            return Accepted()
        table = Table.RULES if comments else Table.INTERNAL
        text = codes.ELSE.join(args)
        scan = self.engine.tokenizer.scan(text, table=table, repair=not comments)
        run.say_scan(text, scan)
        if not scan.tokens:  # nothing but a comment
            run.finish()
            return _rejected(run.complaints[0]) if run.complaints else Accepted()
        outcome = self.engine.apply(run, found, scan.tokens)
        run.finish()
        if outcome.status == SOFTWARE:
            return _rejected(run.complaints[-1])  # a check that cannot be finished must not accept
        return self._verdict(run, ruleset, outcome.tokens)

    def _verdict(self, run: Run, ruleset: str, tokens: Sequence[str]) -> Verdict:
        if len(tokens) < 2 or tokens[0] != codes.MAILER:
            return Accepted()
        if tokens[1] == "discard":
            return Discarded()
        if tokens[1] != "error":
            return Accepted()
        triple = _triple(tokens)
        assert triple is not None
        if tuple(tokens[2:4]) == (codes.HOST, "quarantine"):
            user = self.engine.tokenizer.join(triple.user or (), " ")
            return Quarantined(dequote(user) or ruleset)
        result = self.build(run, tokens, "")
        assert isinstance(result, Unresolvable)
        return Rejected(result.code, result.enhanced, result.text, result.status)

    def capabilities(
        self, ruleset: str, args: Sequence[str], scope: Macros, asks: Lookups, trace: Trace | None = None
    ) -> list[str] | None:
        """The tokens behind `$#` (srv_features, greet_pause, authinfo ...); None when the ruleset gives none."""
        run = self.engine.run(scope, asks, trace)
        run.tell(Topic.CHECKS, 2, f"rscap({ruleset}, {_told(args)})")
        found = self.engine.find(ruleset)
        if found is None:
            run.finish()
            return None
        scan = self.engine.tokenizer.scan(codes.ELSE.join(args), table=Table.INTERNAL)
        outcome = self.engine.apply(run, found, scan.tokens)
        run.finish()
        tokens = outcome.tokens
        return list(tokens[1:]) if tokens[:1] == (codes.MAILER,) else None

    def text(self, ruleset: str, args: Sequence[str], scope: Macros, asks: Lookups) -> str | Rejected | Discarded:
        """What the ruleset makes of its arguments (tls_srv_features ...), or its verdict.

        "" when it is not defined, or resolves to something else.
        """
        found = self.engine.find(ruleset)
        if found is None:
            return ""
        run = self.engine.run(scope, asks)
        scan = self.engine.tokenizer.scan(codes.ELSE.join(args), table=Table.INTERNAL)
        outcome = self.engine.apply(run, found, scan.tokens)
        run.finish()
        if outcome.status == SOFTWARE:
            return _rejected(run.complaints[-1])
        if outcome.tokens[:1] == (codes.MAILER,):
            verdict = self._verdict(run, ruleset, outcome.tokens)
            return verdict if isinstance(verdict, Rejected | Discarded) else ""
        return self.engine.tokenizer.join(outcome.tokens, " ")


def _told(args: Sequence[str]) -> str:
    """The two arguments of a check, as debugging shows them."""
    return ", ".join([*args, "(NULL)"][:2])


def address_type(*, sender: bool, header: bool) -> str:
    """The value of `${addr_type}`."""
    return f"{'h' if header else 'e'} {'s' if sender else 'r'}"


def _triple(tokens: Sequence[str]) -> _Triple | None:
    if len(tokens) < 2 or tokens[0] != codes.MAILER:
        return None
    host: list[str] | None = None
    at = 2
    if at < len(tokens) and tokens[at] == codes.HOST:
        at += 1
        host = []
    while at < len(tokens) and tokens[at] != codes.USER:
        if host is not None:
            host.append(tokens[at])
        at += 1
    user = list(tokens[at + 1 :]) if at < len(tokens) else None
    return _Triple(tokens[1], host or None, user)


def _own_ruleset(name: str) -> tuple[str, ...]:
    """A mailer's own ruleset; 0 and nothing mean none."""
    return (name,) if name not in {"", "0"} else ()


def _rulesets_of(mailer: Mailer, *, sender: bool, header: bool) -> str:
    if sender:
        return mailer.sender_header if header else mailer.sender_envelope
    return mailer.recipient_header if header else mailer.recipient_envelope


def _broken(run: Run, text: str) -> Unresolvable:
    run.say(Complaint("554 5.3.5", text, SOFTWARE))
    return Unresolvable(code=554, enhanced="5.3.5", text=text, status=SOFTWARE)


def _error(run: Run, host: str, user: str, text: str) -> Unresolvable:
    error = error_triple(host, user)
    said = f"{shorten(text)}... {error.text}" if text and f"{error.code}" in ADDRESSED else error.text
    run.say(Complaint(f"{error.code} {error.enhanced}", said, error.status))
    if (problem := syntax_problem(user)) is not None:
        complaint, user = problem
        run.say(complaint)
    return Unresolvable(
        code=error.code, enhanced=error.enhanced, text=error.text, status=error.status, host=host, user=user
    )


def _refused(run: Run) -> Unresolvable:
    """What the tokenizer could not repair."""
    complaint = run.complaints[0]
    return Unresolvable(
        code=complaint.reply_code,
        enhanced=complaint.enhanced,
        text=complaint.text,
        status=DATAERR,
        refused=True,
    )


def _rejected(complaint: Complaint) -> Rejected:
    return Rejected(complaint.reply_code, complaint.enhanced, complaint.text, complaint.status)
