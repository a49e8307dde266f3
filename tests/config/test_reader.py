"""The reader against the real Sendmail's words (data/answers.json), and what the lines mean."""

import json
import re

import pytest

from config.disk import read
from config.record_oracle import DATA, cases

ANSWERS: dict[str, tuple[list[str], int]] = json.loads((DATA / "answers.json").read_text())
ELSEWHERE = re.compile(  # said by those who open maps, sockets and name services, with the declaration's position
    r"class \w+ not available$|No file name for|Illegal option|Sequence map|dns map|pattern-compile-error|syslog_map"
    r'|missing map file|setalias:|^host "|: host "|: service "|Unknown host name|unknown port name|mailbox database'
)
OURS = {  # where Noctule says more: a program that cannot run; a queue group without a name
    "case.cf: line 10: fileclass: cannot open '|/bin/nosuch': No such file or directory",
    "case.cf: line 11: fileclass: cannot open '|relative': No such file or directory",
    "case.cf: line 7: name required for queue",
}


def plain(lines: list[str]) -> list[str]:
    """Lines in order, each once, without what only Sendmail's own printing explains."""
    joined = "\n".join(lines).replace("\x01", "$")
    kept = [line for line in joined.split("\n") if not ELSEWHERE.search(line) or "fileclass" in line]
    cleaned = {line.removesuffix(": World writable directory").replace('"?D"', '"?D?"') for line in kept}
    return sorted(cleaned - OURS)


@pytest.mark.parametrize("name", list(cases()))
def test_says_what_sendmail_says(name: str) -> None:
    said, status = ANSWERS[name]
    conf = read(cases()[name])
    ours = [str(complaint) for complaint in (*conf.warnings, *conf.notes, *conf.errors)]
    if status == 64:  # Sendmail goes no further
        assert set(plain(said)) <= set(plain(ours))
    else:
        assert plain(ours) == plain(said)
    assert conf.status == status or any(ELSEWHERE.search(line) for line in said)
