"""Runs of makemap, editmap and praliases, and what the real ones say:  python tests/commands/makemap_oracle.py

Run as a program it records data/makemap.json; needs Sendmail's root ($NOCTULE_ORACLE or ~/.cache/noctule-oracle, folder
`sendmail`) and the right to chroot.  The order of a dump is the library's, and -v mixes
standard output with errors, so those lines are kept sorted.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(os.environ.get("NOCTULE_ORACLE", Path.home() / ".cache" / "noctule-oracle")) / "sendmail"
DATA = Path(__file__).parent / "data"
FOLDER = "/etc/makemap-oracle"
BAD = 'a\tb\n\nc\n# com\nd \t\n e x\ne  two words  \nA z\n"q q" v\n'
COLUMNS = "a:b c:d\nq : r\nnodelim\n:lead\nx:\nrun::on\n"
PERCENT = "%c\na b\n#x y\n"

CASES: list[tuple[str, str]] = [  # command line (a word is what stands between blanks), standard input
    ("makemap hash x1", BAD),
    ("makemap -u hash x1", ""),
    ("makemap -e hash x1", BAD),
    ("makemap -u hash x1", ""),
    ("makemap -r hash x2", BAD),
    ("makemap -u hash x2", ""),
    ("makemap -v -r hash x2", BAD),
    ("makemap -d btree x3", BAD),
    ("makemap -u btree x3", ""),
    ("makemap -f hash x4", BAD),
    ("makemap -u hash x4", ""),
    ("makemap -t: hash x5", COLUMNS),
    ("makemap -u hash x5", ""),
    ("makemap -u -t: hash x5", ""),
    ("makemap -D% hash x6", PERCENT),
    ("makemap -u hash x6", ""),
    ("makemap -o hash x6", COLUMNS),
    ("makemap -u hash x6", ""),
    ("makemap -N hash x7", PERCENT),
    ("makemap -u hash x7", ""),
    ("makemap -N -u hash x7", ""),
    ("makemap hash x8.db", "k v\n"),
    ("makemap -u hash x8", ""),
    ("makemap -o hash missing", "k v\n"),
    ("makemap foo x", "k v\n"),
    ("makemap -i hash foo x", "k v\n"),
    ("makemap hash", ""),
    ("makemap hash a b", ""),
    ("makemap -Z hash x", ""),
    ("makemap hash nodir/x", ""),
    ("makemap -u hash nosuch", ""),
    ("makemap hash link", "k v\n"),
    ("makemap hash hard", "k v\n"),
    ("makemap hash empty", ""),
    ("makemap -u hash empty", ""),
    ("makemap hash nonl", "a b"),
    ("makemap -u hash nonl", ""),
    ("makemap -c 100 hash cached", "a b\n"),
    ("makemap implicit imp", "a b\n"),
    ("makemap -u hash imp", ""),
    ("editmap -q hash x4 a", ""),
    ("editmap -q hash x4 A", ""),
    ("editmap -f -q hash x4 A", ""),
    ("editmap -q hash x4 zz", ""),
    ("editmap -u hash x4 new value", ""),
    ("editmap -u hash x4 a other", ""),
    ("editmap -x hash x4 e", ""),
    ("editmap -x hash x4 zz", ""),
    ("makemap -u hash x4", ""),
    ("editmap -u hash fresh a b", ""),
    ("editmap -q hash fresh a", ""),
    ("editmap -q hash nosuch a", ""),
    ("editmap -q text x4 a", ""),
    ("editmap -q -u hash x4 a", ""),
    ("editmap -u hash x4 a", ""),
    ("editmap hash x4 a", ""),
    ("editmap -Z hash x4 a", ""),
    ("praliases -f x4", ""),
    ("praliases -f x4 a A nosuch", ""),
    ("praliases -x", ""),
]


def prepare(folder: Path) -> None:
    """Where the runs take place: a link and a hard link among the maps."""
    folder.mkdir(mode=0o755)
    (folder / "link.db").symlink_to("x1.db")
    (folder / "other.db").touch()
    (folder / "hard.db").hardlink_to(folder / "other.db")


def ordered(argv: list[str], text: str) -> list[str]:
    lines = text.splitlines()
    return sorted(lines) if argv[0] == "praliases" or {"-u", "-v"} & set(argv) else lines


if __name__ == "__main__":
    place = ROOT / FOLDER[1:]
    shutil.rmtree(place, ignore_errors=True)
    prepare(place)
    recorded = []
    for command, text in CASES:
        argv = command.split()
        done = subprocess.run(
            ["chroot", str(ROOT), "sh", "-c", f'cd {FOLDER}; exec "$@"', "sh", *argv],
            input=text.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        recorded.append([command, ordered(argv, done.stdout.decode("latin-1")), done.returncode])
    (DATA / "makemap.json").write_text(json.dumps(recorded, indent=1) + "\n")
