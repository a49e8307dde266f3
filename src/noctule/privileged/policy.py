"""What the helper refuses, whoever asks: decided when it is started, not by a request."""

from dataclasses import dataclass, replace

from noctule.base.errors import NoctuleError
from noctule.privileged.protocol import AppendFile, Identity, Maildir, ReadFile, Request, RunProgram

_MAX_ID = 1 << 31


class RefusedError(NoctuleError):
    """The policy forbids it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Limits set by the configuration.

    Nothing runs as root but the programs named in `root_programs` (mailers with F=S or U=root), mailboxes when
    `root_mailboxes` says so (the same for P=[MBOX] and P=[MAILDIR]), and reading `root_files` (root's own `.forward`):
    anything else that asks for it is done as `default_user`, as Sendmail does with DefaultUser.
    """

    default_user: Identity
    root_programs: frozenset[str] = frozenset()
    root_mailboxes: bool = False
    root_files: frozenset[str] = frozenset()
    mail_gid: int | None = None  # group in which mailboxes are locked and made
    relaxations: tuple[str, ...] = ()  # DontBlameSendmail
    safe_file_environment: str = ""
    max_jobs: int = 64

    def admit(self, request: Request) -> Request:
        """The request as it may be done.  Raises RefusedError."""
        if not request.path.startswith("/") or "/../" in f"{request.path}/":
            raise RefusedError("path must be absolute, without ..")
        if isinstance(request, AppendFile) and not request.mailbox:
            inside = self.safe_file_environment.rstrip("/")
            if inside and not request.path.startswith(f"{inside}/"):
                raise RefusedError(f"outside of SafeFileEnvironment {inside}")
        if not (0 <= request.identity.uid < _MAX_ID and 0 <= request.identity.gid < _MAX_ID):
            raise RefusedError("no such user or group")
        as_root = request.identity.uid == 0 or request.identity.gid == 0
        return replace(request, identity=self.default_user) if as_root and not self._for_root(request) else request

    def _for_root(self, request: Request) -> bool:
        match request:
            case RunProgram():
                return request.path in self.root_programs
            case Maildir() | AppendFile(mailbox=True):
                return self.root_mailboxes
            case ReadFile():
                return request.purpose == "forward" and request.path in self.root_files
            case _:
                return False
