"""A message that has been read and not yet accepted: what SMTP and the command line do alike with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from noctule.base.text import BLANKS, ascii_lower
from noctule.mail.envelope import BodyType, Deadline, Envelope, HeaderField, Notify, Recipient, Triple
from noctule.mqueue.schedule import initial_priority
from noctule.mqueue.store import Staging
from noctule.receive import fields as header_fields
from noctule.receive.checks import Checks, graver
from noctule.receive.collect import Collector
from noctule.receive.dates import date_of_from_line
from noctule.receive.services import Services
from noctule.receive.settings import ReceiveSettings
from noctule.rewrite.results import Verdict
from noctule.symbols.macros import Macros

RECEIPT_FIELD = "return-receipt-to"
PERSISTENT = ("r", "s", "_", "if_addr", "daemon_flags")
"""Macros of the connection that are kept with the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that becomes an envelope.  `single`: only one recipient was asked for, and Received may name it."""

    id: str
    sender: str
    recipients: tuple[Recipient, ...]
    collector: Collector
    scope: Macros
    created: float
    body_type: BodyType = BodyType.UNSTATED
    ret: str = ""
    envid: str = ""
    auth: str = ""
    smtputf8: bool = False
    deadline: Deadline | None = None
    quarantine: str = ""
    hops: int = 0  # counted before this host, by -h
    single: bool = False
    warnings: Sequence[str] = ()

    def envelope(self, settings: ReceiveSettings) -> Envelope:
        """The envelope with its completed header."""
        collector, scope, weights = self.collector, self.scope, settings.weights
        scope.set("u", self.recipients[0].address if self.single and self.recipients else None)
        fields, recipients = list(collector.fields), self.recipients
        if settings.rrt_implies_dsn and any(ascii_lower(name) == RECEIPT_FIELD for name, _ in fields):
            fields = [field for field in fields if ascii_lower(field[0]) != RECEIPT_FIELD]
            recipients = tuple([replace(one, notify=_with_receipt(one.notify)) for one in recipients])
        addresses = [recipient.address for recipient in recipients]
        fields += header_fields.for_no_recipient(settings.no_recipient_action, fields, addresses)
        any_local = any(r.triple is not None and r.triple.mailer == "local" for r in self.recipients)
        header = header_fields.complete(fields, settings.headers, scope, self.warnings, nameless=not any_local)
        message_id = next((f.value.strip(BLANKS) for f in header if ascii_lower(f.name) == "message-id"), "")
        scope.set("msg_id", message_id or None)
        precedence = precedence_of(collector, settings)
        return Envelope(
            id=self.id,
            sender=self.sender,
            recipients=recipients,
            headers=header,
            created=self.created,
            size=collector.size,
            body_size=collector.body_size,
            body_type=self._body_type(header, any_local=any_local),
            has_8bit=collector.has_8bit,
            ret=self.ret,
            envid=self.envid,
            auth=self.auth,
            smtputf8=self.smtputf8,
            deadline=self.deadline,
            message_id=message_id,
            precedence_class=precedence,
            priority=initial_priority(
                collector.size, precedence, len(self.recipients), weights.class_factor, weights.recipient_factor
            ),
            quarantine=self.quarantine,
            hops=max(self.hops, header_fields.hops((field.name, field.value) for field in header)),
            macros={name: value for name in PERSISTENT if (value := scope.get(name))},
        )

    def _body_type(self, header: Sequence[HeaderField], *, any_local: bool) -> BodyType:
        """What Sendmail makes of 8-bit data nobody announced, in a message for names it may have to alias."""
        if self.body_type is not BodyType.UNSTATED or not (any_local and self.collector.has_8bit):
            return self.body_type
        labelled = any(ascii_lower(field.name) == "mime-version" for field in header)
        return BodyType.EIGHT_BIT_MIME if labelled else BodyType.UNSTATED


def _with_receipt(notify: Notify | None) -> Notify:
    """NOTIFY= with success, and the usual beside it; but not where the sender wanted to hear nothing."""
    if notify is None:
        return Notify.SUCCESS | Notify.FAILURE | Notify.DELAY
    return notify | Notify.SUCCESS if notify else notify


def precedence_of(collector: Collector, settings: ReceiveSettings) -> int:
    """The class that the Precedence field gives a message."""
    return settings.weights.precedences.get(ascii_lower(header_fields.first(collector.fields, "precedence")), 0)


def define_text_macros(collector: Collector, scope: Macros) -> None:
    """Macros that the text of the message gives."""
    scope.set("msg_size", str(collector.size))
    scope.set("msg_id", header_fields.first(collector.fields, "message-id") or None)
    if name := header_fields.first(collector.fields, "full-name"):
        scope.set("x", name)
    hops = header_fields.hops(collector.fields)
    scope.set("c", str(hops) if hops else None)
    if collector.from_line and (date := date_of_from_line(collector.from_line)):
        scope.set("a", date)


async def judge(collector: Collector, checks: Checks, settings: ReceiveSettings, scope: Macros, id_: str) -> Verdict:
    """Header checks, check_eoh, check_eom: all are asked, and the last of the gravest verdicts counts."""
    held: Verdict = await checks.header(collector.fields, settings.headers, scope, id_)
    sizes = (str(len(collector.fields)), str(collector.header_size))
    for ruleset, args in (("check_eoh", sizes), ("check_eom", (str(collector.size),))):
        held = graver(held, await checks.ask(ruleset, args, scope, id_))
    return held


def at_once(envelope: Envelope, services: Services, settings: ReceiveSettings) -> bool:
    """Whether a message is to be tried now (DeliveryMode, QueueLA)."""
    return settings.deliver_at_once and not settings.loads.only_queues(services.load(), envelope.priority)


async def commit(envelope: Envelope, staging: Staging, services: Services, *, at_once: bool) -> None:
    """Make the message safe, and hand it to the runner of this process if there is one and it has room.

    One that is not to be tried at once waits for a queue run.  Raises TemporaryError: the message was not accepted.
    """
    if not at_once:
        envelope = replace(envelope, next_attempt=envelope.created)
    handoff = services.handoff if at_once and not envelope.quarantine else None
    leased = handoff is not None and handoff.reserve()
    try:
        body = staging.finish()
        await services.store.accept(envelope, body, leased=leased)
    except BaseException:
        if handoff is not None:
            handoff.cancel(leased)
        raise
    if handoff is None:
        return
    if leased:
        handoff.put(envelope, body)
    else:
        handoff.wake()


def bare(address: str) -> str:
    """An address without the brackets around it."""
    return address[1:-1] if address.startswith("<") and address.endswith(">") else address


def notify_text(notify: Notify | None) -> str | None:
    """`${dsn_notify}`."""
    return None if notify is None else ",".join(flag.name or "" for flag in notify) or "NEVER"


def final_recipient(address: str, triple: Triple | None, host: str) -> str:
    """Final-Recipient for reports: the user that was found, if he is of a domain, else the address as it was given."""
    plain = bare(address)
    if triple is not None and "@" in triple.user and "@" in plain:
        plain = triple.user
    return f"RFC822; {plain if '@' in plain else f'{plain}@{host}'}"


async def full_name(services: Services, user: str) -> str:
    """The name of a local user's person.  Raises TemporaryError."""
    account = await services.accounts.look_up(user) if services.accounts is not None else None
    return account.full_name if account else ""
