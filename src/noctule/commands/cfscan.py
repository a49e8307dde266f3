"""Single options of a configuration file, for commands that must start fast and need no more of it."""

import pwd
from collections.abc import Iterator

from noctule.base.text import BLANKS

CONFIGURATION = "/etc/mail/sendmail.cf"


def option_values(configuration: str, name: str) -> Iterator[str]:
    """The values of all `O name=value` lines.  Raises OSError."""
    with open(configuration, encoding="latin-1") as lines:  # noqa: PTH123
        for line in lines:
            if line.startswith("O "):
                spelled, _, value = line[2:].partition("=")
                if spelled.strip(BLANKS).lower() == name.lower():
                    yield value.partition("#")[0].strip(BLANKS)


def trusted_user(configuration: str) -> int | None:
    """The user number of TrustedUser; None when there is no such option, user or file."""
    try:
        for name in option_values(configuration, "TrustedUser"):
            return int(name) if name.isdecimal() else pwd.getpwnam(name).pw_uid
    except (OSError, KeyError):
        pass
    return None
