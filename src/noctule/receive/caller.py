"""Who is at the other end, and the macros that say so."""

from dataclasses import dataclass

from noctule.net import Endpoint, Stream
from noctule.receive.services import ClientNames
from noctule.receive.settings import Daemon
from noctule.receive.throttle import Rates
from noctule.resolve.clients import ClientVerdict
from noctule.resolve.literals import spelled
from noctule.symbols.macros import Macros


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The client of a session.

    `peer` is `$_` and what replies and log lines show: `name [address]`, with `(may be forged)` where that is so, or
    `user@localhost`.  `address` is "" for a local caller, IPv6 with the prefix `IPv6:`.  `known_as` is the name taken
    for it until it says one.
    """

    peer: str
    name: str  # ${client_name}
    known_as: str
    address: str = ""
    port: int = 0
    ptr: str = ""
    resolve: str = "OK"
    local: Endpoint | None = None  # our end

    @property
    def remote(self) -> bool:
        return bool(self.address)


def local_caller(user: str) -> Caller:
    """Somebody on this host, by his login name: `-bs`, or a command line."""
    return Caller(peer=f"{user}@localhost", name="localhost", known_as="localhost")


async def identify(stream: Stream, names: ClientNames) -> Caller:
    """Name the client of a connection."""
    peer = stream.peer
    if peer.family == "local":
        return local_caller("unknown")
    address = names.spelled(peer.host)
    bracketed = f"[{address}]"
    client = await names.client(peer.host)
    ok = client.verdict is ClientVerdict.OK
    forged = client.verdict is ClientVerdict.FORGED
    shown = client.name if client.name == bracketed else f"{client.name} {bracketed}"
    return Caller(
        peer=f"{shown} (may be forged)" if forged else shown,
        name=client.name if ok else bracketed,
        known_as=client.name,
        address=address,
        port=peer.port,
        ptr=client.ptr,
        resolve=client.verdict.value,
        local=stream.local,
    )


def connection_scope(macros: Macros, caller: Caller, daemon: Daemon, rates: Rates | None) -> Macros:
    """The macros of one connection.  A local caller has no {client_...}: rules tell him by that."""
    local = caller.local
    values: dict[str, str | None] = {
        "daemon_name": daemon.name,
        "daemon_flags": daemon.flags,
        "daemon_family": daemon.family,
        "daemon_addr": spelled(daemon.address) or None,
        "daemon_port": str(daemon.port),
        "_": caller.peer,
        "s": caller.known_as,
        "r": "SMTP",
    }
    if caller.remote:
        values["client_addr"] = caller.address
        values["client_name"] = caller.name
        values["client_ptr"] = caller.ptr or None
        values["client_port"] = str(caller.port)
        values["client_resolve"] = caller.resolve
    if local is not None and local.family != "local":
        values["if_family"] = local.family
        if local.host != "127.0.0.1":
            values["if_addr"] = spelled(local.host)
    if rates is not None:
        values["client_rate"] = str(rates.client)
        values["total_rate"] = str(rates.total)
        values["client_connections"] = str(rates.open)
    return macros.child(values)
