"""What maps need from the world around them."""

import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from noctule.accounts import Accounts, SystemAccounts
from noctule.base.debug import Debug
from noctule.directory import Defaults, system_defaults
from noctule.files import SafetyPolicy
from noctule.resolve import Resolver


class Priority(IntEnum):
    """Syslog priorities."""

    EMERG = 0
    ALERT = 1
    CRIT = 2
    ERR = 3
    WARNING = 4
    NOTICE = 5
    INFO = 6
    DEBUG = 7


def _ignore(_priority: Priority, _level: int, _text: str) -> None:
    """Where nobody listens, logging costs nothing."""


def _default_services(_database: str) -> tuple[str, ...]:
    return ("files",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Everything has a default that is right for a command run by hand, but the resolver.

    `report` is told, once for each map, why it cannot be opened.  `failed` is told what the administrator's own code
    raised, and where it was called from.  `log` takes a priority, the LogLevel from which on
    the line is wanted, and the text.  `services` is the service switch: `services("aliases") == ("files",)`.
    """

    policy: SafetyPolicy = field(default_factory=SafetyPolicy)
    report: Callable[[str], None] = lambda _: None
    failed: Callable[[str, Exception], None] = lambda _what, _error: None
    log: Callable[[Priority, int, str], None] = _ignore
    debug: Debug = field(default_factory=Debug)
    resolver: Resolver | None = None
    accounts: Accounts = field(default_factory=lambda: SystemAccounts(time.monotonic))
    services: Callable[[str], tuple[str, ...]] = _default_services
    ldap_spec: str = ""
    ldap: Callable[[], Defaults] = lambda: system_defaults(os.environ)
    random: Callable[[int, int], int] = random.randint
    clock: Callable[[], float] = time.monotonic
    recheck: float = 1.0  # seconds for which a file that was looked at is taken not to have changed
    program_timeout: float = 60.0  # seconds
    program_environment: Mapping[str, str] = field(
        default_factory=lambda: {"AGENT": "sendmail", **({"TZ": tz} if (tz := os.environ.get("TZ")) else {})}
    )
