"""Small configurations on disk for the tests of assembly and commands."""

import os
import pwd
from pathlib import Path

from noctule.assembly.reading import Request, read_configuration
from noctule.config import Configuration

CF = """\
V10
Djhost.example.com
Cw host.example.com
O QueueDirectory={root}/queue
O OperatorChars=.:%@!^/[]+
O DontProbeInterfaces=true
Mlocal, P=[MAILDIR], F=lsDFMAw5:/|@qSP, A=MAILDIR {root}/mail/$u
Mprog, P=/bin/sh, F=lsDFMoqeu, A=sh -c $u
Mesmtp, P=[IPC], F=mDFMuXa, A=TCP $h
{lines}
S3
R$* < $* > $*\t$: $2
R$+ @ $+\t$: $1 < @ $2 >
S0
R$+ < @ $=w >\t$#local $: $1
R$+ < @ $+ >\t$#esmtp $@ $2 $: $1 @ $2
R$+\t$#local $: $1
"""
USER = pwd.getpwuid(os.getuid()).pw_name


def write_cf(root: Path, *lines: str) -> Path:
    """A whole configuration with these lines in it, its queue directory made."""
    (root / "queue").mkdir(mode=0o700, exist_ok=True)
    path = root / "test.cf"
    path.write_text(CF.format(root=root, lines="\n".join(lines)), "latin-1")
    return path


def configure(root: Path, *lines: str, settings: tuple[str, ...] = (), mode: str = "m") -> Configuration:
    """The same, read."""
    return read_configuration(Request(path=str(write_cf(root, *lines)), settings=settings, mode=mode))


def sound(root: Path, *lines: str) -> Configuration:
    """The same, without a complaint."""
    configuration = configure(root, *lines)
    assert not configuration.complaints
    return configuration
