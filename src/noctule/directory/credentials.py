"""As whom to bind."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Nobody."""


@dataclass(frozen=True, slots=True)
class Simple:
    """An entry of the directory and its password."""

    name: str
    password: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sasl:
    """A SASL mechanism.  `authorize_as` ("u:alice", "dn:...") asks to act for somebody else."""

    mechanism: str
    user: str = ""
    password: bytes = field(default=b"", repr=False)
    authorize_as: str = ""
    realm: str = ""


Credentials = Anonymous | Simple | Sasl
