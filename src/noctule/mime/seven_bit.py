"""From an 8-bit message to a 7-bit one.

Parts without 8-bit data stay as they are to the byte.  A leaf gets an encoding by the share of its 8-bit bytes;
multiparts and enclosed messages are gone into, to a bounded depth.  Header fields are left alone: 8-bit data there is
nobody's MIME.  What a header says is a claim only: where the structure cannot be followed, all is encoded as one leaf.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from noctule.base.text import BLANKS, from_bytes, to_bytes
from noctule.mail.envelope import HeaderField
from noctule.mime.encoding import base64_lines, prefers_base64, quoted_printable

MAX_DEPTH = 20
_TYPE = re.compile(r"\s*([^\s/;()]+)\s*/\s*([^\s;()]+)", re.ASCII)
_BOUNDARY = re.compile(r';\s*boundary\s*=\s*(?:"((?:[^"\\\r\n]|\\.)*)"|([^\s;"]+))', re.IGNORECASE | re.ASCII)
_MAX_BOUNDARY = 998  # RFC 2046 says 70; a delimiter must fit on a line
_FIELD_END = re.compile(rb"\r\n(?![ \t])")
_HIGH_TO_QUESTION = bytes(range(128)) + b"?" * 128


@dataclass(frozen=True, slots=True, kw_only=True)
class MimeSettings:
    """What the configuration says: $j, DefaultCharSet, and classes n, q, e (types and encodings in lower case)."""

    host: str
    charset: str = "unknown-8bit"
    untouched: frozenset[str] = frozenset({"multipart/signed"})  # never converted
    quoted: frozenset[str] = frozenset()  # always quoted-printable
    encodings: frozenset[str] = frozenset({"7bit", "8bit", "binary"})  # that may be replaced by another


_Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Converter:
    settings: MimeSettings
    id: str


@dataclass(frozen=True, slots=True)
class _Converted:
    """A body in seven bits, and the fields it needs instead of the Content-Transfer-Encoding it had."""

    body: bytes
    fields: _Fields


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the header of an entity says: its type in lower case, the delimiter of its parts, its encoding."""

    type: str
    boundary: str
    encoding: str


def to_seven_bit(
    headers: Iterable[HeaderField],
    body: bytes,
    settings: MimeSettings,
    id: str,  # noqa: A002
) -> tuple[tuple[HeaderField, ...], bytes]:
    """Header and body of the message without 8-bit data in its body.  `id` is the queue id, for the trace field."""
    if body.isascii():
        return tuple(headers), body
    kept = tuple(headers)
    fields = [(field.name, field.value) for field in kept]
    converted = _entity(fields, body, _Converter(settings, id), "text/plain", depth=0, message=True)
    if converted is None:
        return kept, body
    kept = tuple(field for field in kept if not _is_encoding(field.name))
    end = b"" if converted.body.endswith(b"\r\n") else b"\r\n"
    return kept + tuple(HeaderField(*field) for field in converted.fields), converted.body + end


def _entity(
    fields: _Fields, body: bytes, converter: _Converter, default: str, *, depth: int, message: bool
) -> _Converted | None:
    """Convert one entity with 8-bit data; None: it has to stay as it is.

    `message`: it is not a part but a message of its own.
    """
    settings = converter.settings
    shape = _shape(fields, default)
    if shape.type in settings.untouched or shape.encoding not in settings.encodings:
        return None
    if depth < MAX_DEPTH:
        inside = None
        if shape.boundary:
            inside = _multipart(body, shape, converter, depth)
        elif shape.type == "message/rfc822":
            inside = _enclosed(body, converter, depth)
        elif shape.type.startswith("message/"):
            return None
        if inside is not None:
            return _Converted(inside, [])
    declarations = _declarations(fields, settings, outermost=not depth) if message else []
    # The line end behind a part belongs to the delimiter, but counts.
    leaf = _leaf(body, shape, converter, line_ends=min(depth, 1))
    return _Converted(leaf.body, declarations + leaf.fields)


def _leaf(body: bytes, shape: _Shape, converter: _Converter, *, line_ends: int) -> _Converted:
    dense = shape.type not in converter.settings.quoted and prefers_base64(body, line_ends)
    name = "base64" if dense else "quoted-printable"
    encoded = base64_lines(body) if dense else quoted_printable(body)
    trace = f" from 8bit to {name} by {converter.settings.host} id {converter.id}"
    return _Converted(encoded, [("Content-Transfer-Encoding", f" {name}"), ("X-MIME-Autoconverted", trace)])


def _declarations(fields: _Fields, settings: MimeSettings, *, outermost: bool) -> _Fields:
    """What a message needs to be MIME."""
    names = {name.lower() for name, _ in fields}
    declared = [] if "mime-version" in names else [("MIME-Version", " 1.0")]
    if outermost and "content-type" not in names:
        declared.append(("Content-Type", f" text/plain; charset={settings.charset}"))
    return declared


def _multipart(body: bytes, shape: _Shape, converter: _Converter, depth: int) -> bytes | None:
    """The parts converted one by one; None when there is no delimiter in the body."""
    pattern = rb"(?:\A|\r\n)--" + re.escape(to_bytes(shape.boundary)) + rb"(--)?[ \t]*(?=\r\n|\Z)"
    delimiters: list[re.Match[bytes]] = []
    for found in re.finditer(pattern, body):
        delimiters.append(found)
        if found[1]:
            break
    if not delimiters:
        return None
    default = "message/rfc822" if shape.type == "multipart/digest" else "text/plain"
    pieces = [_in_seven_bits(body[: delimiters[0].start()])]
    for number, delimiter in enumerate(delimiters):
        pieces.append(delimiter[0].rstrip(b" \t"))
        last = number + 1 == len(delimiters)
        part = body[delimiter.end() : len(body) if last else delimiters[number + 1].start()]
        pieces.append(_in_seven_bits(part) if delimiter[1] else _part(part, converter, default, depth))
    return b"".join(pieces)


def _in_seven_bits(text: bytes) -> bytes:
    """Text around the parts, which nobody sees.  A question mark, not a stripped bit: that could make a line end."""
    return text.translate(_HIGH_TO_QUESTION)


def _part(part: bytes, converter: _Converter, default: str, depth: int) -> bytes:
    """A part from the line end behind its delimiter to the one before the next."""
    if part.isascii():
        return part
    header, body = _opened(part.removeprefix(b"\r\n"))
    if body.isascii():
        return part
    converted = _entity(header, body, converter, default, depth=depth + 1, message=False)
    return part if converted is None else b"\r\n" + _closed(header, converted)


def _enclosed(body: bytes, converter: _Converter, depth: int) -> bytes | None:
    """A message within; None when it has no header to speak of."""
    header, inner = _opened(body)
    if not header:
        return None
    if inner.isascii():
        return body
    converted = _entity(header, inner, converter, "text/plain", depth=depth + 1, message=True)
    return body if converted is None else _closed(header, converted)


def _opened(text: bytes) -> tuple[_Fields, bytes]:
    """Header fields and body of an entity.  What is no field ends the header."""
    if text.startswith(b"\r\n"):
        return [], text[2:]
    header, _, body = text.partition(b"\r\n\r\n")
    fields = []
    for line in _FIELD_END.split(header):
        name, colon, value = line.partition(b":")
        if not colon or not name.strip(b" \t") or b" " in name.rstrip(b" \t"):
            return [], text
        fields.append((from_bytes(name), from_bytes(value)))
    return fields, body


def _closed(fields: _Fields, converted: _Converted) -> bytes:
    kept = [field for field in fields if not _is_encoding(field[0])]
    header = "".join(f"{name}:{value}\r\n" for name, value in kept + converted.fields)
    return to_bytes(header) + b"\r\n" + converted.body


def _shape(fields: _Fields, default: str) -> _Shape:
    content_type = _value(fields, "content-type")
    encoding = _value(fields, "content-transfer-encoding").strip(BLANKS).lower() or "7bit"
    match = _TYPE.match(content_type)
    kind = f"{match[1]}/{match[2]}".lower() if match else default
    boundary = ""
    if kind.startswith("multipart/") and (found := _BOUNDARY.search(content_type)):
        boundary = re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[2]
    return _Shape(kind, boundary if len(boundary) <= _MAX_BOUNDARY else "", encoding)


def _value(fields: _Fields, name: str) -> str:
    return next((value for key, value in fields if key.strip(BLANKS).lower() == name), "")


def _is_encoding(name: str) -> bool:
    return name.strip(BLANKS).lower() == "content-transfer-encoding"
