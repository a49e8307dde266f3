"""Where a transcript differs from the recorded one.

Classes: CODE (reply codes, closing, timeouts), EHLO and ORDER (keywords, header order), COUNT (of messages), ENVELOPE,
HEADER, FOLD, BODY, DSN, QUEUE, SAFETY (a line that must never be seen); TEXT (wording: what stands right of ` | `) and
ORACLE (the recording itself shows what should not be done) fail no case.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from dialogs.cases import Case

_ENVELOPE = frozenset({"via", "from", "helo", "mail", "mail-param", "rcpt", "problem", "no", "answer"})
_SENT = ("C ", "C+", "D ", "D~")
_SOFT = frozenset({"TEXT", "ORACLE"})


@dataclass(frozen=True, slots=True)
class Difference:
    """Its class, and what to say about it."""

    kind: str
    text: str

    @property
    def counts(self) -> bool:
        return self.kind not in _SOFT

    def __str__(self) -> str:
        return f"{self.kind:8} {self.text}"


def judge(case: Case, expected: Sequence[str], got: Sequence[str]) -> list[Difference]:
    """Everything that differs, and the broken `never` rules of the case."""
    found = list(_transcripts(expected, got))
    if case.head.get("oracle", "").startswith("wrong"):
        found = [d if d.kind == "TEXT" else Difference("ORACLE", str(d)) for d in found]
    for pattern in case.never:
        line = next((line for line in got if re.search(pattern, line)), None)
        if line is not None:
            found.append(Difference("SAFETY", f"must never be seen ({pattern}): {line}"))
    return found


def message_count(lines: Sequence[str]) -> int:
    return sum(line.startswith("== message") for line in lines)


def _transcripts(expected: Sequence[str], got: Sequence[str]) -> Iterator[Difference]:
    (talk, messages, rest), (our_talk, our_messages, our_rest) = parts(expected), parts(got)
    yield from _dialogue(_units(talk), _units(our_talk))
    if len(messages) != len(our_messages):
        yield Difference("COUNT", f"{len(our_messages)} messages came out, expected {len(messages)}")
    for number, (theirs, ours) in enumerate(zip(_settled(messages), _settled(our_messages), strict=False), 1):
        for difference in _message(theirs, ours):
            yield Difference(difference.kind, f"message {number}: {difference.text}")
    yield from _lines("QUEUE", rest, our_rest)


def parts(lines: Sequence[str]) -> tuple[list[str], list[list[str]], list[str]]:
    """The dialogue, the messages, and the queue and files behind them."""
    talk: list[str] = []
    messages: list[list[str]] = []
    rest: list[str] = []
    at = talk
    for line in lines:
        if line.startswith("## "):
            continue
        if line.startswith("== message"):
            messages.append([])
            at = messages[-1]
            continue
        if line == "== queue" or line.startswith("== file "):
            at = rest
        at.append(line)
    return talk, messages, rest


def _settled(messages: list[list[str]]) -> list[list[str]]:
    """In an order that SIZE= has no say in: it counts fields, and these hold host names of different lengths."""
    known = [[line for line in block if not line.startswith("mail-param SIZE")] for block in messages]
    envelopes = [[line for line in block if line[0] not in "hb"] for block in known]
    return [block for _, _, block in sorted(zip(envelopes, known, messages, strict=True))]


def _units(talk: list[str]) -> list[tuple[str, ...]]:
    """Lines, the keywords of one EHLO reply together."""
    units: list[tuple[str, ...]] = []
    for line in talk:
        if line.startswith("E ") and units and units[-1][0].startswith("E "):
            units[-1] += (line,)
        else:
            units.append((line,))
    return units


def _dialogue(expected: list[tuple[str, ...]], got: list[tuple[str, ...]]) -> Iterator[Difference]:
    after = "(start)"
    for theirs, ours in zip_longest(expected, got, fillvalue=("(end)",)):
        if theirs != ours:
            difference = _replies(theirs, ours)
            yield Difference(difference.kind, f"after {after!r}: {difference.text}")
            if difference.kind == "CODE" and len(expected) != len(got):
                return
        if theirs[0].startswith(_SENT):
            after = theirs[0]


def _replies(theirs: tuple[str, ...], ours: tuple[str, ...]) -> Difference:
    if theirs[0].startswith("E ") and ours[0].startswith("E "):
        missing, extra = sorted({*theirs} - {*ours}), sorted({*ours} - {*theirs})
        if missing or extra:
            return Difference("EHLO", f"missing {missing} extra {extra}")
        return Difference("ORDER", f"keywords {ours}, expected {theirs}")
    kind = "TEXT" if _hard(theirs[0]) == _hard(ours[0]) else "CODE"
    return Difference(kind, f"{' / '.join(ours)}, expected {' / '.join(theirs)}")


def _hard(line: str) -> str:
    """What counts of a line."""
    return line.partition(" | ")[0]


def _lines(kind: str, expected: list[str], got: list[str]) -> Iterator[Difference]:
    for theirs, ours in zip_longest(expected, got, fillvalue=""):
        if theirs != ours:
            counts = _hard(theirs) != _hard(ours)
            yield Difference(kind if counts else "TEXT", f"{ours or '(missing)'}, expected {theirs or '(nothing)'}")


def _message(expected: list[str], got: list[str]) -> Iterator[Difference]:
    def chosen(lines: list[str], kind: str) -> list[str]:
        if kind == "ENVELOPE":
            return [line for line in lines if line.split(" ")[0] in _ENVELOPE]
        return [line for line in lines if line.startswith(("b ", "b-") if kind == "BODY" else "dsn")]

    yield from _lines("ENVELOPE", chosen(expected, "ENVELOPE"), chosen(got, "ENVELOPE"))
    yield from _header(_fields(expected), _fields(got))
    for kind in ("BODY", "DSN"):
        yield from _lines(kind, chosen(expected, kind), chosen(got, kind))


def _fields(lines: list[str]) -> list[list[str]]:
    """Header fields, each with its folded lines."""
    fields: list[list[str]] = []
    for line in lines:
        if line.startswith("h+ "):
            fields[-1].append(line[3:])
        elif line.startswith("h "):
            fields.append([line[2:]])
    return fields


def _name(field: list[str]) -> str:
    return field[0].split(":")[0].lower()


def _flat(field: list[str]) -> str:
    return " ".join(" ".join(field).replace("\\t", " ").split())


def _header(expected: list[list[str]], got: list[list[str]]) -> Iterator[Difference]:
    names, our_names = [_name(field) for field in expected], [_name(field) for field in got]
    for name in dict.fromkeys((*names, *our_names)):
        theirs, ours = ([field for field in fields if _name(field) == name] for fields in (expected, got))
        if [_flat(field) for field in theirs] != [_flat(field) for field in ours]:
            yield Difference("HEADER", f"{[_flat(f) for f in ours]}, expected {[_flat(f) for f in theirs]}")
        elif theirs != ours:
            yield Difference("FOLD", f"{ours}, expected {theirs}")
    if sorted(names) == sorted(our_names) and names != our_names:
        yield Difference("ORDER", f"header order {our_names}, expected {names}")
