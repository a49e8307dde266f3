"""LMDB files that are not whole: asked in a process of their own, which reading beyond the end would kill."""

import subprocess
import sys
from pathlib import Path

import pytest

ASK = """
import sys
from noctule.base.questions import Question
from noctule.files import Relaxation, SafetyPolicy
from noctule.maps import Declaration, Environment, MapTable

policy = SafetyPolicy(frozenset({Relaxation.MAP_IN_UNSAFE_DIR_PATH}))
maps = MapTable([Declaration("m", "lmdb", sys.argv[1])], Environment(policy=policy))
print(*(maps.lookup(Question("m", f"key{number}")).kind.name for number in (0, 150, 299)))
"""
PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("lmdb") / "m"
    lines = b"".join(b"key%d\t%s\n" % (number, b"v" * 200) for number in range(300))
    makemap = Path(sys.executable).with_name("makemap")
    subprocess.run([makemap, "-s", "lmdb", path], input=lines, check=True, capture_output=True)
    return path.with_suffix(".lmdb").read_bytes()


def ask(tmp_path: Path, data: bytes) -> str:
    file = tmp_path / "m.lmdb"
    file.write_bytes(data)
    file.chmod(0o600)
    done = subprocess.run([sys.executable, "-c", ASK, tmp_path / "m"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def test_a_whole_one_answers(tmp_path: Path, whole: bytes) -> None:
    assert ask(tmp_path, whole) == "FOUND FOUND FOUND"


@pytest.mark.parametrize("pages", [0, 1, 2, 3, 10, -1])
def test_one_that_was_cut_short_is_a_temporary_failure(tmp_path: Path, whole: bytes, pages: int) -> None:
    assert ask(tmp_path, whole[: pages * PAGE]) == "TEMPORARY TEMPORARY TEMPORARY"
