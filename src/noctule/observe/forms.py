"""The forms of the log: Sendmail's lines, or a JSON object for each event (option LogFormat)."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from noctule.observe.lines import Fact, Facts, Line
from noctule.observe.text import printable, shortened

_ID = 32  # characters
_PIECE = 956  # of what stands in a line, or in one piece of a longer one
_VALUE = 2048  # characters of a value in JSON
_MEMBERS = 100  # of a list in JSON

Form = Callable[[Line, str, Facts], Iterator[str]]
"""Line, queue id ("" for none) and facts to the texts to be written: one line each, printable ASCII."""


def syslog_form(line: Line, id_: str, facts: Facts) -> Iterator[str]:
    """As Sendmail writes them."""
    id_ = printable(id_)[:_ID]
    for text in line.texts(facts):
        shown = printable(text)
        if len(shown) <= _PIECE:
            yield f"{id_}: {shown}" if id_ else shown
        else:
            yield from _pieces(id_, shown)


def _pieces(id_: str, text: str) -> Iterator[str]:
    """A long line, cut at blanks where there are any: `ID[1]: text ...`, `ID[2]: text`."""
    number = 1
    while text:
        piece = text
        if len(text) > _PIECE:
            blank = text.rfind(" ", 1, _PIECE)
            piece = text[: blank + 1 if blank > 0 else _PIECE]
        text = text[len(piece) :]
        yield f"{id_}[{number}]: {piece}{' ...' if text else ''}"
        number += 1


class JsonForm:
    """One object for each event.  `clock` gives seconds since the epoch."""

    __slots__ = ("_clock", "_pid")

    def __init__(self, clock: Callable[[], float], pid: int) -> None:
        self._clock = clock
        self._pid = pid

    def __call__(self, line: Line, id_: str, facts: Facts) -> Iterator[str]:
        when = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds")
        record: dict[str, Fact] = {"time": when.replace("+00:00", "Z"), "pid": self._pid}
        record |= {"event": line.event, "priority": line.priority.name.lower()}
        if id_ and id_ != "NOQUEUE":
            record["id"] = id_
        record |= {key: _bounded(fact) for key, fact in facts.items() if fact != ""}
        yield json.dumps(record, separators=(",", ":"))


def _bounded(fact: Fact) -> Fact:
    match fact:
        case str():
            return shortened(fact, _VALUE)
        case float():
            return round(fact, 3)
        case Sequence():
            return [shortened(text, _VALUE) for text in fact[:_MEMBERS]]
        case _:
            return fact
