"""Invented configurations and addresses, asked of the real Sendmail and of Noctule side by side.

    python tests/rewrite/differential.py [--cases 20000] [--seed 1] [--all]     compare; stops at the first difference
    python tests/rewrite/differential.py --record                              write data/differential/recorded.json.xz

A case is one line of input to the address test mode.  What is printed for it, what is said while the configuration is
read, and the exit status have to be equal; only addresses in memory are taken out (`0x...`), and what
docs/compatibility.md tells of.  A first difference is
shrunk to the smallest configuration that shows it, unless `--all` asks for a list of them all.

Needs the oracle's root (see tests/stockcf.py) and root rights for chroot.
"""

import argparse
import json
import lzma
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

sys.path.insert(0, str(Path(__file__).parents[1]))

import stockcf
from rewrite import inventing, rig
from rewrite.inventing import Case

TABLES = rig.DATA / "differential"
RECORDED = TABLES / "recorded.json.xz"
_CF = f"{inventing.FOLDER}test.cf"
_SECONDS = 5  # Sendmail may take for a configuration: rules that call each other can keep it busy for ever
_QUESTIONS = 20
_TOO_MUCH = "too much work"  # Noctule's own limit
_MEMORY = re.compile("0x[0-9a-f]+")
_LONG = re.compile("(addr = .{254}).*")  # Sendmail's buffers are full then
_EMPTY = re.compile(r"\(line \d+\):\n")  # Sendmail does not remember where a rule without a left side stands
_NUMBERED = re.compile(r"(?<=[\x81\x82\x93\x94])(?:[\xa0-\xbf]|\{\w+\})")  # long names, in text that is shown as it is
_MAILER_MACRO = re.compile(r"macset\(.*\n")
_BEGIN = "ADDRESS TEST MODE (ruleset 3 NOT automatically invoked)\nEnter <ruleset> <address>\n> "
_WORKER = """mount --bind /dev "$1/dev"; mount -t proc proc "$1/proc"; exec chroot "$1" sh -c '
while read -r _; do
    timeout $1 sendmail -C$0test.cf -bt <$0in >$0out 2>&1
    echo $?
done' "$2" "$3" """


@dataclass(frozen=True)
class Session:
    """All that was printed: while reading, for each command; and the exit status."""

    reading: str
    answers: tuple[str, ...]
    status: int

    def line(self, number: int) -> str:
        """What belongs to a command, or to the reading (-1) and the status (the number of commands)."""
        if number < 0:
            return self.reading
        return self.answers[number] if number < len(self.answers) else f"exit status {self.status}"


class Oracle:
    """The real Sendmail, started for each configuration by a shell that stays in its root."""

    def __init__(self) -> None:
        self._folder = f"{inventing.FOLDER.rstrip('/')}.{os.getpid()}/"
        self._home = stockcf.ORACLE / self._folder.lstrip("/")
        shutil.copytree(TABLES, self._home)
        words = ["unshare", "--mount", "--propagation", "private", "sh", "-c", _WORKER, "worker", str(stockcf.ORACLE)]
        self._worker = subprocess.Popen(
            [*words, self._folder, str(_SECONDS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def close(self) -> None:
        assert self._worker.stdin is not None and self._worker.stdout is not None
        self._worker.stdin.close()
        self._worker.stdout.close()
        self._worker.wait()
        shutil.rmtree(self._home)

    def ask(self, case: Case) -> Session | None:
        """None when Sendmail came to no end, or to a bad one."""
        lines: list[str] = []
        for number, command in enumerate(case.commands):
            lines += [command, f"/expand ##{number}##"]
        source = case.source.replace(inventing.FOLDER, self._folder)
        (self._home / "test.cf").write_bytes(source.encode("latin-1"))
        (self._home / "in").write_bytes("".join(f"{line}\n" for line in lines).encode("latin-1"))
        assert self._worker.stdin is not None and self._worker.stdout is not None
        self._worker.stdin.write(b"\n")
        self._worker.stdin.flush()
        status = int(self._worker.stdout.readline())
        if status >= 124:
            return None
        text = (self._home / "out").read_bytes().decode("latin-1")
        return _divided(text.replace(self._folder, inventing.FOLDER), case, status)


def _divided(text: str, case: Case, status: int) -> Session:
    reading, _, out = text.partition(_BEGIN)
    answers: list[str] = []
    for number in range(len(case.commands)):
        answer, _, out = out.partition(f"##{number}##> ")
        answers.append(_plain(answer))
    return Session(reading, tuple(answers), status)


def _plain(answer: str) -> str:
    answer = _MAILER_MACRO.sub("", _NUMBERED.sub("#", _LONG.sub(r"\1", answer)))
    return _EMPTY.sub("(line 0):\n", _MEMORY.sub("0x", answer))


def ours(case: Case) -> Session:
    """The same questions, asked of Noctule."""
    source = case.source.replace(inventing.FOLDER, f"{TABLES}/")
    session = rig.open_file(source, TABLES, file=_CF)
    reading = "".join(f"{complaint}\n" for complaint in session.complaints)
    answers = tuple(_plain(session.mode.feed(command)) for command in case.commands)
    return Session(reading.replace(f"{TABLES}/", inventing.FOLDER), answers, session.mode.status)


def first_difference(case: Case, theirs: Session) -> tuple[int, str, str] | None:
    """Which command (-1: the reading), their answer, our answer."""
    mine = ours(case)
    for number in range(-1, len(case.commands) + 1):
        if theirs.line(number) != mine.line(number):
            return number, theirs.line(number), mine.line(number)
    return None


@contextmanager
def oracle() -> Iterator[Oracle]:
    made = Oracle()
    try:
        yield made
    finally:
        made.close()


def walk(strategy: inventing.Cases, sessions: int, seed: int, visit: Callable[[Case], None], *, shrink: bool) -> None:
    """Call `visit` with so many cases; when it raises, again with smaller ones."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    quiet = settings(
        max_examples=sessions,
        database=None,
        deadline=None,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    seeded(seed)(quiet(given(strategy)(visit)))()


@dataclass
class Tally:
    """What was asked so far."""

    cases: int = 0
    endless: int = 0
    differences: int = 0


def comparison(real: Oracle, tally: Tally, report: Callable[[str], None] | None = None) -> Callable[[Case], None]:
    """What to do with each case.  Without `report` the first difference is raised."""

    def visit(case: Case) -> None:
        theirs = real.ask(case)
        found = None if theirs is None else first_difference(case, theirs)
        if theirs is None or (found is not None and _TOO_MUCH in found[2]):
            tally.endless += 1
            return
        tally.cases += len(case.commands)
        if found is None:
            return
        tally.differences += 1
        if report is None:
            raise AssertionError(_shown(case, *found))
        report(_shown(case, *found))

    return visit


def compare(arguments: argparse.Namespace) -> int:
    tally = Tally()
    started = time.monotonic()
    sessions = arguments.cases * 4 // (3 * _QUESTIONS) + 1
    with oracle() as real:
        visit = comparison(real, tally, print if arguments.all else None)
        try:
            walk(inventing.cases(_QUESTIONS), sessions, arguments.seed, visit, shrink=not arguments.all)
        except AssertionError as difference:
            print(difference)
    print(
        f"{tally.cases} cases in {time.monotonic() - started:.0f} s, {tally.differences} with a difference;"
        f" {tally.endless} configurations left out: rules without end"
    )
    return 1 if tally.differences else 0


def _shown(case: Case, number: int, theirs: str, mine: str) -> str:
    before = "\n".join(case.commands[: number + 1])
    mine, theirs = _apart(mine, theirs)
    return f"{'=' * 70}\n{case.source}\n{before}\n--- Sendmail\n{theirs}\n--- Noctule\n{mine}\n"


def _apart(mine: str, theirs: str) -> tuple[str, str]:
    """Long answers from a little before their first difference."""
    same = next((at for at, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), 0)
    begin = max(0, mine.rfind("\n", 0, max(0, same - 300)))
    return mine[begin : same + 500], theirs[begin : same + 500]


def record(arguments: argparse.Namespace) -> int:
    kept: list[tuple[str, tuple[str, ...], Session]] = []
    with oracle() as real:

        def visit(case: Case) -> None:
            theirs = real.ask(case)
            if theirs is not None:
                kept.append((case.source, case.commands, theirs))

        walk(inventing.cases(_QUESTIONS), arguments.sessions, arguments.seed, visit, shrink=False)
    rows = [[source, commands, [theirs.reading, theirs.answers, theirs.status]] for source, commands, theirs in kept]
    RECORDED.write_bytes(lzma.compress(json.dumps(rows).encode(), preset=9))
    print(f"{len(rows)} configurations, {sum(len(row[1]) for row in rows)} cases, {RECORDED.stat().st_size} bytes")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="list every difference")
    parser.add_argument("--record", dest="run", action="store_const", const=record, default=compare)
    parser.add_argument("--sessions", type=int, default=40, help="configurations to record")
    arguments = parser.parse_args()
    return int(arguments.run(arguments))


if __name__ == "__main__":
    sys.exit(main())
