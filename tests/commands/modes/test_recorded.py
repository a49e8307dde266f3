"""What sendmail says in its modes on sound and on broken files is what the real one says (recorded in modes.json)."""

import importlib.util
import io
import json
import sys
from pathlib import Path

import pytest

from commands.modes_oracle import CASES, DATA, prepare, said
from noctule.commands import sendmail

ANSWERS = json.loads((DATA / "modes.json").read_text())
RECORDED = {(name, flags): (lines, status) for name, flags, lines, status in ANSWERS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("modes")
    prepare(made)
    return made


def test_every_case_is_recorded() -> None:
    assert set(RECORDED) == set(CASES)


@pytest.mark.parametrize(("name", "flags"), CASES, ids=map(" ".join, CASES))
def test_the_same_words_and_status(
    folder: Path,
    name: str,
    flags: str,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    if (name, flags) == ("aliases", "-bi") and importlib.util.find_spec("berkeleydb") is None:
        pytest.skip("berkeleydb is not installed")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    status = sendmail.main(["sendmail", f"-C{folder}/{name}.cf", *flags.split()])
    sys.stdout.flush()
    out, err = capfdbinary.readouterr()
    words = said(out + err, str(folder))
    if flags == "-bi":
        words.sort()  # the result goes to standard output, mistakes do not
    assert (words, status) == RECORDED[name, flags]
