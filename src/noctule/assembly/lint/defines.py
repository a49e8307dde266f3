"""N107: defines of a site file that no macro library asks for, misspelt ones most of all."""

import difflib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from noctule.assembly.lint.table import Finding, finding
from noctule.assembly.macrofiles import ENTRY
from noctule.assembly.mc import LIBRARY

_ALIKE = 0.8  # of a name that may have been meant
_NAME = re.compile(r"\bconf[A-Z][A-Z0-9_]*\b")
_DEFINE = re.compile(r"\bdefine\(\s*`?(conf[A-Z][A-Z0-9_]*)\b")


def check_defines(path: str, libraries: Sequence[str]) -> Iterator[Finding]:
    """Every `define` of a `conf...` name that neither the libraries nor the file itself mention elsewhere."""
    lines = Path(path).read_text("latin-1").split("\n")
    written = [name for line in lines for name in _NAME.findall(_without_comment(line))]
    known = _known(libraries)
    for number, line in enumerate(lines, 1):
        for name in _DEFINE.findall(_without_comment(line)):
            if name not in known and written.count(name) == 1:
                near = difflib.get_close_matches(name, known, n=1, cutoff=_ALIKE)
                meant = f"; did you mean {near[0]}?" if near else ""
                yield finding("N107", path, number, f"nothing reads the define {name}{meant}")


def _without_comment(line: str) -> str:
    return re.split(r"\bdnl\b|#", line, maxsplit=1)[0]


def _known(libraries: Sequence[str]) -> set[str]:
    folders = {Path(LIBRARY), *(Path(place) for place in libraries if (Path(place) / ENTRY).is_file())}
    files = (file for folder in folders for file in folder.rglob("*.m4"))
    return {name for file in files for name in _NAME.findall(file.read_text("latin-1"))}
