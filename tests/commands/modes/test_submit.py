"""What a command line says when the message itself cannot be read."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from assembly.configurations import write_cf
from interop.traffic import Sink

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


WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-chown") if os.geteuid() == 0 else ()


def submitted_by_somebody(tmp_path: Path, port: int) -> "subprocess.CompletedProcess[str]":
    """A message from who may not write into the queue."""
    lines = (f"Mrelay, P=[IPC], F=mDFMuXa, A=TCP $h {port}", "S0", "R$+ < @ $+ >\t$#relay $@ [127.0.0.1] $: $1 @ $2")
    cf = write_cf(tmp_path, *lines)
    queue = tmp_path / "queue"
    if os.geteuid() == 0:
        os.chown(queue, 65534, 65534)
    else:
        queue.chmod(0o500)
    command = [*WITHOUT_RIGHTS, sys.executable, "-c", RUN, f"-C{cf}", "alice@far.example"]
    return subprocess.run(command, input="Subject: hello\n\nhi\n", capture_output=True, text=True, timeout=60)


def test_who_may_not_write_into_the_queue_hands_on_his_message_at_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Sink() as sink:
            done = await asyncio.to_thread(submitted_by_somebody, tmp_path, sink.port)
            assert (done.returncode, done.stderr) == (0, "")
            assert [message.recipients for message in sink.messages] == [[b"<alice@far.example>"]]
            assert sink.messages[0].body == b"hi\r\n"

    asyncio.run(scenario())
    assert not list((tmp_path / "queue").iterdir())


def test_and_hears_when_that_is_not_possible_now(tmp_path: Path) -> None:
    done = submitted_by_somebody(tmp_path, 1)
    assert done.returncode == os.EX_TEMPFAIL
    assert done.stderr == "not sent: Deferred: Connection refused by [127.0.0.1]\n"
