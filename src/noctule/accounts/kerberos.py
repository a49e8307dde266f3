"""Kerberos V5 by the system's library (the extra `gssapi`), both sides.

The server's key is in a keytab, the client's tickets are in what KRB5CCNAME names or come of a client keytab
(KRB5_CLIENT_KTNAME): krb5.conf(5) of the system says where these are by default, and where the KDC is.
"""

import contextlib
import importlib.util
from collections.abc import Iterator
from typing import TYPE_CHECKING

from noctule.base.errors import ConfigurationError
from noctule.base.text import from_bytes
from noctule.sasl.steps import ContextError, SecurityContext

if TYPE_CHECKING:
    import gssapi

_ANONYMOUS = "WELLKNOWN/"  # RFC 6112, 8062


def installed() -> bool:
    """Whether the library is there."""
    return importlib.util.find_spec("gssapi") is not None


class Kerberos:
    """Contexts of one side, without a secret of their own in memory."""

    def __init__(self, credentials: "gssapi.Credentials") -> None:
        self._credentials = credentials

    def accept(self) -> SecurityContext:
        """A server's context."""
        import gssapi

        return _Context(gssapi.SecurityContext(creds=self._credentials, usage="accept"))


def acceptor(host: str, keytab: str = "", service: str = "smtp") -> Kerberos:
    """The key of service/host in a keytab, or the system's.  Raises ConfigurationError when there is none."""
    import gssapi

    try:
        with _told():
            name = gssapi.Name(f"{service}@{host}", gssapi.NameType.hostbased_service)
            store: dict[str | bytes, str | bytes] | None = {"keytab": keytab} if keytab else None
            return Kerberos(
                gssapi.Credentials(name=name, usage="accept", mechs=[gssapi.MechType.kerberos], store=store)
            )
    except ContextError as error:
        raise ConfigurationError(f"keytab: {error}") from error


def initiate(service: str, host: str) -> SecurityContext:
    """A client's context.  Its first step asks the KDC, and waits.  Raises ContextError."""
    import gssapi

    flags = gssapi.RequirementFlag
    with _told():
        return _Context(
            gssapi.SecurityContext(
                name=gssapi.Name(f"{service}@{host}", gssapi.NameType.hostbased_service),
                mech=gssapi.MechType.kerberos,
                flags=flags.mutual_authentication | flags.integrity | flags.out_of_sequence_detection,
                usage="initiate",
            )
        )


class _Context:
    """One exchange.  What a step finds wrong is told by the next look at `complete`."""

    def __init__(self, context: "gssapi.SecurityContext") -> None:
        self._context = context

    @property
    def complete(self) -> bool:
        with _told():
            return bool(self._context.complete)

    @property
    def peer(self) -> str:
        import gssapi

        with _told():
            name = self._context.initiator_name
            text = str(name)
            short, _, realm = text.rpartition("@")
            local = gssapi.Name(short, gssapi.NameType.user).canonicalize(gssapi.MechType.kerberos)
            if realm and name == local:
                text = short
        if text.startswith(_ANONYMOUS):
            raise ContextError("nobody in particular")
        return from_bytes(text.encode("utf-8", "surrogateescape"))

    def step(self, token: bytes) -> bytes:
        with _told():
            return self._context.step(token or None) or b""

    def wrap(self, message: bytes) -> bytes:
        with _told():
            return bytes(self._context.wrap(message, encrypt=False).message)

    def unwrap(self, message: bytes) -> bytes:
        with _told():
            return bytes(self._context.unwrap(message).message)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """The library's errors as ContextError: the mechanism's own words, or else what kind of failure it was."""
    from gssapi.raw.misc import GSSError

    try:
        yield
    except GSSError as error:
        minor = error.get_all_statuses(error.min_code, False) if error.min_code else []
        raise ContextError("; ".join(minor or error.get_all_statuses(error.maj_code, True))) from error
