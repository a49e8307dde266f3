"""The service switch file: which services answer for hosts and aliases, and in what order.

A line is `database service service...`, `#` begins a comment.  A file that is missing, or cannot be trusted, is an
empty one; so is a line with a colon behind the name, the form of nsswitch.conf.
"""

from dataclasses import dataclass

from noctule.base.text import from_bytes, words_of
from noctule.files import Purpose, SafetyError, SafetyPolicy, TooLargeError, open_for_reading, read_bounded, rules_for

MAX_FILE = 65536  # bytes
_DEFAULTS = {"hosts": ("files", "dns")}
_ELSE = ("files",)


@dataclass(frozen=True, slots=True)
class ServiceSwitch:
    """What a file says; the first line of a database counts."""

    lines: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def services(self, database: str) -> tuple[str, ...]:
        """In the order they are to be asked: `services("hosts") == ("files", "dns")`."""
        return dict(reversed(self.lines)).get(database, _DEFAULTS.get(database, _ELSE))


def read_switch(path: str, policy: SafetyPolicy) -> ServiceSwitch:
    """ServiceSwitchFile.  Never fails."""
    try:
        with open_for_reading(path, rules_for(Purpose.SERVICE_SWITCH, policy)) as file:
            text = from_bytes(read_bounded(file, MAX_FILE))
    except (OSError, SafetyError, TooLargeError, ValueError):
        return ServiceSwitch()
    rows = (words_of(line.partition("#")[0]) for line in text.split("\n"))
    return ServiceSwitch(tuple((row[0], tuple(row[1:])) for row in rows if len(row) > 1))
