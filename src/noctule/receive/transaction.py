"""One message on its way in, from MAIL to the commit."""

from dataclasses import replace

from noctule.base.errors import TemporaryError
from noctule.mail.envelope import BodyType, Deadline, Recipient, without_comments
from noctule.mail.reply import Reply
from noctule.mqueue.store import Staging
from noctule.receive import draft
from noctule.receive.checks import refusal, unresolvable
from noctule.receive.collect import Collector, Excess
from noctule.receive.context import Context
from noctule.receive.dates import date_macros
from noctule.receive.draft import Draft, bare, final_recipient
from noctule.rewrite.results import Discarded, Quarantined, Rejected, Unresolvable, Verdict
from noctule.rewrite.settle import settle
from noctule.route.locate import ERROR_MAILER
from noctule.route.results import Refused, Routed
from noctule.smtp import replies
from noctule.smtp.events import Fault, RecipientGiven, SenderGiven, TextEnded

_UNADDRESSED = frozenset({"prog", "*file*", "*include*"})  # mailers nobody writes from, or to by their names
_NO_AUTHOR = "<>"
_NULL = frozenset({"<>", "< >", ""})


class Transaction:
    """One message.  Its methods give the replies to the commands it is made of."""

    __slots__ = (
        "_author",
        "_bad",
        "_body_type",
        "_collector",
        "_context",
        "_discard",
        "_given",
        "_logged",
        "_opening",
        "_parameters",
        "_quarantine",
        "_refusal",
        "_staging",
        "_started",
        "_storage_failed",
        "_throttled",
        "_triples",
        "id",
        "judged",
        "recipients",
        "scope",
        "sender",
    )

    def __init__(self, context: Context, queue_id: str, event: SenderGiven) -> None:
        self._context = context
        self.id = queue_id
        self.sender = event.address
        self.recipients: list[Recipient] = []
        self._parameters = event.parameters
        self._author = event.parameters.auth or ""
        self._refusal = event.refusal
        self._body_type = event.parameters.body_type
        self._started = context.services.clock()
        self._triples: dict[object, int] = {}
        self._given = 0
        self._bad = 0
        self._throttled = False
        self._discard = context.discard
        self._quarantine = context.quarantine
        self._staging: Staging | None = None
        self._collector: Collector | None = None
        self._storage_failed = False
        self._logged = False
        self.judged = False  # MAIL got as far as the rules
        self._opening: Reply | None = None  # why no text is taken
        self.scope = context.scope.child(self._macros())

    def _macros(self) -> dict[str, str | None]:
        given = self._parameters
        null = self.sender in _NULL
        author = bare(without_comments(self.sender))
        return {
            **date_macros(self._started),
            "i": self.id,
            "r": self._protocol,
            "f": "" if null else author,
            "g": "<>" if null else author,
            "mail_from": self.sender,
            "mail_mailer": "local",
            "mail_host": "localhost",
            "mail_addr": "",
            "msg_size": None if given.size is None else str(given.size),
            "dsn_ret": given.ret or None,
            "dsn_envid": given.envid,
            "auth_author": given.auth,
            "bodytype": given.body_type.value or None,
            "nrcpts": "0",
            "nbadrcpts": "0",
            "ntries": "0",
        }

    @property
    def _protocol(self) -> str:
        """How the message came: UTF8SMTP and its kin for an international one (RFC 6531 4.3)."""
        protocol = self._context.protocol
        return f"UTF8SMTP{protocol.removeprefix('ESMTP')}" if self._parameters.smtputf8 else protocol

    # MAIL

    async def begin(self) -> Reply:
        """The reply to MAIL; the transaction exists only if it is positive."""
        context, size = self._context, self._parameters.size or 0
        settings, scope = context.settings, self.scope
        if not context.greeted and "authwarnings" in settings.privacy:
            warning = f"{settings.host}: {context.caller.peer} didn't use HELO protocol"
            context.warnings.append(warning)
            context.services.log.authentication_warning(self.id, warning)
        if (problem := await self._resolve_sender()) is not None:
            return problem
        self.judged = True
        if self._refusal is not None:
            return self._refusal
        scope.set("addr_type", "e s")
        verdict = await context.checks.ask("check_mail", (self.sender,), scope, self.id)
        if reply := self._judged(verdict, self.sender):
            return reply
        await self._judge_author()
        limits = settings.limits
        if limits.message_size and size > limits.message_size:
            return replies.size_over_limit(limits.message_size)
        free_space = context.services.free_space
        if limits.free_bytes and free_space is not None and free_space() - size < limits.free_bytes:
            self.judged = False
            return replies.DISK_FULL
        return replies.sender_ok(self.sender)

    async def _judge_author(self) -> None:
        """AUTH= counts only from whom trust_auth believes; `<>` stands for an author nobody vouches for."""
        author = self._parameters.auth
        if not author or author == _NO_AUTHOR:
            return
        checks = self._context.checks
        if isinstance(await checks.ask("trust_auth", (author,), self.scope, about=self.sender), Rejected):
            self._author = _NO_AUTHOR
            self.scope.set("auth_author", _NO_AUTHOR)

    async def _resolve_sender(self) -> Reply | None:
        if self.sender in _NULL:
            return None
        services, scope = self._context.services, self.scope
        try:
            resolved = await settle(
                lambda asks: services.addresses.parse(self.sender, scope, asks, sender=True), services.maps
            )
        except TemporaryError as error:
            return replies.temporary_failure(str(error))
        if isinstance(resolved, Unresolvable):
            return unresolvable(resolved, self.sender)
        if resolved is None:
            return None
        for complaint in resolved.complaints:
            return Reply(complaint.reply_code, complaint.enhanced, (complaint.text,))
        if resolved.mailer.name in _UNADDRESSED:
            services.log.invalid_sender(self.id, sender=self.sender, client=self._context.caller.peer)
            return replies.invalid_sender(self.sender)
        scope.set("mail_mailer", resolved.mailer.name)
        scope.set("mail_host", resolved.host or "localhost")
        scope.set("mail_addr", resolved.user)
        if "w" in resolved.mailer.flags:
            return await self._name_sender(resolved.user)
        return None

    async def _name_sender(self, user: str) -> Reply | None:
        try:
            self.scope.set("x", await draft.full_name(self._context.services, user) or None)
        except TemporaryError as error:
            return replies.temporary_failure(str(error))
        return None

    def _judged(self, verdict: Verdict, address: str = "") -> Reply | None:
        """A refusal, or None; what the verdict decides for the whole message is remembered."""
        match verdict:
            case Rejected():
                return refusal(verdict, address)
            case Discarded():
                self._discard = True
            case Quarantined(reason):
                self._quarantine = reason
        return None

    # RCPT

    async def add(self, event: RecipientGiven) -> Reply:
        """The reply to RCPT."""
        limits = self._context.settings.limits
        if self._flooded():
            self._context.services.log.recipient_flood(self.id, client=self._context.caller.peer, closing=True)
            return replies.bad_recipients(self._context.settings.host)
        full = 0 < limits.recipients <= self._given - self._bad
        self._given += 1
        if limits.bad_recipients and self._bad >= limits.bad_recipients:
            if not self._throttled:
                self._throttled = True
                self._context.services.log.recipient_flood(self.id, client=self._context.caller.peer, closing=False)
            await self._context.services.sleep(1.0)
        reply = self.complain(replies.TOO_MANY_RECIPIENTS) if full else await self._recipient(event)
        if reply.positive:
            self.scope.set("nrcpts", str(len(self.recipients)))
            return reply
        self._bad += 1
        self.scope.set("nbadrcpts", str(self._bad))
        return reply

    def _flooded(self) -> bool:
        """BadRcptShutdown: the recipients before this one were bad enough."""
        limits = self._context.settings.limits
        close = limits.bad_recipients_close
        return bool(close) and self._bad >= close and self._bad * 100 >= limits.bad_recipients_share * self._given

    async def _recipient(self, event: RecipientGiven) -> Reply:
        address, scope = event.address, self.scope
        if address.startswith("(") and address.endswith(")"):
            return self.complain(replies.MISSING_RECIPIENT)
        scope.set("addr_type", "e r")
        routed = await self._context.services.router.resolve(address, scope)
        if isinstance(routed, Refused) and (routed.triple is None or routed.triple.mailer == ERROR_MAILER):
            return self.complain(routed.said())
        if event.refusal is not None:
            return self.complain(event.refusal)
        triple = routed.triple
        if isinstance(routed, Refused) and triple is not None and triple.mailer in _UNADDRESSED:
            return self.complain(routed.said())
        if triple is not None:
            scope.set("rcpt_mailer", triple.mailer)
            scope.set("rcpt_host", triple.host or "localhost")
            scope.set("rcpt_addr", triple.user)
        scope.set("dsn_notify", draft.notify_text(event.parameters.notify))
        verdict = await self._context.checks.ask("check_rcpt", (address,), scope, self.id)
        if reply := self._judged(verdict, address):
            return reply
        self._context.asked_for += 1
        if isinstance(routed, Refused):
            if self._accept_anything(event):
                return replies.recipient_ok(address)
            return self.complain(routed.said())
        return self._kept(event, routed)

    def refused(self, reply: Reply) -> None:
        """A recipient the wire did not let pass."""
        self.complain(reply)
        self._given += 1
        self._bad += 1

    def complain(self, reply: Reply) -> Reply:
        """Log why a recipient is not taken; rulesets have lines of their own."""
        self._context.services.log.user_error(self.id, reply.text)
        return reply

    def _accept_anything(self, event: RecipientGiven) -> bool:
        """A message that will be dropped has no unknown recipients."""
        if self._discard:
            self.recipients.append(Recipient(number=len(self.recipients) + 1, address=event.address))
        return self._discard

    def _kept(self, event: RecipientGiven, routed: Routed) -> Reply:
        address = event.address
        number = self._triples.get(routed.triple)
        if number is not None:
            known = self.recipients[number - 1]
            if event.parameters.notify is not None and known.notify is not None:
                self.recipients[number - 1] = replace(known, notify=known.notify | event.parameters.notify)
            return replies.recipient_ok(known.address)
        number = len(self.recipients) + 1
        self._triples[routed.triple] = number
        self.recipients.append(
            Recipient(
                number=number,
                address=address,
                triple=None if routed.deferral else routed.triple,
                notify=event.parameters.notify,
                original=event.parameters.original,
                final=final_recipient(address, routed.triple, self._context.settings.host),
            )
        )
        return replies.recipient_ok_will_queue(address) if routed.deferral else replies.recipient_ok(address)

    # DATA

    async def open(self) -> Reply:
        """The reply to DATA.  After BDAT nobody hears it before the end of the chunk."""
        reply = await self._open()
        self._opening = None if reply.positive else reply
        return reply

    async def _open(self) -> Reply:
        accepted = str(self._given - self._bad)
        verdict = await self._context.checks.ask("check_data", (accepted,), self.scope, self.id)
        if reply := self._judged(verdict):
            return reply
        settings = self._context.settings
        try:
            self._staging = self._context.services.store.stage(self.id)
        except TemporaryError as error:
            return self._not_stored(error)
        self._collector = Collector(
            self._staging,
            header_limit=settings.limits.header_size,
            limit=settings.limits.message_size,
            keep_from_line=settings.save_from_line,
            seven_bit=settings.seven_bit_input and self._body_type is BodyType.UNSTATED,
        )
        return replies.START_DATA

    def take(self, data: bytes) -> None:
        """Text of the message."""
        if self._storage_failed or self._opening is not None:
            return
        assert self._collector is not None
        try:
            self._collector.feed(data)
        except TemporaryError as error:
            self._not_stored(error)

    def chunk_refusal(self) -> Reply | None:
        """What is wrong with a message so far, a chunk of which has been read."""
        if self._opening is not None or self._collector is None:
            return self._opening
        return replies.QUEUE_FAILED if self._storage_failed else self._too_large(self._collector)

    def _not_stored(self, error: TemporaryError) -> Reply:
        self._context.services.log.queue_trouble(str(error))
        self._storage_failed = True
        return replies.QUEUE_FAILED

    async def finish(self, event: TextEnded) -> Reply:
        """The reply to the end of the text: positive means that the message is safe."""
        if self._opening is not None:
            return self._opening
        collector = self._collector
        assert collector is not None
        try:
            if not self._storage_failed:
                collector.finish()
        except TemporaryError as error:
            self._not_stored(error)
        reply = self._unfit(event, collector) or await self._checked(collector)
        if reply is not None and event.fault in _FAULTS:
            self._log_message(collector)
        elif reply is not None:
            self._give_up(collector, reply.text)
        elif self._discard:
            self._give_up(collector, "discarded", taken=True)
            reply = replies.accepted(self.id)
        else:
            reply = await self._commit(collector)
            self._log_message(collector)
        return reply

    def _give_up(self, collector: Collector, why: str, *, taken: bool = False) -> None:
        """Say of a message that was read, and goes nowhere, what it was and why."""
        message = self._draft(collector).envelope(self._context.settings)
        if taken:
            self._context.services.log.discarded(message, now=self._context.services.clock())
        self._log_message(collector)
        self._log_end(why, message.priority)

    def _unfit(self, event: TextEnded, collector: Collector) -> Reply | None:
        """What is wrong with the text itself."""
        context = self._context
        if event.fault is Fault.NUL:
            return replies.NUL_BYTE
        if event.fault is not None:
            where = "header" if event.in_header else "body"
            context.services.log.message_refused(
                self.id, relay=context.caller.known_as, sender=self.sender, reason=event.fault.value, where=where
            )
            return _FAULTS[event.fault]
        if self._storage_failed:
            return replies.QUEUE_FAILED
        if reply := self._too_large(collector):
            return reply
        unlabelled = self._body_type is BodyType.UNSTATED and context.settings.refuse_unlabelled_8bit
        if collector.has_8bit and (unlabelled or self._body_type is BodyType.SEVEN_BIT):
            return replies.EIGHT_BIT_DATA
        return None

    def _too_large(self, collector: Collector) -> Reply | None:
        context, limits = self._context, self._context.settings.limits
        match collector.excess:
            case Excess.MESSAGE:
                context.services.log.message_too_large(self.id, size=collector.size, limit=limits.message_size)
                return replies.size_exceeded(limits.message_size)
            case Excess.HEADER:
                context.services.log.headers_too_large(
                    self.id, client=context.caller.known_as, limit=limits.header_size
                )
                return replies.headers_too_large(limits.header_size)
        return None

    async def _checked(self, collector: Collector) -> Reply | None:
        context = self._context
        draft.define_text_macros(collector, self.scope)
        return self._judged(await draft.judge(collector, context.checks, context.settings, self.scope, self.id))

    async def _commit(self, collector: Collector) -> Reply:
        assert self._staging is not None
        services, settings = self._context.services, self._context.settings
        message = self._draft(collector)
        try:
            envelope = message.envelope(settings)
            at_once = draft.at_once(envelope, services, settings)
            await draft.commit(envelope, self._staging, services, at_once=at_once)
        except TemporaryError as error:
            return self._not_stored(error)
        self._staging = None
        return replies.accepted(self.id)

    def _draft(self, collector: Collector) -> Draft:
        given, by = self._parameters, self._parameters.deliver_by
        return Draft(
            id=self.id,
            sender="<>" if self.sender in _NULL else self.sender,
            recipients=tuple(self.recipients),
            collector=collector,
            scope=self.scope,
            created=self._started,
            body_type=self._body_type,
            ret=given.ret,
            envid=given.envid or "",
            auth=self._author,
            smtputf8=given.smtputf8,
            deadline=Deadline(self._started + by.seconds, by.return_it, by.trace) if by else None,
            quarantine=self._quarantine,
            single=self._context.asked_for == 1,
            warnings=self._context.warnings,
        )

    # the end

    def close(self, why: str = "") -> None:
        """The transaction is over, with or without a message.  `why` it ended, when the client broke it off."""
        if self._staging is not None:
            self._staging.discard()
            self._staging = None
        if not self._logged and why:
            self._log_end(why)
        self._log_message(self._collector)

    def _log_end(self, why: str, priority: int | None = None) -> None:
        """The line for recipients nobody will deliver to; `priority` is that of a message that was read."""
        delay = self._context.services.clock() - self._started
        for recipient in self.recipients:
            self._context.services.log.not_delivered(
                self.id, recipients=[recipient.address], delay=delay, priority=priority, stat=why
            )

    def _log_message(self, collector: Collector | None) -> None:
        if self._logged:
            return
        self._logged = True
        context = self._context
        context.services.log.message_received(
            self.id,
            sender=self.sender,
            size=collector.size if collector else self._parameters.size or 0,
            precedence_class=draft.precedence_of(collector, context.settings) if collector else 0,
            recipients=len(self.recipients) + context.shown,
            message_id=self.scope.get("msg_id") or "",
            body_type=self._body_type.value,
            protocol=self._protocol,
            daemon=context.settings.daemon.name,
            relay=context.caller.peer,
        )


_FAULTS = {Fault.BARE_LF: replies.BARE_LF, Fault.BARE_CR: replies.BARE_CR}
