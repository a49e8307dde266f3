"""N5xx: options that do nothing, or nothing any more."""

from collections.abc import Iterator

from noctule.assembly.lint.subject import Line, Subject
from noctule.assembly.lint.table import Finding, finding
from noctule.base.text import BLANKS
from noctule.config.option_table import BY_LETTER, BY_NAME, WITHOUT_EFFECT_YET, Option, Relevance, matches

OBSOLETE = {
    "UnsafeGroupWrites": "DontBlameSendmail",
    "UseErrorsTo": "",
    "DontLockFilesForRead": "",
    "EightBitAddrOK": "",
    "QueueTimeout": "Timeout.queuereturn and Timeout.queuewarn",
    "AddrTypeModes": "",
    "Hacks": "",
}
_OFF = ("f", "F", "n", "N", "0")


def check(subject: Subject) -> Iterator[Finding]:
    """Each O line."""
    for line in subject.lines:
        option = option_of(line)
        if option is None or not option.name:
            continue
        if option.name in OBSOLETE and not line.text.partition("=")[2].strip(BLANKS).startswith(_OFF):
            instead = OBSOLETE[option.name]
            text = f"the option {option.name} is obsolete{f'; use {instead}' if instead else ''}"
            yield finding("N501", subject.file, line.number, text)
        elif option.relevance is Relevance.IGNORED:
            yield finding("N502", subject.file, line.number, f"the option {option.name} is ignored on purpose")
        elif option.name in WITHOUT_EFFECT_YET:
            yield finding("N503", subject.file, line.number, f"the option {option.name} has no effect yet")


def option_of(line: Line) -> Option | None:
    """The option, or suboption, that a line sets; None for other lines and for names nobody knows."""
    if line.letter != "O":
        return None
    if not line.text.startswith(" "):
        return BY_LETTER.get(line.text[:1])
    written = line.text.partition("=")[0].strip(BLANKS)
    known = BY_NAME.get(written.lower())
    if known is not None:
        return known
    found = matches(written.partition(".")[0])
    return found[0] if len(found) == 1 else None
