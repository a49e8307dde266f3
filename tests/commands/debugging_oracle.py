"""What debug levels tell while addresses are verified:  python tests/commands/debugging_oracle.py

Run as a program it records data/debugging.json; needs Sendmail's root ($NOCTULE_ORACLE or ~/.cache/noctule-oracle,
folder `sendmail`) and the right to chroot.  What is told before the first recipient is about the sender, whom Noctule
does not ask for here; lines that show Sendmail's structures (what is in them, and where in memory) are left out.  Of a
list with several members Sendmail looks at all before it follows the first, Noctule at each when its turn comes: there
the order of lines is not compared.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(os.environ.get("NOCTULE_ORACLE", Path.home() / ".cache" / "noctule-oracle")) / "sendmail"
RECORDED = Path(__file__).parent / "data" / "debugging.json"
FOLDER = "/var/debugging-oracle"
CF = f"""V10/Berkeley
Djhost.example.com
DQ$j
O DontProbeInterfaces=true
O DontBlameSendmail=MapInUnsafeDirPath
O QueueDirectory={FOLDER}/queue
O AliasFile=hash:{FOLDER}/aliases
Kwords text -o -v1 {FOLDER}/words
Kmissing text -o {FOLDER}/nothing
Mlocal, P=/bin/true, F=lsDFMA:/|q, S=1, R=5, A=true $u
Mesmtp, P=[IPC], F=mDF, S=1, R=6, A=TCP $h
Mprog, P=/bin/sh, F=lsDFMoq, A=sh -c $u
S3
R$*<$*>$*	$: $2
R$+@$+	$: $1 < @ $2 >
S0
R$+<@$j>	$#local $: $>7 $1
R$+<@$+>	$#esmtp $@ $(words $2 $@ $&Q $: $2 $) $: $1 < @ $2 >
R$*	$#local $: $>8 $1
S5
R$+	$: $(missing $1 $: $1 $)
S6
R$*<@$*>$*	$1 @ $2 $3
S7
R$&Q $*	$: never
S8
S1
S4
R$*<@$*>$*	$1 @ $2
"""
ALIASES = "team: two@far.example, deeper\ndeeper: one\nalone: joe\n"
WORDS = "far.example near.example\n"
LEVELS = ("20.1", "21.1", "21.2", "21.3", "21.12", "21.15", "22.12", "27.1", "38.2", "48.2", "60.1", "60.5", "21.4,60")
LIST = "team"
SHOW_TEXTS = {"20.1", "22.12"}  # of a member with all that follows it in the list
USERS = ((LIST,), ("alone", "x@far.example"), ("<me@host.example.com>",), ("a@b@c",))
_OWN = re.compile(
    r"0x[0-9a-f]{6}|^\t(?!\.\.\. no self ref)|^rscap\(queuegroup|^$|^(switch|impl)_map_open\(|delimiter = "
)
_TOKEN = re.compile("0x[0-9a-f]+=")  # where a token of $1 lies


def lay_out(folder: Path) -> str:
    """The configuration, after the files it names were written."""
    (folder / "queue").mkdir(parents=True, exist_ok=True)
    (folder / "aliases").write_text(ALIASES)
    (folder / "words").write_text(WORDS)
    return CF


def told(output: str, users: tuple[str, ...]) -> list[str]:
    """The lines to compare."""
    lines = list(_lines(output))
    return sorted(lines) if LIST in users else lines


def _lines(output: str) -> Iterator[str]:
    _, _, rest = output.partition("sendto:")
    for line in f"sendto:{rest}".splitlines():
        shown = _TOKEN.sub("0x=", line) if line.startswith("$") else line
        if not _OWN.search(shown):
            yield shown


def _ask(levels: str, users: tuple[str, ...]) -> list[str]:
    done = subprocess.run(
        ["chroot", str(ROOT), "sendmail", f"-C{FOLDER}/test.cf", f"-d25.1,{levels}", "-bv", *users],
        capture_output=True,
        encoding="latin-1",
        timeout=20,
        check=False,
    )
    return told(done.stdout, users)


def main() -> None:
    home = ROOT / FOLDER[1:]
    home.mkdir(exist_ok=True)
    (home / "test.cf").write_text(lay_out(home))
    subprocess.run(["chroot", str(ROOT), "sendmail", f"-C{FOLDER}/test.cf", "-bi"], capture_output=True, check=True)
    rows = [
        [levels, users, _ask(levels, users)]
        for levels in LEVELS
        for users in USERS
        if LIST not in users or levels not in SHOW_TEXTS
    ]
    RECORDED.write_text(json.dumps(rows, indent=1) + "\n")
    print(f"{len(rows)} cases, {sum(len(row[2]) for row in rows)} lines")


if __name__ == "__main__":
    main()
