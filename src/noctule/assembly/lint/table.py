"""The one table of findings."""

from dataclasses import dataclass, replace
from enum import Enum

from noctule.base.errors import Position


class Level(Enum):
    """How much a finding matters; the order is from worst to least."""

    ERROR = "error"  # the configuration does not work, or endangers others
    WARNING = "warning"  # hardly what its author wanted
    INFO = "info"  # good to know


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can be found."""

    code: str
    level: Level
    title: str
    mending: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one place.  `position.line` is 0 for what no single line says."""

    kind: Kind
    position: Position
    text: str

    def at(self, source: Position | None) -> "Finding":
        """The same about a line that was generated from this one."""
        return replace(self, position=replace(self.position, source=source))

    def __str__(self) -> str:
        place = self.position if self.position.line else self.position.file
        return f"{place}: {self.kind.level.value} {self.kind.code}: {self.text}"


_E, _W, _I = Level.ERROR, Level.WARNING, Level.INFO

TABLE = (
    Kind("N001", _E, "Wrong line", "Correct the line: nothing starts with such a configuration."),
    Kind("N002", _W, "Doubtful line", "Do what the message says."),
    Kind("N003", _I, "Note", "Look whether it is meant so."),
    Kind("N101", _W, "Undefined macro", "Define it with a `D` line, correct its name, or ask for it with `$?x`."),
    Kind("N102", _W, "Undefined class", "Fill it with a `C` or `F` line, or correct its name."),
    Kind("N103", _E, "Undefined map", "Declare it with a `K` line, or correct its name."),
    Kind("N104", _E, "Undefined mailer", "Define it with an `M` line, or correct its name."),
    Kind("N105", _E, "Undefined ruleset", "Begin it with an `S` line, or correct its name."),
    Kind("N106", _I, "Hook without use", "Nothing: the m4 library foresees it for those who need it."),
    Kind("N107", _W, "Define that nothing reads", "Correct its name, or remove the line."),
    Kind("N201", _E, "No tab between the sides", "Put tabs, not blanks, between pattern and replacement."),
    Kind("N202", _E, "Replacement beyond the pattern", "Count the operators of the pattern; `$1` is the first."),
    Kind("N203", _W, "Shadowed rule", "Put it before the rule that takes its addresses, or remove it."),
    Kind("N204", _W, "Rule that never matches", "Correct its pattern, or remove it."),
    Kind("N205", _W, "Rule written twice", "Remove one of them."),
    Kind("N206", _E, "Rule that loops", "Begin the replacement with `$:` (once) or `$@` (once, and return)."),
    Kind("N207", _E, "Rulesets that call each other for ever", "Put a rule before the call that ends with `$@`."),
    Kind("N208", _I, "Rule that is never reached", "Remove it, or look what takes its place further up."),
    Kind("N209", _I, "Rule applied twice", "Remove one of them, unless it is to act on its own result."),
    Kind(
        "N301",
        _W,
        "Key that no IPv6 address matches",
        "Write `IPv6:` and all eight groups without leading zeros: `IPv6:2001:db8:0:0:0:0:0:1`; a shorter key, for "
        "a network, ends between groups.",
    ),
    Kind("N302", _W, "Network with a length", "Write the bytes or groups it begins with: `192.0.2`, `IPv6:2001:db8`."),
    Kind("N401", _W, "Unsafe file", "Take away the permissions it names; see DontBlameSendmail for exceptions."),
    Kind("N402", _W, "Missing map file", "Build it with `makemap` or `newaliases`, or mark the map optional (`-o`)."),
    Kind("N403", _W, "Map older than its source", "Build it again with `makemap` or `newaliases`."),
    Kind("N404", _I, "Missing file", "Make it, or remove the line."),
    Kind("N405", _I, "File not checked", "Run this as root."),
    Kind("N501", _W, "Obsolete option", "Remove the line, or use what takes its place."),
    Kind("N502", _I, "Option without effect", "Remove the line if you like; it is ignored on purpose."),
    Kind("N503", _I, "Option without effect yet", "Do not rely on it."),
    Kind("N601", _E, "Open relay", "Let check_rcpt refuse what is neither from your clients nor for your domains."),
    Kind("N602", _E, "Queue that others can write", "Give the queue to the user of the daemon alone (mode 0700)."),
    Kind("N603", _I, "No X-Authentication-Warning", "Add `authwarnings` to PrivacyOptions."),
    Kind("N604", _W, "Anybody may give orders", "Remove the word from DontBlameSendmail, and correct the permissions."),
    Kind("N605", _W, "Programs run as root", "Set DefaultUser to an account without rights."),
    Kind("N606", _I, "Relay for this host alone", "Add checks before the daemon listens to other hosts."),
    Kind(
        "N607",
        _W,
        "Mail filter that is not called",
        "Noctule does not call milters: take the filter out, let other software filter, or keep Sendmail where it is "
        "needed.",
    ),
)
KINDS = {kind.code: kind for kind in TABLE}


def finding(code: str, file: str, line: int, text: str) -> Finding:
    """A finding of this code."""
    return Finding(KINDS[code], Position(file, line), text)
