"""Record what the real Sendmail says about the configurations in data/cases.txt:  python tests/config/record_oracle.py

Needs its root ($NOCTULE_ORACLE or ~/.cache/noctule-oracle, folder `sendmail`) and the right to chroot.
Writes data/answers.json: case name -> [lines said, exit status] of `sendmail -bt -C case </dev/null`.
"""

import json
import re
import subprocess
from pathlib import Path

from stockcf import ORACLE

DATA = Path(__file__).parent / "data"
FRAME = ("ADDRESS TEST MODE (ruleset 3 NOT", "Enter <ruleset>", "> ")


def cases() -> dict[str, str]:
    """Case name to configuration text: blocks that begin with `=== name`; `<TAB>` and `<CR>` stand for themselves."""
    text = (DATA / "cases.txt").read_text("utf-8").replace("<TAB>", "\t").replace("<CR>", "\r")
    blocks = re.split(r"^=== (.*)\n", text, flags=re.MULTILINE)
    return dict(zip(blocks[1::2], blocks[2::2], strict=True))


def answer(name: str, text: str) -> tuple[list[str], int]:
    (ORACLE / "tmp" / "case.cf").write_text(text, "utf-8")
    command = ["chroot", str(ORACLE), "sendmail", "-bt", "-C/tmp/case.cf"]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20
    )
    lines = done.stdout.decode("latin-1").replace("/tmp/case.cf", "case.cf").splitlines()
    return [line for line in lines if not line.startswith(FRAME)], done.returncode


if __name__ == "__main__":
    answers = {name: answer(name, text) for name, text in cases().items()}
    (DATA / "answers.json").write_text(json.dumps(answers, indent=1, ensure_ascii=True) + "\n")
