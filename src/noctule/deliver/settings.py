"""What the roles of this package are told; assembly fills these from the options."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from noctule.base.debug import Debug
from noctule.deliver.plan import PlanSettings
from noctule.deliver.wayout import WaysOut
from noctule.mqueue.model import SortOrder
from noctule.mqueue.schedule import RetryPolicy
from noctule.smtp.client import Phase

Timeouts = Mapping[Phase, float]  # seconds
_DEFAULTS: Timeouts = MappingProxyType(
    {
        Phase.GREETING: 300.0,
        Phase.HELO: 300.0,
        Phase.LHLO: 120.0,
        Phase.STARTTLS: 3600.0,
        Phase.IDLE: 120.0,
        Phase.MAIL: 600.0,
        Phase.RCPT: 3600.0,
        Phase.DATA: 300.0,
        Phase.BODY: 3600.0,
        Phase.FINAL: 3600.0,
        Phase.RSET: 300.0,
        Phase.QUIT: 120.0,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """How to speak to other hosts.  Times in seconds."""

    name: str  # $j, in EHLO
    timeouts: Timeouts = field(default_factory=lambda: _DEFAULTS)  # Timeout.*
    connect: float = 300.0  # Timeout.connect
    first_connect: float = 0.0  # Timeout.iconnect: while a message is first tried; 0: as `connect`
    all_connects: float = 0.0  # Timeout.aconnect, 0: no limit of its own
    default_port: int = 25
    ways_out: WaysOut = field(default_factory=WaysOut)
    cached_hosts: int = 2  # ConnectionCacheSize: hosts to which connections are kept open, 0: none
    cache_timeout: float = 300.0  # ConnectionCacheTimeout
    connections_per_host: int = 20
    debug: Debug = field(default_factory=Debug)
    single_thread: bool = False  # SingleThreadDelivery: one connection to a host, of all processes
    fallback_mx: str = ""  # FallbackMXhost
    fallback_smart_host: str = ""  # FallbackSmartHost
    try_null_mx_list: bool = False  # TryNullMXList

    def plan(self, is_me: Callable[[str], bool]) -> PlanSettings:
        """Whom to try; `is_me` as in PlanSettings."""
        return PlanSettings(
            is_me=is_me,
            fallback_mx=self.fallback_mx,
            fallback_smart_host=self.fallback_smart_host,
            try_null_mx_list=self.try_null_mx_list,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSettings:
    """How to deliver on this host."""

    environment: tuple[tuple[str, str], ...] = (("AGENT", "sendmail"),)  # E lines
    unix_from_line: str = "From $g  $d"  # UnixFromLine, macro codes translated
    file_lock_timeout: float = 60.0  # Timeout.fileopen
    debug: Debug = field(default_factory=Debug)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerSettings:
    """How the queue is worked off."""

    retry: RetryPolicy = field(default_factory=RetryPolicy)
    concurrency: int = 200  # messages being delivered at a time by this worker
    run_concurrency: int = 150  # of them, found in the queue (MaxQueueChildren)
    run_interval: float = 0.0  # seconds between looks into the queue; 0: no queue runs
    run_size: int = 0  # MaxQueueRunSize, 0: any
    order: SortOrder = SortOrder.PRIORITY  # QueueSortOrder
    retry_factor: int = 90_000  # RetryFactor
    max_hops: int = 25  # MaxHopCount
    hold_expensive: bool = False  # HoldExpensive
    soft_bounce: bool = False  # SoftBounce
    trust_handed_over: bool = False  # a handed-over recipient with a triple was resolved without any look-up failing
