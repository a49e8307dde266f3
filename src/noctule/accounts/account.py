"""What is known of a user, and the interface of those who know."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from noctule.base.text import BLANKS

MAX_NAME = 256  # longer than any login name; spares the system's database questions that are only noise
_FIELDS = 7
_FULL_NAME_END = re.compile(r"[,;%]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One user of this host.  Text is byte text."""

    name: str
    uid: int
    gid: int
    gecos: str = ""
    home: str = ""  # "" and "/" stand for "none to speak of"
    shell: str = ""

    @property
    def full_name(self) -> str:
        """The person's name out of the gecos field: up to the first comma, `&` standing for the login name."""
        text = _FULL_NAME_END.split(self.gecos.removeprefix("*"), maxsplit=1)[0]
        return text.replace("&", self.name[:1].upper() + self.name[1:]).strip(BLANKS)


class Accounts(Protocol):
    """Who exists."""

    def find(self, name: str) -> Account | None:
        """The user of exactly this name, or None.  Raises TemporaryError when that cannot be told now."""
        ...

    def find_uid(self, uid: int) -> Account | None:
        """The first user with this number, or None.  Raises TemporaryError."""
        ...

    async def look_up(self, name: str) -> Account | None:
        """As `find`, while the event loop goes on."""
        ...

    async def look_up_uid(self, uid: int) -> Account | None:
        """As `find_uid`, while the event loop goes on."""
        ...

    def may_run_programs(self, account: Account) -> bool:
        """Is the login shell one of those that let a user run commands of his own (`/etc/shells`)?"""
        ...


def parse_passwd(lines: Iterable[str]) -> Iterator[Account]:
    """Accounts from lines in the format of passwd(5).  Blank lines, comments and broken lines are skipped."""
    for line in lines:
        fields = line.rstrip("\r\n").split(":")
        if len(fields) != _FIELDS or fields[0].startswith("#") or not fields[0]:
            continue
        name, _, uid, gid, gecos, home, shell = fields
        if uid.isdecimal() and gid.isdecimal():
            yield Account(name=name, uid=int(uid), gid=int(gid), gecos=gecos, home=home, shell=shell)
