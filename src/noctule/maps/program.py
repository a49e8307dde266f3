"""program: asks a program.  Its first line of output is the answer, its exit status says how it went."""

import asyncio
import contextlib
import os
import signal

from noctule.base.errors import TemporaryError
from noctule.base.questions import Answer, AnswerKind, found
from noctule.base.text import from_bytes, to_bytes, words_of
from noctule.maps.map import Map, key_bytes

_MAX_LINE = 4096
_MISSING = 78
_TEMPORARY = 75


class ProgramMap(Map):
    """Kx program /usr/local/bin/lookup word word

    Runs the words and then the key, without a shell and without quoting.  Any exit status but 0 is "not found";
    75, death by a signal and running out of time are temporary failures.
    """

    class_name = "program"
    waits = True

    async def fetch(self, key: str, args: tuple[str, ...]) -> Answer:
        del args
        last = key_bytes(key)
        if last is None:
            return Answer(AnswerKind.NOT_FOUND)
        argv = [*(to_bytes(word) for word in words_of(self.arguments.text)), last]
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                env=dict(self.environment.program_environment),
                start_new_session=True,
                limit=_MAX_LINE,
            )
        except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
            self.environment.report(f"program map {self.name}: {argv[0].decode('latin-1')}: {error.strerror}")
            return Answer(AnswerKind.NOT_FOUND, status=_MISSING)
        except OSError as error:
            raise TemporaryError(f"program map {self.name}: {error.strerror}") from error
        try:
            async with asyncio.timeout(self.environment.program_timeout):
                line, ended = await _first_line(process)
                status = await process.wait()
        except TimeoutError:
            raise TemporaryError(f"program map {self.name}: timed out") from None
        finally:
            await _ended(process)
        if status < 0 or status == _TEMPORARY:
            raise TemporaryError(f"program map {self.name}: status {status}")
        if status or not ended:
            return Answer(AnswerKind.NOT_FOUND, status=status)
        return found(from_bytes(line))


async def _first_line(process: asyncio.subprocess.Process) -> tuple[bytes, bool]:
    """The first line, cut to a bound, and whether there was any.

    Reads on to the end, so that the program does not die writing.
    """
    assert process.stdout is not None
    taken = b""
    any_output = False
    while block := await process.stdout.read(_MAX_LINE):
        any_output = True
        if len(taken) < _MAX_LINE and b"\n" not in taken:
            taken += block
    return taken.partition(b"\n")[0][:_MAX_LINE], any_output


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Leave nothing of it running."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
