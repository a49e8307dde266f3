"""makemap, editmap and praliases say and do what the real ones do (recorded in data/makemap.json)."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from commands.makemap_oracle import CASES, DATA, ordered, prepare
from noctule.commands import editmap, makemap, praliases

RECORDED = json.loads((DATA / "makemap.json").read_text())
MAINS = {"makemap": makemap.main, "editmap": editmap.main, "praliases": praliases.main}
DIFFERENT = {
    "makemap -o hash missing": "makes the map: there is nothing to lose",
}


def run(
    command: str, text: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> tuple[list[str], int]:
    program, *argv = command.split()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode("latin-1"))))
    status = MAINS[program](argv)
    sys.stdout.flush()
    out, err = capfdbinary.readouterr()
    return ordered([program, *argv], (err + out).decode("latin-1")), status


def test_every_run_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """One after the other: later runs look at what earlier ones made."""
    prepare(tmp_path / "maps")
    monkeypatch.chdir(tmp_path / "maps")
    assert [command for command, _ in CASES] == [command for command, _, _ in RECORDED]
    for (command, text), (_, lines, status) in zip(CASES, RECORDED, strict=True):
        said, ended = run(command, text, monkeypatch, capfdbinary)
        if command not in DIFFERENT:
            said = [line for line in said if not line.startswith("WARNING: ")]  # of the test's own folder
            assert (said, ended) == (lines, status), command


@pytest.mark.parametrize("kind", ["lmdb", "cdb", "btree"])
def test_other_classes(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(f"makemap {kind} x", "A b\n\xe9 \xe8\n", monkeypatch, capfdbinary)[1] == 0
    assert run(f"makemap -u {kind} x", "", monkeypatch, capfdbinary) == (["a\tb", "\xe9\t\xe8"], 0)
    assert run(f"editmap -u {kind} x c d", "", monkeypatch, capfdbinary)[1] == 0
    assert run(f"editmap -x {kind} x a", "", monkeypatch, capfdbinary)[1] == 0
    assert run(f"editmap -q {kind} x c", "", monkeypatch, capfdbinary) == (["d"], 0)
    assert run(f"makemap -u {kind} x", "", monkeypatch, capfdbinary) == (["c\td", "\xe9\t\xe8"], 0)


def test_classes_are_listed(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run("makemap -l", "", monkeypatch, capfdbinary) == (["hash", "btree", "lmdb", "cdb", "implicit"], 0)
    assert run("makemap -x", "", monkeypatch, capfdbinary)[0][0] == "hash:db"
    assert run("makemap -L", "", monkeypatch, capfdbinary)[0][:3] == ["cf", "CF", "hash"]


def test_praliases_takes_its_files_from_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    run("makemap lmdb one", "a 1\n", monkeypatch, capfdbinary)
    run("makemap hash two", "b 2\n", monkeypatch, capfdbinary)
    cf = tmp_path / "cf"
    cf.write_text(f"V10\nO AliasFile={tmp_path}/one, hash: -o {tmp_path}/two\nO AliasFileX=/no\n#O AliasFile=/no\n")
    assert run(f"praliases -C {cf}", "", monkeypatch, capfdbinary) == (["a:1", "b:2"], 0)
    lines, status = run("praliases -C missing", "", monkeypatch, capfdbinary)
    assert (lines, status) == (["praliases: missing: No such file or directory"], 66)
    assert run("praliases -f missing", "", monkeypatch, capfdbinary)[1] == 66


def test_as_a_program(tmp_path: Path) -> None:
    program = "import sys; from noctule.commands.makemap import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program, "lmdb", "x"], input=b"k v\nk w\n", cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 65
    assert done.stderr.decode().splitlines()[-1] == "makemap: x: line 2: key k: duplicate key"
