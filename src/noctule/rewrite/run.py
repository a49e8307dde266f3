"""One piece of work, such as an address parsed or a check made: what it sees, asks and tells.

A `Run` sees the macros of its scope, asks its `Lookups`, collects complaints, and has no effect outside itself until
`finish` lets the macros it set land in the scope.  That is why it may be thrown away at `Waiting` and made again.

While a ruleset is at work, `notes` collects what the result depends on and what it brings about: with these the engine
can use the result again.
"""

from noctule.base.debug import Topic
from noctule.base.questions import Answer, AnswerKind, Lookups, Question
from noctule.rewrite.memo import Notes
from noctule.rewrite.rulesets import Rulesets
from noctule.rewrite.tokenizer import Scan, Tokenizer
from noctule.rewrite.tracing import Complaint, Trace
from noctule.symbols.expand import as_bytes, disarmed
from noctule.symbols.macros import Macros

BUDGET = 1_000_000  # steps of matching that one run may take
DATAERR, SOFTWARE, TEMPFAIL, CONFIG = 65, 70, 75, 78  # of sysexits.h


class Run:
    """The state of the work; `rewrite.interpreter` does it.

    `budget` are the steps left.  `status` is what the ruleset at work will end with, 0 or a number of sysexits.h, and
    `failures` counts what went wrong in this run, but for temporary failures.  `deferral` is the first of these in
    words, as mailq shows it.
    """

    __slots__ = (
        "_overlay", "asks", "budget", "complaints", "deferral", "failures", "notes", "rulesets", "scope", "status",
        "tokenizer", "trace",
    )  # fmt: skip

    def __init__(
        self, rulesets: Rulesets, tokenizer: Tokenizer, scope: Macros, asks: Lookups, trace: Trace | None = None
    ) -> None:
        self.rulesets = rulesets
        self.tokenizer = tokenizer
        self.asks = asks
        self.trace = trace
        self.budget = BUDGET
        self.complaints: list[Complaint] = []
        self.deferral = ""
        self.notes = Notes()
        self.status = 0
        self.failures = 0
        self._overlay = scope.child()  # what maps set
        self.scope = self._overlay.child()  # what only this run sees, over it
        if trace is not None:
            trace.began()

    def begin(self) -> Notes:
        """The next ruleset begins: nothing is noted of it yet, and nothing went wrong."""
        self.notes = Notes()
        self.status = 0
        return self.notes

    def keep_macros(self, notes: Notes) -> None:
        """Let the rest of the run see what maps have set."""
        for name, value in notes.sets.items():
            self._overlay.set(name, value)

    def finish(self) -> None:
        """Let the macros set by maps land in the scope the run began with."""
        parent = self._overlay.parent
        assert parent is not None
        for name, value in self._overlay.own().items():
            parent.set(name, value)
        if self.trace is not None:
            self.trace.ended()

    # -- telling

    def tell(self, topic: Topic, level: int, line: str) -> None:
        """A line for a debug level."""
        if self.trace is not None:
            self.trace.tell(topic, level, line)

    def say(self, complaint: Complaint) -> None:
        """Note something to be told to whoever gave the address."""
        self.complaints.append(complaint)
        self.notes.complaints.append(complaint)
        if self.trace is not None:
            self.trace.complained(complaint)

    def say_scan(self, text: str, scan: Scan) -> None:
        """Tell that a text was scanned, and pass on what the tokenizer had to complain about."""
        trace = self.trace
        if trace is not None:
            trace.scanning(text)
        for code, words in scan.complaints:
            self.say(Complaint(code, words, repaired=True))
        if trace is not None:
            trace.scanned(scan.tokens)

    def fail(self, status: int) -> None:
        """Let the ruleset at work end with this status; a temporary failure outdoes all others."""
        if status != TEMPFAIL:
            self.failures += 1
        if not self.status or status == TEMPFAIL:
            self.status = status

    # -- macros

    def define(self, name: str, value: str | None) -> None:
        """Set a macro that only this run sees."""
        if self.trace is not None:
            self.trace.defining(self.scope, name, value)
        self.scope.set(name, value)

    def left_macro(self, name: str) -> str | None:
        """The value of `$&x` on a left side."""
        return self.macro(name, "LHS")

    def macro(self, name: str, side: str) -> str | None:
        """What stands for `$&x`: codes in a macro's value are ordinary text to rules."""
        notes = self.notes
        if name in notes.sets:
            value = notes.sets[name]
        else:
            value = notes.macros[name] = self.scope.get(name)
        if value:
            value = disarmed(value)
        if self.trace is not None:
            self.trace.deferred(side, name, value)
        return value

    # -- maps

    def ask(self, question: Question) -> Answer:
        """Look something up in a map."""
        notes = self.notes
        notes.generations.setdefault(question.map, self.asks.generation(question.map))
        answer = self.asks.lookup(question)
        notes.questions.append((question, answer))
        for name, value in answer.sets:
            notes.sets[name] = value
        if self.trace is not None:
            self.trace.asked(question, answer)
        if answer.kind is AnswerKind.NO_SUCH_MAP:
            name = as_bytes(question.map)
            self.say(Complaint("554 5.3.0", f"rewrite: map {name} not found", SOFTWARE))
        elif is_temporary(answer):
            self.fail(TEMPFAIL)
            self.defer(question)
        return answer

    def defer(self, question: Question) -> None:
        """A look-up failed temporarily."""
        if not self.deferral:
            self.deferral = f"{question.map} map: lookup ({question.key}): deferred"


def is_temporary(answer: Answer) -> bool:
    """With -T a map gives something to go on with, and the failure counts all the same."""
    found = answer.kind is AnswerKind.FOUND and answer.status == TEMPFAIL
    return found or answer.kind is AnswerKind.TEMPORARY
