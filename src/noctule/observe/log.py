"""Every line Noctule logs, named after what happened: typed arguments here, the words in `lines`.

`id` is the queue id, "" when there is none.  `client` and `relay` are host and address as `host [address]`.  Texts come
as they are; what cannot be printed is escaped by the form.
"""

from collections.abc import Callable, Sequence

from noctule.mail.envelope import Controller, Envelope, Recipient
from noctule.observe import lines, traceid
from noctule.observe.forms import Form, syslog_form
from noctule.observe.lines import Fact, Line
from noctule.observe.sinks import Priority, Sink
from noctule.observe.text import shortened

_NO_ID = "NOQUEUE"  # said where an envelope has no id yet


class Log:
    """Events, tested against `level` (LogLevel), brought into `form` and sent to `sink`.

    `told` hears of every delivery and alias, whatever the level: recipients and what became of them (`sendmail -v`).
    """

    __slots__ = ("_form", "_sink", "level", "told")

    def __init__(
        self,
        sink: Sink,
        level: int = 9,
        told: Callable[[Sequence[str], str], None] | None = None,
        form: Form = syslog_form,
    ) -> None:
        self._sink = sink
        self._form = form
        self.level = level
        self.told = told

    def _say(self, line: Line, id_: str = "", /, **facts: Fact) -> None:
        if self.level >= line.level:
            for text in self._form(line, id_, facts):
                self._sink.write(line.priority, text)

    # Messages.

    def message_received(
        self,
        id: str,  # noqa: A002 - the field's word
        *,
        sender: str,
        size: int,
        precedence_class: int,
        recipients: int,
        message_id: str = "",
        body_type: str = "",
        protocol: str = "",
        daemon: str = "",
        relay: str,
    ) -> None:
        """`from=`: once for each message, or for a transaction that gave none."""
        facts: dict[str, Fact] = {"from": sender, "size": size, "class": precedence_class, "nrcpts": recipients}
        facts |= {"msgid": message_id, "bodytype": body_type, "proto": protocol, "daemon": daemon, "relay": relay}
        self._say(lines.RECEIVED, id, **facts)

    def delivery(
        self,
        id: str,  # noqa: A002
        *,
        recipients: Sequence[str],
        controller: Controller | None = None,
        delay: float,
        xdelay: float | None = None,
        mailer: str = "",
        priority: int,
        relay: str = "",
        relay_address: str = "",
        dsn: str = "",
        reply: str = "",
        stat: str,
        quarantine: str = "",
    ) -> None:
        """`to=`: one attempt for recipients that fared alike.  `xdelay` None: not tried."""
        if self.told is not None:
            self.told(recipients, stat)
        line = {"5": lines.DELIVERY_FAILED, "2": lines.DELIVERY_DONE}.get(dsn[:1], lines.DELIVERY_DEFERRED)
        self._say(
            line,
            id,
            to=recipients,
            ctladdr=_controller(controller) if controller else "",
            delay=float(delay),
            xdelay="" if xdelay is None else float(xdelay),
            mailer=mailer,
            pri=priority,
            quarantine=quarantine,
            relay="" if quarantine else _relay(relay, relay_address),
            dsn=dsn,
            reply=reply,
            stat=stat,
        )

    def not_delivered(
        self,
        id: str,  # noqa: A002
        *,
        recipients: Sequence[str],
        delay: float,
        priority: int | None,
        stat: str,
    ) -> None:
        """`to=` for recipients of a message that was not accepted.

        `priority` None: the client broke it off before its text was there.
        """
        line = lines.BROKEN_OFF if priority is None else lines.NOT_DELIVERED
        self._say(line, id, to=recipients, delay=float(delay), pri=priority or 0, stat=stat)

    def recipient_closed(self, envelope: Envelope, recipient: Recipient, *, now: float, outcome: str = "") -> None:
        """Nothing more will be done for a recipient: in JSON alone.  `outcome`: when it is not his state."""
        facts: dict[str, Fact] = {"to": recipient.address, "from": envelope.sender}
        self._say(
            lines.RECIPIENT_CLOSED,
            envelope.id,
            **facts,
            outcome=outcome or recipient.state.value,
            msgid=envelope.message_id,
            delay=max(0.0, now - envelope.created),
            mailer=recipient.triple.mailer if recipient.triple else "",
            relay=recipient.remote,
            dsn=recipient.status,
            stat=recipient.message,
        )

    def done(self, id: str, *, delay: float, attempts: int) -> None:  # noqa: A002
        """A message has left the queue."""
        self._say(lines.DONE, id, delay=float(delay), ntries=attempts)

    def discarded(self, envelope: Envelope, *, now: float) -> None:
        """A message was dropped because a check said so."""
        self._say(lines.DISCARDED, envelope.id)
        for recipient in envelope.recipients:
            self.recipient_closed(envelope, recipient, now=now, outcome="discarded")

    def cloned(self, id: str, *, clone: str, owner: str) -> None:  # noqa: A002
        """Members of a list were given an envelope of their own, with the list's owner as sender."""
        self._say(lines.CLONED, id, clone=clone, owner=owner)

    def dsn_created(self, id: str, *, report: str, text: str, kind: str = "DSN") -> None:  # noqa: A002
        """A report was queued under an id of its own.

        `kind` is `DSN`, `return to sender` (the report of a report) or `postmaster notify`.
        """
        self._say(lines.DSN, id, report=report, kind=kind, text=text)

    def saved(self, id: str, *, file: str) -> None:  # noqa: A002
        """A message that nobody else wanted is in dead.letter."""
        self._say(lines.SAVED, id, file=file)

    def quarantine_changed(self, id: str, *, reason: str) -> None:  # noqa: A002
        """By hand; reason "" when the quarantine was lifted."""
        if reason:
            self._say(lines.QUARANTINED, id, reason=reason)
        else:
            self._say(lines.UNQUARANTINED, id)

    def alias_expanded(self, id: str, *, name: str, members: str) -> None:  # noqa: A002
        """An address was replaced through the aliases."""
        if self.told is not None:
            self.told([name], f"aliased to {members}")
        self._say(lines.ALIAS, id, name=name, members=members)

    def forward_expanded(self, id: str, *, name: str, members: str) -> None:  # noqa: A002
        """An address was replaced through a .forward file."""
        self._say(lines.FORWARD, id, name=name, members=members)

    def user_error(self, id: str, text: str) -> None:  # noqa: A002
        """`<address>... User unknown` and its like."""
        self._say(lines.USER_ERROR, id, text=text)

    def field_cut(self, id: str, name: str) -> None:  # noqa: A002
        """A MIME field was longer than MaxMimeHeaderLength."""
        self._say(lines.FIELD_CUT, id, name=name)

    # Verdicts.

    def ruleset_rejected(
        self,
        id: str,  # noqa: A002
        *,
        ruleset: str,
        args: Sequence[str],
        relay: str,
        reply: str,
    ) -> None:
        """A check ruleset said no; `reply` is `550 5.7.1 text`."""
        self._say(lines.RULESET, id, ruleset=ruleset, args=args, relay=relay, reject=reply)

    def ruleset_discarded(self, id: str, *, ruleset: str, args: Sequence[str], relay: str) -> None:  # noqa: A002
        """A check ruleset said to take the message and drop it."""
        self._say(lines.RULESET_DISCARDED, id, ruleset=ruleset, args=args, relay=relay)

    def ruleset_quarantined(
        self,
        id: str,  # noqa: A002
        *,
        ruleset: str,
        args: Sequence[str],
        relay: str,
        reason: str,
    ) -> None:
        """A check ruleset said to set the message aside."""
        self._say(lines.RULESET, id, ruleset=ruleset, args=args, relay=relay, quarantine=reason)

    def long_field_checked(self, id: str, *, field: str, ruleset: str, length: int, limit: int) -> None:  # noqa: A002
        """`${currHeader}` does not hold the whole value of a field that a ruleset is asked about."""
        self._say(lines.LONG_FIELD_CHECKED, id, field=field, ruleset=ruleset, length=length, limit=limit)

    # Connections coming in.

    def connected(self, *, client: str) -> None:
        self._say(lines.CONNECTED, _NO_ID, client=client)

    def did_not_issue(self, id: str, *, client: str, daemon: str) -> None:  # noqa: A002
        """A connection ended without any command that asks for something."""
        self._say(lines.DID_NOT_ISSUE, id, client=client, daemon=daemon)

    def lost_input(self, id: str, *, client: str, daemon: str, command: str, in_mail: bool) -> None:  # noqa: A002
        """The client went away.  `command`: the last one in lower case, `startup` when there was none."""
        line = lines.LOST_INPUT_IN_MAIL if in_mail else lines.LOST_INPUT
        self._say(line, id, client=client, daemon=daemon, command=command)

    def input_timeout(self, id: str, *, client: str, during: str) -> None:  # noqa: A002
        """`during`: `server cmd read`, `message collect` ..."""
        self._say(lines.INPUT_TIMEOUT, id, client=client, during=during)

    def premature_end(self, id: str, *, relay: str, sender: str, reason: str = "unexpected close") -> None:  # noqa: A002
        """The client went away inside a message: two lines."""
        self._say(lines.PREMATURE_EOM, id, info=reason)
        facts: dict[str, Fact] = {"relay": relay, "from": sender, "info": reason}
        self._say(lines.MESSAGE_LOST, id, **facts)

    def message_refused(
        self,
        id: str,  # noqa: A002
        *,
        relay: str,
        sender: str,
        reason: str,
        where: str,
        status: str = "tempfail",
    ) -> None:
        """The text of a message broke a rule, such as `Bare linefeed (LF) not allowed` in `header` or `body`."""
        facts: dict[str, Fact] = {"relay": relay, "from": sender, "info": reason, "where": where, "status": status}
        self._say(lines.MESSAGE_REFUSED, id, **facts)

    def message_too_large(self, id: str, *, size: int, limit: int) -> None:  # noqa: A002
        self._say(lines.MESSAGE_TOO_LARGE, id, size=size, limit=limit)

    def headers_too_large(self, id: str, *, client: str, limit: int) -> None:  # noqa: A002
        self._say(lines.HEADERS_TOO_LARGE, id, client=client, limit=limit)

    def pregreeting_traffic(self, id: str, *, client: str, seconds: float) -> None:  # noqa: A002
        """The client spoke before it was greeted."""
        self._say(lines.PREGREETING, id, client=client, seconds=int(seconds))

    def traffic_before_response(self, id: str, *, client: str, command: str) -> None:  # noqa: A002
        """The client went on without waiting for an answer it had to wait for."""
        self._say(lines.EARLY_TRAFFIC, id, client=client, command=command)

    def invalid_domain(self, id: str, *, domain: str, client: str) -> None:  # noqa: A002
        """HELO with something that is no host name."""
        self._say(lines.INVALID_DOMAIN, id, domain=domain, client=client)

    def invalid_sender(self, id: str, *, sender: str, client: str) -> None:  # noqa: A002
        """MAIL from something mail does not come from, such as a program."""
        self._say(lines.INVALID_SENDER, id, sender=sender, client=client)

    def address_asked(self, id: str, *, client: str, command: str, rejected: bool = False) -> None:  # noqa: A002
        """VRFY, EXPN or ETRN with its argument."""
        self._say(lines.ASKED_IN_VAIN if rejected else lines.ASKED, id, client=client, command=command)

    def recipient_flood(self, id: str, *, client: str, closing: bool) -> None:  # noqa: A002
        """Too many bad recipients (BadRcptThrottle, BadRcptShutdown)."""
        action = "shutting down connection" if closing else "throttling"
        self._say(lines.RECIPIENT_FLOOD, id, client=client, action=action)

    def possible_attack(self, id: str, *, client: str, command: str, count: int) -> None:  # noqa: A002
        """Commands that do no work have become so many that each is answered late from now on."""
        shown = "HELO/EHLO" if command in {"HELO", "EHLO"} else command
        self._say(lines.ATTACK, id, client=client, command=shown, count=count)

    def open_proxy(self, id: str, *, client: str, command: str) -> None:  # noqa: A002
        """The first command was one of HTTP."""
        self._say(lines.OPEN_PROXY, id, client=client, command=command)

    def probe(self, id: str, *, client: str, address: str, command: str) -> None:  # noqa: A002
        """A command that would open a back door somewhere else."""
        self._say(lines.PROBE, id, client=client, address=address, command=command)

    def input_too_long(self, id: str, *, client: str, size: int) -> None:  # noqa: A002
        """A command line was longer than any may be."""
        self._say(lines.INPUT_TOO_LONG, id, client=client, size=size)

    def features_unavailable(self, *, client: str) -> None:
        """The srv_features ruleset failed for the time being."""
        self._say(lines.FEATURES_UNAVAILABLE, client=client)

    def unknown_feature(self, id: str, *, problem: str) -> None:  # noqa: A002
        """The srv_features ruleset gave a letter that means nothing."""
        self._say(lines.UNKNOWN_FEATURE, id, problem=problem)

    def command_received(self, id: str, command: str) -> None:  # noqa: A002
        """A line of an SMTP dialogue; the caller keeps secrets out of it."""
        self._say(lines.COMMAND, id, command=command)

    def reply_sent(self, id: str, reply: str) -> None:  # noqa: A002
        """One line of a reply."""
        self._say(lines.REPLY, id, reply=reply)

    # TLS and authentication.

    def tls_ready(self) -> None:
        """A handshake with a server begins."""
        self._say(lines.TLS_READY)

    def tls_checked(self, *, what: str, depth: int, subject: str, state: int, reason: str) -> None:
        """`what`: `X509` for one certificate of the chain, `TLS` for the whole; `state`: 1 when it is good."""
        line = lines.TLS_CHECK_PASSED if state else lines.TLS_CHECK_FAILED
        self._say(line, what=what, depth=depth, subject=subject, state=state, reason=reason)

    def tls_unnamed(self, *, side: str, relay: str, field: str, problem: str) -> None:
        """The peer's certificate has no CN that can be used as a name."""
        self._say(lines.TLS_UNNAMED, side=side, relay=relay, field=field, problem=problem)

    def tls_started(self, *, side: str, relay: str, version: str, verify: str, cipher: str, bits: str) -> None:
        """`side`: server or client; `bits`: `256/256`."""
        facts: dict[str, Fact] = {"STARTTLS": side, "relay": relay[:100], "version": version, "verify": verify}
        self._say(lines.TLS_STARTED, **facts, cipher=cipher, bits=bits)

    def tls_wishes(self, ruleset: str, text: str, *, relay: str) -> None:
        """What tls_srv_features or tls_clt_features wants of a session."""
        self._say(lines.TLS_WISHES, ruleset=ruleset, text=text, relay=relay)

    def tls_wish(self, ruleset: str, key: str, value: str, *, relay: str) -> None:
        self._say(lines.TLS_WISH, ruleset=ruleset, key=key, value=value, relay=relay)

    def tls_wishes_failed(self, ruleset: str, *, relay: str) -> None:
        """The ruleset refuses, or a look-up failed for now."""
        self._say(lines.TLS_WISHES_FAILED, ruleset=ruleset, relay=relay)
        self._say(lines.TLS_WISHES_MISSING, ruleset=ruleset, relay=relay)

    def tls_impossible(self, status: int) -> None:
        """We cannot do TLS with a server as tls_clt_features wants it: 75 because it failed, 78 for what it says."""
        self._say(lines.TLS_IMPOSSIBLE, status=status)

    def tls_wishes_refused(self, ruleset: str, reason: str, *, relay: str) -> None:
        """That is not to be understood."""
        self._say(lines.TLS_WISHES_REFUSED, ruleset=ruleset, text=reason, relay=relay)

    def tls_certificate(self, *, side: str, subject: str, issuer: str, verified: str) -> None:
        """Who the peer says it is; `verified`: `ok`, or what is wrong with the certificate."""
        self._say(lines.TLS_CERTIFICATE, side=side, subject=subject, issuer=issuer, verified=verified)

    def tls_failed(self, *, side: str, reason: str, relay: str = "") -> None:
        """A handshake came to nothing."""
        what = "accept" if side == "server" else "connect"
        self._say(lines.TLS_FAILED, side=side, what=what, reason=reason, relay=relay)
        self._say(lines.TLS_ERROR, side=side, reason=reason)

    def tls_setup(self, text: str, level: int, *, problem: bool = True) -> None:
        """How certificates, keys and ciphers were taken in."""
        self._say(Line("tls_setup", level, Priority.WARNING if problem else Priority.INFO, "{text}"), text=text)

    def smtps_unavailable(self) -> None:
        """A connection to a port that begins with TLS, and we have none."""
        self._say(lines.SMTPS_UNAVAILABLE)

    def authentication_offered(self, *, available: str, allowed: str) -> None:
        """The mechanisms there are here, and those of them that a client may use."""
        self._say(lines.AUTH_OFFERED, available=available, allowed=allowed)

    def authenticated(self, *, relay: str, user: str, mechanism: str, bits: int = 0) -> None:
        facts: dict[str, Fact] = {"AUTH": "server", "relay": relay, "authid": user[:128], "mech": mechanism[:16]}
        self._say(lines.AUTHENTICATED, **facts, bits=bits)

    def authentication_failed(self, id: str, *, relay: str, user: str, mechanism: str, reason: str) -> None:  # noqa: A002
        self._say(lines.AUTH_FAILED, id, mech=mechanism, reason=reason, user=user, relay=relay)

    def logged_in(self, *, relay: str, mechanism: str, bits: int = 0) -> None:
        """We are known to a server."""
        facts: dict[str, Fact] = {"AUTH": "client", "relay": relay[:100], "mech": mechanism[:16], "bits": bits}
        self._say(lines.LOGGED_IN, **facts)

    def login_unknown(self, *, relay: str, address: str) -> None:
        """Nobody can tell now who we are to a server."""
        self._say(lines.LOGIN_UNKNOWN, relay=relay, address=address)

    def login_impossible(self, *, offered: str) -> None:
        """A server has no mechanism that we may use."""
        self._say(lines.LOGIN_IMPOSSIBLE, offered=offered)

    def login_failed(self, *, relay: str) -> None:
        """A server is not spoken to, because it does not know us or we do not know who we are to it."""
        self._say(lines.LOGIN_FAILED, relay=relay)

    def login_token_unavailable(self, reason: str) -> None:
        """The authorisation server gives none now."""
        self._say(lines.LOGIN_TOKEN_UNAVAILABLE, reason=reason)

    def login_file_unusable(self, file: str, reason: str) -> None:
        """DefaultAuthInfo cannot be opened."""
        self._say(lines.LOGIN_FILE_UNUSABLE, file=file, reason=reason)

    def login_file_short(self, file: str, what: str) -> None:
        """DefaultAuthInfo has no line for something."""
        self._say(lines.LOGIN_FILE_SHORT, file=file, what=what)

    def authentication_unavailable(self, reason: str) -> None:
        """AUTH cannot be offered, though the site asks for it."""
        self._say(lines.AUTH_UNAVAILABLE, reason=reason)

    def authentication_undecodable(self, id: str, *, relay: str) -> None:  # noqa: A002
        """A response that is no base64.  It may be a password, so it is not shown."""
        self._say(lines.AUTH_UNDECODABLE, id, relay=relay)

    def authentication_warning(self, id: str, text: str) -> None:  # noqa: A002
        """Somebody used a right that only trusted users have (X-Authentication-Warning)."""
        self._say(lines.AUTH_WARNING, id, text=text)

    # Connections going out.

    def connecting(self, id: str, *, host: str) -> None:  # noqa: A002
        """About to speak SMTP; `host` is the name of the address of ours that is used."""
        self._say(lines.CONNECTING, id, host=host)

    # The life of processes and files.

    def starting_daemon(self, *, version: str, does: str) -> None:
        """`does`: SMTP, queueing@00:15:00, SMTP+queueing@00:15:00 ..."""
        self._say(lines.STARTING, version=version, does=does)

    def filters_not_called(self, *, option: str, filters: str) -> None:
        self._say(lines.FILTERS_NOT_CALLED, option=option, filters=filters)

    def filters_absent(self, id: str, *, fate: str) -> None:  # noqa: A002
        self._say(lines.FILTERS_ABSENT, id, fate=fate)

    def command_deferred(self, id: str, *, verb: str, argument: str, client: str) -> None:  # noqa: A002
        self._say(lines.COMMAND_DEFERRED, id, verb=verb, argument=argument, client=client)

    def started_as(self, command: str) -> None:
        self._say(lines.STARTED_AS, command=command)

    def stopping_daemon(self, *, reason: str) -> None:
        self._say(lines.STOPPING, _NO_ID, reason=reason)

    def rejecting_connections(self, *, daemon: str, reason: str) -> None:
        """`reason`: `load average: 12`, `5 children, max 5` ..."""
        self._say(lines.REJECTING_CONNECTIONS, daemon=daemon, reason=reason)

    def proxy_refused(self, *, client: str, reason: str) -> None:
        """A connection to a port for proxies did not begin as it has to."""
        self._say(lines.PROXY_REFUSED, client=client, reason=reason)

    def accepting_again(self, *, daemon: str) -> None:
        self._say(lines.ACCEPTING_AGAIN, daemon=daemon)

    def aliases_rebuilt(self, *, file: str, user: str, automatically: bool = False) -> None:
        self._say(lines.ALIASES_REBUILT, file=file, how="auto" if automatically else "", user=user)

    def aliases_counted(self, *, file: str, count: int, longest: int, total: int) -> None:
        self._say(lines.ALIASES_COUNTED, file=file, count=count, longest=longest, total=total)

    def map_said(self, *, priority: Priority, level: int, text: str) -> None:
        """A `K name syslog` map was looked up."""
        self._say(Line("map", level, priority, "{text}"), _NO_ID, text=text)

    # Trouble.

    def system_error(self, id: str, *, user: str, text: str, panic: bool = False) -> None:  # noqa: A002
        """`SYSERR(user): text`: something here is wrong and a person should look."""
        self._say(lines.PANIC if panic else lines.SYSTEM_ERROR, id, user=user, text=text)

    def queue_trouble(self, text: str) -> None:
        """The queue is damaged, full or otherwise not itself."""
        self._say(lines.QUEUE_TROUBLE, _NO_ID, text=text)

    def supervised(self, text: str) -> None:
        """What the supervisor does: workers that ended, configurations read again."""
        self._say(lines.SUPERVISED, text=text)

    def internal_error(self, id: str, *, trace: str, error: BaseException) -> None:  # noqa: A002
        """A bug of ours; `trace` (traceid.new_trace_id) is all the other side was told."""
        self._say(lines.INTERNAL_ERROR, id, trace=trace, error=traceid.where(error))

    def reopen(self) -> None:
        """Open what is behind the sink again."""
        self._sink.reopen()

    def close(self) -> None:
        """Write what is left, and end."""
        self._sink.close()


def _controller(controller: Controller) -> str:
    return f"{shortened(controller.address, 83)} ({controller.uid}/{controller.gid})"


def _relay(host: str, address: str) -> str:
    return f"{shortened(host, 40)} [{address}]" if host and address else shortened(host, 40)
