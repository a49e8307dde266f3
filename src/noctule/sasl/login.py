"""Who somebody says he is, and what a server may know about his password."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MAX_NAME = 256  # bytes of a user name, realm included
MAX_PASSWORD = 1024  # bytes


@dataclass(frozen=True, slots=True)
class Login:
    """A user name as the client wrote it, byte text of UTF-8, and the realm of names without one."""

    given: str
    default_realm: str

    @property
    def name(self) -> str:
        """The part before the realm."""
        return self.given.rpartition("@")[0] or self.given

    @property
    def realm(self) -> str:
        return self.given.rpartition("@")[2] if "@" in self.given[1:] else self.default_realm


@dataclass(frozen=True, slots=True, kw_only=True)
class ScramKeys:
    """What a server keeps of a password for SCRAM (RFC 5802 section 3)."""

    salt: bytes
    iterations: int
    stored_key: bytes = field(repr=False)
    server_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """What is known of a user's password: the password itself, or SCRAM keys by hash name (`sha1`, `sha256`).

    A `decoy` stands for a user who has none: it looks the same from outside, and no password fits.
    """

    decoy: bool = False
    password: bytes | None = field(default=None, repr=False)
    scram: Mapping[str, ScramKeys] = field(default_factory=lambda: MappingProxyType({}))
