"""What Sendmail knows of header fields by their names: the numbers `/header` prints, and what a check is told."""

from noctule.base.text import ascii_lower

_USER = 0x00040000  # it came with the message
_RECIPIENTS, _SENDERS, _BLIND, _STRIPPED = 0x2, 0x100, 0x4000, 0x10000
MAX_FIELD = 255  # characters of a value; of a longer one ${currHeader} holds the beginning
_SHOWN = 252  # bytes that ${currHeader} holds; the last one of a quote that just fits comes on top
_INSIDE_QUOTES = {'"': '\\"', **dict.fromkeys("\t\n\v\f\r", " ")}
_FLAGS = {
    "text": 0x00000001,
    "apparently-to": 0x00040002,
    "cc": 0x00040002,
    "to": 0x00040002,
    "resent-date": 0x00040008,
    "resent-message-id": 0x00040008,
    "resent-cc": 0x0004000A,
    "resent-to": 0x0004000A,
    "content-length": 0x00040020,
    "full-name": 0x00040020,
    "mail-from": 0x000400C0,
    "received": 0x000400C0,
    "via": 0x000400C0,
    "x400-received": 0x000400C0,
    "disposition-notification-to": 0x00040100,
    "from": 0x00040100,
    "reply-to": 0x00040100,
    "sender": 0x00040100,
    "resent-from": 0x00040108,
    "resent-reply-to": 0x00040108,
    "resent-sender": 0x00040108,
    "return-receipt-to": 0x00040400,
    "errors-to": 0x00040900,
    "content-transfer-encoding": 0x00041000,
    "content-type": 0x00042000,
    "bcc": 0x00044002,
    "resent-bcc": 0x0004400A,
    "subject": 0x00048000,
    "comments": 0x00048040,
    "return-path": 0x00060060,
}


def _with(flag: int) -> frozenset[str]:
    return frozenset(name for name, flags in _FLAGS.items() if flags & flag)


RECIPIENT_FIELDS = _with(_RECIPIENTS)
SENDER_FIELDS = _with(_SENDERS)
BLIND_FIELDS = _with(_BLIND)


def header_flags(name: str, *, stripped: bool = False) -> int:
    """The flags of a field of that name in a message; `stripped`: its own check sees it without comments."""
    return _FLAGS.get(ascii_lower(name), _USER) | _STRIPPED * stripped


def field_macros(name: str, value: str) -> dict[str, str]:
    """The macros that a header check of this field may look at."""
    flags = header_flags(name)
    kind = "h r" if flags & _RECIPIENTS else "h s" if flags & _SENDERS else "h"
    return {"currHeader": f'"{_quoted(value)}"', "hdr_name": name, "hdrlen": str(len(value)), "addr_type": kind}


def _quoted(value: str) -> str:
    """As much of a value as fits, with a backslash before each quote and a blank for each white space."""
    shown = ""
    for char in value[:_SHOWN]:
        if len(shown) >= _SHOWN:
            break
        shown += _INSIDE_QUOTES.get(char, char)
    return shown
