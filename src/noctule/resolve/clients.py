"""Who is the client: the name of an address, confirmed by looking the name up again."""

from dataclasses import dataclass
from enum import Enum


class ClientVerdict(Enum):
    """`${client_resolve}`."""

    OK = "OK"
    FAIL = "FAIL"  # the address has no name
    FORGED = "FORGED"  # it has one, but the name does not lead back
    TEMP = "TEMP"  # could not find out


@dataclass(frozen=True, slots=True)
class Client:
    """`name` is `${client_name}`: the confirmed or claimed name without final dot, or `[address]` for want of one.

    `ptr` is `${client_ptr}`: what the reverse look-up said, "" for nothing.
    """

    name: str
    verdict: ClientVerdict
    ptr: str = ""
