"""Mailer definitions: what an `M` line says about a delivery agent."""

from dataclasses import dataclass

from noctule.base.errors import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailer:
    """One delivery agent.

    `flags` is the plain set of F= letters (`"m" in mailer.flags`).  Rulesets are names or numbers as text, "" for
    none.  `argv` holds the words of A=, macro codes unexpanded.  Sizes in bytes, 0 for no limit.
    """

    name: str
    number: int = 0  # place in the mailer table; prog, *file*, *include* are 0, 1, 2
    path: str = ""  # P=: a program, [IPC], [FILE]
    flags: frozenset[str] = frozenset()
    sender_envelope: str = ""  # S=
    sender_header: str = ""
    recipient_envelope: str = ""  # R=
    recipient_header: str = ""
    argv: tuple[str, ...] = ()  # A=
    eol: str = "\n"  # E=
    max_message_size: int = 0  # M=
    max_messages: int = 0  # m=
    max_recipients: int = 100  # r=
    line_limit: int = 0  # L=
    nice: int = 0  # N=
    directories: str = ""  # D=
    charset: str = ""  # C=
    queue_group: str = ""  # Q=
    mta_type: str = ""  # T=
    address_type: str = ""
    diagnostic_type: str = ""
    user: str = ""  # U=
    wait: float = 0.0  # W=, seconds
    root: str = ""  # /=
    position: Position | None = None

    @property
    def is_network(self) -> bool:
        """P=[IPC]: spoken to by SMTP or LMTP."""
        return self.path == "[IPC]"

    @property
    def is_lmtp(self) -> bool:
        return "z" in self.flags

    @property
    def is_local(self) -> bool:
        """Final delivery on this host (F=l)."""
        return "l" in self.flags
