"""Test mode sessions, with the real Sendmail and with Noctule, over the same tables."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import stockcf
from cf.cases import TABLES, Case
from cf.questions import Question

PLACE = "/tmp/noctule-cf"  # of the configurations, inside the oracle's root
_THEIRS = f"""set -e; root=$1 home=$2; shift 2
mount --bind "$home/mail" "$root/etc/mail"; mount --bind "$home/mail/hosts" "$root/etc/hosts"
mount --bind /dev "$root/dev"; mount -t proc proc "$root/proc"; mkdir -p "$root{PLACE}"
mount --bind "$home/resolv.conf" "$root/etc/resolv.conf"
mount --bind "$home/cf" "$root{PLACE}"; exec chroot "$root" "$@" """
_OURS = f"""set -e; home=$1; shift; mkdir -p /etc/mail "{PLACE}"
mount --bind "$home/mail" /etc/mail; mount --bind "$home/mail/hosts" /etc/hosts
mount --bind "$home/resolv.conf" /etc/resolv.conf
mount --bind "$home/cf" "{PLACE}"; exec "$@" """
_MARK = "/expand ##{}##"


@dataclass(frozen=True)
class Bench:
    """A folder with /etc/mail as the case wants it, and the configurations to try."""

    home: Path
    zone: Path | None = None  # what a name server answers; without it there is none

    def write(self, name: str, text: str) -> None:
        (self.home / "cf" / name).write_text(text, "latin-1")

    def sendmail(self, name: str, questions: Sequence[Question]) -> list[str]:
        command = ["sh", "-c", _THEIRS, "run", str(stockcf.ORACLE), str(self.home)]
        return _converse(self._network([*command, "sendmail", "-bt", f"-C{PLACE}/{name}"]), questions)

    def noctule(self, name: str, questions: Sequence[Question]) -> list[str]:
        program = str(Path(sys.executable).parent / "sendmail")
        command = ["sh", "-c", _OURS, "run", str(self.home)]
        return _converse(self._network([*command, program, "-bt", f"-C{PLACE}/{name}"]), questions)

    def _network(self, command: list[str]) -> list[str]:
        if self.zone is None:
            return _namespace(command)
        names = [sys.executable, str(Path(__file__).parent / "names.py"), str(self.zone)]
        return _namespace([*names, *command], "--net")


@contextmanager
def bench(case: Case) -> Iterator[Bench]:
    """Tables made with Sendmail's makemap: the common ones, and those of the case over them."""
    with tempfile.TemporaryDirectory(prefix="noctule-cf-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        (home / "cf").mkdir()
        shutil.copytree(TABLES, home / "mail")
        for path in case.folder.iterdir() if case.folder else []:
            if path.suffix == ".m4":
                shutil.copy(path, home)
            elif path.suffix != ".mc":
                shutil.copy(path, home / "mail" / path.name)
        (home / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        if case.zone is not None:
            (home / "mail" / "service.switch").write_text("hosts\tfiles dns\npasswd\tfiles\naliases\tfiles\n")
        made = Bench(home, case.zone)
        (home / "mail" / "sendmail.cf").write_text("V10/Berkeley\n")  # makemap wants to see one
        tables = [path.name for path in (home / "mail").iterdir() if _is_table(path)]
        script = (
            f"cd /etc/mail; for t in {' '.join(tables)}; do makemap hash $t < $t || exit 1; done; "
            "sed 's/: */:\\t/' aliases | makemap -N hash aliases"
        )
        command = _namespace(["sh", "-c", _THEIRS, "run", str(stockcf.ORACLE), folder, "sh", "-c", script])
        subprocess.run(command, capture_output=True, check=True)
        yield made


def _is_table(path: Path) -> bool:
    text = path.read_text("latin-1")
    return "\t" in text and path.name not in ("hosts", "service.switch", "aliases")


def _namespace(command: Sequence[str], *further: str) -> list[str]:
    return ["unshare", "--mount", "--propagation", "private", *further, *command]


def _converse(command: Sequence[str], questions: Sequence[Question]) -> list[str]:
    """The answers, without prompts.  What is said before the first one goes to the first answer of all."""
    lines: list[str] = []
    for number, question in enumerate(questions):
        lines.append(question.line)
        if question.topic:
            lines.append(_MARK.format(number))
    done = subprocess.run(
        command,
        input="".join(f"{line}\n" for line in lines).encode("latin-1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=900,
    )
    out = done.stdout.decode("latin-1")
    return list(_parted(out, questions))


def _parted(out: str, questions: Sequence[Question]) -> Iterator[str]:
    head, _, _ = out.partition("Enter <ruleset> <address>\n> ")
    yield head
    begin = len(head)
    for number, question in enumerate(questions):
        if question.topic:
            mark = f"##{number}##> "
            end = out.find(mark, begin)
            if end < 0:
                raise RuntimeError(f"the session ended at {question.line}: {out[begin : begin + 400]}")
            yield out[begin:end].removeprefix("Enter <ruleset> <address>\n").lstrip("> ").removesuffix("> ")
            begin = end + len(mark)
