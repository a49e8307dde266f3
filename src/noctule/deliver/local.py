"""Delivery on this host: programs, files, mailboxes and Maildirs, through the privileged helper.

Which one a mailer means is in its P=: the path of a program, `[FILE]` with `A=FILE path`, and, as Noctule's own,
`[MBOX]` with `A=MBOX path` and `[MAILDIR]` with `A=MAILDIR path`.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from itertools import count
from typing import Protocol

from noctule.base.debug import Topic
from noctule.base.errors import TemporaryError
from noctule.base.text import BLANKS
from noctule.deliver.batch import Batch, triple_of
from noctule.deliver.localtext import local_text, mailbox_text, maildir_text
from noctule.deliver.message import Formed
from noctule.deliver.settings import LocalSettings
from noctule.deliver.verdict import from_exit
from noctule.mail.envelope import Recipient
from noctule.mail.outcome import Deferred, Failed, Outcome
from noctule.mail.status import Exit
from noctule.privileged import Answer, AppendFile, Identity, Maildir, RunProgram
from noctule.privileged.client import text_descriptor
from noctule.privileged.protocol import Request
from noctule.smtp.onlooker import Onlooker
from noctule.symbols import codes
from noctule.symbols.expand import expand
from noctule.symbols.macros import Macros
from noctule.symbols.mailers import Mailer

_AT_ONCE = 48  # of the helper's 64: programs that hang must not keep it from reading .forward files
_USER = codes.MACRO + codes.named("u")


@dataclass(frozen=True, slots=True)
class User:
    """Who a local recipient is."""

    identity: Identity
    home: str


class Helper(Protocol):
    """What this agent asks of the privileged helper."""

    async def ask(self, request: Request, text: int | None = None) -> Answer: ...


class LocalAgent:
    """`find_user` knows users by name (TemporaryError when it cannot say); `host` is in the names of Maildir files."""

    def __init__(
        self,
        helper: Helper,
        settings: LocalSettings,
        default_user: Identity,
        find_user: Callable[[str], Awaitable[User | None]],
        *,
        host: str,
        clock: Callable[[], float],
        onlooker: Onlooker | None = None,
    ) -> None:
        self._onlooker = onlooker
        self._helper = helper
        self._settings = settings
        self._default_user = default_user
        self._find_user = find_user
        self._host = host.replace("/", "_").replace(":", "_")
        self._clock = clock
        self._numbers = count(1)
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def deliver(self, batch: Batch) -> list[Outcome]:
        """A program with F=m gets all recipients at once, anything else one after the other."""
        if self._onlooker is not None:
            self._onlooker.connecting([r.address for r in batch.recipients], "", 0, batch.mailer.name)
        if "m" in batch.mailer.flags and batch.mailer.path.startswith("/"):
            return [await self._deliver_once(batch)] * len(batch.recipients)
        return [await self._deliver_once(replace(batch, recipients=(one,))) for one in batch.recipients]

    async def _deliver_once(self, batch: Batch) -> Outcome:
        try:
            first = batch.recipients[0]
            user = await self._find_user(plain_user(triple_of(first).user)) if _has_account(batch.mailer) else None
            scope = await self._scope(batch, user)
            identity = await self._identity(batch.mailer, first, user)
            if isinstance(identity, Failed):
                return identity
            request = self._request(batch, scope, identity)
            formed = await batch.message.formed(batch.mailer, scope, eight_bit_mime=None)
            if isinstance(formed, Failed):
                return formed
            text = self._text(batch.mailer, scope, request, formed)
            return _outcome(await self._ask(request, text), request)
        except TemporaryError as error:
            return Deferred(status="4.3.0", text=f"Deferred: {error}")

    async def _scope(self, batch: Batch, user: User | None) -> Macros:
        """Macros of this delivery; `$z` is the home of whom it is for, or else of the controlling user."""
        users = ",".join(plain_user(name) for name in batch.users)
        controller = batch.recipients[0].controller
        if user is None and controller is not None:
            user = await self._find_user(controller.user)
        return batch.scope.child(
            {
                "u": users,
                "z": user.home if user else batch.scope.get("z"),
                "d": time.asctime(time.localtime(self._clock())),
            }
        )

    async def _identity(self, mailer: Mailer, recipient: Recipient, user: User | None) -> Identity | Failed:
        """U= first, then F=S (as the helper was started), then whoever the address belongs to, then DefaultUser."""
        if mailer.user:
            return await self._named(mailer.user)
        if "S" in mailer.flags:
            return Identity("root", 0, 0)
        if recipient.controller is not None and recipient.controller.uid:
            controller = recipient.controller
            return Identity(controller.user, controller.uid, controller.gid)
        if user is not None and user.identity.uid and ("o" in mailer.flags or mailer.path in {"[MBOX]", "[MAILDIR]"}):
            return user.identity
        return self._default_user

    async def _named(self, name: str) -> Identity | Failed:
        """`user:group` of U=, as names or numbers."""
        user, _, group = name.partition(":")
        found = await self._find_user(user)
        if found is not None:
            identity = found.identity
        elif user.isdecimal():
            identity = Identity("", int(user), int(user))
        else:
            return Failed(status="5.3.5", text="Local configuration error", reply=f"554 5.3.5 no user {user}")
        return replace(identity, gid=int(group)) if group.isdecimal() else identity

    def _request(self, batch: Batch, scope: Macros, identity: Identity) -> Request:
        mailer = batch.mailer
        words = argument_vector(mailer, batch.users, scope)
        self._settings.debug.say(Topic.CONNECTIONS, 1, f"openmailer: {' '.join(words)}")
        target = words[1] if len(words) > 1 else ""
        match mailer.path:
            case "[FILE]":
                return AppendFile(path=target, identity=identity, timeout=self._settings.file_lock_timeout)
            case "[MBOX]":
                timeout = self._settings.file_lock_timeout
                return AppendFile(path=target, identity=identity, mailbox=True, timeout=timeout)
            case "[MAILDIR]":
                name = f"{self._clock():.6f}.P{os.getpid()}Q{next(self._numbers)}.{self._host}"
                return Maildir(path=target, identity=identity, name=name)
            case path:
                directories = expand(mailer.directories, scope).split(":") if mailer.directories else ["/"]
                return RunProgram(
                    path=path,
                    argv=tuple(words),
                    identity=identity,
                    environment=self._settings.environment,
                    directories=tuple([directory for directory in directories if directory]) or ("/",),
                    root=expand(mailer.root, scope) if mailer.root else "",
                    nice=mailer.nice,
                    timeout=mailer.wait or 3600.0,
                )

    def _text(self, mailer: Mailer, scope: Macros, request: Request, formed: Formed) -> Iterable[bytes]:
        header, body = formed.header, formed.body.chunks()
        from_line = expand(self._settings.unix_from_line, scope).encode("latin-1", "replace")
        match request:
            case Maildir():
                return maildir_text(header, body)
            case AppendFile():
                return mailbox_text(header, body, from_line)
            case _:
                return local_text(header, body, mailer, from_line)

    async def _ask(self, request: Request, text: Iterable[bytes]) -> Answer:
        async with self._places:
            descriptor = text_descriptor(text)
            try:
                return await self._helper.ask(request, descriptor)
            finally:
                os.close(descriptor)


def argument_vector(mailer: Mailer, users: Iterable[str], scope: Macros) -> list[str]:
    """A= for this delivery.

    The word with $u stands once for each recipient; F=f and F=r put the sender in front; F=s takes quotes off users,
    F=B leading backslashes.  For `prog` the bar in front of the command goes too.
    """
    words: list[str] = []
    for number, template in enumerate(mailer.argv):
        if number == 1:
            words += [word for flag in "fr" if flag in mailer.flags for word in (f"-{flag}", scope.get("g") or "")]
        if _USER in template and number:
            words += [expand(template, scope.child({"u": _argument(mailer, user)})) for user in users]
        else:
            words.append(expand(template, scope))
    return words


def _argument(mailer: Mailer, user: str) -> str:
    if mailer.name in {"prog", "*file*"}:
        return plain_user(user).removeprefix("|").strip(BLANKS)
    if "s" in mailer.flags:
        user = user.replace('"', "")
    return user.lstrip("\\") if "B" in mailer.flags else user


def plain_user(user: str) -> str:
    """A user part without the quotes around it and the backslash that stops aliasing."""
    if len(user) > 1 and user.startswith('"') and user.endswith('"'):
        user = user[1:-1].replace('\\"', '"')
    return user.removeprefix("\\")


def _has_account(mailer: Mailer) -> bool:
    return "w" in mailer.flags or mailer.path in {"[MBOX]", "[MAILDIR]"}


def _outcome(answer: Answer, request: Request) -> Outcome:
    if isinstance(request, RunProgram):
        if answer.signal or answer.text:
            return Deferred(status="4.3.0", text=f"Deferred: {request.argv[0]}: {answer.text}")
        return from_exit(answer.exit, answer.output)
    outcome = from_exit(answer.exit)
    if isinstance(outcome, Failed):
        outcome = replace(outcome, exit=None)  # there is no program
    if isinstance(outcome, Failed) and answer.exit == Exit.CANTCREAT:
        return replace(outcome, reply=f"550 5.2.0 {request.path}... Can't create output: {answer.text}")
    return replace(outcome, text=f"{outcome.text}: {answer.text}") if answer.text else outcome
