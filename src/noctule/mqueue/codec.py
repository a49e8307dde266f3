"""Envelopes as bytes, for the rows of a queue.

A row is `1`, eight hexadecimal digits of CRC-32, and a JSON array; so it can be read with the sqlite3 program, and
damage is seen. JSON because the standard library writes it in C: a hand-made length-prefixed form took longer (11
against 9 µs), and the faster marshal cannot be trusted with damaged input.
"""

import json
import zlib
from types import MappingProxyType
from typing import Any

from noctule.base.errors import TemporaryError
from noctule.mail.envelope import (
    BodyType,
    Controller,
    Deadline,
    Envelope,
    HeaderField,
    Notify,
    Recipient,
    RecipientState,
    Triple,
)

_HEAD = 9  # version and check sum
_to_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class DamagedError(TemporaryError):
    """A row is not what was written."""


def encode(envelope: Envelope) -> bytes:
    """The envelope as one row."""
    e = envelope
    text = _to_json(
        (
            e.id, e.sender, [_recipient_to_list(r) for r in e.recipients],
            [(h.name, h.value, h.condition) for h in e.headers],
            e.created, e.size, e.body_size, e.body_type.value, e.has_8bit, e.ret, e.envid, e.auth, e.smtputf8,
            e.deadline and (e.deadline.at, e.deadline.return_it, e.deadline.trace),
            e.message_id,
            e.precedence_class, e.priority, e.attempts, e.last_attempt, e.next_attempt, e.message, e.quarantine,
            e.warned, e.is_report, e.hops, dict(e.macros),
        )
    ).encode()  # fmt: skip
    return b"1%08x%b" % (zlib.crc32(text), text)


def decode(row: bytes) -> Envelope:
    """The envelope of a row.  Raises DamagedError."""
    text = row[_HEAD:]
    if row[:_HEAD] != b"1%08x" % zlib.crc32(text):
        raise DamagedError("queue record is damaged")
    try:
        (
            id_, sender, recipients, headers,
            created, size, body_size, body_type, has_8bit, ret, envid, auth, smtputf8, deadline, message_id,
            precedence_class, priority, attempts, last_attempt, next_attempt, message, quarantine,
            warned, is_report, hops, macros,
        ) = json.loads(text)  # fmt: skip
        return Envelope(
            id=id_, sender=sender, recipients=tuple([_recipient_from_list(r) for r in recipients]),
            headers=tuple([HeaderField(*h) for h in headers]),
            created=created, size=size, body_size=body_size, body_type=BodyType(body_type), has_8bit=has_8bit,
            ret=ret, envid=envid, auth=auth, smtputf8=smtputf8,
            deadline=deadline and Deadline(*deadline), message_id=message_id,
            precedence_class=precedence_class, priority=priority, attempts=attempts,
            last_attempt=last_attempt, next_attempt=next_attempt,
            message=message, quarantine=quarantine, warned=warned, is_report=is_report, hops=hops,
            macros=MappingProxyType(macros),
        )  # fmt: skip
    except (ValueError, TypeError, RecursionError) as error:
        raise DamagedError(f"queue record makes no sense: {error}") from error


def _recipient_to_list(r: Recipient) -> tuple[object, ...]:
    triple, controller = r.triple, r.controller
    return (
        r.number, r.address, triple and (triple.mailer, triple.host, triple.user),
        None if r.notify is None else r.notify.value, r.original, r.final, r.primary,
        controller and (controller.user, controller.uid, controller.gid, controller.address),
        r.alias_of, r.state.value, r.status, r.message, r.remote,
    )  # fmt: skip


def _recipient_from_list(fields: list[Any]) -> Recipient:
    (
        number, address, triple, notify, original, final, primary, controller, alias_of, state, status, message, remote,
    ) = fields  # fmt: skip
    return Recipient(
        number=number, address=address, triple=triple and Triple(*triple),
        notify=None if notify is None else Notify(notify), original=original, final=final, primary=primary,
        controller=controller and Controller(*controller), alias_of=alias_of, state=RecipientState(state),
        status=status, message=message, remote=remote,
    )  # fmt: skip
