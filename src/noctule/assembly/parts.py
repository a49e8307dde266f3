"""The parts every process that handles mail is made of: maps, rules, routing, delivery."""

import os
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from noctule.accounts import Accounts, ListedAccounts, SystemAccounts
from noctule.assembly.authentication import login_settings
from noctule.assembly.encryption import Encryption
from noctule.assembly.hoststatus import open_host_status
from noctule.assembly.queuegroups import QueueGroups
from noctule.assembly.queueruns import QueueRuns
from noctule.assembly.rules import build_addresses
from noctule.assembly.settings import (
    addressees,
    default_user,
    eight_bit_rules,
    host_name,
    local_settings,
    reporter,
    route_settings,
    runner_settings,
    smtp_settings,
)
from noctule.assembly.tables import open_tables, resolver_settings, safety_policy
from noctule.assembly.userfiles import UsersFiles
from noctule.base.errors import ConfigurationError
from noctule.base.text import ascii_lower
from noctule.config import Configuration
from noctule.deliver import (
    ABREAST,
    Agent,
    ClientAuthentication,
    ClientEncryption,
    LocalAgent,
    Parts,
    Reports,
    RulesetRewriting,
    Runner,
    SmtpAgent,
    User,
    compat,
)
from noctule.dsn import Notice
from noctule.files import SafetyError, SafetyPolicy, TooLargeError
from noctule.mail.envelope import Envelope
from noctule.maps import Environment, MapTable
from noctule.maps.environment import Priority
from noctule.mqueue.handoff import Handoff
from noctule.mqueue.ids import QueueIds
from noctule.mqueue.sqlite import SqliteStore
from noctule.mqueue.store import Body
from noctule.observe import traceid
from noctule.observe.log import Log
from noctule.observe.sinks import Priority as LogPriority
from noctule.privileged import Client, Identity
from noctule.resolve import HostsFile, Resolver
from noctule.rewrite.addresses import Addresses
from noctule.route.addressfiles import DirectFiles
from noctule.route.router import Router
from noctule.smtp.onlooker import Onlooker
from noctule.symbols.mailers import Mailer

Settled = Callable[[Envelope, tuple[Notice, ...], Body], bool]
MAX_HANDED_OVER = 2000  # accepted messages that wait for the runner in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Everything that decides where mail goes."""

    configuration: Configuration
    maps: MapTable
    addresses: Addresses
    accounts: Accounts
    resolver: Resolver
    router: Router
    encryption: Encryption
    log: Log


def build_routing(
    configuration: Configuration,
    log: Log,
    accounts: Accounts | None = None,
    helper: Client | None = None,
    encryption: Encryption | None = None,
) -> Routing:
    """Open maps and compile rules.  To be made inside the event loop that will use it.

    `encryption`: made before, by a process that had more rights then.  With a `helper`, users' files are read as these
    users; without, with the rights of this process.
    """
    options = configuration.options
    policy = safety_policy(options)
    accounts = accounts or open_accounts(options.string("MailboxDatabase"), policy)
    hosts = HostsFile(options.string("HostsFile") or "/etc/hosts", time.monotonic)
    resolver = Resolver(resolver_settings(configuration), hosts=hosts, debug=configuration.debug)
    maps = open_tables(configuration, _map_environment(configuration, policy, resolver, accounts, log))
    addresses = build_addresses(configuration, maps.is_open)
    files = UsersFiles(helper, default_user(options)) if helper is not None else DirectFiles(policy)
    return Routing(
        configuration=configuration,
        maps=maps,
        addresses=addresses,
        accounts=accounts,
        resolver=resolver,
        router=Router(addresses, maps, accounts, files, route_settings(configuration)),
        encryption=encryption or Encryption(configuration, log),
        log=log,
    )


def _map_environment(
    configuration: Configuration, policy: SafetyPolicy, resolver: Resolver, accounts: Accounts, log: Log
) -> Environment:
    """What maps may use of this process, and where they say what troubles them."""

    def said(priority: Priority, level: int, text: str) -> None:
        log.map_said(priority=LogPriority(max(1, priority)), level=level, text=text)

    def failed(what: str, error: Exception) -> None:
        log.internal_error("", trace=f"{traceid.new_trace_id(secrets.token_bytes)}, {what}", error=error)

    return Environment(
        policy=policy,
        failed=failed,
        resolver=resolver,
        accounts=accounts,
        debug=configuration.debug,
        log=said,
        report=lambda text: log.system_error("", user="daemon", text=text),
    )


def open_accounts(database: str, policy: SafetyPolicy) -> Accounts:
    """MailboxDatabase: `pw`, the system's, or `file:PATH`, one like passwd(5).  Raises ConfigurationError."""
    kind, _, path = database.partition(":")
    if kind != "file":
        return SystemAccounts(time.monotonic)
    try:
        return ListedAccounts.read(path, policy=policy)
    except (OSError, SafetyError, TooLargeError) as error:
        raise ConfigurationError(f"option MailboxDatabase: cannot use {path}: {error}") from error


def queue_ids() -> QueueIds:
    """Ids of this process."""
    return QueueIds(time.time, os.getpid(), secrets.randbelow(3600))


def open_store(directory: Path, shard: str, log: Log, *, owner: bool = True) -> SqliteStore:
    """A shard of the queue.  Raises TemporaryError."""
    return SqliteStore(
        directory, shard=shard, ids=queue_ids().next, owner=owner, reserve=owner, on_trouble=log.queue_trouble
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A runner and what has to be closed after it has stopped."""

    runner: Runner
    handoff: Handoff
    smtp: SmtpAgent
    queue_runs: QueueRuns

    async def close(self) -> None:
        await self.queue_runs.ended()
        await self.smtp.close()


def build_delivery(
    routing: Routing,
    store: SqliteStore,
    helper: Client,
    *,
    queue_interval: float,
    settled: Settled | None = None,
    onlooker: Onlooker | None = None,
) -> Delivery:
    """The delivering half of a process; `queue_interval` 0.0 means no queue runs, `settled` as in Reports."""
    configuration, log = routing.configuration, routing.log
    handoff = Handoff(MAX_HANDED_OVER)
    smtp, local = _smtp_agent(routing, onlooker), _local_agent(routing, helper, onlooker)

    def trouble(id_: str, error: BaseException) -> str:
        trace = traceid.new_trace_id(secrets.token_bytes)
        log.internal_error(id_, trace=trace, error=error)
        return trace

    parts = Parts(
        store=store,
        handoff=handoff,
        expander=routing.router,
        rewriting=RulesetRewriting(routing.addresses, routing.maps),
        agent_for=_agent_chooser(routing, smtp, local),
        mailers=routing.addresses.mailers,
        macros=configuration.macros,
        reports=Reports(reporter(configuration), log, store.new_id, addressees(configuration.options), settled),
        log=log,
        clock=time.time,
        trouble=trouble,
        stop_programs=helper.stop_programs,
        eight_bit=eight_bit_rules(configuration, log),
        abreast=ABREAST if onlooker is None else 1,  # conversations at a time would be shown in one another
    )
    runner = Runner(parts, runner_settings(configuration, queue_interval))
    groups = QueueGroups(configuration, routing.addresses, routing.maps)
    return Delivery(runner=runner, handoff=handoff, smtp=smtp, queue_runs=QueueRuns(runner, groups.members, log))


def _agent_chooser(routing: Routing, smtp: Agent, local: Agent) -> Callable[[Mailer], Agent]:
    def agent_for(mailer: Mailer) -> Agent:
        agent = smtp if mailer.is_network else local
        if routing.addresses.unheard(compat.RULESET):
            return agent
        return compat.CompatChecked(agent, routing.addresses, routing.maps, routing.log)

    return agent_for


def _smtp_agent(routing: Routing, onlooker: Onlooker | None) -> SmtpAgent:
    configuration, log = routing.configuration, routing.log
    options = configuration.options
    encryption = ClientEncryption(
        routing.encryption,
        routing.addresses,
        routing.maps,
        log,
        fingerprint=routing.encryption.fingerprint,
        alternatives=options.boolean("SetCertAltnames"),
        fallback=options.boolean("TLSFallbacktoClear"),
        policies=options.boolean("StrictTransportSecurity"),
    )
    authentication = ClientAuthentication(routing.addresses, routing.maps, log, login_settings(options, log))
    return SmtpAgent(
        smtp_settings(configuration),
        routing.resolver,
        names_this_host(configuration),
        encryption,
        authentication,
        log,
        open_host_status(options, log.supervised),
        onlooker,
    )


def _local_agent(routing: Routing, helper: Client, onlooker: Onlooker | None) -> LocalAgent:
    configuration = routing.configuration
    return LocalAgent(
        helper,
        local_settings(configuration),
        default_user(configuration.options),
        _user_finder(routing.accounts),
        host=host_name(configuration),
        clock=time.time,
        onlooker=onlooker,
    )


def names_this_host(configuration: Configuration) -> Callable[[str], bool]:
    """Whether a name, without its final dot, is one of class w."""
    ours = configuration.classes.lowered("w")
    return lambda name: ascii_lower(name) in ours


def _user_finder(accounts: Accounts) -> Callable[[str], Awaitable[User | None]]:
    async def find(name: str) -> User | None:
        account = await accounts.look_up(name)
        if account is None:
            return None
        return User(Identity(account.name, account.uid, account.gid), account.home)

    return find
