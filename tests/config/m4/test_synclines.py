"""`#line` lines around included files and at their ends, as GNU m4 writes them."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from noctule.assembly.macrofiles import DiskFiles
from noctule.config.m4 import expand

FILES = {"two": "one\ntwo\n", "unended": "no end", "nested": "nested\ninclude(`two')"}
PARTS = ("x\n", "y", "`q\nr'", "\n", "dnl\n", "define(`k', `1\n2')dnl\n", "k\n", "divert(1)", "divert(0)", "divert(-1)",
         "undivert(1)", "sinclude(`none')", "m4wrap(`w\n')", "m4wrap(`include(`two')')", "# c\n", "len(`\n')",
         *(f"{call}(`{name}')" for call in ("include", "undivert") for name in FILES))  # fmt: skip
KNOWN = (
    "include(`unended')include(`unended')",  # the second call is part of a word
    "include(`two')include(`nested')b\nundivert(`two')\nc\n",
    "a include(`nested')dnl\ny\n",
    "dnl\ndnl\nx include(`unended')\n\n`a\nb'\nc\n",
)


def texts() -> list[str]:
    dice = random.Random(8)
    return [*KNOWN, *("".join(dice.choices(PARTS, k=dice.randint(2, 9))) for _ in range(60))]


@pytest.mark.skipif(shutil.which("m4") is None, reason="needs m4")
def test_lines_are_marked_as_by_gnu_m4(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text)
    for text in texts():
        Path("site.mc").write_text(text)
        theirs = subprocess.run(["m4", "-s", "site.mc"], capture_output=True, text=True).stdout
        files = DiskFiles((".",), ".", allow_commands=False)
        assert expand([files.read("site.mc")], files=files, synclines=True).text == theirs, text
