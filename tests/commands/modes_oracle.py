"""Modes of sendmail that need no mail, and what the real one says:  python tests/commands/modes_oracle.py

Run as a program it records data/modes.json; needs Sendmail's root ($NOCTULE_ORACLE or ~/.cache/noctule-oracle, folder
`sendmail`) and the right to chroot.  What stands on standard error follows what stands on standard output, and
warnings about the directories of the root are left out.
"""

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(os.environ.get("NOCTULE_ORACLE", Path.home() / ".cache" / "noctule-oracle")) / "sendmail"
DATA = Path(__file__).parent / "data"
FOLDER = "/var/modes-oracle"

LOCAL = "Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, A=true $u"
START = f"V10\nDjhost.example.com\nO DontProbeInterfaces=true\nO QueueDirectory={FOLDER}/queue\n{LOCAL}\n"
FILES = {
    "good": START,
    "aliases": f"{START}O DontBlameSendmail=MapInUnsafeDirPath\nO AliasFile=hash:{FOLDER}/aliases\n"
    "S0\nR$+\t$#local $: $1\n",
    "empty": "V10\n",
    "no-queue": f"V10\n{LOCAL}\n",
    "no-queue-either": f"V10\nO BadOne=1\n{LOCAL}\n",
    "no-local": f"V10\nO QueueDirectory={FOLDER}/queue\nMother, P=/bin/true, A=true $u\n",
    "unknown-mode": f"{START}O DeliveryMode=x\nO NoSuchOption=3\n",
    "option": f"{START}O NoSuchOption=3\nO Timeout.foo=1h\n",
    "class": f"{START}Fw/nonexistent/file\n",
    "line": f"{START}Zfoo\nP\n",
    "map-class": f"{START}Kx nosuchclass -o foo\nO NoSuchOption=3\n",
    "map-file": f"{START}O NoSuchOption=3\nKfoo hash\nKbar sequence none1 none2\n",
    "map-flag": f"{START}Kx hash -Y foo\n",
    "map-dns": f"{START}Kx dns foo\n",
    "mailer": f"{START}Mbad, P=/bin/true\n",
    "trusted": f"{START}O TrustedUser=no-such-user\n",
}
CASES = [
    *((name, mode) for name in (*FILES, "absent") for mode in ("-bC", "-bt")),
    *((name, mode) for name in (*FILES, "absent") for mode in ("-bp", "-bi", "-bh") if not name.startswith("map")),
    *(("good", mode) for mode in ("-bO", "-bz", "-bX", "-Z", "-bH", "-q -bv", "-bp -qX1", "-bp -v", "-bp -qIabc")),
]
ALIASES = "root: me\nlist: one, two\nlist: again\n"


def prepare(folder: Path) -> None:
    """Lay the files of all cases into a folder."""
    (folder / "queue").mkdir(parents=True, exist_ok=True)
    (folder / "queue").chmod(0o700)
    (folder / "aliases").write_text(ALIASES)
    for name, text in FILES.items():
        (folder / f"{name}.cf").write_text(text if folder.is_relative_to(ROOT) else text.replace(FOLDER, str(folder)))


def said(output: bytes, folder: str) -> list[str]:
    lines = output.decode("latin-1").replace(folder, "FOLDER").splitlines()
    return [line for line in lines if not line.startswith("WARNING: ")]


def _answer(name: str, flags: str) -> tuple[str, str, list[str], int]:
    command = ["chroot", str(ROOT), "sendmail", f"-C{FOLDER}/{name}.cf", *flags.split()]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
    words = said(done.stdout + done.stderr, FOLDER)
    return name, flags, sorted(words) if flags == "-bi" else words, done.returncode


if __name__ == "__main__":
    prepare(ROOT / FOLDER[1:])
    answers = [_answer(name, flags) for name, flags in CASES]
    (DATA / "modes.json").write_text(json.dumps(answers, indent=1, ensure_ascii=True) + "\n")
