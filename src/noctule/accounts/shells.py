"""Login shells.

A user whose shell is not listed has been denied the running of commands; `.forward` must not be his way around that.
"""

from pathlib import Path

from noctule.base.text import BLANKS

ANY_SHELL = "/SENDMAIL/ANY/SHELL/"  # in /etc/shells: every shell will do
_DEFAULT_SHELLS = frozenset({"/bin/sh", "/bin/csh"})  # what getusershell(3) says where there is no file
_MAX_FILE = 1 << 20


def read_shells(path: str = "/etc/shells") -> frozenset[str]:
    """The shells listed in a file like /etc/shells; the traditional two when it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            text = file.read(_MAX_FILE).decode("latin-1")
    except OSError:
        return _DEFAULT_SHELLS
    words = (line.split("#", 1)[0].strip(BLANKS) for line in text.split("\n"))
    return frozenset(word for word in words if word.startswith("/"))


def may_run_programs(shell: str, listed: frozenset[str]) -> bool:
    """Is `shell` ("" means /bin/sh) among those listed?"""
    return ANY_SHELL in listed or (shell or "/bin/sh") in listed
