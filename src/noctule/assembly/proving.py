"""Trying expectations on a configuration: `noctule test`."""

from collections.abc import Sequence
from dataclasses import dataclass

from noctule.assembly.expectations import Applies, Checks, Expectation, Resolves, Rewrites
from noctule.assembly.reception import Checked, Reception, path_of
from noctule.assembly.workbench import Bench
from noctule.base.text import BLANKS, ascii_lower, words_of
from noctule.config import translate
from noctule.rewrite.explain import Recorder, Tried, decided_by
from noctule.rewrite.printing import token_list
from noctule.rewrite.results import Discarded, Quarantined, Rejected, Resolved
from noctule.rewrite.tokenizer import Table
from noctule.symbols.expand import as_bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of an expectation: the result in the words of the file, and the rule it comes from."""

    expectation: Expectation
    ok: bool
    got: str
    rule: Tried | None


def prove(bench: Bench, expectation: Expectation) -> Proof:
    """Try one."""
    return _Trial(bench, expectation).run()


class _Trial:
    def __init__(self, bench: Bench, expectation: Expectation) -> None:
        self._bench = bench
        self._expectation = expectation
        self._addresses = bench.routing.addresses
        self._reception = Reception(bench, expectation.circumstances.peer)
        self._recorder = Recorder()

    def run(self) -> Proof:
        self._set_macros()
        match self._expectation.subject:
            case Resolves(address):
                return self._resolve(address)
            case Checks(ruleset, arguments):
                return self._check(ruleset, arguments)
            case Rewrites() as rewrites:
                return self._rewrite(rewrites)
            case Applies(names, workspace):
                return self._apply(names, workspace)

    def _set_macros(self) -> None:
        for name, value in self._expectation.circumstances.macros:
            self._reception.scope.set(name, translate(value))

    def _proof(self, got: str, *acceptable: str) -> Proof:
        """Compare the result, or another way to put it, with what was expected."""
        expected = self._expectation.expected
        ok = any(_fits(text, expected) for text in (got, *acceptable))
        return Proof(self._expectation, ok, got, decided_by(self._recorder.steps))

    def _resolve(self, address: str) -> Proof:
        scope = self._reception.scope
        result = self._addresses.parse(address, scope, self._bench.asks, trace=self._recorder)
        if result is None:
            return self._proof("no address")
        if isinstance(result, Resolved):
            user = as_bytes(result.user) or "<>"
            full = f"{result.mailer.name} {result.host or '-'} {user}"
            return self._proof(full) if result.host else self._proof(f"{result.mailer.name} {user}", full)
        reply = " ".join(part for part in (str(result.code), result.enhanced, result.text) if part)
        return self._proof(reply, _kind_of(result.code))

    def _check(self, ruleset: str, arguments: Sequence[str]) -> Proof:
        reception, caller = self._reception, self._reception.caller
        if not self._addresses.defined(ruleset):
            return self._proof(f"there is no ruleset {ruleset}")
        given = tuple(arguments)
        match ruleset:
            case "check_relay":
                given = given or (caller.name, caller.address)
            case "check_mail" if given:
                reception.know_sender(path_of(given[0]))
            case _:
                reception.know_sender(path_of(self._expectation.circumstances.sender))
        if ruleset == "check_rcpt" and given:
            reception.know_recipient(given[0])
        self._set_macros()  # these have the last word
        checked = reception.check(ruleset, given)
        self._recorder.steps += checked.steps
        return self._proof(*_verdicts(checked))

    def _rewrite(self, wanted: Rewrites) -> Proof:
        mailer = self._addresses.mailers.get(ascii_lower(wanted.mailer))
        if mailer is None:
            return self._proof(f"there is no mailer {wanted.mailer}")
        done = self._addresses.rewrite_for(
            wanted.address,
            mailer,
            self._reception.scope,
            self._bench.asks,
            sender=wanted.sender,
            header=wanted.header,
            canonical=not wanted.header,
            trace=self._recorder,
        )
        return self._proof(f"{as_bytes(done.text)} (a look-up failed for now)" if done.status else as_bytes(done.text))

    def _apply(self, names: Sequence[str], workspace: str) -> Proof:
        engine = self._addresses.engine
        table = Table.RULES if self._addresses.settings.level >= 9 else Table.EXTERNAL
        tokens: Sequence[str] = engine.tokenizer.scan(translate(workspace), table=table).tokens
        run = engine.run(self._reception.scope, self._bench.asks, self._recorder)
        for name in names:
            found = engine.find(name)
            if found is None:
                return self._proof(f"there is no ruleset {name}")
            tokens = engine.apply(run, found, tokens).tokens
        run.finish()
        expected = engine.tokenizer.scan(translate(self._expectation.expected), table=table).tokens
        same = (self._expectation.expected,) if expected == tuple(tokens) else ()
        return self._proof(token_list(tokens).strip(BLANKS), *same)


def _kind_of(code: int) -> str:
    """The word for any reply of its kind."""
    return "TEMPFAIL" if code < 500 else "REJECT"


def _verdicts(checked: Checked) -> tuple[str, ...]:
    """A verdict as a file may put it; a reply with the address it names, or without."""
    match checked.verdict:
        case Rejected() as rejected:
            plain = " ".join(part for part in (str(rejected.code), rejected.enhanced, rejected.text) if part)
            return str(checked.reply), plain, _kind_of(rejected.code)
        case Discarded():
            return ("DISCARD",)
        case Quarantined(reason):
            return (f"QUARANTINE {reason}",)
        case _:
            return ("OK",)


def _fits(got: str, expected: str) -> bool:
    """The same, or a reply or quarantine that begins with what is expected."""
    if got == expected or (got.startswith(f"{expected} ") and _may_go_on(expected)):
        return True
    return _may_go_on(expected) and len(words_of(expected)) > 2 and got.startswith(expected)


def _may_go_on(expected: str) -> bool:
    return expected[:3].isdecimal() or expected.startswith("QUARANTINE")
