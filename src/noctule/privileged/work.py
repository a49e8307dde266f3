"""What a child of the helper does once it is the user: one delivery, or one file read.

Runs in a process of its own that ends afterwards; the text to deliver is standard input.  Errors become answers with
a sysexits number: when in doubt a temporary one.
"""

import contextlib
import errno
import os
import pwd
import select
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from noctule.files import (
    LockStyle,
    Purpose,
    SafetyError,
    SafetyPolicy,
    check_target,
    locked,
    read_addresses,
    rules_for,
    sync_directory,
)
from noctule.privileged.policy import Policy
from noctule.privileged.protocol import MAX_OUTPUT, Answer, AppendFile, Identity, Maildir, ReadFile, Request, RunProgram

EX_OK, EX_NOINPUT, EX_UNAVAILABLE, EX_OSERR, EX_CANTCREAT, EX_TEMPFAIL, EX_NOPERM = 0, 66, 69, 71, 73, 75, 77
_CHUNK = 65536
_STALE_LOCK = 300.0  # seconds after which a dot-lock was left behind by a crash
_LASTING = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.EACCES, errno.EPERM, errno.EROFS, errno.EFBIG}


def perform(request: Request, policy: Policy) -> Answer:
    """Become the user and do it.  Not to be called in a process that has anything else to do."""
    try:
        if isinstance(request, RunProgram) and request.root and os.geteuid() == 0:
            os.chroot(request.root)
            os.chdir("/")
        mail_gid = policy.mail_gid if isinstance(request, AppendFile | Maildir) else None
        become(request.identity, mail_gid)
        match request:
            case RunProgram():
                return _run(request)
            case AppendFile():
                return _append(request, policy)
            case Maildir():
                return _maildir(request)
            case ReadFile():
                return _read(request, policy)
    except SafetyError as error:
        return Answer(EX_CANTCREAT if isinstance(request, AppendFile) else EX_NOPERM, error.reason)
    except TimeoutError as error:
        return Answer(EX_TEMPFAIL, str(error))
    except OSError as error:
        if isinstance(request, ReadFile):
            return Answer(EX_NOINPUT, error.strerror or str(error), errno=error.errno or errno.EIO)
        lasting = error.errno in _LASTING and not isinstance(request, RunProgram)
        return Answer(EX_CANTCREAT if lasting else EX_OSERR, error.strerror or str(error))


def become(identity: Identity, mail_gid: int | None = None) -> None:
    """Give up being root for good.  Without root this process is who it is."""
    if os.geteuid() != 0:
        return
    groups = {identity.gid}
    with contextlib.suppress(KeyError):
        account = pwd.getpwnam(identity.user)
        if account.pw_uid == identity.uid:  # else the name is a claim that would lend another user's groups
            groups.update(os.getgrouplist(identity.user, account.pw_gid))
    os.setgroups(sorted(groups if mail_gid is None else groups | {mail_gid}))
    os.setgid(identity.gid)
    os.setuid(identity.uid)
    if identity.uid != 0 and 0 in os.getresuid():
        raise PermissionError("still root")


def _run(request: RunProgram) -> Answer:
    for directory in request.directories:
        with contextlib.suppress(OSError):
            os.chdir(directory)
            break
    if request.nice:
        os.nice(request.nice)
    ending = _Ending()
    program = subprocess.Popen(
        list(request.argv),
        executable=request.path,
        stdin=0,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=dict(request.environment),
        start_new_session=True,
    )
    ending.begin(program.pid)
    deadline = time.monotonic() + request.timeout
    output = _collect(program, deadline, request.max_output)
    try:
        status = program.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        _kill(program.pid)
        program.wait()
        return Answer(EX_TEMPFAIL, "timeout waiting for program", output)
    if status < 0:
        return Answer(EX_TEMPFAIL, f"died with signal {-status}", output, -status)
    return Answer(status, "", output)


class _Ending:
    """SIGTERM to this process kills the program it waits for, and so the answer tells how that ended."""

    def __init__(self) -> None:
        self._asked = False
        self._program = 0
        signal.signal(signal.SIGTERM, self._ask)

    def begin(self, program: int) -> None:
        """It runs now."""
        self._program = program
        if self._asked:
            _kill(program)

    def _ask(self, *_: object) -> None:
        self._asked = True
        if self._program:
            _kill(self._program)


def _kill(program: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended, or is more than we are (set-uid)
        os.killpg(program, signal.SIGKILL)


def _collect(program: "subprocess.Popen[bytes]", deadline: float, limit: int) -> str:
    """What the program prints, until it closes its output, ends, or is out of time."""
    assert program.stdout is not None
    pipe = program.stdout.fileno()
    kept = b""
    while (left := deadline - time.monotonic()) > 0:
        # a daemon it left behind may hold the pipe open: look after the program itself now and then
        readable, _, _ = select.select([pipe], [], [], min(left, 0.25))
        if readable:
            data = os.read(pipe, _CHUNK)
            if not data:
                break
            kept = (kept + data)[:limit]
        elif program.poll() is not None:
            break
    return kept.decode("latin-1")


def _append(request: AppendFile, policy: Policy) -> Answer:
    if request.path == "/dev/null":
        return Answer(EX_OK)
    rules = rules_for(Purpose.FILE_DELIVERY, SafetyPolicy.of(policy.relaxations))
    with contextlib.ExitStack() as stack:
        if request.mailbox:
            stack.enter_context(_dot_lock(Path(f"{request.path}.lock"), request.timeout))
        else:
            check_target(request.path, rules)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
        if request.mailbox or not rules.symbolic_link:
            flags |= os.O_NOFOLLOW
        target = os.open(request.path, flags, 0o600)
        stack.callback(os.close, target)
        found = os.fstat(target)
        if not stat.S_ISREG(found.st_mode):
            return Answer(EX_CANTCREAT, "Regular files only")
        if found.st_nlink != 1 and (request.mailbox or not rules.hard_link):
            return Answer(EX_CANTCREAT, "Hard links not allowed")
        if request.mailbox and os.geteuid() != found.st_uid:
            return Answer(EX_CANTCREAT, "Mailbox belongs to someone else")
        for style in LockStyle:
            stack.enter_context(locked(target, style=style, timeout=request.timeout))
        _append_whole(target)
        if found.st_size == 0:
            sync_directory(str(Path(request.path).parent))
    return Answer(EX_OK)


def _append_whole(target: int) -> None:
    """The whole text or nothing of it, on disk."""
    size = os.fstat(target).st_size
    try:
        _copy(target)
        os.fsync(target)
    except OSError:
        os.ftruncate(target, size)
        raise


def _copy(target: int) -> None:
    while data := os.read(0, _CHUNK):
        view = memoryview(data)
        while view:
            view = view[os.write(target, view) :]


@contextlib.contextmanager
def _dot_lock(path: Path, timeout: float) -> Iterator[None]:
    """Hold `path` as a lock file.  Where no file may be made the kernel's locks have to do."""
    give_up = time.monotonic() + timeout
    made = False
    while not made:
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
            made = True
        except FileExistsError:
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.lstat().st_mtime > _STALE_LOCK:
                    path.unlink()
            if time.monotonic() >= give_up:
                raise TimeoutError("mailbox is locked") from None
            time.sleep(0.02)
        except PermissionError:
            break
    try:
        yield
    finally:
        if made:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()


def _maildir(request: Maildir) -> Answer:
    if "/" in request.name or ":" in request.name:
        return Answer(EX_CANTCREAT, "bad file name")
    place = Path(request.path)
    for directory in (place, place / "tmp", place / "new", place / "cur"):
        directory.mkdir(mode=0o700, exist_ok=True)
    temporary = place / "tmp" / request.name
    target = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        _copy(target)
        os.fsync(target)
        temporary.rename(place / "new" / request.name)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        os.close(target)
    sync_directory(f"{request.path}/new")
    return Answer(EX_OK)


def _read(request: ReadFile, policy: Policy) -> Answer:
    purpose = {"forward": Purpose.FORWARD, "include": Purpose.INCLUDE}.get(request.purpose)
    if purpose is None:
        return Answer(EX_UNAVAILABLE, f"no such purpose: {request.purpose}")
    owner = request.identity.uid if purpose is Purpose.FORWARD else None
    relaxed = SafetyPolicy.of(policy.relaxations)
    limit = min(request.limit, MAX_OUTPUT)
    found = read_addresses(request.path, purpose, relaxed, limit=limit, owner=owner)
    return Answer(EX_OK, output=found.text.decode("latin-1"), uid=found.uid, gid=found.gid, trusted=found.trusted)
