"""The same input through GNU m4 and through ours: the same bytes, messages and exit status.

NOCTULE_M4_CASES=2000 pytest tests/config/m4/test_differential.py   tries more inputs than CI does.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from config.m4.generated import gnu_m4, inputs
from config.m4.macros import Shelf
from noctule.assembly.macrofiles import DiskFiles
from noctule.config.m4 import Limits, Source, expand
from stockcf import NoLibrary, library

CASES = int(os.environ.get("NOCTULE_M4_CASES", "0"))
SITES = Path(os.environ.get("NOCTULE_SITES", ""))
OPEN_CALL = re.compile(r"^stdin:\d+: (?=ERROR: end of file in argument list)", re.MULTILINE)  # we tell where it begins
needs_m4 = pytest.mark.skipif(shutil.which("m4") is None, reason="needs m4")


@needs_m4
@settings(max_examples=CASES or 250, derandomize=not CASES, deadline=None, suppress_health_check=list(HealthCheck))
@given(inputs)
def test_generated_inputs(text: str) -> None:
    theirs = gnu_m4(text)
    assume(theirs is not None)
    ours = expand([Source("stdin", text)], files=Shelf(), limits=Limits(calls=100_000))
    said = OPEN_CALL.sub("", "".join(map(str, ours.messages)))
    assert (ours.text, said, ours.status) == (
        theirs.text,  # type: ignore[union-attr]
        OPEN_CALL.sub("", theirs.messages),  # type: ignore[union-attr]
        theirs.status,  # type: ignore[union-attr]
    )


def sources() -> Iterator[tuple[Path, ...]]:
    """The stock library's files, and sites with it in front of them."""
    try:
        root = library()
    except NoLibrary:
        return
    yield from ((path,) for path in sorted(root.rglob("*.m4")))
    sites = sorted(root.rglob("*.mc")) + (sorted(SITES.glob("*/*.mc")) if SITES.name else [])
    yield from ((root / "m4/cf.m4", path) for path in sites)


@needs_m4
def test_stock_files() -> None:
    found = list(sources())
    if not found:
        pytest.skip("needs the m4 library of the package sendmail-cf")
    root = f"{library()}/"
    differing = []
    for paths in found:
        names = [str(path) for path in paths]
        theirs = subprocess.run(["m4", f"-D_CF_DIR_={root}", "-D_NO_MAKEINFO_", *names], capture_output=True)
        files = DiskFiles()
        ours = expand(
            [files.read(name) for name in names], files=files, definitions={"_CF_DIR_": root, "_NO_MAKEINFO_": ""}
        )
        if (ours.text.encode("latin-1"), ours.status) != (theirs.stdout, theirs.returncode):
            differing.append(names[-1])
    assert differing == []
