"""SASL mechanisms for binds: how the step objects of `sasl` are asked by a bind."""

from typing import Protocol

from noctule.base.errors import TemporaryError
from noctule.base.text import to_bytes
from noctule.directory.addresses import Server
from noctule.directory.credentials import Sasl


class Steps(Protocol):
    """One exchange under way.  Raises ProtocolError when the server is not who it says."""

    name: str

    def first(self) -> bytes | None:
        """What the client says first; None: the server begins."""
        ...

    def next(self, challenge: bytes | None, *, last: bool) -> bytes | None:
        """The answer to a challenge.  `last`: the server is content, the challenge may prove who it is."""
        ...


class External:
    """Who asks is known from outside: a certificate, the user of a local socket."""

    name = "EXTERNAL"

    def __init__(self, credentials: Sasl) -> None:
        self._credentials = credentials

    def first(self) -> bytes | None:
        return to_bytes(self._credentials.authorize_as)

    def next(self, challenge: bytes | None, *, last: bool) -> bytes | None:
        del challenge, last
        return None


def started(credentials: Sasl, server: Server) -> Steps:
    """An exchange by the mechanism that `credentials` name.  Raises TemporaryError for one that is not known."""
    if credentials.mechanism == "EXTERNAL":
        return External(credentials)
    raise TemporaryError(f"{server}: no mechanism {credentials.mechanism}")
