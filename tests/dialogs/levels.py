"""The kinds of lines that are logged, and the cases that show at which level each of them begins."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from noctule.observe import lines
from noctule.observe.lines import Line

HERE = Path(__file__).parent
_PLACE = re.compile(r"\{[^}]*\}")
_COMPOSED = {  # kinds whose text is put together from what is known
    "RECEIVED": r"from=.*, size=\d+, class=.*, relay=.*",
    "DELIVERY_DONE": r"to=.*, xdelay=.*, dsn=2\.\d\.\d, stat=Sent.*",
    "DELIVERY_FAILED": r"to=.*, xdelay=.*, dsn=5\.\d\.\d, .*stat=.*",
    "DELIVERY_DEFERRED": r"to=.*, (xdelay=.*, dsn=4\.\d\.\d, .*stat=|stat=queued).*",
    "NOT_DELIVERED": r"to=.*, delay=\S+, pri=\S+, stat=(?!RSET|HELO|aborted).*",
    "BROKEN_OFF": r"to=.*, delay=\S+, pri=\S+, stat=(RSET|HELO|aborted by sender)",
    "DONE": r"done; delay=\S+, ntries=\d+",
    "RULESET": r"ruleset=.*, arg1=.*, relay=.*, (reject|quarantine)=.*",
    "RULESET_DISCARDED": r"ruleset=.*, arg1=.*, relay=.*, discard",
    "MESSAGE_LOST": r"collect: relay=.*, from=.*, info=[^,]*",
    "MESSAGE_REFUSED": r"collect: relay=.*, from=.*, info=.*, where=.*, status=.*",
    "TLS_STARTED": r"STARTTLS=server, relay=.*, version=.*, verify=.*, cipher=.*, bits=.*",
    "TLS_FAILED": r"STARTTLS=server, error: accept failed=-1, reason=.*",
    "TLS_WISHES": r"tls_srv_features=.*, relay=.*",
    "AUTHENTICATED": r"AUTH=server, relay=.*, authid=.*, mech=.*, bits=.*",
    "COMMAND": r"<-- .*",
    "REPLY": r"--- \d\d\d.*",
    "LOST_INPUT": r"lost input channel from .* after (?!mail|rcpt|data).*",
    "LOST_INPUT_IN_MAIL": r"lost input channel from .* after (mail|rcpt|data)",
    "ASKED": r"<PEER>: (VRFY|EXPN|ETRN) [^\[]*",
    "USER_ERROR": r".*\.\.\. .*",
}
KINDS = {name: kind for name, kind in vars(lines).items() if isinstance(kind, Line)}


@dataclass(frozen=True, slots=True)
class Shown:
    """A kind of line, by its name in the table of the code, and the case that shows it."""

    name: str
    case: str

    @property
    def levels(self) -> tuple[int, ...]:
        """One below that of the line, and that; Sendmail does not tell 0 from 1 for what is always logged."""
        level = KINDS[self.name].level
        return (level - 1, level) if level > 1 else (level,)


def shown_kinds() -> Iterator[tuple[str, str]]:
    """The rows `line` of shown.tsv: name, and what shows it."""
    for line in (HERE / "shown.tsv").read_text().splitlines():
        kind, _, rest = line.partition("\t")
        if kind == "line":
            name, _, shown = rest.partition("\t")
            yield name, shown


def recorded_kinds() -> list[Shown]:
    """Those that a case shows."""
    return [Shown(name, shown) for name, shown in shown_kinds() if (HERE / "cases" / f"{shown}.case").exists()]


def matching(name: str, text: str) -> bool:
    """Whether a logged line is one of this kind."""
    pattern = _COMPOSED.get(name)
    if pattern is None:
        form = KINDS[name].text
        assert isinstance(form, str), f"{name} needs a pattern"
        pattern = ".*".join(map(re.escape, _PLACE.split(form)))
    return re.fullmatch(rf"(?:<QID>: |NOQUEUE: )?{pattern}", text) is not None


def fixed_part(form: str) -> str:
    """The longest piece of a form that every line of its kind has."""
    return max(_PLACE.split(form), key=len).strip(" :,(")
