"""Hostile sessions with a real daemon and with `sendmail -bs`, and queue runs between them.

Whatever is said: replies are whole, no process ends, nothing is a bug of ours, and a message that was taken is in the
queue, once.
"""

import asyncio
import contextlib
import re
import subprocess
from pathlib import Path
from random import Random

from interop.noctuled import PROGRAM, Noctule
from safety import attacks
from safety.sessions import hostile_session

CF = Path(__file__).parents[1] / "receive" / "data" / "small.cf"
SENDMAIL = PROGRAM.with_name("sendmail")
TAKEN = re.compile(rb"250 2\.0\.0 (\w{14}) Message accepted", re.IGNORECASE)
REPLIES = re.compile(rb"(?:[2-5]\d\d[ -][^\r\n]*\r\n)*")
DRAWN = 30  # sessions


async def said_to(port: int, writes: list[bytes]) -> bytes:
    """What a daemon answers in a session."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"EHLO x\r\n")
    answer = await reader.readuntil(b"250 HELP\r\n")
    with contextlib.suppress(ConnectionError):
        for write in writes:
            writer.write(write)
            await writer.drain()
            await asyncio.sleep(0)
        writer.write_eof()
        async with asyncio.timeout(attacks.PATIENCE):
            while data := await reader.read(65536):
                answer += data
    writer.close()
    return answer


def test_hostile_sessions(tmp_path: Path) -> None:
    options = [*attacks.site_options(tmp_path), "Chunking=true", "Timeout.command=3s"]
    with Noctule(CF, tmp_path, *options) as served:
        workers, random = served.workers(), Random(7)
        flags = [f"-C{CF}", *(f"-O{option}" for option in served.options)]

        async def crowd() -> list[bytes]:
            sessions = [hostile_session(random) for _ in range(DRAWN)]
            return [
                a
                for n in range(0, DRAWN, 20)
                for a in await asyncio.gather(*(said_to(served.port, s) for s in sessions[n : n + 20]))
            ]

        answers = asyncio.run(crowd())
        for _ in range(2):
            given = b"".join(hostile_session(random))
            answers.append(
                subprocess.run([SENDMAIL, *flags, "-bs"], input=given, capture_output=True, timeout=60).stdout
            )
        assert all(REPLIES.fullmatch(answer) for answer in answers)
        taken = [name.decode() for answer in answers for name in TAKEN.findall(answer)]
        listed = subprocess.run([SENDMAIL, *flags, "-bp"], capture_output=True, text=True, timeout=60).stdout
        queued = re.findall(r"^(\w{14})\*?\s", listed, re.MULTILINE)
        assert len(taken) == len(set(taken)) > 2
        assert sorted(queued) == sorted(taken)
        subprocess.run([SENDMAIL, *flags, "-q"], check=True, timeout=60)
        assert served.workers() == workers
        log = served.log.read_text()
        assert "internal error" not in log and "Traceback" not in log
