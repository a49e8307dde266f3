"""The cases of data/*cases.txt, and what the real Sendmail answers:  PYTHONPATH=tests python tests/maps/oracle.py

Run as a program it records data/*answers.json; needs Sendmail's root ($NOCTULE_ORACLE or ~/.cache/noctule-oracle,
folder `sendmail`) and the right to chroot, to mount, and to serve DNS on 127.0.0.77.  An answer is what address test
mode prints for the question, and all it says about the map while it reads the configuration.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from resolve.server import Zone, serving

ROOT = Path(os.environ.get("NOCTULE_ORACLE", Path.home() / ".cache" / "noctule-oracle")) / "sendmail"
DATA = Path(__file__).parent / "data"
FOLDER = "/etc/maps-oracle"
FILES = {
    "words": "# comment\nfoo\tbar baz\nMixed   Value\nkey2 %1-%2-%%-%x-%3\nempty\n lead  x\nFOO second\n",
    "columns": "a:b:c\nx:y\n::\np:q:r:s\n#k:v\ne::\n",
    "commas": "a,b,k1\na2,b2\n,,k3\nzz,  k4 , k4 \n",
    "blanks": 'a b\tc d\n a2 b2\n\tt1\tt2\nq  r  s\n"quoted" v\ntr ail \n b1 b2 \nc1 \n  \nd\t \te \n',
    "h.txt": "foo\tbar baz\nMixed value\nk2 %0 and %1 and %% %x\nk3 <%1|%2|%3>\n",
    "exit75": "exit 75\n",
    "exit67": "echo found; exit 67\n",
    "empty-line": "echo; echo second\n",
}
RESOLV_CONF = "nameserver 127.0.0.77\noptions timeout:1 attempts:1\nsearch example\n"
INSIDE = f'mount --bind "$1{FOLDER}/resolv.conf" "$1/etc/resolv.conf"; exec chroot "$1" sendmail -bt -C{FOLDER}/case.cf'
BROKEN = frozenset({"broken.example", "9.2.0.192.in-addr.arpa"})
BUILT = (("hash", "h", ()), ("btree", "b", ()), ("hash", "hn", ("-N",)))


@dataclass
class Case:
    """One K line and its questions: (key, arguments or None for /map)."""

    declaration: str
    questions: list[tuple[str, tuple[str, ...] | None]] = field(default_factory=list)


def cases(file: str = "cases.txt") -> Iterator[Case]:
    case = None
    for line in (DATA / file).read_text("utf-8").splitlines():
        if line.startswith("= "):
            if case is not None:
                yield case
            case = Case(line[2:])
        elif case is not None:
            key, *args = line.split("\t")
            case.questions.append((key, tuple(args) if args else None))
    if case is not None:
        yield case


def write_files(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)


def answers(case: Case, options: Sequence[str] = ()) -> dict[str, list[str]]:
    """The lines said for each question, under `key` or `key<TAB>args`; under "" what reading the K line says."""
    declaration = case.declaration.replace("{dir}", FOLDER)
    rules = [
        f"Srule{number}\nR$*\t$@ $(case $1 {' '.join(f'$@ {arg}' for arg in args)} $: DEFAULT $)"
        for number, (_, args) in enumerate(case.questions)
        if args is not None
    ]
    cf = ["V10", "O OperatorChars=.:%@!^/[]", "Mlocal, P=/bin/true, F=l, A=x", "Mprog, P=/bin/true, F=l, A=x"]
    cf += options
    cf += [f"Kwords text -v1 {FOLDER}/words", f"Kmissing hash {FOLDER}/missing", f"Kcase {declaration}", *rules]
    (ROOT / FOLDER[1:] / "case.cf").write_text("\n".join(cf) + "\n")
    heard: dict[str, list[str]] = {"": said("")}
    for number, (key, args) in enumerate(case.questions):
        command = f"/map case {key}" if args is None else f"rule{number} {key}"
        lines = said(command + "\n")
        heard["\t".join((key, *(args or ())))] = [line for line in lines if line not in heard[""]]
    return heard


def said(commands: str) -> list[str]:
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", INSIDE, "sh", str(ROOT)],
        input=commands.encode("latin-1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=20,
    )
    text = re.sub(rf"{FOLDER}/case.cf: line \d+: ", "", done.stdout.decode("latin-1")).replace(FOLDER, "{dir}")
    lines = [re.sub(r"^(> )+", "", line) for line in text.splitlines()]
    return [
        line
        for line in lines
        if line and not line.startswith(("ADDRESS TEST", "Enter <", "> ")) and " input: " not in line
    ]


if __name__ == "__main__":
    write_files(ROOT / FOLDER[1:])
    for kind, name, flags in BUILT:
        with (ROOT / FOLDER[1:] / "h.txt").open() as text:
            subprocess.run(["chroot", str(ROOT), "makemap", *flags, kind, f"{FOLDER}/{name}"], stdin=text, check=True)
    (ROOT / FOLDER[1:] / "resolv.conf").write_text(RESOLV_CONF)
    with serving(Zone(".", (DATA / "zone.txt").read_text(), broken=set(BROKEN)), ("127.0.0.77", 53)):
        for prefix in ("", "dns_"):
            recorded = [[case.declaration, answers(case)] for case in cases(f"{prefix}cases.txt")]
            (DATA / f"{prefix}answers.json").write_text(json.dumps(recorded, indent=1) + "\n")
