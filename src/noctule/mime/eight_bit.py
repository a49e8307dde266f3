"""From an encoded text back to 8-bit data, for mailers with F=9: their users have programs that know no MIME.

Only whole messages of type text/plain are decoded.  What is not encoded as it should be, or holds bytes that no line of
mail may have (NUL, a bare CR), stays as it is.
"""

import binascii
import re
from collections.abc import Iterable

from noctule.base.text import BLANKS
from noctule.mail.envelope import HeaderField

_TYPE = re.compile(r"\s*text\s*/\s*plain\s*(?:;|$)", re.IGNORECASE | re.ASCII)
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_BLANKS = re.compile(rb"[ \t\r\n]+")
_QUOTED_PRINTABLE = re.compile(rb"(?:[^=]+|=[0-9A-Fa-f]{2}|=[ \t]*(?:\r\n|\Z))*+")
_ESCAPE = re.compile(rb"=(?:([0-9A-Fa-f]{2})|[ \t]*(?:\r\n|\Z))")
_BARE_CR = re.compile(rb"\r(?!\n)")


def to_eight_bit(
    headers: Iterable[HeaderField],
    body: bytes,
    host: str,
    id: str,  # noqa: A002
) -> tuple[tuple[HeaderField, ...], bytes] | None:
    """Header and body with the body decoded; None when it has to stay.  `id` is the queue id, for the trace field."""
    fields = tuple(headers)
    encoding = _first(fields, "content-transfer-encoding").strip(BLANKS)
    if encoding.lower() not in _DECODERS or not _TYPE.match(_first(fields, "content-type")):
        return None
    decoded = _DECODERS[encoding.lower()](body)
    if decoded is None or b"\0" in decoded or _BARE_CR.search(decoded):
        return None
    trace = f" from {encoding} to 8bit by {host} id {id}"
    kept = tuple(field for field in fields if field.name.lower() != "content-transfer-encoding")
    new = (HeaderField("Content-Transfer-Encoding", " 8bit"), HeaderField("X-MIME-Autoconverted", trace))
    return kept + new, decoded


def _first(fields: Iterable[HeaderField], name: str) -> str:
    return next((field.value for field in fields if field.name.lower() == name), "")


def _from_base64(body: bytes) -> bytes | None:
    """The text, in lines, and an empty line behind it as Sendmail leaves one."""
    packed = _BLANKS.sub(b"", body)
    pieces, at = [], 0
    while at < len(packed):
        found = _BASE64.match(packed, at)
        if found is None or not found[0]:
            return None
        pieces.append(binascii.a2b_base64(found[0]))
        at = found.end()
    text = b"".join(pieces).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return text + (b"\r\n" if not text or text.endswith(b"\r\n") else b"\r\n\r\n")


def _from_quoted_printable(body: bytes) -> bytes | None:
    """As `_from_base64`."""
    if not _QUOTED_PRINTABLE.fullmatch(body):
        return None
    text = _ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()) if found[1] else b"", body)
    text = text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return text + b"\r\n"


_DECODERS = {"base64": _from_base64, "quoted-printable": _from_quoted_printable}
