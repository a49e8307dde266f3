"""A message on its way out: the header as each mailer wants it.

Fields are written as they are stored, but for three things: conditions of H lines (`?flags?`, `?${macro}?`), macro
codes left in templates (Return-Path: <$g>), and address lists, whose addresses go through the mailer's rulesets and
which are folded anew as Sendmail folds them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from noctule.base.questions import Answering, Lookups
from noctule.base.text import BLANKS, ascii_lower
from noctule.mail.envelope import BodyType, Envelope, HeaderField
from noctule.mail.outcome import Failed
from noctule.mime import EightBitMode, Handling, MimeLimits, MimeSettings, handling, to_eight_bit, to_seven_bit
from noctule.mqueue.staging import MemoryBody
from noctule.mqueue.store import Body
from noctule.rewrite.addresses import Addresses, Rewritten
from noctule.rewrite.header_flags import BLIND_FIELDS, RECIPIENT_FIELDS, SENDER_FIELDS
from noctule.rewrite.results import Resolved
from noctule.rewrite.settle import settle
from noctule.symbols import codes
from noctule.symbols.expand import expand
from noctule.symbols.macros import Macros
from noctule.symbols.mailers import Mailer

WIDTH = 78
_SMALL = 65_536  # bytes of a body that is sent together with its header
_NO_MAILER = Mailer(name="none")
_ONLY_WHERE_ASKED = frozenset({"full-name", "content-length"})
_NEVER_BELIEVED = frozenset({"return-path", "content-length"})
_SHOWN = frozenset({"to", "cc", "apparently-to"})
_CODES = re.compile(f"[{codes.MATCH_ANY}-{codes.REPLACEMENT[9]}]")
_SPECIAL = re.compile(r'\\.|[,"()<>]', re.DOTALL)  # a quoted character stands for nothing but itself


class Rewriting(Protocol):
    """Addresses as a mailer writes them."""

    async def sender(self, envelope: Envelope, mailer: Mailer, scope: Macros) -> str:
        """The envelope sender; for the null sender what stands for it in `$g`."""
        ...

    async def header(self, address: str, mailer: Mailer, scope: Macros, *, sender: bool, envelope: Envelope) -> str:
        """One address of a header field with its comments."""
        ...


class RulesetRewriting:
    """Rewriting by the rules of the configuration."""

    def __init__(self, addresses: Addresses, maps: Answering) -> None:
        self._addresses = addresses
        self._maps = maps

    async def sender(self, envelope: Envelope, mailer: Mailer, scope: Macros) -> str:
        address = envelope.sender
        if envelope.is_report:
            address = scope.get("n") or address  # reports of our own have an author, who is only never answered

        def run(asks: Lookups) -> Rewritten:
            return self._addresses.rewrite_for(address, mailer, scope, asks, sender=True, header=False, canonical=True)

        return (await settle(run, self._maps)).text

    async def header(self, address: str, mailer: Mailer, scope: Macros, *, sender: bool, envelope: Envelope) -> str:
        domain = () if sender or "@" in address else await self._sender_domain(envelope, scope)

        def run(asks: Lookups) -> Rewritten:
            return self._addresses.rewrite_for(address, mailer, scope, asks, sender=sender, header=True, domain=domain)

        return (await settle(run, self._maps)).text

    async def _sender_domain(self, envelope: Envelope, scope: Macros) -> tuple[str, ...]:
        """F=C of the mailer the sender resolves to: his domain is put behind names without one."""
        if not envelope.sender_address:
            return ()
        inner = scope.child()
        sender = await settle(lambda asks: self._addresses.parse(envelope.sender, inner, asks, sender=True), self._maps)
        if not isinstance(sender, Resolved) or "C" not in sender.mailer.flags:
            return ()
        return await settle(lambda asks: self._addresses.domain_of(envelope.sender, inner, asks), self._maps)


@dataclass(frozen=True, slots=True)
class EightBitRules:
    """What is done for next hops that do not take 8-bit data, and for readers that cannot bear long fields.

    `cut` hears of each field that was too long: queue id, name.
    """

    mode: EightBitMode
    settings: MimeSettings
    limits: MimeLimits | None = None
    cut: Callable[[str, str], None] = lambda _, __: None


@dataclass(frozen=True, slots=True)
class Formed:
    """A message as one mailer gets it; `body_type` is what to say of it to a server that asks (8BITMIME)."""

    header: bytes  # with the empty line that ends it
    body: Body
    body_type: BodyType = BodyType.UNSTATED

    @property
    def size(self) -> int:
        """Octets of the whole message."""
        return len(self.header) + self.body.size

    def chunks(self) -> Iterator[bytes]:
        """The whole message in chunks; one chunk when it is small."""
        if self.body.size <= _SMALL:
            yield self.header + self.body.read()
            return
        yield self.header
        yield from self.body.chunks()


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message, for all its batches.

    `envelope` is as it was when the attempt began.  Without `eight_bit` rules nothing is converted.
    """

    envelope: Envelope
    body: Body
    rewriting: Rewriting
    eight_bit: EightBitRules | None = None

    async def formed(self, mailer: Mailer, scope: Macros, *, eight_bit_mime: bool | None) -> Formed | Failed:
        """The message for this mailer, or why it cannot have it.

        `eight_bit_mime`: the server offers 8BITMIME; None when there is no server to ask.
        """
        fields = await self.header(mailer, scope)
        if self.eight_bit is None:
            return Formed(render_header(fields), self.body, self.envelope.body_type)
        match handling(self.eight_bit.mode, self.envelope, mailer.flags, eight_bit_mime=eight_bit_mime):
            case Handling.REFUSE:
                reply = "554 5.6.3 8-bit data cannot be sent to a 7-bit destination"
                return Failed(status="5.6.3", text="Data format error", reply=reply)
            case Handling.CONVERT:
                body = self.body.read()
                converted, body = to_seven_bit(fields, body, self.eight_bit.settings, self.envelope.id)
                return Formed(render_header(converted), MemoryBody(body), BodyType.EIGHT_BIT_MIME)
            case decision if "9" in mailer.flags and (decoded := self._decoded(fields)) is not None:
                header, body = decoded
                return Formed(render_header(header), MemoryBody(body), self._body_type(decision))
            case decision:
                return Formed(render_header(fields), self.body, self._body_type(decision))

    def _decoded(self, fields: list[HeaderField]) -> tuple[tuple[HeaderField, ...], bytes] | None:
        """An encoded text for those who know no MIME (F=9); None: it has to stay as it is."""
        assert self.eight_bit is not None
        if not any(ascii_lower(field.name) == "content-transfer-encoding" for field in fields):
            return None
        return to_eight_bit(fields, self.body.read(), self.eight_bit.settings.host, self.envelope.id)

    def _body_type(self, decision: Handling) -> BodyType:
        """What was declared as 8-bit data and holds none goes as what it is."""
        declared = self.envelope.body_type
        if not self.envelope.has_8bit:
            return declared if declared is BodyType.UNSTATED else BodyType.SEVEN_BIT
        return BodyType.EIGHT_BIT_MIME if decision is Handling.DECLARE else declared

    async def header(self, mailer: Mailer, scope: Macros) -> list[HeaderField]:
        """The fields this mailer gets.  `scope` holds $g."""
        shows = _shows_recipients(self.envelope)
        fields: list[HeaderField] = []
        for field in self.envelope.headers:
            name = ascii_lower(field.name)
            if not _wanted(field, name, mailer, scope):
                continue
            value = expand(field.value, scope) if _CODES.search(field.value) else field.value
            if name in BLIND_FIELDS:
                if not shows:
                    fields.append(HeaderField(field.name, ""))
            elif name in SENDER_FIELDS or name in RECIPIENT_FIELDS:
                fields.append(await self._address_field(field.name, name, value, mailer, scope))
            else:
                value = self._shortened(field.name, value)
                fields.append(field if value is field.value else HeaderField(field.name, value))
        return fields

    def _shortened(self, name: str, value: str) -> str:
        rules = self.eight_bit
        if rules is None or rules.limits is None:
            return value
        shortened = rules.limits.shortened(ascii_lower(name), value)
        if shortened == value:
            return value
        rules.cut(self.envelope.id, name)
        return shortened

    async def _address_field(self, name: str, lowered: str, value: str, mailer: Mailer, scope: Macros) -> HeaderField:
        sender = lowered in SENDER_FIELDS
        addresses = [
            await self.rewriting.header(address, mailer, scope, sender=sender, envelope=self.envelope)
            for address in split_addresses(value)
        ]
        return HeaderField(name, fold_addresses(name, addresses, mailer.line_limit) if addresses else value)


async def returned(envelope: Envelope, rewriting: Rewriting, mailer: Mailer, scope: Macros) -> tuple[HeaderField, ...]:
    """The fields of a message as they go back to its sender: addresses tidied, and rewritten for no mailer.

    What stands in H lines under a condition is there as in a file: `mailer` is that of files.
    """
    sender = (scope.get("n") or "") if envelope.is_report else envelope.sender_address
    scope = scope.child({"g": sender})
    shows = _shows_recipients(envelope)
    fields: list[HeaderField] = []
    for field in envelope.headers:
        name = ascii_lower(field.name)
        if not _wanted(field, name, mailer, scope):
            continue
        if name in BLIND_FIELDS:
            if not shows:
                fields.append(HeaderField(field.name, " "))
        elif name in SENDER_FIELDS or name in RECIPIENT_FIELDS:
            addresses = [
                await rewriting.header(address, _NO_MAILER, scope, sender=name in SENDER_FIELDS, envelope=envelope)
                for address in split_addresses(field.value)
            ]
            fields.append(replace(field, value=fold_addresses(field.name, addresses) if addresses else field.value))
        elif name == "return-path":
            fields.append(HeaderField(field.name, expand(field.value, scope)))
        elif name not in _ONLY_WHERE_ASKED:
            fields.append(field)
    return tuple(fields)


def _shows_recipients(envelope: Envelope) -> bool:
    return any(ascii_lower(field.name) in _SHOWN for field in envelope.headers)


def _wanted(field: HeaderField, name: str, mailer: Mailer, scope: Macros) -> bool:
    condition = field.condition
    if condition:
        if condition.startswith("$"):
            return bool(scope.get(condition.strip("${}")))
        return not mailer.flags.isdisjoint(condition)
    # these of the message's own are never believed
    return name not in _NEVER_BELIEVED and (name != "full-name" or "x" in mailer.flags)


def split_addresses(value: str) -> list[str]:
    """The parts of an address list between its commas; commas in quotes, comments and brackets do not count."""
    text = value.replace("\r\n", "").replace("\n", "")
    parts, start, comments, quoted, angle = [], 0, 0, False, False
    for match in _SPECIAL.finditer(text):
        mark = match[0]
        if mark == '"':
            quoted = not quoted and not comments
        elif quoted:
            continue
        elif mark in "()":
            comments = max(0, comments + (1 if mark == "(" else -1))
        elif comments:
            continue
        elif mark in "<>":
            angle = mark == "<"
        elif mark == "," and not angle:
            parts.append(text[start : match.start()])
            start = match.end()
    parts.append(text[start:])
    return [part.strip(BLANKS) for part in parts if part.strip(BLANKS)]


def fold_addresses(name: str, addresses: Iterable[str], line_limit: int = 0) -> str:
    """An address list as the value of a field: ` a, b,` CRLF and 8 blanks before what would pass column 78."""
    width = min(line_limit - 2, WIDTH) if line_limit > 2 else WIDTH
    column = len(name) + 2
    value = " "
    for number, address in enumerate(addresses):
        column += len(address) + (2 if number else 0)
        if number:
            if column > width:
                value += ",\r\n        "
                column = 8 + len(address)
            else:
                value += ", "
        value += address
    return value if value != " " else ""


def render_header(fields: Iterable[HeaderField]) -> bytes:
    """The header block with the empty line that ends it, CRLF line ends."""
    return "".join([f"{field.name}:{field.value}\r\n" for field in fields] + ["\r\n"]).encode("latin-1", "replace")
