"""Records what Sendmail makes of the addresses of these tests: data/bv.json and data/smtp.json.

    python tests/route/record_oracle.py ROOT

ROOT is a chroot with Sendmail 8.17 whose password file has the lines of data/site/users.  The site is copied to
ROOT/srv/route.  Needs root.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SITE = "/srv/route"
ADDRESSES = [
    *r"""
    alice bob carol dave erin staff nested outside self loop-a lp1 deep1 tofile tonull toprog twoprogs
    toinclude nofile empty folder nest selflist programs errorlist brokenlist dup escaped detail
    staffdetail comment phrases badcomma brackets remote routes refused later group upper frida nobody-there
    bob+x staff+y \bob \\bob friend@example.net BOB@MAIL.example.test f1 f2 f4 f5 f6 f7 f8 f9 fb
    fc ff fg <bob> |/bin/true /tmp/x :include:/etc/passwd x@refused.example x@later.example
    """.split(),  # noqa: SIM905 - sixty words
    '"quoted name"',
    '"|/bin/true"@example.test',
    "no body",
    "Bob Example <bob>",
]
VERBS = [
    ["VRFY alice", "VRFY <BOB@mail.example.test>", "VRFY staff", "VRFY nobody-there", "VRFY alice bob"],
    ["VRFY friend@example.net", "VRFY toprog", "VRFY x@refused.example", "VRFY f1", "VRFY staff, bob"],
    ["EXPN staff", "EXPN alice", "EXPN toinclude", "EXPN toprog", "EXPN tofile"],
    ["EXPN staff, alice", "EXPN outside", "EXPN brokenlist", "EXPN nofile", "EXPN loop-a"],
    ["EXPN detail", "EXPN nested", "EXPN friend@example.net", "EXPN fg", "EXPN fc"],
    ["EXPN deep1", "EXPN self", "EXPN |/bin/true", "EXPN x@refused.example", "EXPN dave"],
]


def prepare(root: Path) -> None:
    place = root / SITE.lstrip("/")
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(HERE / "data" / "site", place)
    (place / "queue").mkdir(mode=0o700)
    (place / "switch").write_text("hosts\tfiles\naliases\tfiles\npasswd\tfiles\n")
    for line in (place / "users").read_text().splitlines():
        name, _, uid, gid, *_ = line.split(":")
        forward = place / "forward" / name
        if forward.exists():
            shutil.chown(forward, int(uid), int(gid))


def inside(root: Path, *command: str, **options: object) -> list[str]:
    return ["chroot", str(root), "/usr/sbin/sendmail", f"-C{SITE}/route.cf", *command]


def session(root: Path, commands: list[str]) -> dict[str, list[str]]:
    process = subprocess.Popen(inside(root, "-bs"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout

    def reply() -> list[str]:
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            lines.append(process.stdout.readline().decode("latin-1").rstrip("\r\n"))  # type: ignore[union-attr]
        return lines

    reply()
    answers = {}
    for command in ["EHLO client.example", *commands, "QUIT"]:
        process.stdin.write(command.encode("latin-1") + b"\r\n")
        process.stdin.flush()
        answers[command] = reply()
    process.wait(10)
    return {command: answers[command] for command in commands}


def main() -> None:
    root = Path(sys.argv[1])
    prepare(root)
    subprocess.run(inside(root, "-bi"), check=True, stdout=subprocess.DEVNULL)
    listed = {}
    for address in ADDRESSES:
        done = subprocess.run(inside(root, "-bv", "--", address), capture_output=True, timeout=60)
        listed[address] = (done.stdout + done.stderr).decode("latin-1").splitlines()
    (HERE / "data" / "bv.json").write_text(json.dumps(listed, indent=1) + "\n")
    said: dict[str, list[str]] = {}
    for commands in VERBS:
        said |= session(root, commands)
    (HERE / "data" / "smtp.json").write_text(json.dumps(said, indent=1) + "\n")


if __name__ == "__main__":
    main()
