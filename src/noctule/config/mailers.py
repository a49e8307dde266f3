"""M lines: `Mname, P=path, F=flags, A=words`."""

import re
from dataclasses import replace
from typing import Any

from noctule.base.text import words_of
from noctule.config.c_numbers import leading_integer
from noctule.config.complaints import Complaints
from noctule.config.fields import fields, split_name
from noctule.config.model import Opener, QueueGroup
from noctule.config.rulesets import Rulesets
from noctule.config.times import parse_time
from noctule.symbols import codes
from noctule.symbols.mailers import Mailer

DEFAULT_RECIPIENTS = 100
DEFAULT_LINE_LIMIT = 990  # with F=L
INTERNET_TYPES = ("dns", "rfc822", "smtp")
USER = codes.MACRO + codes.named("u")
_UNIX = "X-Unix"
_NUMBERS = {"M": "max_message_size", "m": "max_messages", "L": "line_limit"}
_TEXTS = {"P": "path", "E": "eol", "D": "directories", "C": "charset", "/": "root"}


def built_in_mailers() -> dict[str, Mailer]:
    """The mailers that are there before any M line."""
    unix: dict[str, Any] = {"mta_type": _UNIX, "address_type": _UNIX, "diagnostic_type": _UNIX}
    mailers = (
        Mailer(name="prog", path="/bin/sh", flags=frozenset("9Dloqsu"), argv=("sh", "-c", USER), **unix),
        Mailer(name="*file*", number=1, path="[FILE]", flags=frozenset("9DEFMPloqsu"), argv=("FILE", USER), **unix),
        Mailer(name="*include*", number=2, path="/dev/null", flags=frozenset("su"), argv=("INCLUDE", USER)),
    )
    return {mailer.name: mailer for mailer in mailers}


class MailerReader:
    """Reads M lines into `mailers`, which is keyed by lower-case name."""

    def __init__(
        self,
        mailers: dict[str, Mailer],
        rulesets: Rulesets,
        groups: dict[str, QueueGroup],
        opener: Opener,
        say: Complaints,
    ) -> None:
        self._mailers = mailers
        self._rulesets = rulesets
        self._groups = groups
        self._opener = opener
        self._say = say

    def line(self, text: str) -> None:
        name, rest = split_name(text)
        if not name:
            self._say.error("name required for mailer")
            return
        before = len(self._say.said)
        values: dict[str, Any] = {"eol": ""}
        missing = f"mailer {name}: `=' expected"
        for key, value in fields(rest, missing, self._say.error):
            values |= self._field(name, key, value)
        if any(complaint.text == missing for complaint in self._say.said[before:]):
            return
        mailer = Mailer(name=name, position=self._say.position, **values)
        if self._is_usable(mailer):
            self._define(mailer)

    def _field(self, name: str, key: str, value: str) -> dict[str, Any]:
        match key:
            case _ if key in _TEXTS:
                return {_TEXTS[key]: value}
            case _ if key in _NUMBERS:
                return {_NUMBERS[key]: max(0, leading_integer(value))}
            case "F":
                return {"flags": frozenset("".join(words_of(value)))}
            case "A":
                return {"argv": tuple(words_of(value))}
            case "S" | "R":
                return self._rewriting("sender" if key == "S" else "recipient", value)
            case "r":
                number = leading_integer(value)
                return {"max_recipients": number if number > 0 else DEFAULT_RECIPIENTS}
            case "N":
                return {"nice": leading_integer(value)}
            case "W":
                return {"wait": float(parse_time(value, "s", self._say.error))}
            case "T":
                types = (*value.split("/", 2), *INTERNET_TYPES[value.count("/") + 1 :])
                return dict(zip(("mta_type", "address_type", "diagnostic_type"), types, strict=True))
            case "Q":
                return self._queue_group(name, value)
            case "U":
                return self._user(name, value)
        self._say.error(f"M{name}: unknown mailer equate {key}=")
        return {}

    def _rewriting(self, role: str, value: str) -> dict[str, Any]:
        if not value:
            return {}
        envelope, rest = self._rulesets.enter(value)
        header = self._rulesets.enter(rest[1:])[0] if rest.startswith("/") else envelope
        return {f"{role}_envelope": envelope, f"{role}_header": header}

    def _queue_group(self, name: str, value: str) -> dict[str, Any]:
        if value.lower() not in self._groups:
            self._say.error(f"mailer {name}: unknown queue {value}")
            return {}
        return {"queue_group": value.lower()}

    def _user(self, name: str, value: str) -> dict[str, Any]:
        user, _, group = (*re.split(r"([:./])", value, maxsplit=1), "", "")[:3]
        if not user:
            self._say.error(f"mailer {name}: null user name")
        elif not user.isdecimal() and not self._opener.user_exists(user):
            self._say.error(f"readcf: mailer U= flag: unknown user {user}")
            return {}
        elif group and not group.isdecimal() and not self._opener.group_exists(group):
            self._say.error(f"readcf: mailer U= flag: unknown group {group}")
        return {"user": value}

    def _is_usable(self, mailer: Mailer) -> bool:
        say, name, first = self._say, f"M{mailer.name}", mailer.argv[:1]
        if not first:
            say.error(f"{name}: A= argument required")
        elif not mailer.path:
            say.error(f"{name}: P= argument required")
        elif mailer.path == "[TCP]":
            say.error(f"{name}: P=[TCP] must be replaced by P=[IPC]")
        else:
            if mailer.path == "[IPC]" and first[0] not in ("TCP", "FILE"):
                say.warn(f"{name}: Warning: first argument in [IPC] mailer must be TCP or FILE")
            if mailer.path in ("[IPC]", "[FILE]") and len(mailer.argv) < 2:
                say.error(f"{name}: too few parameters for {mailer.path} mailer")
            elif mailer.path == "[FILE]" and first[0] != "FILE":
                say.error(f"{name}: first argument in [FILE] mailer must be FILE")
            return True
        return False

    def _define(self, mailer: Mailer) -> None:
        """Fill in what depends on other fields.  A name known before keeps its number."""
        known = self._mailers.get(mailer.name.lower())
        changes: dict[str, Any] = {"number": known.number if known else len(self._mailers)}
        if not mailer.eol:
            changes["eol"] = "\n" if any(USER in word for word in mailer.argv) else "\r\n"
        if "L" in mailer.flags and not mailer.line_limit:
            changes["line_limit"] = DEFAULT_LINE_LIMIT
        if mailer.path == "[IPC]" and not mailer.mta_type:
            changes |= dict(zip(("mta_type", "address_type", "diagnostic_type"), INTERNET_TYPES, strict=True))
        self._mailers[mailer.name.lower()] = replace(mailer, **changes)


def finish_mailers(mailers: dict[str, Mailer], level: int) -> None:
    """What is settled only when the whole file is read: several recipients never go to a program or a file at once,
    and files of an old level expect flags that were once taken for granted."""
    for name in ("local", "prog", "*file*"):
        if name not in mailers:
            continue
        flags = mailers[name].flags
        if name != "local":
            flags -= {"m"}
        if level < 6:
            flags |= frozenset("Aw5:|/@" if name == "local" else "o")
        if level < 7:
            flags |= {"q"}
        mailers[name] = replace(mailers[name], flags=flags)
