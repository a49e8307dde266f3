"""The helper process: reads requests, forks a child for each, passes on what the child answers.

Single-threaded, so that forking is safe.  It ends when its socket closes.
"""

import contextlib
import errno
import json
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from dataclasses import asdict, dataclass

from noctule.base.errors import ProtocolError
from noctule.privileged import protocol, work
from noctule.privileged.policy import Policy, RefusedError
from noctule.privileged.protocol import Answer, Identity, ReadFile, Request, RunProgram

_SLACK = 30.0  # seconds over its own time limit that a child is given before it is killed
_MAX_ANSWER = protocol.MAX_FRAME - 4096


@dataclass(slots=True)
class _Job:
    number: int
    pid: int
    pipe: int
    deadline: float
    is_program: bool
    answer: bytes = b""


class Server:
    """Serves one socket until it closes."""

    def __init__(self, sock: socket.socket, policy: Policy) -> None:
        self._sock = sock
        self._policy = policy
        self._frames = protocol.Frames()
        self._descriptors: list[int] = []
        self._waiting: list[tuple[int, Request, int | None]] = []
        self._jobs: dict[int, _Job] = {}
        self._selector = selectors.DefaultSelector()
        self._open = True
        self._runs_programs = True

    def serve(self) -> None:
        """Raises ProtocolError when the other side is out of step; nothing can be trusted to arrive then."""
        self._selector.register(self._sock, selectors.EVENT_READ)
        while self._open or self._jobs:
            now = time.monotonic()
            next_deadline = min((job.deadline for job in self._jobs.values()), default=now + 60.0)
            for key, _ in self._selector.select(max(0.0, next_deadline - now)):
                if key.fileobj is self._sock:
                    self._receive()
                else:
                    self._collect(self._jobs[key.fd])
            self._kill_late()
            while self._waiting and len(self._jobs) < self._policy.max_jobs:
                self._start(*self._waiting.pop(0))

    def _receive(self) -> None:
        data, descriptors, flags, _ = socket.recv_fds(self._sock, 65536, 64)
        self._descriptors += descriptors
        if flags & socket.MSG_CTRUNC:  # the next request would be given another's text
            raise ProtocolError("a descriptor was lost")
        if not data:
            self._open = False
            self._selector.unregister(self._sock)
            return
        for message in self._frames.feed(data):
            if protocol.is_stop(message):
                self._stop_programs()
                continue
            number, request = protocol.decode_request(message)
            text = None
            if not isinstance(request, ReadFile):
                if not self._descriptors:
                    raise ProtocolError("request without its text")
                text = self._descriptors.pop(0)
            self._waiting.append((number, request, text))

    def _stop_programs(self) -> None:
        """Each answers at once: that it had ended, or that it was killed."""
        self._runs_programs = False
        for job in self._jobs.values():
            if job.is_program:
                os.kill(job.pid, signal.SIGTERM)

    def _start(self, number: int, request: Request, text: int | None) -> None:
        try:
            if isinstance(request, RunProgram) and not self._runs_programs:
                raise OSError(errno.ESHUTDOWN, os.strerror(errno.ESHUTDOWN))
            self._fork(number, self._policy.admit(request), text)
        except RefusedError as error:
            self._reply(number, Answer(work.EX_NOPERM, str(error)))
        except OSError as error:  # no more processes or descriptors, now
            self._reply(number, Answer(work.EX_TEMPFAIL, f"cannot start a delivery: {error.strerror}"))
        finally:
            if text is not None:
                os.close(text)

    def _fork(self, number: int, request: Request, text: int | None) -> None:
        read, write = os.pipe()
        try:
            pid = os.fork()
            if pid == 0:
                _child(request, self._policy, text, write)
        except OSError:
            os.close(read)
            raise
        finally:
            os.close(write)
        deadline = time.monotonic() + min(request.timeout, 86_400.0) + _SLACK
        self._jobs[read] = _Job(number, pid, read, deadline, isinstance(request, RunProgram))
        self._selector.register(read, selectors.EVENT_READ)

    def _collect(self, job: _Job) -> None:
        data = os.read(job.pipe, 65536)
        job.answer += data
        if data and len(job.answer) <= _MAX_ANSWER:
            return
        self._selector.unregister(job.pipe)
        os.close(job.pipe)
        del self._jobs[job.pipe]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(job.pid, signal.SIGKILL)  # it has said all it has to say
        os.waitpid(job.pid, 0)
        self._reply(job.number, _believed(job.answer))

    def _kill_late(self) -> None:
        now = time.monotonic()
        for job in self._jobs.values():
            if job.deadline <= now:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(job.pid, signal.SIGKILL)
                job.deadline = now + _SLACK

    def _reply(self, number: int, answer: Answer) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._sock.sendall(protocol.frame({"id": number} | asdict(answer)))


def _believed(data: bytes) -> Answer:
    """A child's answer, if it is one: the user it ran as may have tampered with it.

    Whose a file is can be believed: only a child that runs nothing but our own code says it, and who was root a moment
    ago can be traced by nobody else.
    """
    with contextlib.suppress(ProtocolError, KeyError, TypeError, ValueError):
        values = protocol.parse_object(data)
        return Answer(
            int(values["exit"]) & 0xFF,
            str(values["text"])[:1000],
            str(values["output"])[: protocol.MAX_OUTPUT],
            int(values["signal"]) & 0xFF,
            int(values["errno"]) & 0xFF,
            int(values["uid"]),
            int(values["gid"]),
            bool(values["trusted"]),
        )
    return Answer(work.EX_TEMPFAIL, "delivery process failed")


def _child(request: Request, policy: Policy, text: int | None, result: int) -> None:
    """In the child: nothing but the text (0) and the result (3) stays open; never returns."""
    try:
        os.setsid()
        null = os.open("/dev/null", os.O_RDWR)
        os.dup2(null if text is None else text, 0)
        os.dup2(null, 1)
        result = os.dup2(os.dup(result), 3)
        os.closerange(4, os.sysconf("SC_OPEN_MAX"))
        answer = work.perform(request, policy)
        with os.fdopen(result, "wb") as out:
            out.write(json.dumps(asdict(answer)).encode("ascii"))
    except BaseException:  # a child must not run on as the helper
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main(descriptor: str, policy: str) -> None:
    """`policy` is JSON of Policy's fields."""
    values = protocol.parse_object(policy.encode())
    values["default_user"] = Identity(**values["default_user"])
    values["root_programs"] = frozenset(values["root_programs"])
    values["root_files"] = frozenset(values["root_files"])
    values["relaxations"] = tuple(values["relaxations"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's ^C is for the supervisor; we end with our socket
    with socket.socket(fileno=int(descriptor)) as sock:
        sock.set_inheritable(False)
        Server(sock, Policy(**values)).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
