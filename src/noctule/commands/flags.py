"""Sendmail's command line as a value: `parse(argv)` gives an Invocation.

One table says which letters take a value; -q, -Q and -d take theirs only when it is written directly behind them.
Wrong flags raise FlagError with Sendmail's words and exit status.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from noctule.base.errors import UsageError
from noctule.base.text import BLANKS
from noctule.mail.status import Exit

_WITH_VALUE = frozenset("ABbCDeFfhLMNOopRrVX")
_OPTIONAL = frozenset("qQd")
_PLAIN = frozenset("GcIimnstUvT")
_MODES = frozenset("aCDdHhimOPpstv")
_MODE_OF_NAME = {"newaliases": "i", "mailq": "p", "smtpd": "d", "hoststat": "h", "purgestat": "H"}
_SWITCHES = {"v": "verbose", "G": "gateway", "n": "no_aliases", "t": "extract_recipients"}
_TEXTS = {"C": "configuration", "F": "full_name", "p": "protocol", "X": "traffic_log", "Q": "quarantine"}
_OPTION_OF_FLAG = {"c": ("c", "True"), "i": ("i", "True"), "m": ("m", "True"), "s": ("f", "True")}
_TIME = re.compile(r"(\d+)([a-zA-Z]?)")
_UNITS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
_XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*\Z")


class FlagError(UsageError):
    """The command line is wrong; `status` is the exit status."""

    def __init__(self, text: str, status: Exit = Exit.USAGE) -> None:
        super().__init__(text)
        self.status = status


@dataclass(slots=True, kw_only=True)
class QueueSelection:
    """What -qI -qR -qS -qQ -qL -qG select; each part of a text comes with whether it was negated (`-q!`)."""

    ids: list[tuple[str, bool]] = field(default_factory=list)
    recipients: list[tuple[str, bool]] = field(default_factory=list)
    senders: list[tuple[str, bool]] = field(default_factory=list)
    reasons: list[tuple[str, bool]] = field(default_factory=list)
    quarantined: bool = False
    lost: bool = False
    group: str = ""

    @property
    def limited(self) -> bool:
        return bool(self.ids or self.recipients or self.senders or self.quarantined or self.lost)


@dataclass(slots=True, kw_only=True)
class Invocation:
    """What the command line asks for.  `mode` is the letter of -b; `settings` are -O and -o in order."""

    mode: str = "m"
    program: str = "sendmail"
    configuration: str = ""  # -C
    submission_cf: bool | None = None  # -Ac True, -Am False
    settings: list[tuple[str, str]] = field(default_factory=list)  # (option name or letter, value)
    macros: list[tuple[str, str]] = field(default_factory=list)  # -M
    sender: str | None = None  # -f
    full_name: str = ""  # -F
    recipients: list[str] = field(default_factory=list)
    extract_recipients: bool = False  # -t
    no_aliases: bool = False  # -n
    verbose: bool = False
    gateway: bool = False  # -G
    body_type: str = ""
    hops: int = 0
    notify: tuple[str, ...] | None = None
    ret: str = ""
    envid: str = ""
    protocol: str = ""  # -p
    tag: str = ""  # -L
    traffic_log: str = ""  # -X
    debug: list[str] = field(default_factory=list)
    debug_file: str = ""
    queue_run: bool = False
    queue_interval: float | None = None  # seconds, None: once
    foreground: bool = False  # -qf
    selection: QueueSelection = field(default_factory=QueueSelection)
    quarantine: str | None = None  # -Q: "" releases


def parse(argv: list[str]) -> Invocation:
    """argv with the program's name first."""
    invocation = Invocation()
    invocation.program = PurePath(argv[0]).name if argv else "sendmail"
    invocation.mode = _MODE_OF_NAME.get(invocation.program, "m")
    words = iter(argv[1:])
    for word in words:
        if word == "--":
            break
        if not word.startswith("-") or word == "-":
            invocation.recipients.append(word)
            break
        _cluster(invocation, word[1:], words)
    invocation.recipients.extend(words)
    if invocation.queue_run and invocation.mode in "vts":
        raise FlagError(f"Can not use -q with -b{invocation.mode}")
    return invocation


def _cluster(invocation: Invocation, letters: str, words: Iterator[str]) -> None:
    """Flags written together, such as `-oi` or `-bs`."""
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter in _OPTIONAL:
            _apply(invocation, letter, letters)
            return
        if letter in _WITH_VALUE:
            value = letters or next(words, None)
            if value is None:
                raise FlagError(f"sendmail: option requires an argument -- {letter}")
            _apply(invocation, letter, value)
            return
        if letter not in _PLAIN:
            raise FlagError(f"sendmail: illegal option -- {letter}")
        _apply(invocation, letter, "")


def _apply(invocation: Invocation, letter: str, value: str) -> None:
    if letter in _SWITCHES:
        setattr(invocation, _SWITCHES[letter], True)
    elif letter in _TEXTS:
        setattr(invocation, _TEXTS[letter], value)
    elif letter in _OPTION_OF_FLAG:
        invocation.settings.append(_OPTION_OF_FLAG[letter])
    elif letter in "frBhNRV":
        _apply_envelope(invocation, letter, value)
    else:
        _apply_general(invocation, letter, value)


def _apply_general(invocation: Invocation, letter: str, value: str) -> None:
    match letter:
        case "b":
            _set_mode(invocation, value)
        case "q":
            _set_queue_run(invocation, value)
        case "A":
            invocation.submission_cf = value[:1] == "c"
        case "O":
            name, _, setting = value.partition("=")
            invocation.settings.append((name.strip(BLANKS), setting.strip(BLANKS)))
        case "o":
            invocation.settings.append((value[:1], value[1:]))
        case "e" | "T":
            invocation.settings.append((letter, value))
        case "M":
            name = value[1 : value.find("}")] if value.startswith("{") else value[:1]
            invocation.macros.append((name, value[len(name) + 2 * value.startswith("{") :]))
        case "L":
            invocation.tag = re.sub(r"[^A-Za-z0-9_./-]", "*", value)[:32]
        case "d":
            invocation.debug.append(value)
        case "D":
            if invocation.debug:
                raise FlagError("-D file must be before -d")
            invocation.debug_file = value
        case _:  # -I and -U: the real program ends with 64 and says nothing
            raise FlagError("")


def _apply_envelope(invocation: Invocation, letter: str, value: str) -> None:
    match letter:
        case "f" | "r":
            if invocation.sender is not None:
                raise FlagError('More than one "from" person')
            invocation.sender = value or "<>"
        case "B":
            if value.upper() not in ("7BIT", "8BITMIME"):
                raise FlagError(f"Illegal body type {value}")
            invocation.body_type = value.upper()
        case "h":
            if not value.isascii() or not value.isdecimal():
                raise FlagError(f"Bad hop count ({value})")
            invocation.hops = int(value)
        case "N":
            invocation.notify = _notify(value)
        case "R":
            if invocation.ret:
                raise FlagError("Duplicate -R flag")
            if value.lower() not in ("full", "hdrs"):
                raise FlagError("Invalid -R value")
            invocation.ret = value.upper()
        case "V":
            if not _XTEXT.match(value):
                raise FlagError("Invalid syntax in -V flag")
            invocation.envid = value


def _set_mode(invocation: Invocation, value: str) -> None:
    letter = value[:1]
    if letter == "z":
        raise FlagError("Frozen configurations unsupported")
    if letter not in _MODES or not letter:
        raise FlagError(f"Invalid operation mode {letter or ' '}")
    invocation.mode = letter


def _notify(value: str) -> tuple[str, ...]:
    words = tuple(word.strip(BLANKS).lower() for word in value.split(","))
    if words == ("never",):
        return words
    if not set(words) <= {"success", "failure", "delay"}:
        raise FlagError("Invalid -N argument")
    return words


def _set_queue_run(invocation: Invocation, value: str) -> None:
    invocation.queue_run = True
    negated = value.startswith("!")
    body = value[1:] if negated else value
    selection = invocation.selection
    match body[:1]:
        case "I" | "R" | "S" as kind:
            parts = {"I": selection.ids, "R": selection.recipients, "S": selection.senders}[kind]
            parts.append((body[1:], negated))
        case "Q":
            selection.quarantined = True
            if body[1:]:
                selection.reasons.append((body[1:], negated))
        case "L":
            selection.lost = True
        case "G":
            if negated:
                raise FlagError("Can not use -q!G")
            if selection.group:
                raise FlagError("Can not use multiple -qG options")
            selection.group = body[1:]
        case "f":
            invocation.foreground = True
        case "p":
            invocation.queue_interval = seconds(body[1:]) if body[1:] else 1.0
        case "":
            pass
        case _:
            invocation.queue_interval = seconds(body)


def seconds(text: str) -> float:
    """`1h30m`, `30m`, `5` (minutes) as seconds."""
    if text.startswith("-"):
        raise FlagError("Invalid -q value")
    total, position = 0.0, 0
    while position < len(text):
        match = _TIME.match(text, position)
        if match is None or (match[2] and match[2] not in _UNITS):
            raise FlagError(f"Invalid time unit `{match[2] if match else text[position]}'")
        total += int(match[1]) * _UNITS[match[2] or "m"]
        position = match.end()
    return total
