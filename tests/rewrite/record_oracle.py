"""Ask the real Sendmail again and write what it says to data/.

    python tests/rewrite/record_oracle.py [NAME ...]

Needs the oracle's root (see tests/stockcf.py) and root rights for chroot.  Answers that show rules of Sendmail's own
library are kept as digests only.
"""

import dataclasses
import hashlib
import json
import lzma
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import stockcf
from rewrite import rig, samples

HOME = "/var/lib/noctule-rewrite"
RECORDED = rig.DATA / "recorded"
CORNERS = rig.DATA / "corners"
_RUN = """mount --bind /dev "$1/dev"; mount -t proc proc "$1/proc"; root=$1; shift; exec chroot "$root" "$@" """


def chroot(*command: str, text: bytes = b"") -> bytes:
    """Run a command in the oracle's root; both its outputs."""
    words = ["unshare", "--mount", "--propagation", "private", "sh", "-c", _RUN, "run", str(stockcf.ORACLE), *command]
    done = subprocess.run(words, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
    return done.stdout


def converse(cf: str, commands: list[str]) -> list[str]:
    """The answer of test mode to each command, prompt included."""
    lines: list[str] = []
    for number, command in enumerate(commands):
        lines += [command, f"/expand ##{number}##"]
    text = chroot("sendmail", f"-C{cf}", "-bt", text="".join(f"{line}\n" for line in lines).encode("latin-1"))
    out = text.decode("latin-1")
    answers: list[str] = []
    at = out.index("Enter <ruleset> <address>\n> ") + len("Enter <ruleset> <address>\n> ")
    for number in range(len(commands)):
        mark = f"##{number}##> "
        end = out.index(mark, at)
        answers.append(out[at:end])
        at = end + len(mark)
    return answers


def place(name: str, source: str | None = None) -> tuple[str, str]:
    """Put a configuration (stock, if not `source`) and its tables into the root: path of the cf there, and its text."""
    home = stockcf.ORACLE / HOME.lstrip("/") / name
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(rig.tables(name), home)
    text = (source or rig.stock_source(name)).replace(rig.ETC, f"{HOME}/{name}/")
    (home / "test.cf").write_text(text, "latin-1")
    for table in re.findall(rf"^K\S+ hash .*{HOME}/{name}/(\S+)$", text, re.MULTILINE):
        source = f"{HOME}/{name}/{table}"
        if (home / table).exists():
            chroot("sh", "-c", f"makemap hash {source} < {source}")
    return f"{HOME}/{name}/test.cf", text


def shows_rules(command: str, debugging: bool) -> bool:
    return command.startswith("=S") or debugging


def digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("latin-1")).hexdigest()


def plan(text: str, name: str) -> list[str]:
    """The commands for a configuration."""
    folder = rig.tables(name)
    session = rig.open_session(text, folder)
    rulesets = re.findall(r"^S([A-Za-z]\w*|\d+)", text, re.MULTILINE)
    mailers = list(session.addresses.mailers)
    maps = list(session.world.maps)  # type: ignore[attr-defined]
    return list(samples.commands(list(dict.fromkeys(rulesets)), mailers, maps, samples.site_words(folder)))


def learn_hosts(cf: str, text: str, name: str, commands: list[str]) -> None:
    """Ask the oracle's machine for every host name our own session asks for, and add the answers to the record."""
    machine = rig.Machine.recorded()
    session = rig.open_session(text, rig.tables(name), machine)
    for command in commands:
        session.feed(command)
    asked = sorted(session.world.asked - set(machine.hosts))  # type: ignore[attr-defined]
    hosts = dict(machine.hosts)
    for key, answer in zip(asked, converse(cf, [f"/map host {key}" for key in asked]), strict=True):
        found = re.search(r"returns (.*)\. \(0\)\n", answer)
        if found or "no match" in answer:
            hosts[key] = found[1] if found else 75 if "timeout" in answer else 68
    hosts = {key: value for key, value in hosts.items() if value != rig.out_of_reach(key)}
    facts = dataclasses.asdict(machine) | {"hosts": dict(sorted(hosts.items()))}
    (rig.DATA / "machine.json").write_text(json.dumps(facts, indent=1) + "\n")


def record(name: str) -> None:
    cf, text = place(name)
    commands = plan(text, name)
    learn_hosts(cf, text, name, commands)
    kept: list[tuple[str, str]] = []
    debugging = False
    for command, answer in zip(commands, converse(cf, commands), strict=True):
        if command.startswith("-d"):
            debugging = command != "-d21.0"
        kept.append((command, digest(answer) if shows_rules(command, debugging) else answer))
    RECORDED.mkdir(exist_ok=True)
    (RECORDED / f"{name}.json.xz").write_bytes(lzma.compress(json.dumps(kept).encode(), preset=9))
    print(name, len(kept), (RECORDED / f"{name}.json.xz").stat().st_size)


def record_corners() -> None:
    """The small configurations in data/corners: each has its commands beside it, and gets the answers."""
    for source in sorted(CORNERS.glob("*.cf")):
        home = stockcf.ORACLE / HOME.lstrip("/")
        home.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, home / source.name)
        commands = source.with_suffix(".txt").read_text("latin-1").split("\n")[:-1]
        answers = converse(f"{HOME}/{source.name}", commands)
        pairs = [list(pair) for pair in zip(commands, answers, strict=True)]
        source.with_suffix(".json").write_text(json.dumps(pairs, indent=0) + "\n")


def record_cracked() -> None:
    """What is left of header fields when the address is cut out."""
    cf = f"{HOME}/crack.cf"
    (stockcf.ORACLE / cf.lstrip("/")).write_text("V10/Berkeley\n")
    fields = samples.header_fields()
    answers = converse(cf, [f"/parse {field}" for field in fields])
    cracked = [answer.split("Cracked address = ", 1)[1].split("\n", 1)[0] for answer in answers]
    pairs = list(zip(fields, cracked, strict=True))
    (rig.DATA / "cracked.json.xz").write_bytes(lzma.compress(json.dumps(pairs).encode(), preset=9))


def main(names: list[str]) -> None:
    if not names:
        record_corners()
        record_cracked()
    for name in names or rig.stock_names():
        record(name)


if __name__ == "__main__":
    main(sys.argv[1:])
