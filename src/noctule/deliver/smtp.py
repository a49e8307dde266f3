"""Delivery by SMTP and LMTP (mailers with P=[IPC])."""

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from noctule import net
from noctule.base.debug import Topic
from noctule.deliver import international
from noctule.deliver.authentication import Authentication
from noctule.deliver.batch import Batch, user_of
from noctule.deliver.connections import Connection, Connections, Key, Opened
from noctule.deliver.dialogue import next_event
from noctule.deliver.encryption import Encryption, HandshakeFailed
from noctule.deliver.hoststatus import HostStatus
from noctule.deliver.message import Formed
from noctule.deliver.plan import AskAddresses, AskExchangers, Connect, GiveUp, Plan, loops_back
from noctule.deliver.settings import SmtpSettings
from noctule.deliver.settlement import DELIVERY_TIME_EXPIRED
from noctule.deliver.transaction import comes_too_late, transaction_of, untimed
from noctule.deliver.verdict import Remote, busy, from_error, from_reply, lost
from noctule.deliver.wayout import ANY_WAY, WayOut, interface_name
from noctule.mail.envelope import Envelope, Notify, Recipient
from noctule.mail.outcome import Deferred, Delivered, Failed, Outcome
from noctule.observe.lines import CONNECTING
from noctule.observe.log import Log
from noctule.resolve.clients import Client as Named
from noctule.resolve.mx import MailExchanger, NullMx
from noctule.resolve.results import Result
from noctule.smtp.client import (
    BodyWanted,
    Client,
    Closed,
    Finished,
    Hello,
    Phase,
    Report,
    Transaction,
    sendable,
)
from noctule.smtp.onlooker import Onlooker
from noctule.symbols.expand import expand
from noctule.symbols.mailers import Mailer

_DRAIN_AT = 256 * 1024  # bytes written before the peer's pace counts


class Names(Protocol):
    """What this agent asks of the resolver."""

    async def mail_exchangers(self, domain: str) -> Result[tuple[MailExchanger, ...]] | NullMx: ...

    async def addresses(self, host: str) -> Result[tuple[str, ...]]: ...

    async def client(self, address: str) -> Named: ...


class SmtpAgent:
    """One for each worker.  `is_me` tells names of this host (class w), given without final dot."""

    def __init__(
        self,
        settings: SmtpSettings,
        names: Names,
        is_me: Callable[[str], bool],
        encryption: Encryption | None = None,
        authentication: Authentication | None = None,
        log: Log | None = None,
        host_status: HostStatus | None = None,
        onlooker: Onlooker | None = None,
    ) -> None:
        self._settings = settings
        self._onlooker = onlooker
        self._encryption = encryption
        self._authentication = authentication
        self._names = names
        self._log = log
        self._host_status = host_status
        self._plan_settings = settings.plan(is_me)
        alone = settings.single_thread and host_status is not None
        self._connections = Connections(
            hosts=0 if alone else settings.cached_hosts,  # one that is kept would keep the others out
            timeout=settings.cache_timeout,
            per_host=1 if alone else settings.connections_per_host,
        )

    async def close(self) -> None:
        """Close the connections that are kept; those in use close when they are done."""
        await self._connections.close()

    async def deliver(self, batch: Batch) -> list[Outcome]:
        """One transaction for each r= recipients, over as few connections as possible."""
        limit = batch.mailer.max_recipients or len(batch.recipients)
        outcomes: list[Outcome] = []
        for start in range(0, len(batch.recipients), limit):
            outcomes += await self._deliver_group(batch, batch.recipients[start : start + limit])
        return outcomes

    async def _deliver_group(self, batch: Batch, recipients: tuple[Recipient, ...]) -> list[Outcome]:
        sender = "" if not batch.message.envelope.sender_address else batch.scope.get("g") or ""
        if not sender and "g" in batch.mailer.flags:
            sender = batch.scope.get("g") or ""
        refused: list[Outcome | None] = [_unsendable(recipient, sender) for recipient in recipients]
        good = tuple([r for r, bad in zip(recipients, refused, strict=True) if bad is None])
        return _merged(refused, await self._attempt(batch, good, sender) if good else [])

    async def _attempt(self, batch: Batch, recipients: tuple[Recipient, ...], sender: str) -> list[Outcome]:
        """A connection kept open may have died meanwhile: what fails on it before the first reply is tried anew."""
        words = [expand(word, batch.scope) for word in batch.mailer.argv]
        key = (batch.mailer.name, *words)
        self._settings.debug.say(Topic.CONNECTIONS, 1, f"openmailer: {' '.join(words)}")
        connect = partial(self._connect, batch, words)
        fresh = False
        while True:
            opened = await self._connections.acquire(key, connect, fresh=fresh)
            if not isinstance(opened, Connection):
                return [opened] * len(recipients)
            used_before = opened.messages > 0
            if used_before and not await self._suits(opened, batch):
                opened.close()
                self._connections.give_back(key, opened)
                fresh = True
                continue
            outcomes = await self._use(key, opened, batch, recipients, sender)
            if outcomes is not None:
                return outcomes
            if not used_before:
                return [lost(Phase.MAIL, opened.remote)] * len(recipients)
            fresh = True

    async def _use(
        self, key: Key, connection: Connection, batch: Batch, recipients: tuple[Recipient, ...], sender: str
    ) -> list[Outcome] | None:
        """None: a connection used before was dead before the first reply."""
        try:
            refused = [await self._refused_by_rules(connection, batch, recipient) for recipient in recipients]
            good = tuple([r for r, bad in zip(recipients, refused, strict=True) if bad is None])
            answers = await self._send(connection, batch, good, sender) if good else []
        except asyncio.CancelledError:
            connection.stream.abort()
            raise
        finally:
            if 0 < batch.mailer.max_messages <= connection.messages:
                connection.close()
            self._connections.give_back(key, connection)
        return _merged(refused, answers) if answers is not None else None

    async def _suits(self, connection: Connection, batch: Batch) -> bool:
        """Whether the server knows us by the name that this message should come under."""
        return self._authentication is None or await self._authentication.suits(connection, batch.scope)

    async def _refused_by_rules(self, connection: Connection, batch: Batch, recipient: Recipient) -> Outcome | None:
        """What tls_rcpt says."""
        if self._encryption is None:
            return None
        id_, user = batch.scope.get("i") or "", user_of(recipient, batch.mailer)
        reply = await self._encryption.refusal(user, connection, batch.scope, id_)
        return from_reply(reply, Phase.RCPT, connection.remote, enhanced=True) if reply is not None else None

    async def _send(
        self, connection: Connection, batch: Batch, recipients: tuple[Recipient, ...], sender: str
    ) -> list[Outcome] | None:
        """As `_use`."""
        extensions = connection.client.extensions
        size = batch.message.envelope.size
        if extensions.size and size > extensions.size:
            return [_too_large(extensions.size, connection.remote)] * len(recipients)
        if comes_too_late(batch, extensions):
            return [DELIVERY_TIME_EXPIRED] * len(recipients)
        formed = await batch.message.formed(batch.mailer, batch.scope, eight_bit_mime=extensions.eight_bit_mime)
        if isinstance(formed, Failed):
            return [formed] * len(recipients)
        spelling = international.spelled(
            sender,
            [user_of(recipient, batch.mailer) for recipient in recipients],
            formed.header,
            declared=batch.message.envelope.smtputf8,
            offered=extensions.smtputf8,
            remote=connection.remote,
        )
        if isinstance(spelling, Failed):
            return [spelling] * len(recipients)
        if not any(spelling.users):
            return [international.address_refused(connection.remote)] * len(recipients)
        formed = replace(formed, header=spelling.header)
        transaction = transaction_of(batch, recipients, spelling, formed, extensions)
        if self._authentication is not None and not self._authentication.vouches(connection):
            transaction = replace(transaction, auth="")
        ending = await self._transact(connection, transaction, formed)
        self._note(connection.remote, ending)
        if connection.messages > 1 and _went_stale(ending):
            return None
        sent = [r for r, user in zip(recipients, spelling.users, strict=True) if user is not None]
        refused = international.address_refused(connection.remote)
        return _merged(
            [refused if u is None else None for u in spelling.users],
            _outcomes(connection, ending, sent, batch.message.envelope),
        )

    async def _transact(
        self, connection: Connection, transaction: Transaction, formed: Formed
    ) -> Finished | Closed | OSError:
        client, stream = connection.client, connection.stream
        connection.messages += 1
        client.begin(transaction)
        try:
            while True:
                match client.next_event():
                    case None:
                        if data := client.data_to_send():
                            stream.write(data)
                        client.receive_data(await stream.read(self._settings.timeouts[client.phase]))
                    case BodyWanted():
                        await self._send_body(connection, formed)
                    case Finished() | Closed() as ending:
                        return ending
        except OSError as error:
            client.receive_data(b"")
            match client.next_event():
                case Closed() as closed if closed.report is not None and closed.report.sender is not None:
                    return closed
            return error

    async def _send_body(self, connection: Connection, formed: Formed) -> None:
        client, stream = connection.client, connection.stream
        written = 0
        for chunk in formed.chunks():
            client.send_body(chunk)
            if len(chunk) + written >= _DRAIN_AT:
                stream.write(client.data_to_send())
                await stream.drain(self._settings.timeouts[Phase.BODY])
                written = 0
            written += len(chunk)
        client.end_body()

    # connecting

    async def _connect(self, batch: Batch, words: list[str]) -> Opened:
        """A greeted connection to where A= leads: `TCP host [port]` or `FILE path`."""
        match words:
            case ["FILE", path]:
                return await self._greet(batch, partial(net.connect_unix, path), Remote(path))
            case ["TCP", host]:
                return await self._connect_inet(batch, host, self._settings.default_port)
            case ["TCP", host, port] if port.isdecimal() and 0 < int(port) < 65536:
                return await self._connect_inet(batch, host, int(port))
            case _:
                text = f"mailer {batch.mailer.name}: A={' '.join(words)}: not understood"
                return Deferred(status="4.3.5", text=f"Deferred: {text}")

    async def _connect_inet(self, batch: Batch, host: str, port: int) -> Opened:
        plan = Plan(host, self._plan_settings, use_mx="0" not in batch.mailer.flags)
        give_up = asyncio.get_running_loop().time() + (self._settings.all_connects or float("inf"))
        while True:
            match plan.next_step():
                case AskExchangers(domain):
                    plan.report_exchangers(await self._names.mail_exchangers(domain))
                case AskAddresses(name):
                    plan.report_addresses(await self._names.addresses(name))
                case GiveUp(outcome):
                    return outcome
                case Connect(name, address):
                    ways = self._settings.ways_out
                    way, peer = ways.to(address), ways.redirected(address)
                    connect = partial(net.connect, peer, port, source=way.source)
                    if self._onlooker is not None:
                        self._onlooker.connecting(_names(batch), name, port, batch.mailer.name)
                    opened = await self._try(batch, connect, Remote(name, peer), way)
                    if isinstance(opened, Connection) or asyncio.get_running_loop().time() >= give_up:
                        return opened
                    plan.report_failure(opened)

    async def _try(self, batch: Batch, connect: "Connecting", remote: Remote, way: WayOut) -> Opened:
        """A connection, unless it is known that none can be made now, or another process has one."""
        status = self._host_status
        if status is None:
            return await self._greet(batch, connect, remote, way)
        if (known := status.failure(remote)) is not None:
            return known
        lock = None
        if self._settings.single_thread:
            try:
                lock = status.lock(remote)
            except OSError as error:
                return from_error(error, remote)
            if lock is None:
                return busy(remote)
        opened = await self._greet(batch, connect, remote, way)
        if isinstance(opened, Connection):
            opened.lock = lock
        elif lock is not None:
            os.close(lock)
        return opened

    async def _greet(self, batch: Batch, connect: "Connecting", remote: Remote, way: WayOut = ANY_WAY) -> Opened:
        """A connection that may be used, encrypted if that can be; after a failed handshake maybe in the clear."""
        opened = await self._open(batch, connect, remote, way)
        if not isinstance(opened, HandshakeFailed):
            return opened
        if opened.fallback:
            opened = await self._open(batch, connect, remote, way, clear=True)
        return opened.outcome if isinstance(opened, HandshakeFailed) else opened

    async def _open(
        self, batch: Batch, connect: "Connecting", remote: Remote, way: WayOut, *, clear: bool = False
    ) -> Opened | HandshakeFailed:
        mailer = batch.mailer
        try:
            stream = await connect(timeout=self._patience(batch))
        except OSError as error:
            return self._broke(error, remote)
        if self._log is not None and self._log.level >= CONNECTING.level and stream.local.family != "local":
            ours = await self._names.client(stream.local.host)
            self._log.connecting(batch.message.envelope.id, host=ours.name)
        client = Client(
            await self._own_name(stream, way),
            hello=_hello(mailer),
            line_limit=mailer.line_limit,
            refuse_own_name="k" not in mailer.flags and not mailer.is_lmtp,
            onlooker=self._onlooker,
        )
        connection = Connection(stream, client, remote, logs_in=way.logs_in, onlooker=self._onlooker)
        try:
            refused = await self._introduce(connection, batch, clear=clear or not way.encrypts)
        except OSError as error:
            stream.abort()
            return self._broke(error, remote)
        except asyncio.CancelledError:
            stream.abort()
            raise
        if refused is None:
            return connection
        if isinstance(refused, HandshakeFailed):
            stream.abort()
        else:
            connection.close()
        return refused

    async def _introduce(
        self, connection: Connection, batch: Batch, *, clear: bool
    ) -> Outcome | HandshakeFailed | None:
        """Greeting, EHLO, TLS, AUTH.  None: it may be used.  Raises OSError when the connection broke."""
        timeouts = self._settings.timeouts
        event = await next_event(connection.client, connection.stream, timeouts)
        if isinstance(event, Closed):
            if self._host_status is not None and event.reply is not None and event.reply.temporary:
                self._host_status.refused(connection.remote, event.reply)
            return _refused(event, connection.remote)
        if self._encryption is not None:
            first = user_of(batch.recipients[0], batch.mailer)
            refused = await self._encryption.secure(connection, batch.scope, timeouts, recipient=first, clear=clear)
            if refused is not None:
                return refused
        if self._authentication is not None and connection.logs_in:
            return await self._authentication.log_in(connection, batch.scope, timeouts)
        return None

    def _broke(self, error: OSError, remote: Remote) -> Outcome:
        if self._host_status is not None:
            self._host_status.broke(remote, error)
        return from_error(error, remote)

    def _note(self, remote: Remote, ending: Finished | Closed | OSError) -> None:
        """What a transaction tells of the host."""
        status = self._host_status
        if status is None or isinstance(ending, OSError) or ending.report is None:
            return
        reply = ending.report.final[0] or ending.report.sender
        if reply is not None and ending.report.final[0] is not None and reply.temporary:
            status.refused(remote, reply)
        elif reply is not None:
            status.well(remote, reply)

    def _patience(self, batch: Batch) -> float:
        """Seconds for a connection to be made."""
        first = batch.message.envelope.attempts == 0
        return (self._settings.first_connect if first else 0.0) or self._settings.connect

    async def _own_name(self, stream: net.Stream, way: WayOut) -> str:
        if not way.named_by_interface:
            return self._settings.name
        return interface_name((await self._names.client(stream.local.host)).name, self._settings.name)


class Connecting(Protocol):
    """Opens a stream within `timeout` seconds."""

    async def __call__(self, *, timeout: float) -> net.Stream: ...  # noqa: ASYNC109


def _merged(refused: Sequence[Outcome | None], answers: Sequence[Outcome]) -> list[Outcome]:
    """An outcome for each recipient: what kept him out, or else the next answer."""
    rest = iter(answers)
    return [bad if bad is not None else next(rest) for bad in refused]


def _names(batch: Batch) -> list[str]:
    return [recipient.address for recipient in batch.recipients]


def _hello(mailer: Mailer) -> Hello:
    if mailer.is_lmtp:
        return Hello.LHLO
    if "2" in mailer.flags:
        return Hello.HELO
    return Hello.EHLO if "a" in mailer.flags else Hello.AS_GREETED


def _refused(event: Closed, remote: Remote) -> Outcome:
    """A connection that came to nothing before the first transaction."""
    if event.loop:
        return loops_back(remote.name)
    if event.reply is not None and not event.error and not event.reply.positive:
        return from_reply(event.reply, event.phase, remote, enhanced=True)
    return lost(event.phase, remote, event.error)


def _unsendable(recipient: Recipient, sender: str) -> Failed | None:
    user = recipient.triple.user if recipient.triple else ""
    if sendable(user) and sendable(sender):
        return None
    return Failed(status="5.1.3", text="Data format error", reply="553 5.1.3 address cannot be sent")


def _too_large(limit: int, remote: Remote) -> Failed:
    return Failed(
        status="5.2.3",
        text="Service unavailable",
        reply=f"552 5.2.3 Message is too large; {limit} bytes max",
        remote=remote.name,
        remote_address=remote.address,
    )


def _went_stale(ending: Finished | Closed | OSError) -> bool:
    """The server had closed the connection, or says so in answer to the first command: nothing has happened yet."""
    if isinstance(ending, OSError):
        return isinstance(ending, ConnectionError)
    report = ending.report
    return isinstance(ending, Closed) and (report is None or report.sender is None or report.sender.code == 421)


def _outcomes(
    connection: Connection, ending: Finished | Closed | OSError, recipients: Sequence[Recipient], envelope: Envelope
) -> list[Outcome]:
    remote = connection.remote
    if isinstance(ending, OSError):
        return [from_error(ending, remote)] * len(recipients)
    report = ending.report
    if report is None:
        return [lost(Phase.MAIL, remote)] * len(recipients)
    late = untimed(envelope, connection.client.extensions)
    return [_outcome(connection, ending, report, i, recipient, late) for i, recipient in enumerate(recipients)]


def _outcome(
    connection: Connection, ending: Finished | Closed, report: Report, index: int, recipient: Recipient, late: bool
) -> Outcome:
    reply, phase = report.verdict(index)
    remote, extensions = connection.remote, connection.client.extensions
    if reply is None:
        if isinstance(ending, Closed) and ending.reply is not None and ending.reply.code == 421:
            return from_reply(ending.reply, ending.phase, remote, enhanced=True)
        return lost(ending.phase if isinstance(ending, Closed) else phase, remote, getattr(ending, "error", ""))
    asked = recipient.notify is not None and Notify.SUCCESS in recipient.notify
    relayed = asked and not extensions.dsn
    enhanced = extensions.enhanced_status_codes
    outcome = from_reply(reply, phase, remote, enhanced=enhanced, relayed=relayed)
    if isinstance(outcome, Delivered) and connection.client.speaks_lmtp:
        outcome = replace(outcome, text="Sent")  # the log and the listing show no more of it
    if (asked or late) and isinstance(outcome, Delivered) and (said := report.recipients[index]) is not None:
        status = said.enhanced if enhanced and said.enhanced else "2.0.0"
        return replace(outcome, recipient_reply=str(said), recipient_status=status, untimed=late)
    return outcome
