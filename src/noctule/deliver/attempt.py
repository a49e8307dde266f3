"""One attempt at one message: recipients to batches, batches to agents, outcomes by recipient."""

import asyncio
from collections.abc import Callable, Mapping
from itertools import groupby

from noctule.base.errors import TemporaryError
from noctule.deliver.batch import Agent, Batch, triple_of
from noctule.deliver.message import OutgoingMessage
from noctule.deliver.plan import split_hosts
from noctule.mail.envelope import Recipient
from noctule.mail.outcome import Deferred, Delivered, Failed, Outcome
from noctule.observe.log import Log
from noctule.symbols.macros import Macros
from noctule.symbols.mailers import Mailer

ERROR_MAILERS = frozenset({"error", "*error*"})
DISCARD_MAILER = "discard"
ABREAST = 20  # batches of one message under way at a time: each may hold a connection, or a copy of the message
Outcomes = dict[int, Outcome]


class Attempt:
    """`trouble` logs a bug and gives back the word that ties the log line to what is said elsewhere."""

    def __init__(
        self,
        message: OutgoingMessage,
        mailers: Mapping[str, Mailer],
        agent_for: Callable[[Mailer], Agent],
        scope: Macros,
        log: Log,
        clock: Callable[[], float],
        trouble: Callable[[str, BaseException], str],
        abreast: int = ABREAST,
    ) -> None:
        self._abreast = abreast
        self._message = message
        self._mailers = mailers
        self._agent_for = agent_for
        self._scope = scope
        self._log = log
        self._clock = clock
        self._trouble = trouble

    async def run(self, recipients: list[Recipient]) -> Outcomes:
        """Outcomes by number for these recipients, each resolved."""
        groups = group(recipients, self._mailers)
        if len(groups) == 1:
            return await self._deliver(*groups[0])
        places = asyncio.Semaphore(self._abreast)

        async def deliver(name: str, host: str, members: tuple[Recipient, ...]) -> Outcomes:
            async with places:
                return await self._deliver(name, host, members)

        outcomes: Outcomes = {}
        for part in await asyncio.gather(*(deliver(*members) for members in groups)):
            outcomes |= part
        return outcomes

    async def _deliver(self, name: str, host: str, members: tuple[Recipient, ...]) -> Outcomes:
        mailer = self._mailers.get(name)
        started = self._clock()
        results: list[Outcome]
        if name in ERROR_MAILERS:
            results = [_error_mailer(recipient) for recipient in members]
        elif name == DISCARD_MAILER and mailer is None:
            results = [Delivered(text="discarded")] * len(members)
        elif mailer is None:
            failure = Failed(status="5.3.5", text="Local configuration error", reply=f"554 5.3.5 unknown mailer {name}")
            results = [failure] * len(members)
        else:
            results = await self._ask_agent(mailer, host, members)
        self._say(mailer, name, members, results, started)
        return {recipient.number: outcome for recipient, outcome in zip(members, results, strict=True)}

    async def _ask_agent(self, mailer: Mailer, host: str, members: tuple[Recipient, ...]) -> list[Outcome]:
        """Whatever goes wrong on our side leaves the recipients queued."""
        size, limit = self._message.envelope.size, mailer.max_message_size
        if 0 < limit < size:
            status = "5.2.3" if mailer.is_local else "5.3.4"
            reply = f"552 {status} Message is too large; {limit} bytes max"
            return [Failed(status=status, text="Service unavailable", reply=reply)] * len(members)
        try:
            scope = self._scope.child({"h": host})
            scope.set("g", await self._message.rewriting.sender(self._message.envelope, mailer, scope))
            deadline = self._message.envelope.deadline
            batch = Batch(
                message=self._message,
                mailer=mailer,
                host=host,
                recipients=members,
                scope=scope,
                seconds_left=int(deadline.at - self._clock()) if deadline is not None else None,
            )
            results = await self._agent_for(mailer).deliver(batch)
            if len(results) != len(members):
                raise RuntimeError(f"{len(results)} outcomes for {len(members)} recipients")
        except TemporaryError as error:
            return [Deferred(status="4.3.0", text=f"Deferred: {error}")] * len(members)
        except Exception as error:
            word = self._trouble(self._message.envelope.id, error)
            return [Deferred(status="4.3.0", text=f"Deferred: internal error {word}")] * len(members)
        return results

    def _say(
        self,
        mailer: Mailer | None,
        name: str,
        members: tuple[Recipient, ...],
        results: list[Outcome],
        started: float,
    ) -> None:
        """The `to=` lines: recipients that fared alike share one."""
        envelope, now = self._message.envelope, self._clock()
        paired = list(zip(members, results, strict=True))
        alike = groupby(paired, key=lambda pair: (pair[1], pair[0].controller)) if len(paired) > 1 else None
        for (outcome, controller), pairs in alike or [((results[0], members[0].controller), iter(paired))]:
            self._log.delivery(
                envelope.id,
                recipients=[recipient.address for recipient, _ in pairs],
                controller=controller,
                delay=now - envelope.created,
                xdelay=now - started,
                mailer=mailer.name if mailer else name.strip("*"),
                priority=envelope.priority,
                relay=outcome.remote,
                relay_address=outcome.remote_address,
                dsn=outcome.status,
                reply="" if isinstance(outcome, Delivered) else outcome.reply,
                stat=outcome.text,
            )


def group(recipients: list[Recipient], mailers: Mapping[str, Mailer]) -> list[tuple[str, str, tuple[Recipient, ...]]]:
    """Recipients by mailer and host; by controlling user too where it matters; one at a time without F=m.

    In each group the last one comes first, as with Sendmail: it shows when a host breaks off half-way.
    A host of the network is the list of those to try; naming one twice changes nothing.
    """
    groups: dict[tuple[object, ...], list[Recipient]] = {}
    for recipient in recipients:
        triple = triple_of(recipient)
        mailer = mailers.get(triple.mailer)
        key: tuple[object, ...] = (triple.mailer, triple.host)
        if mailer is not None and not mailer.is_network:
            key += (recipient.controller,)
        elif ":" in triple.host:
            key = (triple.mailer, ":".join(dict.fromkeys(split_hosts(triple.host))))
        if mailer is not None and "m" not in mailer.flags:
            key += (recipient.number,)
        groups.setdefault(key, []).append(recipient)
    return [(triple_of(m[0]).mailer, triple_of(m[0]).host, tuple(reversed(m))) for m in groups.values()]


def _error_mailer(recipient: Recipient) -> Outcome:
    """`$#error $@ 5.1.1 $: 550 text`: the triple's host is the status, its user the text."""
    triple = triple_of(recipient)
    code, _, text = triple.user.partition(" ")
    if not (code.isdecimal() and len(code) == 3):
        code, text = "553", triple.user
    status = triple.host if triple.host[:2] in {"4.", "5."} else f"{code[0]}.0.0"
    if code.startswith("4"):
        return Deferred(status=status, text=f"Deferred: {text}", reply=f"{code} {status} {text}")
    return Failed(status=status, text=text, reply=f"{code} {status} {text}")
