"""International messages for servers with and without SMTPUTF8 (RFC 6531 3.2, 3.6).  Pure.

A server that does not know the extension gets ASCII: domains as A-labels, in the envelope and in the address fields.
What is international beside that cannot be written otherwise, and fails.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from noctule.base.international import to_a_labels, with_ascii_domain
from noctule.base.text import from_bytes, to_bytes
from noctule.deliver.verdict import Remote
from noctule.mail.outcome import Failed

_ADDRESS_FIELD = re.compile(rb"(?:from|sender|reply-to|to|cc|bcc|errors-to|return-path|resent-[a-z-]+):", re.IGNORECASE)
_FIELD = re.compile(rb"[^\n]*\n(?:[ \t][^\n]*\n)*")
_DOMAIN = re.compile(rb"(?<=@)[^\s<>(),;:\"\[\]@]+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a message is written for one server.  A user that is None cannot be written."""

    sender: str
    users: tuple[str | None, ...]
    header: bytes
    smtputf8: bool = False


def spelled(
    sender: str, users: Sequence[str], header: bytes, *, declared: bool, offered: bool, remote: Remote
) -> Spelling | Failed:
    """`declared`: the message came as SMTPUTF8; `offered`: the server knows that.  Failed: nobody can have it."""
    international_header = declared and not header.isascii()
    if sender.isascii() and not international_header and all(user.isascii() for user in users):
        return Spelling(sender, tuple(users), header)
    if offered:
        return Spelling(sender, tuple(users), header, smtputf8=True)
    ascii_sender = with_ascii_domain(sender)
    if ascii_sender is None:
        return address_refused(remote)
    if international_header:
        header = _with_ascii_domains(header)
        if not header.isascii():
            return _failed("5.6.9", "Header requires SMTPUTF8", remote)
    return Spelling(ascii_sender, tuple(with_ascii_domain(user) for user in users), header)


def address_refused(remote: Remote) -> Failed:
    """The outcome for an address that the server could not understand."""
    return _failed("5.6.7", "Address requires SMTPUTF8", remote)


def _failed(status: str, what: str, remote: Remote) -> Failed:
    host = remote.name.removesuffix(".")
    return Failed(
        status=status,
        text="Data format error",
        reply=f"553 {status} {what}, which {host} does not offer",
        remote=remote.name,
        remote_address=remote.address,
    )


def _with_ascii_domains(header: bytes) -> bytes:
    return _FIELD.sub(lambda field: _in_field(field[0]), header)


def _in_field(field: bytes) -> bytes:
    if field.isascii() or _ADDRESS_FIELD.match(field) is None:
        return field
    return _DOMAIN.sub(lambda domain: _a_labels(domain[0]), field)


def _a_labels(domain: bytes) -> bytes:
    converted = to_a_labels(from_bytes(domain))
    return domain if converted is None else to_bytes(converted)
