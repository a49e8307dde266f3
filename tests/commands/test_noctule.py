"""What is the same for all of noctule's commands."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("noctule")


def test_a_reader_that_goes_away_ends_a_command_quietly(tmp_path: Path) -> None:
    cf = tmp_path / "long.cf"
    cf.write_text("bogus\n" * 5000)
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([PROGRAM, "lint", cf], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (os.EX_IOERR, b"")
