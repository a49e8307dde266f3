"""Driving one SMTP session: bytes between a stream and the wire, and nothing else."""

import asyncio

from noctule.base.text import from_bytes
from noctule.mail.reply import Reply
from noctule.net import Stream
from noctule.observe.traceid import new_trace_id
from noctule.receive.caller import Caller, connection_scope
from noctule.receive.conversation import Conversation
from noctule.receive.filters import AbsentFilters
from noctule.receive.load import DELAY
from noctule.receive.patience import Patience
from noctule.receive.services import Services
from noctule.receive.settings import ReceiveSettings
from noctule.receive.throttle import Rates
from noctule.smtp import replies
from noctule.smtp.events import (
    AuthenticationAnswered,
    ChunkOpened,
    CommandRefused,
    Event,
    InputEnded,
    QuitRequested,
    TextEnded,
    TextReceived,
)


class Session:
    """One connection, from greeting to close."""

    def __init__(
        self, stream: Stream, services: Services, settings: ReceiveSettings, caller: Caller, rates: Rates | None = None
    ) -> None:
        self._stream = stream
        self._services = services
        self._settings = settings
        self._caller = caller
        scope = connection_scope(services.macros, caller, settings.daemon, rates)
        self._conversation = Conversation(services, settings, caller, scope)
        self._wire = self._conversation.wire
        self._filters = AbsentFilters(settings.without_filter, self._wire, services.log, caller.peer)
        self._quit = False

    async def run(self) -> None:
        """Serve the client until it goes.  Raises nothing for what the client does."""
        self._services.log.connected(client=self._caller.peer)
        try:
            if await self._greet():
                await self._pump()
        except TimeoutError:
            self._timed_out()
        except OSError:
            self._lost()
        finally:
            self._end()

    def _timed_out(self) -> None:
        if self._in_text:
            reply = self._conversation.text_timed_out()
            self._stream.write(reply.render())
            self._log_reply(reply)
        else:
            self._services.log.input_timeout(self._id, client=self._caller.known_as, during="server cmd read")
            self._lost()

    async def _greet(self) -> bool:
        """False when the client has no way to be greeted: TLS did not come about."""
        conversation = self._conversation
        refusal = await conversation.admit()
        if refusal is None and not conversation.turned_away:
            refusal = self._filters.turn_away(self._id, self._settings.host)
        if self._settings.daemon.has("s") and not (await conversation.ready_for_tls() and await self._encrypt()):
            return False
        if refusal is not None:
            self._say_first(refusal)
            return True
        seconds = await conversation.pause()
        early = b""
        if seconds:
            try:
                early = await self._stream.read(seconds)
            except TimeoutError:
                early = b""
        if early:
            self._say_first(conversation.spoke_too_soon(seconds))
            self._wire.receive_data(early)
        else:
            self._say_first(conversation.greeting())
        return True

    async def _encrypt(self) -> bool:
        """Shake hands, and tell the conversation.  False when that failed."""
        encryption = self._conversation.encryption
        try:
            assert encryption.context is not None
            handshake = await self._stream.start_tls(encryption.context, self._settings.timeouts.handshake)
        except OSError as error:
            encryption.failed(error)
            return False
        await self._conversation.encrypted(handshake)
        return True

    def _say_first(self, reply: Reply) -> None:
        self._wire.greet(reply)
        self._log_reply(reply)

    async def _pump(self) -> None:
        """The only place that waits for bytes.  One write answers a pipelined group."""
        wire = self._wire
        patience = Patience(self._settings.timeouts, asyncio.get_running_loop().time)
        while True:
            while (event := wire.next_event()) is not None:
                if delay := wire.delay + self._slowness(event):
                    await self._flush()
                    await self._services.sleep(delay)
                await self._answer(event)
            await self._flush()
            if wire.closing:
                return
            if wire.handshake_due:
                if not await self._encrypt():
                    return
                continue
            data = await self._read(patience.next_read(in_text=self._in_text, line_begun=wire.line_begun))
            patience.took(len(data))
            wire.receive_data(data)

    def _slowness(self, event: Event) -> float:
        """DelayLA: on a busy host every command waits."""
        command = not isinstance(event, TextReceived | ChunkOpened)
        return DELAY if command and self._settings.loads.delays(self._services.load()) else 0.0

    async def _read(self, timeout: float) -> bytes:  # noqa: ASYNC109 - the stream's limit
        """More bytes.  A client that says nothing while this process drains is told that it goes."""
        try:
            return await self._stream.read(timeout)
        except asyncio.CancelledError:
            self._stream.write(replies.shutting_down(self._settings.host).render())
            raise

    async def _answer(self, event: Event) -> None:
        wire = self._wire
        self._log_command(event)
        try:
            reply = self._filters.deferral(self._id, event)
            if reply is not None:
                self._conversation.asked_something = True
            else:
                reply = await self._conversation.answer(event)
        except Exception as error:  # a bug of ours must neither kill the worker nor refuse the mail for good
            reply = self._bug(error, event)
        if isinstance(event, QuitRequested):
            self._quit = True
        elif event == InputEnded(in_text=False):
            self._lost()
        if reply is not None:
            wire.send_reply(reply)
            self._log_reply(reply)

    def _log_command(self, event: Event) -> None:
        log, wire = self._services.log, self._wire
        if wire.flood:
            log.possible_attack(self._id, client=self._caller.peer, command=wire.last_verb.upper(), count=wire.flood)
        breach = isinstance(event, CommandRefused) and event.breach
        text = isinstance(event, TextReceived | InputEnded | ChunkOpened)
        dot = isinstance(event, TextEnded) and wire.last_verb != "bdat"
        answer = isinstance(event, AuthenticationAnswered)  # to a challenge: it may hold a password
        if log.level >= 15 and not (breach or text or dot or answer):
            log.command_received(self._id, wire.last_line)

    def _log_reply(self, reply: Reply) -> None:
        log = self._services.log
        if log.level >= 15:
            for line in from_bytes(reply.render()).removesuffix("\r\n").split("\r\n"):
                log.reply_sent(self._id, line)

    def _bug(self, error: Exception, event: Event) -> Reply | None:
        trace = new_trace_id(self._services.random)
        self._services.log.internal_error(self._id, trace=trace, error=error)
        if isinstance(event, TextReceived | ChunkOpened):
            raise ConnectionAbortedError("internal error inside a message") from error
        return None if event == InputEnded(in_text=False) else replies.internal_error(trace)

    async def _flush(self) -> None:
        if self._wire.handshake_due:
            self._stream.discard()  # it came before anybody could know who wrote it
        if out := self._wire.data_to_send():
            self._stream.write(out)
            await self._stream.drain(self._settings.timeouts.command)

    @property
    def _id(self) -> str:
        return self._conversation.queue_id

    @property
    def _in_text(self) -> bool:
        return self._wire.in_text

    def _lost(self) -> None:
        self._log_reply(replies.lost_input(self._settings.host, self._caller.peer))
        self._services.log.lost_input(
            self._id,
            client=self._caller.peer,
            daemon=self._settings.daemon.name or "stdin",
            command=self._wire.last_verb or "startup",
            in_mail=self._conversation.transaction is not None,
        )

    def _end(self) -> None:
        if self._caller.remote and not self._conversation.asked_something and not self._conversation.turned_away:
            self._services.log.did_not_issue(self._id, client=self._caller.peer, daemon=self._settings.daemon.name)
        self._conversation.close()
