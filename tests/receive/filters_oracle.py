"""What the real Sendmail says when a mail filter is not there:  python tests/receive/filters_oracle.py

Run as a program it records data/without_filter.json: for each F= of the filter the greeting (command "") and the last
line of each reply.  Needs Sendmail's root (tests/stockcf.py) and the right to chroot.
"""

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import stockcf

DATA = Path(__file__).parent / "data/without_filter.json"
FLAGS = ("T", "R", "4")
COMMANDS = (
    "EHLO client.example.net", "NOOP", "MAIL FROM:<> SIZE=10", "RCPT TO:<bob>", "DATA", "VRFY bob", "EXPN bob",
    "ETRN x", "STARTTLS", "FOO", "RSET", "HELO client.example.net", "MAIL FROM:<>", "QUIT",
)  # fmt: skip
_CF = """\
V10
Djmail.example.test
CPlocal
O DontProbeInterfaces=true
O QueueDirectory=/tmp
O SmtpGreetingMessage=$j ready
O InputMailFilters=dead
Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, A=true $u
Xdead, S=unix:/nonexistent/socket{flags}
S3
S0
R$*	$#local $: $1
"""


def _replies(flag: str) -> list[tuple[str, str]]:
    path = stockcf.ORACLE / "tmp/without-filter.cf"
    path.write_text(_CF.format(flags=f", F={flag}"))
    command = ["chroot", str(stockcf.ORACLE), "sendmail", "-C/tmp/without-filter.cf", "-bs"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as server:
        assert server.stdin and server.stdout
        said = [("", _last_line(server.stdout))]
        for line in COMMANDS if not said[0][1].startswith("421") else ():
            server.stdin.write(line + "\r\n")
            said.append((line, _last_line(server.stdout)))
    return said


def _last_line(stream) -> str:  # type: ignore[no-untyped-def]
    line = str(stream.readline())
    while line[3:4] == "-":
        line = stream.readline()
    return line.strip()


if __name__ == "__main__":
    DATA.write_text(json.dumps({flag: _replies(flag) for flag in FLAGS}, indent=1) + "\n")
