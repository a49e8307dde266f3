"""How the address test mode prints: tokens, traces, mailers.  What debug levels tell, they tell in other modes, too."""

import functools
from collections.abc import Callable, Iterable, Sequence

from noctule.base.debug import Debug, Topic
from noctule.base.questions import Answer, AnswerKind, Question
from noctule.base.text import ascii_lower
from noctule.rewrite.compile import CompiledRule, CompiledRuleset
from noctule.rewrite.tracing import Complaint, Trace
from noctule.symbols import expand
from noctule.symbols.macros import Macros
from noctule.symbols.mailers import Mailer

_CONTROL = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_BUCKETS = 2003


@functools.lru_cache(4096)
def spelled(text: str) -> str:
    """Text as the test mode shows it: symbols as `$x`, bytes with the high bit as `M-` and the rest.

    Control characters other than newline, return and tab do not show at all.
    """
    text = expand.spell_codes(text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_spelled_character, text))


def _spelled_character(char: str) -> str:
    code = ord(char)
    if code >= 0x80:
        low = chr(code & 0x7F)
        return f"M-{low}" if " " <= low < "\x7f" else "M-"
    return char if " " <= char < "\x7f" else _CONTROL.get(char, "")


def seven_bit(text: str) -> str:
    """A message: bytes lose their high bit, and one that is 0 then ends it."""
    if text.isascii():
        return text
    return "".join(chr(ord(char) & 0x7F) for char in expand.as_bytes(text)).partition("\0")[0]


def in_table_order(names: Iterable[str]) -> list[str]:
    """Names in the order of the table Sendmail keeps them in, which is how it lists a class."""
    return sorted(names, key=_bucket)


def _bucket(name: str) -> int:
    bucket = 1
    for char in ascii_lower(name):
        bucket = ((bucket << 1) ^ ord(char)) % _BUCKETS
    return bucket


def token_list(tokens: Sequence[str]) -> str:
    """Tokens, each with a blank before it."""
    text = " ".join(tokens)
    if text.isascii() and text.isprintable():
        return f" {text}" if tokens else ""
    return "".join(f" {spelled(token)}" for token in tokens)


def rule_line(rule: CompiledRule) -> str:
    """One rule as `=S` lists it."""
    left = "".join(f"{spelled(token)} " for token in rule.left)
    right = "".join(f"{spelled(token)} " for token in rule.right)
    return f"R{left}\t\t{right}\n"


class Printer(Trace):
    """Writes what happens in a run the way test mode does.

    `is_open` says whether a map has something to look into, `remark` what is said beside an answer;
    `note` hears the exit status of each complaint; `hides` says of which complaints nothing is to be heard.
    """

    def __init__(
        self,
        out: list[str],
        debug: Debug,
        is_open: Callable[[str], bool],
        *,
        remark: Callable[[Question, Answer], str] = lambda _question, _answer: "",
        note: Callable[[int], None] = lambda _status: None,
        hides: Callable[[Complaint], bool] | None = None,
    ) -> None:
        self._out = out
        self._write = out.append
        self._debug = debug
        self._level = debug.level(Topic.REWRITING)
        self._is_open = is_open
        self._remark = remark
        self._note = note
        self.every_rule = self._level >= 2
        self._hides = hides
        self.repeatable = hides is None and not debug

    def mark(self) -> int:
        return len(self._out)

    def since(self, mark: int) -> str:
        return "".join(self._out[mark:])

    def again(self, text: str) -> None:
        self._write(text)

    def tell(self, topic: Topic, level: int, line: str) -> None:
        self._debug.say(topic, level, line)

    def defining(self, scope: Macros, name: str, value: str | None) -> None:
        if self._debug.at(Topic.MACROS, 9):
            self._debug.write(expand.definition_line(scope, name, value))

    def scanning(self, text: str) -> None:
        if self._debug.at(Topic.SCANNING, 11):
            self._debug.write(f"prescan: {spelled(text)}\n")

    def scanned(self, tokens: Sequence[str]) -> None:
        if self._debug.at(Topic.SCANNING, 12):
            self._debug.write(f"prescan==>{token_list(tokens)}\n")
        if not tokens:
            self.tell(Topic.SCANNING, 11, "prescan: null leading token")

    def entering(self, ruleset: CompiledRuleset, tokens: Sequence[str]) -> None:
        self._write(input_line(ruleset, tokens))

    def leaving(self, ruleset: CompiledRuleset, tokens: Sequence[str]) -> None:
        self._write(result_line(ruleset, tokens))

    def trying(self, rule: CompiledRule) -> None:
        if self._level >= 12:
            line = f" (line {rule.position.line})" if self._level >= 15 else ""
            self._debug.write(f"-----trying rule{line}:{token_list(rule.left)}\n")

    def failed(self, rule: CompiledRule) -> None:  # noqa: ARG002 - the interface
        if self._level >= 10:
            self._debug.write("----- rule fails\n")

    def matched(self, rule: CompiledRule, tokens: Sequence[str], spans: Sequence[tuple[int, int]]) -> None:  # noqa: ARG002
        if self._level >= 12:
            self._debug.write(f"-----rule matches:{token_list(rule.right)}\n")

    def bound(self, part: int, tokens: Sequence[str]) -> None:
        if self._level >= 15:
            shown = "".join(f' {id(token):#x}="{expand.as_bytes(token)}"' for token in tokens)
            self._debug.write(f"${part + 1}:{shown}\n")

    def rewritten(self, tokens: Sequence[str]) -> None:
        if self._level >= 4:
            self._debug.write(f"rewritten as:{token_list(tokens)}\n")

    def looping(self, tokens: Sequence[str]) -> None:
        self.tell(Topic.REWRITING, 1, f"workspace: {token_list(tokens)}")

    def skipped(self, ruleset: CompiledRuleset) -> None:
        self.tell(Topic.REWRITING, 3, f"-----skip subr {ruleset.title} ({ruleset.number})")

    def deferred(self, side: str, name: str, value: str | None) -> None:
        if self._level >= 2:
            shown = "(NULL)" if value is None else expand.as_bytes(value)
            self._debug.write(f'rewrite: {side} $&{{{name}}} => "{shown}"\n')

    def asked(self, question: Question, answer: Answer) -> None:
        remark = self._remark(question, answer)
        said = f"{seven_bit(remark)}\n" if remark else ""
        known = answer.kind is not AnswerKind.NO_SUCH_MAP and self._is_open(question.map)
        if known and self._debug.at(Topic.MAPS, 1):
            self._debug.write(_asked(question, answer, said, arguments=self._debug.at(Topic.MAPS, 5)))
        elif said:
            self._write(said)

    def complained(self, complaint: Complaint) -> None:
        if self._hides is not None and self._hides(complaint):
            return
        self._write(f"{seven_bit(complaint.text)}\n")
        self._note(complaint.status)


class Watcher(Printer):
    """Writes what happens in the runs of other modes than test mode: only what debug levels ask for.

    A run that has to wait for a map is made again from its beginning, so lines are kept until a run has ended.
    """

    def __init__(self, debug: Debug, is_open: Callable[[str], bool]) -> None:
        self._kept: list[str] = []
        self._real = debug
        super().__init__(self._kept, debug.to(self._kept.append), is_open)

    def began(self) -> None:
        self._kept.clear()

    def ended(self) -> None:
        self._real.write("".join(self._kept))
        self._kept.clear()

    def entering(self, ruleset: CompiledRuleset, tokens: Sequence[str]) -> None:
        self.tell(Topic.REWRITING, 1, f"rewrite: ruleset {input_line(ruleset, tokens)}".rstrip("\n"))

    def leaving(self, ruleset: CompiledRuleset, tokens: Sequence[str]) -> None:
        self.tell(Topic.REWRITING, 1, f"rewrite: ruleset {result_line(ruleset, tokens)}".rstrip("\n"))

    def complained(self, complaint: Complaint) -> None:
        """Whoever gave the address is told."""


def input_line(ruleset: CompiledRuleset, tokens: Sequence[str]) -> str:
    """How test mode shows that a ruleset begins."""
    return f"{spelled(ruleset.title):<16.16}   input:{token_list(tokens)}\n"


def result_line(ruleset: CompiledRuleset, tokens: Sequence[str]) -> str:
    """How it shows that a ruleset ends."""
    return f"{spelled(ruleset.title):<16.16} returns:{token_list(tokens)}\n"


def _asked(question: Question, answer: Answer, said: str, *, arguments: bool) -> str:
    """The question, what was said aloud while it was answered, and the answer."""
    words = (
        "".join(f", %{n}={expand.as_bytes(word)}" for n, word in enumerate((question.key, *question.args)))
        if arguments
        else ""
    )
    if answer.kind is AnswerKind.FOUND:
        result = f"{expand.as_bytes(answer.value)} ({answer.status})"
    else:
        result = f"NOT FOUND ({answer.status})"
    asked = f"map_lookup({question.map}, {spelled(question.key)}{words}) => {said}{result}, ad=0\n"
    if answer.kind is not AnswerKind.TEMPORARY:
        return asked
    return f"{asked}map_lookup({question.map}, {expand.as_bytes(question.key)}) tempfail: errno=0\n"


def mailer_line(mailer: Mailer, titled: Callable[[str], str], identity: Callable[[str], tuple[int, int]]) -> str:
    """One mailer as `=M` lists it.

    `titled` turns a ruleset's name or number into how it is called; `identity` a `user:group` into numbers.
    """
    uid, gid = identity(mailer.user) if mailer.user else (-1, -1)
    sender = f"{titled(mailer.sender_envelope)}/{titled(mailer.sender_header)}"
    recipient = f"{titled(mailer.recipient_envelope)}/{titled(mailer.recipient_header)}"
    charset = f" C={mailer.charset}" if mailer.charset else ""
    types = "/".join(kind or "<undefined>" for kind in (mailer.mta_type, mailer.address_type, mailer.diagnostic_type))
    argv = " ".join(map(spelled, mailer.argv))
    return (
        f"mailer {mailer.number} ({mailer.name}): P={mailer.path} S={sender} R={recipient} M={mailer.max_message_size}"
        f" U={uid}:{gid} F={''.join(sorted(mailer.flags))} L={mailer.line_limit} E={spelled(mailer.eol)}{charset}"
        f" T={types} r={mailer.max_recipients} A={argv}\n"
    )
