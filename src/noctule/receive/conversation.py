"""What is said to a client: the reply to every event of the wire but the text of messages."""

from collections.abc import Awaitable, Callable

from noctule.base.errors import TemporaryError
from noctule.base.text import BLANKS, first_word, words_of
from noctule.mail.reply import Reply
from noctule.net import Handshake
from noctule.receive.authentication import Authentication
from noctule.receive.caller import Caller
from noctule.receive.checks import Checks, refusal
from noctule.receive.context import Context
from noctule.receive.dates import date_macros
from noctule.receive.encryption import Encryption
from noctule.receive.features import Features, read_features
from noctule.receive.services import Services
from noctule.receive.settings import ReceiveSettings
from noctule.receive.transaction import Transaction
from noctule.rewrite.results import Discarded, Quarantined, Rejected
from noctule.route.addresslist import split_addresses
from noctule.route.results import NoteKind
from noctule.smtp import replies
from noctule.smtp.data import LineRules
from noctule.smtp.events import (
    AuthenticationAnswered,
    AuthenticationRequested,
    Breach,
    ChunkEnded,
    ChunkOpened,
    CommandRefused,
    DataRequested,
    Event,
    ExpandRequested,
    HelloGiven,
    HelpRequested,
    InputEnded,
    NoopRequested,
    QueueRunRequested,
    QuitRequested,
    RecipientGiven,
    ResetRequested,
    SenderGiven,
    TextEnded,
    TextReceived,
    TlsRequested,
    VerboseRequested,
    VerifyRequested,
)
from noctule.smtp.rules import Offer, Rules
from noctule.smtp.server import MAX_HELLO_NAME, Server
from noctule.smtp.verbs import PROBES
from noctule.symbols.expand import expand
from noctule.symbols.macros import Macros

MAX_GREET_PAUSE = 300.0  # seconds
MAX_NAMES = 20  # in one VRFY or EXPN


class Conversation:
    """One connection's worth of replies.  `wire` is the wire they go to."""

    __slots__ = (
        "_answers",
        "_authentication",
        "_context",
        "_features",
        "_id",
        "_refused_sender",
        "asked_something",
        "encryption",
        "transaction",
        "turned_away",
        "wire",
    )

    def __init__(self, services: Services, settings: ReceiveSettings, caller: Caller, scope: Macros) -> None:
        self._context = Context(
            services=services,
            settings=settings,
            checks=Checks(services, caller.peer),
            caller=caller,
            scope=scope,
        )
        self.encryption = Encryption(services, settings, self._context.checks, caller, scope)
        self._authentication = Authentication(services, settings, caller, scope)
        self._features = Features()
        self._id = ""
        self.asked_something = False  # MAIL, VRFY, EXPN or ETRN was given
        self.turned_away = False  # by check_relay, srv_features, or for a breach of protocol
        self.transaction: Transaction | None = None
        self._refused_sender: Transaction | None = None  # of the last MAIL: logged unless another MAIL follows
        self.wire = Server(self._rules())
        self._answers: dict[type[Event], Callable[..., Awaitable[Reply | None]]] = {
            HelloGiven: self._hello,
            SenderGiven: self._sender,
            RecipientGiven: self._recipient,
            DataRequested: self._data,
            ChunkOpened: self._chunk_opened,
            ChunkEnded: self._chunk_ended,
            TextEnded: self._text_ended,
            ResetRequested: self._reset,
            NoopRequested: self._noop,
            QuitRequested: self._quit,
            VerifyRequested: self._verify,
            ExpandRequested: self._expand,
            QueueRunRequested: self._queue_run,
            TlsRequested: self._start_tls,
            AuthenticationRequested: self._begin_authentication,
            AuthenticationAnswered: self._go_on_authenticating,
            HelpRequested: self._help,
            VerboseRequested: self._verbose,
            CommandRefused: self._refused,
            InputEnded: self._input_ended,
        }

    @property
    def queue_id(self) -> str:
        """The id that log lines about this connection carry: that of the message at hand, or of the next one."""
        if self.transaction is not None:
            return self.transaction.id
        if not self._id:
            self._id = self._context.services.store.new_id()
        return self._id

    async def answer(self, event: Event) -> Reply | None:
        """The reply to an event; None where none is owed."""
        if isinstance(event, TextReceived):
            assert self.transaction is not None
            self.transaction.take(event.data)
            return None
        return await self._answers[type(event)](event)

    def close(self) -> None:
        """The connection is over."""
        self._end_transaction()

    def _end_transaction(self, why: str = "") -> None:
        if self.transaction is not None:
            self.transaction.close(why)
        elif self._refused_sender is not None:
            self._refused_sender.close()
        self.transaction = self._refused_sender = None
        self._context.asked_for = self._context.shown = 0
        self._context.warnings = []

    # before the first command

    async def admit(self) -> Reply | None:
        """Ask check_relay and srv_features.  The reply, if any, takes the greeting's place and ends the connection."""
        context = self._context
        if not context.caller.remote:
            self._authentication.tell(self._features)
            return None
        address = context.caller.address
        verdict = await context.checks.ask("check_relay", (context.caller.name, address), context.scope)
        match verdict:
            case Rejected():
                self.turned_away = True
                if verdict.code == 421:
                    return refusal(verdict)
                self.wire.refuse_commands(refusal(verdict))
            case Discarded():
                context.discard = True
            case Quarantined(reason):
                context.quarantine = reason
        await self._read_features()
        if not self.turned_away:
            self._authentication.tell(self._features)
        return None

    async def _read_features(self) -> None:
        context = self._context
        try:
            tokens = await context.checks.capabilities("srv_features", (context.caller.peer, ""), context.scope)
        except TemporaryError:
            tokens = ["temp"]
        if tokens and tokens[0].lower().startswith("temp"):
            self.turned_away = True
            context.services.log.features_unavailable(client=context.caller.peer)
            self.wire.refuse_commands(replies.TRY_LATER)
        elif tokens:
            self._features, problems = read_features(tokens)
            for problem in problems:
                context.services.log.unknown_feature(self.queue_id, problem=problem)
            self.encryption.asks_certificate = self._features.asks_certificate
            self.wire.rules = self._rules()

    async def pause(self) -> float:
        """Seconds to wait before the greeting (greet_pause)."""
        context = self._context
        if not context.caller.remote:
            return 0.0
        args = (context.caller.name, context.caller.address)
        try:
            tokens = await context.checks.capabilities("greet_pause", args, context.scope)
        except TemporaryError:
            return 0.0
        milliseconds = tokens[0] if tokens else ""
        return min(int(milliseconds) / 1000, MAX_GREET_PAUSE) if milliseconds.isdecimal() else 0.0

    def greeting(self) -> Reply:
        """The 220: `ESMTP` becomes its second word."""
        settings = self._context.settings
        scope = self._context.scope.child(date_macros(self._context.services.clock()))
        host, _, rest = expand(settings.greeting, scope).partition(" ")
        lines = f"{host} ESMTP {rest}".replace("\\n", "\n").split("\n")
        return replies.greeting([line.strip(BLANKS) for line in lines])

    def spoke_too_soon(self, seconds: float) -> Reply:
        """Input came before the greeting: no mail is taken from such a client."""
        context = self._context
        context.services.log.pregreeting_traffic(self.queue_id, client=context.caller.peer, seconds=seconds)
        self.wire.refuse_commands(replies.COMMAND_REJECTED)
        return replies.not_accepting(context.settings.host)

    def _rules(self) -> Rules:
        settings, privacy, features = self._context.settings, self._context.settings.privacy, self._features
        able = self.encryption.able
        starttls = able and features.starttls and not settings.daemon.has("S")
        offer = Offer(
            pipelining=features.pipelining and not features.one_by_one,
            expn=features.expn and "noexpn" not in privacy,
            verb=features.verb and features.expn and not privacy & {"noverb", "noexpn"},
            size=settings.limits.message_size,
            dsn=features.dsn and "noreceipts" not in privacy,
            smtputf8=settings.smtputf8,
            chunking=settings.chunking,
            etrn=features.etrn and "noetrn" not in privacy and not settings.daemon.has("E"),
            auth=self._authentication.offered(features),
            starttls=starttls,
            deliver_by=settings.deliver_by,
        )
        return Rules(
            host=settings.host,
            peer=self._context.caller.peer,
            offer=offer,
            lines=LineRules(
                bare_lf=features.bare_lf,
                bare_cr=features.bare_cr,
                any_end=features.any_end or not self._context.caller.remote,  # on a terminal nothing else comes
                nul=not settings.reject_nul,
            ),
            privacy=privacy - {f"need{word}helo" for word in ("vrfy", "expn") if f"no{word}" in privacy},
            allow_bogus_hello=settings.allow_bogus_hello,
            no_tls=replies.TLS_WITHHELD if able else replies.NO_TLS,
            wait_for_replies=features.wait_for_replies,
            refuse_http=features.refuse_http,
            max_noops=settings.limits.noops,
            close_on_noise=bool(settings.limits.connections),
        )

    # commands

    async def _hello(self, event: HelloGiven) -> Reply:
        self._end_transaction(self._word())
        context = self._context
        context.greeted = True
        self._name_protocol(extended=event.extended)
        context.scope.set("s", event.name or context.caller.known_as)
        keywords = self.wire.keywords if event.extended else ()
        return replies.hello(context.settings.host, context.caller.peer, bogus=event.bogus, keywords=keywords)

    async def _sender(self, event: SenderGiven) -> Reply:
        self.asked_something = True
        if self._auth_missing:
            return replies.AUTH_REQUIRED
        queue_id, self._id = self.queue_id, ""
        transaction = Transaction(self._context, queue_id, event)
        reply = await transaction.begin()
        if reply.positive:
            self.transaction, self._refused_sender = transaction, None
        else:
            self._id, self._refused_sender = queue_id, transaction if transaction.judged else None
        return reply

    async def _recipient(self, event: RecipientGiven) -> Reply:
        assert self.transaction is not None
        return await self.transaction.add(event)

    async def _data(self, _event: DataRequested) -> Reply:
        assert self.transaction is not None
        return await self.transaction.open()

    async def _chunk_opened(self, _event: ChunkOpened) -> None:
        assert self.transaction is not None
        await self.transaction.open()

    async def _chunk_ended(self, event: ChunkEnded) -> Reply:
        assert self.transaction is not None
        reply = self.transaction.chunk_refusal()
        if reply is None:
            return replies.chunk_received(event.size)
        self._end_transaction()
        return reply

    async def _text_ended(self, event: TextEnded) -> Reply:
        assert self.transaction is not None
        try:
            return await self.transaction.finish(event)
        finally:
            self._end_transaction()

    async def _reset(self, _event: ResetRequested) -> Reply:
        self._end_transaction(self._word())
        return replies.RESET

    async def _noop(self, _event: NoopRequested) -> Reply:
        return await self._other(replies.OK)

    async def _other(self, reply: Reply) -> Reply:
        """What check_other says of a command that does nothing takes the place of its reply; 421 ends the session."""
        line, kind = self.wire.last_line, str(reply.code)[0]
        verdict = await self._context.checks.ask("check_other", (line, kind), self._context.scope.child())
        return refusal(verdict) if isinstance(verdict, Rejected) else reply

    def _word(self) -> str:
        """The command at hand, as it was written."""
        return first_word(self.wire.last_line)[0]

    async def _quit(self, _event: QuitRequested) -> Reply:
        self._end_transaction("aborted by sender")
        return replies.closing(self._context.settings.host)

    async def _verbose(self, _event: VerboseRequested) -> Reply:
        return await self._other(replies.VERBOSE if self.wire.rules.offer.verb else replies.NO_VERBOSE)

    async def _refused(self, event: CommandRefused) -> Reply:
        log, peer, wire = self._context.services.log, self._context.caller.peer, self.wire
        if wire.last_verb in {"helo", "ehlo"}:
            self._name_protocol(extended=wire.last_verb == "ehlo")
        self.asked_something |= wire.last_verb == "mail"
        if event.early_input:
            self.turned_away = True
            log.traffic_before_response(self.queue_id, client=peer, command=event.early_input.upper())
        elif event.breach is Breach.TOO_LONG:
            log.input_too_long(self.queue_id, client=peer, size=len(wire.last_line))
        elif event.breach is Breach.OPEN_PROXY:
            log.open_proxy(self.queue_id, client=peer, command=f"{wire.last_line}\r\n")
        elif wire.last_verb.upper() in PROBES:
            log.probe(self.queue_id, client=peer, address=self._context.caller.address, command=wire.last_verb)
        elif event.reply == replies.INVALID_DOMAIN:
            self._note_invalid_domain()
        elif self.transaction is not None and wire.last_verb == "rcpt":
            self.transaction.refused(event.reply)
        elif wire.last_verb in {"vrfy", "expn"} and event.reply.code == 501:
            self._note_question()
        return await self._other(event.reply) if event.no_command else event.reply

    def _note_invalid_domain(self) -> None:
        words = words_of(self.wire.last_line)
        name = words[1] if len(words) > 1 else ""
        shown = "too long" if len(name) > MAX_HELLO_NAME else name
        self._context.services.log.invalid_domain(self.queue_id, domain=shown, client=self._context.caller.peer)

    async def _input_ended(self, event: InputEnded) -> Reply | None:
        context = self._context
        if not event.in_text:
            return None
        context.services.log.premature_end(self.queue_id, relay=context.caller.known_as, sender=self._sender_given)
        return replies.text_broken_off(context.caller.known_as, self._sender_given, "unexpected close")

    def text_timed_out(self) -> Reply:
        """What is said to a client that does not come to the end of a message."""
        context = self._context
        reply = replies.text_broken_off(context.caller.known_as, self._sender_given, "read timeout")
        context.services.log.system_error(self.queue_id, user="daemon", text=reply.text)
        return reply

    @property
    def _sender_given(self) -> str:
        return self.transaction.sender if self.transaction else ""

    # questions

    async def _verify(self, event: VerifyRequested) -> Reply:
        context = self._context
        refused = "novrfy" in context.settings.privacy
        self._note_question(rejected=refused)
        if refused:
            return replies.CANNOT_VRFY
        if reply := await self._checked("check_vrfy", event.argument):
            return reply
        listed = await context.services.router.verification_of(_addresses(event.argument), context.scope.child())
        return self._noted(listed.verified(), event)

    async def _expand(self, event: ExpandRequested) -> Reply:
        context = self._context
        refused = not self.wire.rules.offer.expn
        self._note_question(rejected=refused)
        if refused:
            return replies.NOT_ALLOWED
        if reply := await self._checked("check_expn", event.argument):
            return reply
        listed = await context.services.router.expansion_of(_addresses(event.argument), context.scope.child())
        for note in listed.notes:
            if note.kind is NoteKind.ALIAS:
                context.services.log.alias_expanded(self.queue_id, name=note.name, members=note.text)
        return self._noted(listed.expanded(), event)

    def _noted(self, reply: Reply, event: VerifyRequested | ExpandRequested) -> Reply:
        """Count the question if it named somebody who is here or might be."""
        self._context.shown += len(reply.lines) if reply.positive else 0
        if reply.positive or reply.enhanced == "5.1.1":
            self._context.asked_for += 1
        international = self._context.settings.smtputf8 and not reply.text.isascii()
        return replies.REPLY_NEEDS_UTF8 if international and not event.smtputf8 else reply

    async def _queue_run(self, event: QueueRunRequested) -> Reply:
        run_queue = self._context.services.run_queue
        refused = not self.wire.rules.offer.etrn or run_queue is None
        if run_queue is None or refused:
            self._note_question(rejected=True)
            return replies.NOT_ALLOWED
        if not event.node:
            return replies.NODE_REQUIRED
        self.asked_something = True
        if reply := await self._checked("check_etrn", event.node):
            return reply
        self._note_question()
        if not await run_queue(event.node):
            return replies.unknown_queue(event.node.removeprefix("#"))
        return replies.queue_started(event.node)

    async def _checked(self, ruleset: str, argument: str) -> Reply | None:
        context = self._context
        verdict = await context.checks.ask(ruleset, (argument,), context.scope.child())
        return refusal(verdict) if isinstance(verdict, Rejected) else None

    def _note_question(self, *, rejected: bool = False) -> None:
        self.asked_something = True
        context = self._context
        context.services.log.address_asked(
            self.queue_id, client=context.caller.peer, command=self.wire.last_line.strip(BLANKS), rejected=rejected
        )

    def _name_protocol(self, *, extended: bool) -> None:
        """RFC 3848: S for TLS, A for AUTH."""
        protocol = "ESMTP" if extended else "SMTP"
        protocol += "S" if self.encryption.active else ""
        self._context.protocol = protocol + ("A" if self._authentication.user else "")
        self._context.scope.set("r", self._context.protocol)

    # AUTH

    @property
    def _auth_missing(self) -> bool:
        wanted = self._context.settings.daemon.has("a") or self._features.auth_required
        return wanted and not self._authentication.user

    async def _begin_authentication(self, event: AuthenticationRequested) -> Reply:
        return self._authenticated(await self._authentication.begin(event, self._features, self.queue_id))

    async def _go_on_authenticating(self, event: AuthenticationAnswered) -> Reply:
        return self._authenticated(await self._authentication.respond(event, self.queue_id))

    def _authenticated(self, reply: Reply) -> Reply:
        if self._authentication.user:
            self._name_protocol(extended="E" in self._context.protocol)
        return reply

    # TLS

    async def ready_for_tls(self) -> bool:
        """For a client that begins with TLS."""
        if not await self.encryption.prepare():
            self._context.services.log.smtps_unavailable()
            return False
        return True

    async def _start_tls(self, _event: TlsRequested) -> Reply:
        return replies.TLS_READY if await self.encryption.prepare() else replies.TLS_UNAVAILABLE

    async def encrypted(self, handshake: Handshake) -> None:
        """TLS stands: what was said before is forgotten."""
        context = self._context
        self._end_transaction()
        context.greeted, context.protocol = False, "SMTPS"
        context.scope.set("r", context.protocol)
        context.scope.set("s", context.caller.known_as)
        refused = await self.encryption.begin(handshake)
        self._authentication.encrypted(handshake)
        self._authentication.tell(self._features)
        self.wire.encrypted(self._rules())
        if refused is not None:
            self.wire.refuse_commands(refused)

    async def _help(self, event: HelpRequested) -> Reply:
        settings, scope = self._context.settings, self._context.scope
        if settings.help is None:
            return replies.no_help(settings.version)
        topic = event.topic.lower() or "smtp"
        lines = [line for known, its in settings.help.items() if known.startswith(topic) for line in its]
        if not lines:
            return replies.unknown_topic(event.topic)
        return replies.help_topic([expand(line, scope) for line in lines])


def _addresses(argument: str) -> list[str]:
    """VRFY and EXPN take several names, between commas or else blanks, and answer for the last one first."""
    return split_addresses(argument, blanks=True)[:MAX_NAMES][::-1]
