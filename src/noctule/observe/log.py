"""Every line Noctule logs, named after what happened, in the format of Sendmail's syslog lines.

The level at which a line appears, its priority and the order and limits of its keys are Sendmail's: tools that read
maillog depend on them.  `id` is the queue id, "" when there is none.  `client` and `relay` are host and address as
`host [address]`.  Texts come as they are; what cannot be printed is escaped here.
"""

from collections.abc import Callable, Sequence

from noctule.mail.envelope import Controller
from noctule.observe import traceid
from noctule.observe.sinks import Priority, Sink
from noctule.observe.text import address_lines, duration, printable, shortened

_LINE = 1024  # of the text of a line
_ADDRESSES_AND_REST = 924


class Log:
    """The lines, tested against `level` (LogLevel) and sent to `sink`.

    `told` hears of every delivery, whatever the level: recipients and what became of them (`sendmail -v`).
    """

    __slots__ = ("_sink", "level", "told")

    def __init__(self, sink: Sink, level: int = 9, told: Callable[[Sequence[str], str], None] | None = None) -> None:
        self._sink = sink
        self.level = level
        self.told = told

    def _write(self, priority: Priority, id_: str, text: str) -> None:
        self._sink.write(priority, printable(f"{id_}: {text}" if id_ else text)[:_LINE])

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
        if self.level < 5:
            return
        facts = f"size={size}, class={precedence_class}, nrcpts={recipients}"
        rest = _keys(msgid=message_id[:100], bodytype=body_type, proto=protocol, daemon=daemon, relay=relay)
        self._write(Priority.INFO, id, f"from={sender[:200]}, {facts}{rest}")

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
        """`to=`: one attempt for recipients that fared alike.  `xdelay` None: not tried.

        Failures (dsn 5) appear from level 7 on, successes from 8, everything else from 9.
        """
        if self.told is not None:
            self.told(recipients, stat)
        if self.level < (7 if dsn[:1] == "5" else 8 if dsn[:1] == "2" else 9):
            return
        rest = _keys(
            ctladdr=_controller(controller) if controller else "",
            delay=duration(delay),
            xdelay="" if xdelay is None else duration(xdelay),
            mailer=mailer,
            pri=str(priority),
            quarantine=shortened(quarantine, 203),
            relay="" if quarantine else _relay(relay, relay_address),
            dsn=dsn,
            reply=shortened(reply, 203),
            stat=shortened(stat, 203),
        )
        parts = address_lines(list(recipients), len(rest), _ADDRESSES_AND_REST)
        for part in parts[:-1]:
            self._write(Priority.INFO, id, f"to={part} [more]{rest}")
        self._write(Priority.INFO, id, f"to={parts[-1]}{rest}")

    def done(self, id: str, *, delay: float, attempts: int) -> None:  # noqa: A002
        """A message has left the queue."""
        if self.level >= 10:
            self._write(Priority.INFO, id, f"done; delay={duration(delay)}, ntries={attempts}")

    def discarded(self, id: str) -> None:  # noqa: A002
        """A message was dropped because a check said so."""
        if self.level >= 5:
            self._write(Priority.INFO, id, "discarded")

    def cloned(self, id: str, *, clone: str, owner: str) -> None:  # noqa: A002
        """Members of a list were given an envelope of their own, with the list's owner as sender."""
        if self.level >= 5:
            self._write(Priority.INFO, id, f"{clone}: clone: owner={owner}")

    def dsn_created(self, id: str, *, report: str, text: str, kind: str = "DSN") -> None:  # noqa: A002
        """A report was queued under an id of its own.

        `kind` is `DSN`, `return to sender` (the report of a report) or `postmaster notify`.
        """
        if self.level >= 6:
            self._write(Priority.INFO, id, f"{report}: {kind}: {text}")

    def saved(self, id: str, *, file: str) -> None:  # noqa: A002
        """A message that nobody else wanted is in dead.letter."""
        if self.level >= 4:
            self._write(Priority.NOTICE, id, f"Saved message in {file}")

    def quarantine_changed(self, id: str, *, reason: str) -> None:  # noqa: A002
        """By hand; reason "" when the quarantine was lifted."""
        self._write(Priority.INFO, id, f"quarantine={reason}" if reason else "unquarantine")

    def alias_expanded(self, id: str, *, name: str, members: str) -> None:  # noqa: A002
        """An address was replaced through the aliases."""
        if self.level >= 11:
            self._write(Priority.INFO, id, f"alias {name[:100]} => {members}")

    def forward_expanded(self, id: str, *, name: str, members: str) -> None:  # noqa: A002
        """An address was replaced through a .forward file."""
        if self.level >= 11:
            self._write(Priority.INFO, id, f"forward {name[:200]} => {members}")

    def user_error(self, id: str, text: str) -> None:  # noqa: A002
        """`<address>... User unknown` and its like."""
        if self.level >= 4:
            self._write(Priority.NOTICE, id, text[:900])

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
        self._verdict(id, ruleset, args, relay, f"reject={reply}")

    def ruleset_discarded(self, id: str, *, ruleset: str, args: Sequence[str], relay: str) -> None:  # noqa: A002
        """A check ruleset said to take the message and drop it."""
        self._verdict(id, ruleset, args, relay, "discard")

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
        self._verdict(id, ruleset, args, relay, f"quarantine={reason}")

    def _verdict(self, id_: str, ruleset: str, args: Sequence[str], relay: str, verdict: str) -> None:
        if self.level >= 4:
            given = "".join(f", arg{number}={arg}" for number, arg in enumerate(args, 1))
            self._write(Priority.NOTICE, id_, f"ruleset={ruleset}{given}, relay={relay}, {verdict}")

    # Connections coming in.

    def connected(self, *, client: str) -> None:
        if self.level >= 12:
            self._write(Priority.INFO, "NOQUEUE", f"connect from {client}")

    def did_not_issue(self, id: str, *, client: str, daemon: str) -> None:  # noqa: A002
        """A connection ended without any command that asks for something."""
        if self.level >= 6:
            text = f"{client} did not issue MAIL/EXPN/VRFY/ETRN during connection to {daemon}"
            self._write(Priority.INFO, id, text)

    def lost_input(self, id: str, *, client: str, daemon: str, command: str, in_mail: bool) -> None:  # noqa: A002
        """The client went away.  `command`: the last one in lower case, `startup` when there was none."""
        if self.level >= (2 if in_mail else 20):
            self._write(Priority.NOTICE, id, f"lost input channel from {client} to {daemon} after {command}")

    def input_timeout(self, id: str, *, client: str, during: str) -> None:  # noqa: A002
        """`during`: `server cmd read`, `message collect` ..."""
        if self.level >= 2:
            self._write(Priority.NOTICE, id, f"timeout waiting for input from {client[:100]} during {during}")

    def premature_end(self, id: str, *, relay: str, sender: str, reason: str = "unexpected close") -> None:  # noqa: A002
        """The client went away inside a message: two lines."""
        if self.level >= 2:
            self._write(Priority.WARNING, id, f"collect: premature EOM: {reason}")
            self._write(Priority.NOTICE, id, f"collect: relay={relay}, from={sender}, info={reason}")

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
        if self.level >= 1:
            text = f"collect: relay={relay}, from={sender}, info={reason}, where={where}, status={status}"
            self._write(Priority.NOTICE, id, text)

    def message_too_large(self, id: str, *, size: int, limit: int) -> None:  # noqa: A002
        if self.level >= 7:
            self._write(Priority.NOTICE, id, f"message size ({size}) exceeds maximum ({limit})")

    def pregreeting_traffic(self, id: str, *, client: str, seconds: float) -> None:  # noqa: A002
        """The client spoke before it was greeted."""
        text = f"rejecting commands from {client} due to pre-greeting traffic after {int(seconds)} seconds"
        self._write(Priority.INFO, id, text)

    def traffic_before_response(self, id: str, *, client: str, command: str) -> None:  # noqa: A002
        """The client went on without waiting for an answer it had to wait for."""
        self._write(Priority.INFO, id, f"rejecting server {command} from {client} due to traffic before response")

    def invalid_domain(self, id: str, *, domain: str, client: str) -> None:  # noqa: A002
        """HELO with something that is no host name."""
        if self.level >= 10:
            self._write(Priority.INFO, id, f"invalid domain name ({domain}) from {client[:100]}")

    def address_asked(self, id: str, *, client: str, command: str, rejected: bool = False) -> None:  # noqa: A002
        """VRFY, EXPN or ETRN with its argument."""
        if self.level >= 6:
            self._write(Priority.INFO, id, f"{client}: {command}{' [rejected]' if rejected else ''}")

    def recipient_flood(self, id: str, *, client: str, closing: bool) -> None:  # noqa: A002
        """Too many bad recipients (BadRcptThrottle, BadRcptShutdown)."""
        if self.level >= 6:
            action = "shutting down connection" if closing else "throttling"
            self._write(Priority.INFO, id, f"{client}: Possible SMTP RCPT flood, {action}.")

    def open_proxy(self, id: str, *, client: str, command: str) -> None:  # noqa: A002
        """The first command was one of HTTP."""
        self._write(Priority.INFO, id, f"{client}: probable open proxy: command={command[:40]}")

    def features_unavailable(self, *, client: str) -> None:
        """The srv_features ruleset failed for the time being."""
        if self.level >= 5:
            text = f"ERROR: srv_features=tempfail, relay={client[:100]}, access temporarily disabled"
            self._write(Priority.ERR, "", text)

    def command_received(self, id: str, command: str) -> None:  # noqa: A002
        """A line of an SMTP dialogue; the caller keeps secrets out of it."""
        if self.level >= 15:
            self._write(Priority.INFO, id, f"<-- {command}")

    def reply_sent(self, id: str, reply: str) -> None:  # noqa: A002
        """One line of a reply."""
        if self.level >= 15:
            self._write(Priority.INFO, id, f"--- {reply}")

    # TLS and authentication.

    def tls_started(self, *, side: str, relay: str, version: str, verify: str, cipher: str, bits: str) -> None:
        """`side`: server or client; `bits`: `256/256`."""
        if self.level >= 9:
            rest = _keys(relay=relay[:100], version=version, verify=verify, cipher=cipher, bits=bits)
            self._write(Priority.INFO, "", f"STARTTLS={side}{rest}")

    def tls_certificate(self, *, side: str, subject: str, issuer: str, verified: str) -> None:
        """Who the peer says it is; `verified`: `ok`, or what is wrong with the certificate."""
        if self.level >= 14:
            text = f"STARTTLS={side}, cert-subject={subject[:256]}, cert-issuer={issuer[:256]}, verifymsg={verified}"
            self._write(Priority.INFO, "", text)

    def tls_failed(self, *, side: str, reason: str, relay: str = "") -> None:
        """A handshake came to nothing."""
        if self.level >= 6:
            what = "accept" if side == "server" else "connect"
            text = f"STARTTLS={side}, error: {what} failed=-1, reason={reason}, SSL_error=1, errno=0, retry=-1"
            self._write(Priority.WARNING, "", text + _keys(relay=relay[:100]))

    def tls_setup(self, text: str, level: int, *, problem: bool = True) -> None:
        """How certificates, keys and ciphers were taken in."""
        if self.level >= level:
            self._write(Priority.WARNING if problem else Priority.INFO, "", text)

    def smtps_unavailable(self) -> None:
        """A connection to a port that begins with TLS, and we have none."""
        self._write(Priority.ERR, "", "smtps: TLS not available, exiting")

    def authenticated(self, *, relay: str, user: str, mechanism: str, bits: int = 0) -> None:
        if self.level >= 9:
            text = f"AUTH=server, relay={relay}, authid={user[:128]}, mech={mechanism[:16]}, bits={bits}"
            self._write(Priority.INFO, "", text)

    def authentication_failed(self, id: str, *, relay: str, user: str, mechanism: str, reason: str) -> None:  # noqa: A002
        if self.level >= 9:
            text = f"AUTH failure ({mechanism}): {reason}, user={user[:128]}, relay={relay}"
            self._write(Priority.WARNING, id, text)

    def authentication_warning(self, id: str, text: str) -> None:  # noqa: A002
        """Somebody used a right that only trusted users have (X-Authentication-Warning)."""
        if self.level >= 4:
            self._write(Priority.INFO, id, f"Authentication-Warning: {text[:400]}")

    # Connections going out.

    def connecting(self, id: str, *, host: str) -> None:  # noqa: A002
        """About to speak SMTP with a host."""
        if self.level >= 12:
            self._write(Priority.INFO, id, f"SMTP outgoing connect on {host[:40]}")

    # The life of processes and files.

    def starting_daemon(self, *, version: str, does: str) -> None:
        """`does`: SMTP, queueing@00:15:00, SMTP+queueing@00:15:00 ..."""
        self._write(Priority.INFO, "", f"starting daemon ({version}): {does}")

    def started_as(self, command: str) -> None:
        if self.level >= 10:
            self._write(Priority.INFO, "", f"started as: {command}")

    def stopping_daemon(self, *, reason: str) -> None:
        if self.level >= 10:
            self._write(Priority.INFO, "NOQUEUE", f"stopping daemon, reason={reason}")

    def rejecting_connections(self, *, daemon: str, reason: str) -> None:
        """`reason`: `load average: 12`, `5 children, max 5` ..."""
        if self.level >= 9:
            self._write(Priority.INFO, "", f"rejecting connections on daemon {daemon}: {reason}")

    def accepting_again(self, *, daemon: str) -> None:
        if self.level >= 9:
            self._write(Priority.INFO, "", f"accepting connections again for daemon {daemon}")

    def aliases_rebuilt(self, *, file: str, user: str, automatically: bool = False) -> None:
        if self.level >= 8:
            how = "auto" if automatically else ""
            self._write(Priority.NOTICE, "", f"alias database {file} {how}rebuilt by {user}")

    def aliases_counted(self, *, file: str, count: int, longest: int, total: int) -> None:
        if self.level >= 8:
            text = f"{file}: {count} aliases, longest {longest} bytes, {total} bytes total"
            self._write(Priority.INFO, "", text)

    def map_said(self, *, priority: Priority, level: int, text: str) -> None:
        """A `K name syslog` map was looked up."""
        if self.level >= level:
            self._write(priority, "NOQUEUE", text)

    # Trouble.

    def system_error(self, id: str, *, user: str, text: str, panic: bool = False) -> None:  # noqa: A002
        """`SYSERR(user): text`: something here is wrong and a person should look."""
        if self.level >= 1:
            self._write(Priority.ALERT if panic else Priority.CRIT, id, f"SYSERR({user}): {text[:900]}")

    def queue_trouble(self, text: str) -> None:
        """The queue is damaged, full or otherwise not itself."""
        if self.level >= 1:
            self._write(Priority.ALERT, "NOQUEUE", text[:900])

    def supervised(self, text: str) -> None:
        """What the supervisor does: workers that ended, configurations read again."""
        self._write(Priority.NOTICE, "", text)

    def reopen(self) -> None:
        """Open what is behind the sink again."""
        self._sink.reopen()

    def close(self) -> None:
        """Write what is left, and end."""
        self._sink.close()

    def internal_error(self, id: str, *, trace: str, error: BaseException) -> None:  # noqa: A002
        """A bug of ours; `trace` (traceid.new_trace_id) is all the other side was told."""
        text = f"SYSERR: internal error {trace}: {traceid.where(error)}"
        self._write(Priority.CRIT, id, text[:900])


def _keys(**pairs: str) -> str:
    """`, key=value` for each value there is."""
    return "".join([f", {key}={value}" for key, value in pairs.items() if value])


def _controller(controller: Controller) -> str:
    return f"{shortened(controller.address, 83)} ({controller.uid}/{controller.gid})"


def _relay(host: str, address: str) -> str:
    return f"{shortened(host, 40)} [{address}]" if host and address else shortened(host, 40)
