"""What a configuration file says, as declarations."""

from dataclasses import dataclass, field
from typing import Protocol

from noctule.base.debug import Debug
from noctule.base.errors import Position
from noctule.config.complaints import EX_USAGE, Complaint, Severity
from noctule.config.options import Options
from noctule.symbols.classes import Classes
from noctule.symbols.headers import HeaderTemplate
from noctule.symbols.macros import Macros
from noctule.symbols.mailers import Mailer
from noctule.symbols.rules import Ruleset


@dataclass(frozen=True, slots=True)
class MapDeclaration:
    """A K line.  `arguments` is the rest of the line, macros expanded, other codes (`$|`) left in."""

    name: str  # without case
    map_class: str
    arguments: str
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueGroup:
    """A Q line."""

    name: str
    path: str = ""  # "": the queue directory
    flags: frozenset[str] = frozenset()
    interval: int = 0  # seconds, 0 for that of the command line
    nice: int = 0
    runners: int = 0  # 0: MaxRunnersPerQueue
    max_jobs: int = 0
    max_recipients: int = 0
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """An X line: a milter. Times in seconds."""

    name: str
    family: str = ""  # unix, inet, inet6
    address: str = ""  # path, or host
    port: str = ""
    on_failure: str = ""  # R reject, T temporary failure, 4 close with 421, "" go on without it
    connect_timeout: int = 300
    send_timeout: int = 10
    read_timeout: int = 10
    end_timeout: int = 300
    position: Position | None = None


class Opener(Protocol):
    """The world as far as a configuration file asks for it.

    `file_text`, `command_output` and `map_value` raise OSError (its `strerror` is shown) when they cannot; a
    LookupError from `map_value` means that there is no such map class. Programs run without a shell.
    """

    def file_text(self, path: str) -> str: ...

    def command_output(self, command: str) -> str: ...

    def map_value(self, map_class: str, arguments: str, key: str) -> str | None: ...

    def user_exists(self, name: str) -> bool: ...

    def group_exists(self, name: str) -> bool: ...

    def environment(self, name: str) -> str | None: ...


@dataclass(slots=True)
class Configuration:
    """All that a file declares.

    `complaints` are in the order of the file: errors keep Noctule from starting, warnings are printed, notes are
    printed by the test modes (-bt, -bC) alone.
    `maps` and `mailers` are keyed by lower-case name.
    """

    macros: Macros
    classes: Classes
    options: Options
    level: int = 0
    vendor: str = ""
    mailers: dict[str, Mailer] = field(default_factory=dict)
    rulesets: list[Ruleset] = field(default_factory=list)  # in the order of their first S line
    headers: list[HeaderTemplate] = field(default_factory=list)
    maps: dict[str, MapDeclaration] = field(default_factory=dict)
    precedences: dict[str, int] = field(default_factory=dict)
    queue_groups: dict[str, QueueGroup] = field(default_factory=dict)
    filters: dict[str, Filter] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)
    debug: Debug = field(default_factory=Debug)  # -d, for all that is made of this configuration

    @property
    def errors(self) -> list[Complaint]:
        return [complaint for complaint in self.complaints if complaint.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Complaint]:
        return [complaint for complaint in self.complaints if complaint.severity is Severity.WARNING]

    @property
    def notes(self) -> list[Complaint]:
        return [complaint for complaint in self.complaints if complaint.severity is Severity.NOTE]

    @property
    def status(self) -> int:
        """The exit status the errors ask for, 0 without errors.

        The highest wins, but Sendmail leaves at once, with EX_USAGE, for a mode it does not know.
        """
        asked = {error.status for error in self.errors}
        return EX_USAGE if EX_USAGE in asked else max(asked, default=0)
