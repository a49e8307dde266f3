"""Mail from a command line: `sendmail [flags] recipients < message`.

The text comes with the line ends of this system; a line that is only a dot ends it unless IgnoreDots (-i) is set, and
dots are not stuffed.  With -t the recipients are in the header.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from noctule.base.errors import UsageError
from noctule.base.text import ascii_lower
from noctule.mail.envelope import BodyType, Notify, Recipient, Triple
from noctule.mail.reply import Reply
from noctule.mqueue.store import Staging
from noctule.receive import draft
from noctule.receive.caller import local_caller
from noctule.receive.checks import Checks, refusal
from noctule.receive.collect import Collector, Excess
from noctule.receive.dates import date_macros
from noctule.receive.draft import Draft
from noctule.receive.services import Services
from noctule.receive.settings import ReceiveSettings
from noctule.rewrite.results import Discarded, Quarantined, Rejected
from noctule.route.addresslist import split_addresses
from noctule.route.results import Refused, Routed
from noctule.smtp import replies

_SPECIAL = re.compile(r'[()<>\[\]:;@\\,"]')
_UNCERTAIN = (b"\n.\r", b"\n.", b"\n", b"\r")  # ends of a chunk that mean something only with what follows


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What the command line says.  `user` is who typed it; `trusted`: he may name any sender (class t)."""

    user: str
    recipients: tuple[str, ...] = ()
    trusted: bool = False
    sender: str | None = None  # -f; "" or <> is the null sender
    full_name: str = ""  # -F
    extract: bool = False  # -t
    ignore_dots: bool = False  # -i
    body_type: BodyType = BodyType.UNSTATED  # -B
    notify: Notify | None = None  # -N
    ret: str = ""  # -R
    envid: str = ""  # -V
    hops: int = 0  # -h
    protocol: str = ""  # -p, before the colon
    host: str = ""  # -p, behind it
    aliasing: bool = True  # without -n
    keep_refused: bool = False  # their failure is found, and told, when the message is delivered
    warnings: tuple[str, ...] = ()  # what else the caller found that only trusted users may do


def quoted_name(name: str) -> str:
    """A person's name as a phrase of a header field (RFC 5322 3.2.5), for -F."""
    if not _SPECIAL.search(name) or (len(name) > 1 and name[0] == name[-1] == '"'):
        return name
    return '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of it.  `id` is "" when nothing was queued; `refused` are recipients with what is wrong."""

    id: str
    refused: tuple[tuple[str, Refused], ...] = ()
    reply: Reply | None = None  # why the message as a whole was not taken


class UnixText:
    """Text with `\\n` line ends, in chunks cut anywhere, to CRLF.  A CR that is part of no line end becomes a blank."""

    __slots__ = ("_held", "_ignore_dots", "_in_line", "_started", "ended")

    def __init__(self, *, ignore_dots: bool) -> None:
        self._ignore_dots = ignore_dots
        self._held = b"\n"  # as if a line had just ended
        self._started = False
        self._in_line = False
        self.ended = False  # a dot was seen; the rest is not part of the message

    def feed(self, chunk: bytes) -> bytes:
        """What can be passed on now."""
        if self.ended:
            return b""
        data = (self._held + chunk).replace(b"\r\n", b"\n")
        if not self._ignore_dots:
            end = data.find(b"\n.\n")
            if end >= 0:
                self.ended = True
                return self._passed(data[: end + 1])
        kept = next((len(tail) for tail in _UNCERTAIN if data.endswith(tail)), 0)
        self._held = data[len(data) - kept :]
        return self._passed(data[: len(data) - kept])

    def finish(self) -> bytes:
        """The rest, with a line end where the last line has none."""
        text = b"" if self.ended else self._passed(self._held)
        return text + b"\r\n" if self._in_line else text

    def _passed(self, data: bytes) -> bytes:
        if data:
            self._in_line = not data.endswith(b"\n")
            if not self._started:
                data, self._started = data[1:], True
        return data.replace(b"\r", b" ").replace(b"\n", b"\r\n")


async def submit(
    submission: Submission, source: Iterable[bytes], services: Services, settings: ReceiveSettings
) -> Submitted:
    """Read the message and queue it.  Raises UsageError without recipients, TemporaryError when it cannot be kept."""
    intake = _Intake(submission, services, settings)
    if not submission.recipients and not submission.extract:
        raise UsageError("Recipient names must be specified")
    staging = services.store.stage(intake.id)
    try:
        return await intake.run(source, staging)
    finally:
        staging.discard()  # does nothing to what was accepted


class _Intake:
    def __init__(self, submission: Submission, services: Services, settings: ReceiveSettings) -> None:
        self._submission = submission
        self._services = services
        self._settings = settings
        self._caller = local_caller(submission.user)
        self._created = services.clock()
        self.id = services.store.new_id()
        given = submission.sender
        self._sender = submission.user if given is None else "<>" if given in {"", "<>"} else given
        self._scope = services.macros.child(self._macros())

    def _macros(self) -> dict[str, str | None]:
        submission = self._submission
        sender = draft.bare(self._sender) or self._services.macros.get("n")
        return {
            **date_macros(self._created),
            "i": self.id,
            "_": self._caller.peer,
            "f": sender,
            "g": sender,
            "r": submission.protocol or None,
            "s": submission.host or None,
            "client_addr": "0",
            "client_name": "localhost",
            "daemon_flags": "c u",
            "dsn_ret": submission.ret or None,
            "dsn_envid": submission.envid or None,
            "ntries": "0",
        }

    async def _full_name(self) -> str:
        if self._submission.full_name:
            return self._submission.full_name
        return await draft.full_name(self._services, draft.bare(self._sender))

    async def run(self, source: Iterable[bytes], staging: Staging) -> Submitted:
        self._scope.set("x", await self._full_name() or None)
        collector = self._read(source, staging)
        if reply := self._unfit(collector):
            return Submitted("", (), reply)
        addresses = self._addresses(collector)
        if not addresses:
            raise UsageError("No recipient addresses found in header")
        draft.define_text_macros(collector, self._scope)
        verdict = await draft.judge(
            collector, Checks(self._services, self._caller.peer), self._settings, self._scope, self.id
        )
        if isinstance(verdict, Rejected):
            return Submitted("", (), refusal(verdict))
        recipients, refused = await self._resolve(addresses)
        if isinstance(verdict, Discarded) or not recipients:
            self._log(collector, recipients)
            return Submitted("", refused)
        reason = verdict.reason if isinstance(verdict, Quarantined) else ""
        message = self._draft(collector, recipients, reason)
        envelope = message.envelope(self._settings)
        at_once = draft.at_once(envelope, self._services, self._settings)
        await draft.commit(envelope, staging, self._services, at_once=at_once)
        self._log(collector, recipients)
        return Submitted(self.id, refused)

    def _read(self, source: Iterable[bytes], staging: Staging) -> Collector:
        settings = self._settings
        collector = Collector(
            staging,
            header_limit=settings.limits.header_size,
            limit=settings.limits.message_size,
            keep_from_line=settings.save_from_line,
            seven_bit=self._clears_eighth_bit(),
        )
        text = UnixText(ignore_dots=self._submission.ignore_dots)
        for chunk in source:
            collector.feed(text.feed(chunk))
            if text.ended:
                break
        collector.feed(text.finish())
        collector.finish()
        return collector

    def _clears_eighth_bit(self) -> bool:
        match self._submission.body_type:
            case BodyType.UNSTATED:
                return self._settings.seven_bit_input
            case body_type:
                return body_type is BodyType.SEVEN_BIT

    def _unfit(self, collector: Collector) -> Reply | None:
        limits = self._settings.limits
        if collector.excess is Excess.MESSAGE:
            return replies.size_exceeded(limits.message_size)
        if collector.excess is Excess.HEADER:
            return replies.headers_too_large(limits.header_size)
        unlabelled = self._submission.body_type is BodyType.UNSTATED and self._settings.refuse_unlabelled_8bit
        if collector.has_8bit and unlabelled:
            return replies.EIGHT_BIT_DATA
        return None

    def _addresses(self, collector: Collector) -> list[str]:
        """Recipients of the command line, and with -t those of To, Cc and Bcc, or of their Resent- forms."""
        found = [address for given in self._submission.recipients for address in split_addresses(given, blanks=True)]
        if not self._submission.extract:
            return found
        names = {ascii_lower(name) for name, _ in collector.fields}
        prefix = "resent-" if any(name.startswith("resent-") for name in names) else ""
        wanted = {f"{prefix}to", f"{prefix}cc", f"{prefix}bcc"}
        for name, value in collector.fields:
            if ascii_lower(name) in wanted:
                found += split_addresses(value.replace("\r\n", ""), blanks=True)
        return found

    async def _resolve(self, addresses: list[str]) -> tuple[list[Recipient], tuple[tuple[str, Refused], ...]]:
        recipients: list[Recipient] = []
        refused: list[tuple[str, Refused]] = []
        known: set[object] = set()
        self._scope.set("addr_type", "e r")
        for address in addresses:
            match await self._services.router.resolve(address, self._scope, aliasing=self._submission.aliasing):
                case Refused() as problem:
                    refused.append((address, problem))
                    if self._submission.keep_refused and self._submission.aliasing:
                        recipients.append(self._recipient(len(recipients) + 1, address, None))
                case Routed(triple=triple, deferral=deferral) if triple not in known:
                    known.add(triple)
                    resolved = None if deferral else self._lasting(triple)
                    recipients.append(self._recipient(len(recipients) + 1, address, resolved))
        return recipients, tuple(refused)

    def _lasting(self, triple: Triple) -> Triple:
        """With -n aliases are not followed later, either: a backslash says so."""
        stops = not self._submission.aliasing and "A" in self._services.addresses.mailers[triple.mailer].flags
        return replace(triple, user=f"\\{triple.user}") if stops and triple.user[:1] != "\\" else triple

    def _recipient(self, number: int, address: str, triple: Triple | None) -> Recipient:
        return Recipient(
            number=number,
            address=address,
            triple=triple,
            notify=self._submission.notify,
            final=draft.final_recipient(address, triple, self._settings.host),
        )

    def _draft(self, collector: Collector, recipients: list[Recipient], quarantine: str) -> Draft:
        submission = self._submission
        return Draft(
            id=self.id,
            sender=self._sender,
            recipients=tuple(recipients),
            collector=collector,
            scope=self._scope,
            created=self._created,
            body_type=submission.body_type,
            ret=submission.ret,
            envid=submission.envid,
            smtputf8=self._is_international(recipients),
            quarantine=quarantine,
            hops=submission.hops,
            single=len(recipients) == 1 and not submission.extract,
            warnings=self._warnings(),
        )

    def _is_international(self, recipients: list[Recipient]) -> bool:
        """A command line has no parameter that says so: its addresses do."""
        addresses = [self._sender, *(recipient.address for recipient in recipients)]
        return self._settings.smtputf8 and not all(address.isascii() for address in addresses)

    def _warnings(self) -> list[str]:
        """X-Authentication-Warning, when PrivacyOptions asks for it."""
        submission, host = self._submission, self._settings.host
        if "authwarnings" not in self._settings.privacy:
            return []
        texts = list(submission.warnings)
        if submission.sender is not None and not submission.trusted and submission.sender != submission.user:
            texts.append(f"{submission.user} set sender to {self._sender} using -f")
        for text in texts:
            self._services.log.authentication_warning(self.id, f"{host}: {text}")
        return [f"{host}: {text}" for text in texts]

    def _log(self, collector: Collector, recipients: list[Recipient]) -> None:
        self._services.log.message_received(
            self.id,
            sender=self._sender,
            size=collector.size,
            precedence_class=draft.precedence_of(collector, self._settings),
            recipients=len(recipients),
            message_id=self._scope.get("msg_id") or "",
            body_type=self._submission.body_type.value,
            protocol=self._submission.protocol,
            relay=self._caller.peer,
        )
