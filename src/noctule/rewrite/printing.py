"""How the address test mode prints: tokens, traces, mailers, and the debug levels that decide what is shown."""

import functools
import re
from collections.abc import Callable, Iterable, Sequence

from noctule.base.questions import Answer, AnswerKind, Question
from noctule.base.text import ascii_lower
from noctule.rewrite.compile import CompiledRule, CompiledRuleset
from noctule.rewrite.tracing import Complaint, Trace
from noctule.symbols import codes, expand
from noctule.symbols.mailers import Mailer

_CONTROL = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MAX_CATEGORY = 99
_RANGE = re.compile(r"(\d*)(?:-(\d*))?(?:\.(\d*))?\Z")
_BYTES = {  # what symbols are inside Sendmail, and what shows where it prints text without spelling them
    codes.MATCH_ANY: "\x90",
    codes.MATCH_ONE_OR_MORE: "\x91",
    codes.MATCH_ONE: "\x92",
    codes.MAILER: "\x96",
    codes.HOST: "\x97",
    codes.USER: "\x98",
    codes.CALL: "\x99",
    codes.ELSE: "\x9b",
    codes.MAP_END: "\x86",
}
_AS_BYTES = str.maketrans(_BYTES)
_BUCKETS = 2003

REWRITE, SCANNING, DEFINITIONS, CLASSES, CHECKS, MAPS = 21, 22, 35, 37, 48, 60  # categories


class DebugLevels:
    """The levels of `-d21.12,60-62.3`; a category nobody named is at 0."""

    def __init__(self, spec: str = "") -> None:
        self._levels: dict[int, int] = {}
        if spec:
            self.set(spec)

    def set(self, spec: str) -> None:
        """Read a `-d` argument; pieces that make no sense are skipped, as Sendmail does with named categories."""
        for piece in re.split(r"[,;\s]+", spec or "0-99.1"):
            match = _RANGE.match(piece)
            if match is None or not piece:
                continue
            first = min(int(match[1] or 0), _MAX_CATEGORY)
            last = min(int(match[2] or _MAX_CATEGORY), _MAX_CATEGORY) if match[2] is not None else first
            level = int(match[3] or 1)
            for category in range(first, last + 1):
                self._levels[category] = level

    def at(self, category: int, level: int) -> bool:
        """Whether the category is at this level or above."""
        return self._levels.get(category, 0) >= level

    def level(self, category: int) -> int:
        return self._levels.get(category, 0)


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
    return "".join(chr(ord(char) & 0x7F) for char in text.translate(_AS_BYTES)).partition("\0")[0]


def raw(text: str) -> str:
    """Text as Sendmail's own bytes, where symbols are left in an address or the answer of a map."""
    return text if text.isascii() else expand.spell_codes(text.translate(_AS_BYTES))


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

    `remark` gives what is said beside an answer; `note` hears the exit status of each complaint.
    `hides` says of which complaints nothing is to be heard.
    """

    def __init__(
        self,
        out: list[str],
        debug: DebugLevels,
        remark: Callable[[Question, Answer], str],
        note: Callable[[int], None],
        *,
        hides: Callable[[Complaint], bool] | None = None,
    ) -> None:
        self._out = out
        self._write = out.append
        self._debug = debug
        self._level = debug.level(REWRITE)
        self._remark = remark
        self._note = note
        self.every_rule = self._level >= 2
        self._hides = hides
        self.repeatable = hides is None and not any(map(debug.level, (REWRITE, SCANNING, MAPS)))

    def mark(self) -> int:
        return len(self._out)

    def since(self, mark: int) -> str:
        return "".join(self._out[mark:])

    def again(self, text: str) -> None:
        self._write(text)

    def scanning(self, text: str) -> None:
        if self._debug.at(SCANNING, 11):
            self._write(f"prescan: {spelled(text)}\n")

    def scanned(self, tokens: Sequence[str]) -> None:
        if self._debug.at(SCANNING, 12):
            self._write(f"prescan==>{token_list(tokens)}\n")
        if self._debug.at(SCANNING, 11) and not tokens:
            self._write("prescan: null leading token\n")

    def entering(self, ruleset: CompiledRuleset, tokens: Sequence[str]) -> None:
        self._write(f"{spelled(ruleset.title):<16.16}   input:{token_list(tokens)}\n")

    def leaving(self, ruleset: CompiledRuleset, tokens: Sequence[str]) -> None:
        self._write(f"{spelled(ruleset.title):<16.16} returns:{token_list(tokens)}\n")

    def trying(self, rule: CompiledRule) -> None:
        if self._level >= 12:
            line = f" (line {rule.position.line})" if self._level >= 15 else ""
            self._write(f"-----trying rule{line}:{token_list(rule.left)}\n")

    def failed(self, rule: CompiledRule) -> None:  # noqa: ARG002 - the interface
        if self._level >= 10:
            self._write("----- rule fails\n")

    def matched(self, rule: CompiledRule, tokens: Sequence[str], spans: Sequence[tuple[int, int]]) -> None:
        if self._level >= 12:
            self._write(f"-----rule matches:{token_list(rule.right)}\n")
        if self._level >= 15:
            for number in (part for part in rule.parts if isinstance(part, int) and 0 <= part < len(spans)):
                start, end = spans[number]
                bound = "".join(f' {id(token):#x}="{spelled(token)}"' for token in tokens[start:end])
                self._write(f"${number + 1}:{bound}\n")

    def rewritten(self, tokens: Sequence[str]) -> None:
        if self._level >= 4:
            self._write(f"rewritten as:{token_list(tokens)}\n")

    def looping(self, tokens: Sequence[str]) -> None:
        if self._level >= 1:
            self._write(f"workspace: {token_list(tokens)}\n")

    def skipped(self, ruleset: CompiledRuleset) -> None:
        if self._level >= 3:
            self._write(f"-----skip subr {ruleset.title} ({ruleset.number})\n")

    def deferred(self, side: str, name: str, value: str | None) -> None:
        if self._level >= 2:
            shown = "(NULL)" if value is None else spelled(value)
            self._write(f'rewrite: {side} $&{{{name}}} => "{shown}"\n')

    def asked(self, question: Question, answer: Answer) -> None:
        remark = self._remark(question, answer)
        said = f"{seven_bit(remark)}\n" if remark else ""
        if self._debug.at(MAPS, 1):
            said = _asked(question, answer, said, arguments=self._debug.at(MAPS, 5))
        if said:
            self._write(said)

    def complained(self, complaint: Complaint) -> None:
        if self._hides is not None and self._hides(complaint):
            return
        self._write(f"{seven_bit(complaint.text)}\n")
        self._note(complaint.status)


def _asked(question: Question, answer: Answer, said: str, *, arguments: bool) -> str:
    """The question, what was said aloud while it was answered, and the answer."""
    words = "".join(f", %{n}={raw(word)}" for n, word in enumerate((question.key, *question.args))) if arguments else ""
    if answer.kind is AnswerKind.FOUND:
        result = f"{raw(answer.value)} ({answer.status})"
    else:
        result = f"NOT FOUND ({answer.status})"
    asked = f"map_lookup({question.map}, {raw(question.key)}"
    failed = f"{asked}) tempfail: errno=0\n" if answer.kind is AnswerKind.TEMPORARY else ""
    return f"{asked}{words}) => {said}{result}, ad=0\n{failed}"


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
