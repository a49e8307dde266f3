"""What a command line says when the message itself cannot be read."""

import os
import subprocess
import sys
from pathlib import Path

from assembly.configurations import write_cf

RUN = "import sys; from noctule.commands.sendmail import main; sys.exit(main(['sendmail', *sys.argv[1:]]))"


def test_input_that_cannot_be_read_is_said_and_nothing_is_queued(tmp_path: Path) -> None:
    cf = write_cf(tmp_path)
    memory = os.open("/proc/self/mem", os.O_RDONLY)  # nothing is at its beginning
    try:
        done = subprocess.run(
            [sys.executable, "-c", RUN, f"-C{cf}", "-odq", "alice@far.example"],
            stdin=memory,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.close(memory)
    assert (done.returncode, done.stdout, done.stderr) == (71, "", "sendmail: Input/output error\n")
    listed = subprocess.run([sys.executable, "-c", RUN, f"-C{cf}", "-bp"], capture_output=True, text=True, check=False)
    assert listed.stdout.endswith("Total requests: 0\n")


def test_an_address_that_cannot_be_verified_now_is_a_temporary_failure(tmp_path: Path) -> None:
    cf = write_cf(tmp_path, f"O AliasFile=hash:{tmp_path}/nothing")
    done = subprocess.run([sys.executable, "-c", RUN, f"-C{cf}", "-bv", "alice"], capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (os.EX_TEMPFAIL, "alias database unavailable")
