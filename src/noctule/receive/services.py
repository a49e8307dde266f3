"""What a session works with: the other rooms of the house."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from noctule.accounts import Accounts, BackEnd
from noctule.accounts.tokens import Tokens
from noctule.base.questions import Answering
from noctule.mqueue.handoff import Handoff
from noctule.mqueue.store import Store
from noctule.net import TlsContext
from noctule.observe.log import Log
from noctule.receive.throttle import Throttle
from noctule.resolve.clients import Client
from noctule.rewrite.addresses import Addresses
from noctule.route.router import Router
from noctule.sasl.steps import SecurityContext
from noctule.symbols.macros import Macros


class ClientNames(Protocol):
    """Who a client is (resolve.Resolver)."""

    def spelled(self, address: str) -> str: ...

    async def client(self, address: str) -> Client: ...


class ServerEncryption(Protocol):
    """TLS as this host has it at the moment."""

    def server(self, wishes: str = "", *, asks: bool | None = None, relay: str = "") -> TlsContext | None:
        """A context for a session; None: there is none.

        `wishes` is what tls_srv_features says, `asks` whether the client is asked for a certificate (None: as always),
        `relay` what log lines call the client.
        """
        ...


class Guesses(Protocol):
    """Counts failed log-ins of all workers (accounts.guesses.Guesses)."""

    def begin(self, client: str, account: str) -> float | None: ...

    def forgive(self, client: str, account: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Passwords:
    """Who knows passwords and tokens, and who counts the wrong ones.

    `mechanisms`: only these; None: all.  `kerberos` begins a context of GSSAPI; None: there is no key.
    """

    back_end: BackEnd
    guesses: Guesses
    mechanisms: tuple[str, ...] | None = None
    tokens: Tokens | None = None
    kerberos: Callable[[], SecurityContext] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Shared by all sessions of one process.

    `maps` also answers the rules; `accounts` knows full names.  `handoff` None: nobody delivers here, the message waits
    in the store.  `free_space` gives the bytes left for the queue, `load` the load average.  `run_queue` starts a run
    for the argument of ETRN; False: there is no such queue.  `random` gives so many random bytes.
    """

    addresses: Addresses
    maps: Answering
    macros: Macros
    router: Router
    store: Store
    log: Log
    names: ClientNames
    throttle: Throttle
    clock: Callable[[], float]
    random: Callable[[int], bytes]
    accounts: Accounts | None = None
    handoff: Handoff | None = None
    free_space: Callable[[], int] | None = None
    load: Callable[[], int] = lambda: 0
    run_queue: Callable[[str], Awaitable[bool]] | None = None
    encryption: ServerEncryption | None = None
    passwords: Passwords | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
